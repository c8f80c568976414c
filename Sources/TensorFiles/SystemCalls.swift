#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The calls of the system that take pointers, in terms of spans and strings. Each returns what the system returns; the
/// reason of a failure is ``SystemFailure/last``.
enum System {
  static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
    #else
      unsafe Darwin.open(path, flags | O_CLOEXEC, mode)
    #endif
  }

  /// What kind of file a path names, and its permissions; nil where there is none.
  static func status(of path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  static func status(of descriptor: Int32) -> stat? {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? status : nil
  }

  /// The status of a path that is not followed where it is a symbolic link.
  static func linkStatus(of path: String) -> stat? {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status : nil
  }

  /// The names in a folder; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe String(cString: UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
      }
      names.append(name)
    }
    return names
  }

  /// The time of an hour ago, in seconds of the system's clock.
  static var hourAgo: Int { time(nil) - 3600 }

  /// Whether a path names a pipe, a socket or a device, which may keep waiting whoever opens it.
  static func isSpecialFile(_ path: String) -> Bool {
    guard let status = status(of: path) else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

  static func read(_ descriptor: Int32, into span: inout MutableRawSpan) -> Int {
    unsafe span.withUnsafeMutableBytes { bytes in
      #if canImport(Glibc)
        unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
      #else
        unsafe Darwin.read(descriptor, bytes.baseAddress, bytes.count)
      #endif
    }
  }

  /// Reads into a span, from its byte `first` on, what stands in the file at an offset.
  static func read(
    _ descriptor: Int32, at offset: Int, into span: inout MutableRawSpan, from first: Int
  ) -> Int {
    unsafe span.withUnsafeMutableBytes { bytes in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[first...])
      return unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset))
    }
  }

  static func write(_ descriptor: Int32, _ bytes: RawSpan) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      #if canImport(Glibc)
        unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      #else
        unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
      #endif
    }
  }

  /// Writes a span over what stands in the file at an offset.
  static func write(_ descriptor: Int32, _ bytes: RawSpan, at offset: Int) -> Int {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
    }
  }

  static func remove(_ path: String) { _ = unsafe unlink(path) }

  static func rename(_ old: String, to new: String) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.rename(old, new)
    #else
      unsafe Darwin.rename(old, new)
    #endif
  }

  /// A new file whose name is already removed, so that it vanishes when it is closed.
  static func openAnonymous(in folder: String) -> Int32 {
    var template = Array("\(folder)/reg-tools.XXXXXX".utf8CString)
    return unsafe template.withUnsafeMutableBufferPointer { name in
      guard let start = name.baseAddress else { return -1 }
      let descriptor = unsafe mkstemp(start)
      if descriptor >= 0 { unsafe unlink(start) }
      return descriptor
    }
  }

  /// The path with all symbolic links followed.
  static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// What a symbolic link says, as it stands there; nil where there is none.
  static func linkTarget(_ path: String) -> String? {
    // A longer target than a path may be cannot be followed either.
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return -1 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Gives strings as a program's arguments or variables are handed on.
  @unsafe
  static func withCStrings<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
  ) -> Value {
    let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("there is always the last, empty one") }
      return unsafe body(base)
    }
  }

  static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}

/// What the system says about the failure of its last call.
struct SystemFailure {
  let number: Int32

  static var last: SystemFailure { SystemFailure(number: errno) }

  /// The system's own words, in lower case as part of a sentence.
  var reason: String {
    guard let words = unsafe strerror(number) else { return "error \(number)" }
    let text = unsafe String(cString: words)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

extension stat {
  /// When the file was written to.
  var modificationTime: timespec {
    #if canImport(Glibc)
      st_mtim
    #else
      st_mtimespec
    #endif
  }
}

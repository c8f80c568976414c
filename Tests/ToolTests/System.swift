import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A call of the system that failed.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String

  init(_ what: String, _ number: Int32 = errno) {
    description = "\(what): " + (unsafe strerror(number).map { unsafe String(cString: $0) } ?? "\(number)")
  }
}

/// The calls of the system that the harness needs, in Swift's terms.
enum System {
  // MARK: Processes

  static func spawn(
    _ path: String, _ arguments: [String], _ variables: [String], folder: String?, descriptors: [Int32]
  ) throws -> pid_t {
    if let folder {
      // Not every system's posix_spawn can change the folder; a shell that becomes the program can.
      let script = ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder, path]
      return try spawn("/bin/sh", script + arguments.dropFirst(), variables, folder: nil, descriptors: descriptors)
    }
    #if canImport(Glibc)
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (target, descriptor) in descriptors.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
    }
    // Whoever runs the tests may ignore or block signals: the programs start as from a shell, in a group of their own.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT] { unsafe sigaddset(&signals, signal) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETPGROUP))
    var process = pid_t()
    let failure = unsafe withCStrings(arguments) { arguments in
      unsafe withCStrings(variables) { variables in
        starting.withLock { _ in
          unsafe posix_spawn(&process, path, &actions, &attributes, arguments, variables)
        }
      }
    }
    guard failure == 0 else { throw SystemFailure(path, failure) }
    return process
  }

  @unsafe
  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("there is always the last, empty one") }
      return unsafe body(base)
    }
  }

  /// How a process ended; nil when it has not.
  static func wait(_ process: pid_t, hang: Bool) -> Outcome.Ending? {
    var status: Int32 = 0
    var found: pid_t
    repeat { found = unsafe waitpid(process, &status, hang ? 0 : WNOHANG) } while found < 0 && errno == EINTR
    guard found == process else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
  }

  /// Bytes that a process had resident at most until now; 0 where the system does not tell.
  ///
  /// What `wait4` gives begins with the memory of the process that started it, the tests themselves.
  static func peakMemory(of process: pid_t) -> Int {
    guard let descriptor = try? open("/proc/\(process)/status", O_RDONLY) else { return 0 }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while readSome(descriptor, into: &bytes) > 0 {}
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return 1024 * (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    }
    return 0
  }

  /// A program that ends before it has read everything must not end the tests.
  static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

  static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static var isRoot: Bool { geteuid() == 0 }

  static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

  static var environment: [String: String] {
    var result: [String: String] = [:]
    var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe environ
    while let variable = unsafe next.pointee {
      let parts = unsafe String(cString: variable).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      unsafe next += 1
    }
    return result
  }

  // MARK: Descriptors

  static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    #if canImport(Glibc)
      let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o666)
    #else
      let descriptor = unsafe Darwin.open(path, flags | O_CLOEXEC, 0o666)
    #endif
    guard descriptor >= 0 else { throw SystemFailure(path) }
    return descriptor
  }

  static func makePipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    // No program that another test starts at this moment may hold an end of it.
    return try starting.withLock { _ in
      guard unsafe pipe(&ends) == 0 else { throw SystemFailure("pipe") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }

  private static let starting = Mutex(())

  static func makeTerminal() throws -> (ours: Int32, program: Int32) {
    #if canImport(Glibc)
      let ours = try open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var number: UInt32 = 0
      var lock: Int32 = 0
      // TIOCSPTLCK and TIOCGPTN, which are macros.
      guard unsafe ioctl(ours, 0x4004_5431, &lock) == 0, unsafe ioctl(ours, 0x8004_5430, &number) == 0 else {
        throw SystemFailure("a terminal")
      }
      return (ours, try open("/dev/pts/\(number)", O_RDWR | O_NOCTTY))
    #else
      let ours = posix_openpt(O_RDWR | O_NOCTTY)
      guard ours >= 0, grantpt(ours) == 0, unlockpt(ours) == 0 else { throw SystemFailure("a terminal") }
      _ = fcntl(ours, F_SETFD, FD_CLOEXEC)
      var name = [CChar](repeating: 0, count: 128)
      guard unsafe ptsname_r(ours, &name, name.count) == 0 else { throw SystemFailure("the name of a terminal") }
      let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return (ours, try open(path, O_RDWR | O_NOCTTY))
    #endif
  }

  static func makeNonblocking(_ descriptor: Int32) throws {
    let flags = fcntl(descriptor, F_GETFL)
    guard fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) >= 0 else { throw SystemFailure("fcntl") }
  }

  /// Reads what there is; false at the end.
  static func readAvailable(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
    while true {
      let count = readSome(descriptor, into: &bytes)
      if count > 0 { continue }
      return count < 0 && (errno == EAGAIN || errno == EINTR)
    }
  }

  static func readSome(_ descriptor: Int32, into bytes: inout [UInt8]) -> Int {
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { buffer in
      let count = unsafe read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { unsafe bytes.append(contentsOf: buffer[..<count]) }
      return count
    }
  }

  /// Writes what can be written at once; false when nobody reads.
  static func writeAvailable(_ descriptor: Int32, _ bytes: inout ArraySlice<UInt8>) -> Bool {
    let count = unsafe bytes.withUnsafeBytes { unsafe systemWrite(descriptor, $0.baseAddress, min($0.count, 1 << 16)) }
    if count > 0 { bytes = bytes.dropFirst(count) }
    return count >= 0 || errno == EAGAIN || errno == EINTR
  }

  // MARK: Files

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  static func contents(_ path: String) throws -> [UInt8] {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let count = readSome(descriptor, into: &bytes)
      if count == 0 { return bytes }
      guard count > 0 else { throw SystemFailure(path) }
    }
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = try open(path, O_WRONLY | O_CREAT | O_TRUNC)
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      guard writeAvailable(descriptor, &rest) else { throw SystemFailure(path) }
    }
  }

  /// Whether a symbolic link stands at a path.
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The names in a folder, sorted, without `.` and `..`.
  static func names(in folder: String) throws -> [String] {
    guard let stream = unsafe opendir(folder) else { throw SystemFailure(folder) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
        unsafe String(cString: UnsafeRawPointer(field).assumingMemoryBound(to: CChar.self))
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func permissions(of path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
  }

  static func makeTemporaryFolder() throws -> String {
    var template = Array("\(variable("TMPDIR") ?? "/tmp")/tool-tests.XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemFailure("a temporary folder") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a folder and what is in it. What cannot be removed stays: the tests have ended, and nobody waits for it.
  static func removeTree(_ path: String) {
    if isFolder(path) {
      for name in (try? names(in: path)) ?? [] { removeTree(path + "/" + name) }
      _ = unsafe rmdir(path)
    } else {
      _ = unsafe unlink(path)
    }
  }

  static var executableFolder: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }
}

/// A folder of its own for a test, removed with its owner.
final class TemporaryFolder: Sendable {
  let path: String

  /// A folder with some files in it.
  init(_ files: [String: String] = [:]) throws {
    path = try System.makeTemporaryFolder()
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { System.removeTree(path) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ text: String, to name: String) throws { try System.write(Array(text.utf8), to: file(name)) }

  func write(_ bytes: [UInt8], to name: String) throws { try System.write(bytes, to: file(name)) }

  func bytes(_ name: String) throws -> [UInt8] { try System.contents(file(name)) }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// What is in the folder, also hidden files.
  var names: [String] { get throws { try System.names(in: path) } }
}

// The function's name is that of our own method.
@unsafe
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of one input, opened once: a file, standard input, or bytes in memory.
///
/// Every read is checked. What comes through a pipe is read in sequence; when it must be sought in, it is first kept in
/// a temporary file that has no name. A gzip file stands for its content, which is read like what comes through a pipe.
public final class InputFile {
  /// The name in messages: the path, or `standard input`.
  public let name: String
  /// The path, when the bytes are those of a file on disk that other libraries can open too.
  public private(set) var path: String?

  /// The name without its folder.
  public var baseName: String { name.split(separator: "/").last.map(String.init) ?? name }

  private enum Source {
    case file(descriptor: Int32, start: Int, size: Int)
    case pipe(descriptor: Int32)
    case gzip(GunzipStream)
    case memory([UInt8])
  }
  private var source: Source
  private var ownsDescriptor: Bool
  private let spoolLimit: Int
  /// What a file on disk was when it was opened; nil for bytes that nobody else can change.
  private var version: FileVersion?
  /// The gzip file whose content this is.
  private var compressed: InputFile?
  /// Whether it is still to be seen if a gzip file comes through the pipe.
  private var mayBeCompressed = true
  /// What was already taken from a pipe, from its beginning, until ``nextBytes(into:)`` hands it on.
  private var ahead: [UInt8] = []
  /// Whether what comes through a pipe is looked at as soon as a line of it is there, not only when much is.
  package var isLineBuffered = false
  /// How many bytes ``nextBytes(into:)`` has handed on.
  private var position = 0
  /// Who wants to know how many bytes were read.
  private var observer: ((Int) -> Void)?

  /// The bytes that ``observe(_:)`` tells of in one pass: on the disk, a gzip file's are fewer than its content's. Nil for
  /// what comes through a pipe.
  package var observableSize: Int? { (compressed ?? self).knownSize }

  /// Tells `observer` of all that is read from here on: the number of bytes, each time there are more. Nil ends it.
  package func observe(_ observer: ((_ bytes: Int) -> Void)?) { (compressed ?? self).observer = observer }

  /// Tells the observer of bytes that something else has read of the file: a library that opens it itself, a process.
  func hasBeenRead(bytes: Int) {
    // A gzip file's content lies somewhere else by then, and its bytes were counted on the way.
    if compressed == nil { observer?(bytes) }
  }

  /// Opens a file, or takes standard input for `-`.
  ///
  /// - Throws: ``FormatError`` with code `noInput`.
  public init(path: String, limits: Limits = Limits()) throws(FormatError) {
    let isStandardInput = path == "-"
    let name = isStandardInput ? "standard input" : path
    let descriptor = isStandardInput ? STDIN_FILENO : System.open(path, O_RDONLY)
    guard descriptor >= 0 else { throw FormatError(.noInput, SystemFailure.last.reason, file: name) }
    let status = System.status(of: descriptor)
    let kind = (status?.st_mode ?? 0) & S_IFMT
    if kind == S_IFDIR {
      if !isStandardInput { close(descriptor) }
      let network = ForeignNetwork.sentence { System.status(of: "\(path)/\($0)") != nil }
      throw FormatError(.noInput, network ?? "this is a folder, not a file", file: name)
    }
    self.name = name
    self.path = isStandardInput || kind != S_IFREG ? nil : path
    self.ownsDescriptor = !isStandardInput
    self.spoolLimit = limits.spool
    if kind == S_IFREG {
      let start = isStandardInput ? max(0, Int(lseek(descriptor, 0, SEEK_CUR))) : 0
      let size = max(0, Int(status?.st_size ?? 0) - start)
      self.version = status.map(FileVersion.init)
      self.source = .file(descriptor: descriptor, start: start, size: size)
      if size >= GunzipStream.signature.count { openIfCompressed(try prefix(GunzipStream.signature.count)) }
    } else {
      self.source = .pipe(descriptor: descriptor)
    }
  }

  /// Takes bytes that are already in memory.
  public init(bytes: [UInt8], name: String) {
    self.name = name
    self.path = nil
    self.ownsDescriptor = false
    self.spoolLimit = Limits().spool
    self.source = .memory(bytes)
    openIfCompressed(bytes)
  }

  /// Takes a file that is open already, from a byte on.
  init(descriptor: Int32, start: Int, name: String) throws(FormatError) {
    self.name = name
    path = nil
    ownsDescriptor = false
    spoolLimit = Limits().spool
    mayBeCompressed = false
    guard let status = System.status(of: descriptor), start >= 0 else {
      throw FormatError(.noInput, SystemFailure.last.reason, file: name)
    }
    source = .file(descriptor: descriptor, start: start, size: max(0, Int(status.st_size) - start))
  }

  /// The compressed bytes of a gzip file, taken over from the input that stands for its content.
  private init(takingFrom content: InputFile) {
    name = content.name
    path = content.path
    source = content.source
    ownsDescriptor = content.ownsDescriptor
    spoolLimit = content.spoolLimit
    ahead = content.ahead
    version = content.version
    mayBeCompressed = false
  }

  deinit {
    switch source {
    case .file(let descriptor, _, _), .pipe(let descriptor): if ownsDescriptor { close(descriptor) }
    case .gzip, .memory: break
    }
  }

  /// Stands for the content from here on, where the first bytes are those of a gzip file.
  private func openIfCompressed(_ first: [UInt8]) {
    mayBeCompressed = false
    guard first.starts(with: GunzipStream.signature) else { return }
    let raw = InputFile(takingFrom: self)
    compressed = raw
    source = .gzip(GunzipStream(raw))
    (path, ownsDescriptor, ahead, version) = (nil, false, [], nil)
  }

  /// Looks whether a gzip file comes through a pipe, before its first byte is handed on.
  private func settle() throws(FormatError) {
    guard mayBeCompressed, case .pipe = source else { return }
    mayBeCompressed = false
    try readAhead(GunzipStream.signature.count)
    openIfCompressed(ahead)
  }

  /// Takes bytes of a pipe until there are so many, or no more; a line is enough where they are wanted line by line.
  private func readAhead(_ count: Int, aLineIsEnough: Bool = false) throws(FormatError) {
    while ahead.count < count, !aLineIsEnough || !ahead.contains(UInt8(ascii: "\n")) {
      let more = try readSome(atMost: count - ahead.count)
      if more.isEmpty { return }
      ahead += more
    }
  }

  /// Takes a further line of a pipe, or what there is of it by the time it comes, for ``prefix(_:)``; false at the end.
  func readLineAhead() throws(FormatError) -> Bool {
    guard isSequential else { return false }
    let more = try readSome(atMost: 1 << 12)
    ahead += more
    return !more.isEmpty
  }

  /// Whether the bytes come in sequence, once.
  private var isSequential: Bool {
    switch source {
    case .pipe, .gzip: true
    case .file, .memory: false
    }
  }

  /// The bytes of the gzip file whose content this is, or those that were read of it so far where it comes through a
  /// pipe; nil for any other input.
  public var compressedSize: Int? { compressed.map { $0.knownSize ?? $0.position } }

  /// The number of bytes, where it is known without reading a pipe or a gzip file to its end.
  public var knownSize: Int? {
    switch source {
    case .file(_, _, let size): size
    case .memory(let bytes): bytes.count
    case .pipe, .gzip: nil
    }
  }

  /// The number of bytes; a pipe is read to its end for it.
  public func size() throws(FormatError) -> Int {
    try spool()
    return knownSize ?? 0
  }

  /// A path by which another library opens the very file that is open here, whatever its name names by now; nil where
  /// there is none: for bytes in memory, and for a file that has no name any more.
  func pathOfOpenFile() throws(FormatError) -> String? {
    try spool()
    guard case .file(let descriptor, let start, _) = source, start == 0 else { return nil }
    // The HDF5 library asks for the real name of what it opens through a link.
    guard let status = System.status(of: descriptor), status.st_nlink > 0 else { return nil }
    #if os(Linux)
      let link = "/proc/self/fd/\(descriptor)"
      // Absent where /proc is not mounted; and standard input may be a file that only its opener may open.
      if System.isReadable(link) { return link }
    #endif
    return path
  }

  /// The open file that holds the bytes, and where in it they begin: another process can read it. A pipe is read to its
  /// end for it, and what is in memory is put into a file that is only memory.
  func openFile() throws(FormatError) -> (descriptor: Int32, start: Int) {
    try spool()
    if case .memory(let bytes) = source {
      let descriptor = System.openMemory()
      guard descriptor >= 0 else { throw FormatError(.inputOutput, SystemFailure.last.reason, file: name) }
      do throws(FormatError) {
        try TemporaryFiles.write(unsafe bytes.span.bytes, to: descriptor, name: name)
      } catch {
        close(descriptor)
        throw error
      }
      ownsDescriptor = true
      source = .file(descriptor: descriptor, start: 0, size: bytes.count)
    }
    guard case .file(let descriptor, let start, _) = source else { preconditionFailure("a pipe was made a file") }
    return (descriptor, start)
  }

  /// The first bytes, `count` of them or as many as there are. They stay to be read.
  ///
  /// Where the input is read line by line they are fewer, at least a line.
  public func prefix(_ count: Int) throws(FormatError) -> [UInt8] {
    try settle()
    if isSequential {
      try readAhead(count, aLineIsEnough: isLineBuffered)
      return Array(ahead.prefix(count))
    }
    return try bytes(at: 0, count: min(count, try size()))
  }

  /// The bytes from an offset, exactly `count` of them.
  ///
  /// - Throws: ``FormatError`` with code `truncated` when the file ends before, `inputOutput` when reading fails.
  public func bytes(at offset: Int, count: Int) throws(FormatError) -> [UInt8] {
    try require(offset, count)
    var result = [UInt8](repeating: 0, count: count)
    var elements = result.mutableSpan
    var span = unsafe elements.mutableBytes
    try read(at: offset, into: &span)
    return result
  }

  /// Fills a span with the bytes from an offset.
  ///
  /// - Throws: ``FormatError`` with code `truncated` when the file ends before, `inputOutput` when reading fails.
  public func read(at offset: Int, into span: inout MutableRawSpan) throws(FormatError) {
    let count = span.byteCount
    try require(offset, count)
    switch source {
    case .memory(let bytes):
      unsafe span.withUnsafeMutableBytes { target in
        unsafe bytes.withUnsafeBytes { source in
          unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
        }
      }
    case .file(let descriptor, let start, _):
      var done = 0
      while done < count {
        let got = System.read(descriptor, at: start + offset + done, into: &span, from: done)
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw failure(at: offset + done) }
        guard got > 0 else {
          throw FormatError(
            .truncated, at: .byte(offset + done), "the file became shorter while it was read", file: name)
        }
        done += got
      }
      observer?(count)
    case .pipe, .gzip: break  // `require` has made it a file.
    }
  }

  /// Fills a span with the next bytes in sequence and gives their number: 0 at the end.
  ///
  /// This reads a pipe without keeping it. It starts at the beginning of the input.
  public func nextBytes(into span: inout MutableRawSpan) throws(FormatError) -> Int {
    guard span.byteCount > 0 else { return 0 }
    try settle()
    if isSequential {
      if !ahead.isEmpty {
        let count = min(ahead.count, span.byteCount)
        for index in 0..<count { span.storeBytes(of: ahead[index], toByteOffset: index, as: UInt8.self) }
        ahead.removeFirst(count)
        position += count
        return count
      }
      let count = try readSome(into: &span)
      position += count
      return count
    }
    let count = min(span.byteCount, (knownSize ?? 0) - position)
    guard count > 0 else { return 0 }
    var part = span._mutatingExtracting(0..<count)
    try read(at: position, into: &part)
    position += count
    return count
  }

  /// Makes sure that a file on disk is still what it was when it was opened, as far as its size and the time of its last
  /// change tell. What came through a pipe cannot change.
  ///
  /// - Throws: ``FormatError`` with code `truncated` where it became shorter, `damaged` where something else changed.
  package func checkUnchanged() throws(FormatError) {
    if case .gzip = source { try compressed?.checkUnchanged() }
    guard case .file(let descriptor, _, _) = source, let version, let status = System.status(of: descriptor) else {
      return
    }
    let now = FileVersion(status)
    guard now != version else { return }
    let isShorter = now.size < version.size
    throw FormatError(
      isShorter ? .truncated : .damaged,
      "the file \(isShorter ? "became shorter" : "was changed") while it was read: run this again when nothing writes to "
        + "it, or with a copy", file: name)
  }

  /// Whether all bytes from one offset to another are zero.
  func isZero(from first: Int, to end: Int) throws(FormatError) -> Bool {
    var offset = first
    while offset < end {
      let block = try bytes(at: offset, count: min(1 << 16, end - offset))
      guard block.allSatisfy({ $0 == 0 }) else { return false }
      offset += block.count
    }
    return true
  }

  /// All bytes, when they are not more than `limit`.
  public func contents(limit: Int) throws(FormatError) -> [UInt8] {
    let size = try size()
    guard size <= limit else {
      throw FormatError(.limit, "\(size) bytes are needed in memory, the limit is \(limit)", file: name)
    }
    return try bytes(at: 0, count: size)
  }

  private func require(_ offset: Int, _ count: Int) throws(FormatError) {
    let size = try size()
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw FormatError(
        .truncated, at: .byte(max(0, min(offset, size))),
        "the file ends after \(size) bytes, \(count) more were expected from byte \(offset)", file: name)
    }
  }

  /// Turns a pipe into a file without a name, so that any byte can be read again.
  private func spool() throws(FormatError) {
    try settle()
    guard isSequential else { return }
    guard position == 0 else {
      throw FormatError(.inputOutput, "a pipe can be read only once", file: name)
    }
    let temporary = try TemporaryFiles.anonymous(for: name)
    var written = 0
    var block = ahead
    repeat {
      guard written + block.count <= spoolLimit else {
        close(temporary)
        throw FormatError(
          .limit,
          compressed == nil
            ? "more than \(spoolLimit) bytes came through the pipe; save them to a file first"
            : "the gzip file holds more than \(spoolLimit) bytes, the limit; decompress it with gunzip", file: name)
      }
      do throws(FormatError) {
        try TemporaryFiles.write(unsafe block.span.bytes, to: temporary, name: name)
        written += block.count
        block = try readSome(atMost: 1 << 20)
      } catch {
        close(temporary)
        throw error
      }
    } while !block.isEmpty
    if case .pipe(let descriptor) = source, ownsDescriptor { close(descriptor) }
    ahead = []
    ownsDescriptor = true
    source = .file(descriptor: temporary, start: 0, size: written)
  }

  private func readSome(atMost count: Int) throws(FormatError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: count)
    var elements = result.mutableSpan
    var span = unsafe elements.mutableBytes
    let got = try readSome(into: &span)
    result.removeLast(count - got)
    return result
  }

  private func readSome(into span: inout MutableRawSpan) throws(FormatError) -> Int {
    switch source {
    case .gzip(let stream): return try stream.read(into: &span)
    case .file, .memory: return 0
    case .pipe(let descriptor):
      while true {
        let got = System.read(descriptor, into: &span)
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw failure(at: position) }
        observer?(got)
        return got
      }
    }
  }

  private func failure(at offset: Int) -> FormatError {
    FormatError(.inputOutput, at: .byte(offset), "reading failed: \(SystemFailure.last.reason)", file: name)
  }
}

/// What tells that a file was written to.
private struct FileVersion: Equatable {
  let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  init(_ status: stat) {
    size = Int(status.st_size)
    let time = status.modificationTime
    (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One output, complete or absent.
///
/// A file is written under a temporary name in the same folder, with every write checked, flushed to disk, closed and
/// renamed by ``commit()``; without that call nothing is left. Standard output (`-`), pipes and devices are written as the
/// bytes come. A symbolic link stays one: the file that it names is replaced, or created. What goes to a name that ends
/// in `.gz` is compressed on its way (RFC 1952), without a time or a name, so that equal content makes equal bytes.
public struct OutputFile: ~Copyable {
  private let destination: Destination
  private var buffer: [UInt8] = []
  private var isOpen = true
  /// Whether the temporary file has got its own name.
  private var isInPlace = false
  /// What compresses the bytes; nil where they are written as they are.
  private let compressor: DeflateStream?

  /// Bytes that are gathered before the system is asked to write them.
  private static let bufferLength = 1 << 16

  /// Opens an output.
  ///
  /// - Parameters:
  ///   - path: the file, or `-` for standard output.
  ///   - compression: the level of a file that ends in `.gz`, from 0 (none) to 9; 6 where it is nil.
  /// - Throws: ``FormatError`` with code `cannotCreate`.
  public init(path: String, compression: Int? = nil) throws(FormatError) {
    // Before anything is a property: nothing may fail once the file has an owner.
    let compressor =
      OutputFile.isCompressed(path) ? try DeflateStream(level: compression ?? 6, framing: .gzip) : nil
    destination = try Destination(path: path)
    self.compressor = compressor
  }

  /// Whether what goes to a path is compressed.
  package static func isCompressed(_ path: String) -> Bool { path.lowercased().hasSuffix(".gz") }

  /// The name in messages: the path, or `standard output`.
  public var name: String { destination.name }
  /// The file under its temporary name, for libraries that write by themselves; nil where the bytes are streamed or
  /// compressed.
  public var temporaryPath: String? { compressor == nil ? destination.temporaryPath : nil }
  /// Whether the bytes go out as they come, so that nothing can take them back.
  public var isStreamed: Bool { destination.temporaryPath == nil }

  deinit {
    if isOpen, destination.isOurs { close(destination.descriptor) }
    if !isInPlace, let temporaryPath = destination.temporaryPath {
      System.remove(temporaryPath)
      TemporaryFiles.forget(temporaryPath)
    }
  }

  /// Writes bytes after those before.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput`, or `closedPipe` when nobody reads any more.
  public mutating func write(_ bytes: RawSpan) throws(FormatError) {
    if buffer.count + bytes.byteCount > OutputFile.bufferLength {
      try flush()
      if bytes.byteCount >= OutputFile.bufferLength {
        try send(bytes)
        return
      }
    }
    unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
  }

  /// Writes bytes after those before.
  public mutating func write(_ bytes: [UInt8]) throws(FormatError) {
    try write(unsafe bytes.span.bytes)
  }

  /// Writes rows of text after what stands there.
  package mutating func write(_ rows: RowWriter) throws(FormatError) { try write(rows.bytes, count: rows.count) }

  /// Writes the first bytes of an array after those before.
  private mutating func write(_ bytes: [UInt8], count: Int) throws(FormatError) {
    let text = unsafe bytes.span.bytes
    try write(text.extracting(0..<count))
  }

  /// Writes text as UTF-8.
  public mutating func write(_ text: String) throws(FormatError) {
    try write(Array(text.utf8))
  }

  /// Whether ``overwrite(_:at:)`` is possible: not where the bytes are streamed.
  package var canOverwrite: Bool { temporaryPath != nil }

  /// Writes bytes over those that were written before, counted from the beginning of the file.
  ///
  /// - Precondition: ``canOverwrite``, and so many bytes were written there.
  package mutating func overwrite(_ bytes: [UInt8], at offset: Int) throws(FormatError) {
    precondition(canOverwrite)
    try flush()
    try TemporaryFiles.write(unsafe bytes.span.bytes, to: destination.descriptor, at: offset, name: name)
  }

  /// Hands everything written so far to the system, or to the compressor, which keeps what fills no block.
  public mutating func flush() throws(FormatError) {
    guard !buffer.isEmpty else { return }
    try send(unsafe buffer.span.bytes)
    buffer.removeAll(keepingCapacity: true)
  }

  private func send(_ bytes: RawSpan) throws(FormatError) {
    guard let compressor else {
      return try TemporaryFiles.write(bytes, to: destination.descriptor, name: name)
    }
    try compressor.write(bytes)
    try sendBlocks(of: compressor)
  }

  private func sendBlocks(of compressor: DeflateStream) throws(FormatError) {
    for block in compressor.takeBlocks() {
      try TemporaryFiles.write(unsafe block.span.bytes, to: destination.descriptor, name: name)
    }
  }

  /// Puts all bytes on the disk, still under the temporary name: where two files belong together, both are finished
  /// before either takes its place.
  ///
  /// Nothing can be written any more; ``commit()`` is what is left to do.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput` when the bytes could not all be kept.
  public mutating func finish() throws(FormatError) {
    guard isOpen else { return }
    try flush()
    if let compressor {
      try compressor.finish()
      try sendBlocks(of: compressor)
    }
    if destination.temporaryPath != nil {
      guard fsync(destination.descriptor) == 0 else { throw failure("flushing to disk failed") }
    }
    // The descriptor is free, whatever the system says then.
    isOpen = false
    guard !destination.isOurs || close(destination.descriptor) == 0 else { throw failure("closing failed") }
  }

  /// Ends the output: flushed to disk, closed and under its own name.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput` when the bytes could not all be kept; then nothing is left, and
  ///   what was there before is still there. Only where the folder cannot be flushed it is the new file that is there.
  public consuming func commit() throws(FormatError) {
    try finish()
    guard let temporaryPath = destination.temporaryPath else { return }
    guard System.rename(temporaryPath, to: destination.target) == 0 else {
      throw failure("the finished file cannot be put in its place")
    }
    isInPlace = true
    TemporaryFiles.forget(temporaryPath)
    try flushFolder()
  }

  /// Makes the new name as durable as the bytes. Some file systems cannot flush a folder: that is no failure.
  private borrowing func flushFolder() throws(FormatError) {
    let folder = destination.target.lastIndex(of: "/").map { String(destination.target[...$0]) } ?? "."
    let descriptor = System.open(folder, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
      throw failure("flushing the folder to disk failed")
    }
  }

  private borrowing func failure(_ what: String) -> FormatError {
    FormatError(.inputOutput, "\(what): \(SystemFailure.last.reason)", file: name)
  }
}

/// Where the bytes go.
private struct Destination {
  let name: String
  /// The file that the temporary one will replace.
  let target: String
  let temporaryPath: String?
  let descriptor: Int32
  /// Whether the descriptor is closed by us: not that of standard output.
  let isOurs: Bool

  init(path: String) throws(FormatError) {
    if path == "-" {
      (name, target, temporaryPath, descriptor, isOurs) = ("standard output", path, nil, STDOUT_FILENO, false)
      return
    }
    let status = System.status(of: path)
    switch (status?.st_mode ?? S_IFREG) & S_IFMT {
    case S_IFDIR: throw FormatError(.cannotCreate, "this is a folder, not a file", file: path)
    case S_IFREG:
      let target = status == nil ? try Destination.missingTarget(path) : System.resolved(path)
      let temporary = try Destination.temporary(beside: target, for: path)
      if let status { fchmod(temporary.descriptor, status.st_mode & 0o7777) }
      (name, self.target, temporaryPath, descriptor, isOurs) = (
        path, target, temporary.path, temporary.descriptor, true
      )
    default:
      let descriptor = System.open(path, O_WRONLY)
      guard descriptor >= 0 else { throw FormatError(.cannotCreate, SystemFailure.last.reason, file: path) }
      (name, target, temporaryPath, self.descriptor, isOurs) = (path, path, nil, descriptor, true)
    }
  }

  /// A temporary file; what keeps it from being made is said of the path as it was given.
  private static func temporary(
    beside target: String, for path: String
  ) throws(FormatError) -> (path: String, descriptor: Int32) {
    do throws(FormatError) { return try TemporaryFiles.create(beside: target) } catch {
      var failure = error
      failure.file = path
      throw failure
    }
  }

  /// The file that a path would create: where symbolic links lead that end at no file.
  private static func missingTarget(_ path: String) throws(FormatError) -> String {
    var target = path
    // As many links as the system follows.
    for _ in 0..<40 {
      guard let link = System.linkTarget(target) else { return target }
      let folder = link.hasPrefix("/") ? "" : target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
      target = folder + link
    }
    throw FormatError(.cannotCreate, "too many levels of symbolic links", file: path)
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that only grows: what was appended is on the disk, whatever happens next.
///
/// No other process can have it open in this way at the same time.
package struct AppendingFile: ~Copyable {
  /// The path.
  package let path: String
  private let descriptor: Int32

  /// Opens a file, or creates it.
  ///
  /// - Throws: ``FormatError`` with code `cannotCreate`, also where another process has the file open in this way.
  package init(path: String) throws(FormatError) {
    let descriptor = System.open(path, O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK, mode: 0o666)
    guard descriptor >= 0 else { throw FormatError(.cannotCreate, SystemFailure.last.reason, file: path) }
    guard let status = System.status(of: descriptor), status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FormatError(.cannotCreate, "this is no regular file, which is needed to read it again", file: path)
    }
    // A file system without locks cannot keep a second process away: that is no reason to refuse the first.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      close(descriptor)
      throw FormatError(.cannotCreate, "another process that is still running writes to it", file: path)
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The bytes from the beginning to the end.
  ///
  /// - Throws: ``FormatError`` with code `limit` where they are more than the limit, or `inputOutput`.
  package borrowing func contents(limit: Int) throws(FormatError) -> [UInt8] {
    guard let status = System.status(of: descriptor) else { throw failure("reading failed") }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw FormatError(.limit, "the file has \(size) bytes, at most \(limit) are read", file: path)
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var done = 0
    while done < size {
      var room = bytes.mutableSpan
      var raw = unsafe room.mutableBytes
      let got = System.read(descriptor, at: done, into: &raw, from: done)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw failure("reading failed") }
      if got == 0 { break }
      done += got
    }
    return Array(bytes.prefix(done))
  }

  /// Takes away what stands behind a byte.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput`.
  package borrowing func truncate(to size: Int) throws(FormatError) {
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("shortening failed") }
  }

  /// Appends a text and waits until it is on the disk.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput`.
  package borrowing func append(_ text: String) throws(FormatError) {
    let bytes = Array(text.utf8)
    try TemporaryFiles.write(unsafe bytes.span.bytes, to: descriptor, name: path)
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("flushing to disk failed") }
  }

  private borrowing func failure(_ what: String) -> FormatError {
    FormatError(.inputOutput, "\(what): \(SystemFailure.last.reason)", file: path)
  }
}

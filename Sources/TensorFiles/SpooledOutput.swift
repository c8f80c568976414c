#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A temporary file for a library that writes where it likes, to be copied to an output that only takes bytes in order.
///
/// It is removed with its owner, and when a signal ends the program.
final class SpooledOutput {
  let path: String
  private let descriptor: Int32
  private let name: String

  /// - Parameter name: the output, for messages.
  init(for name: String) throws(FormatError) {
    self.name = name
    let folder = System.environment("TMPDIR") ?? "/tmp"
    (path, descriptor) = try TemporaryFiles.create(beside: "\(folder)/reg-output")
  }

  deinit {
    close(descriptor)
    System.remove(path)
    TemporaryFiles.forget(path)
  }

  /// Copies the bytes from an offset to the end.
  func copy(from offset: Int, to output: inout OutputFile) throws(FormatError) {
    let file = try InputFile(path: path)
    let size = try file.size()
    var place = offset
    while place < size {
      let block = try file.bytes(at: place, count: min(1 << 20, size - place))
      try output.write(block)
      place += block.count
    }
  }
}

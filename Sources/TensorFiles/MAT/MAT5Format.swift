/// MAT files of level 5, which MATLAB calls v5, v6 and (compressed) v7: Formats/mat5/README.md.
public struct MAT5Format: FileFormat {
  public let name = "mat5"
  public let title = "MATLAB level 5 (v5, v6, v7)"
  public let pathExtensions = ["mat"]

  /// Bytes that one variable may take when it is written: MATLAB reads no more, whatever the counts could hold.
  let mostVariableBytes: Int

  /// The format as MATLAB reads it.
  public init() { self.init(mostVariableBytes: Int(Int32.max)) }

  /// The format with another limit, for tests.
  package init(mostVariableBytes: Int) { self.mostVariableBytes = mostVariableBytes }

  /// Bytes of the header of a file.
  static let headerLength = 128

  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    MAT5Format.isBigEndian(prefix) != nil
  }

  /// The byte order of a file that begins with these bytes; nil when it is no file of level 5.
  static func isBigEndian(_ prefix: [UInt8]) -> Bool? {
    guard prefix.count >= headerLength else { return nil }
    // Version 0x0100 (0x0200 is level 7.3, which is HDF5) and 'M' << 8 | 'I', both in the byte order of the writer.
    switch Array(prefix[124..<headerLength]) {
    case [0x00, 0x01, 0x49, 0x4D]: return false
    case [0x01, 0x00, 0x4D, 0x49]: return true
    default: return nil
    }
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try MAT5Reader(input, limits: limits)
  }
}

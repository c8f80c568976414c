import Tensors

/// MAT files of level 7.3, which are HDF5 behind MATLAB's header: Formats/mat73.
public struct MAT73Format: FileFormat {
  public let name = "mat73"
  public let title = "MATLAB level 7.3 (HDF5)"
  public let pathExtensions = ["mat"]

  /// The format.
  public init() {}

  /// Bytes before the HDF5 data; MATLAB's header is the first 128 of them.
  static let userBlockLength = 512
  /// The version 0x0200 and 'M' << 8 | 'I', little-endian, at byte 124.
  static let versionWord: [UInt8] = [0x00, 0x02, 0x49, 0x4D]
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The word tells, not the text of the header, which has said "MATLAB 7.0" too.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    prefix.count >= 128 && Array(prefix[124..<128]) == MAT73Format.versionWord
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    let prefix = try input.prefix(MAT73Format.userBlockLength + MAT73Format.signature.count)
    guard prefix.dropFirst(MAT73Format.userBlockLength).elementsEqual(MAT73Format.signature) else {
      throw FormatError(
        .damaged, at: .byte(MAT73Format.userBlockLength),
        "the header is that of MATLAB 7.3, but no HDF5 data begin here", file: input.name)
    }
    if limits.isolation != .none { return try IsolatedReader(input, as: self, limits: limits) }
    return try MAT73Reader(input, limits: limits)
  }
}

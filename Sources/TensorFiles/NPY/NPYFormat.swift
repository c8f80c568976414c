/// NumPy arrays, one in a file. Format: `Formats/npy`.
public struct NPYFormat: FileFormat {
  public let name = "npy"
  public let title = "NumPy array"
  public let pathExtensions = ["npy"]
  public let mayBeCompressed = true

  /// The format.
  public init() {}

  /// The first bytes of every array.
  static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  public func recognizes(prefix: [UInt8], size: Int?) -> Bool { prefix.starts(with: NPYFormat.signature) }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try NPYReader(input, limits: limits)
  }
}

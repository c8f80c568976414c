/// Named tensors behind a header in JSON, as PyTorch, PaddlePaddle and others exchange them. Format:
/// `Formats/safetensors`.
public struct SafetensorsFormat: FileFormat {
  public let name = "safetensors"
  public let title = "safetensors"
  public let pathExtensions = ["safetensors"]

  /// Bytes of the number before the header.
  static let lengthBytes = 8
  /// The longest header that readers take.
  static let mostHeaderBytes = 100_000_000
  /// The member of the header that is no tensor but texts about the file.
  static let metadataName = "__metadata__"

  /// The format.
  public init() {}

  /// A length, and so far behind it as is seen the beginning of a JSON object.
  ///
  /// A length that the file is too short for, or that is too long for a header, is one still, so that the error can say
  /// so; but not one that is made of letters, as in text.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    guard prefix.count > SafetensorsFormat.lengthBytes, prefix[5...7].allSatisfy({ $0 == 0 }),
      prefix.prefix(5).contains(where: { $0 != 0 })
    else { return false }
    let isBlank = { (byte: UInt8) in [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
    let object = prefix[SafetensorsFormat.lengthBytes...].drop(while: isBlank)
    guard object.first == UInt8(ascii: "{") else { return false }
    let next = object.dropFirst().first { !isBlank($0) }
    return next.map { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "}") } ?? true
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try SafetensorsReader(input, limits: limits)
  }
}

/// ONNX: networks as graphs of operations. Format: `Formats/onnx`.
public struct ONNXFormat: FileFormat {
  public let name = "onnx"
  public let title = "ONNX"
  public let pathExtensions = ["onnx"]
  public let writes = false

  /// The format.
  public init() {}

  /// The fields of a ModelProto with their wire types: 0 a number, 2 bytes.
  private static let numbers: Set<Int> = [1, 5]
  private static let byteFields: Set<Int> = [2, 3, 4, 6, 7, 8, 14, 20, 25, 26]

  /// A message whose fields are those of a ModelProto, the first of them the version of the format.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    guard prefix.first == 0x08, let message = ProtobufPrefix(prefix[...], size: size) else { return false }
    let fields = message.fields
    guard fields.count > 1, let version = fields[0].integer, (1...1000).contains(version) else { return false }
    var hasGraph = false
    for field in fields.dropFirst() {
      hasGraph = hasGraph || field.number == 7
      // A file may be cut in its graph or behind it; before it the lengths are right, or it is another file.
      if field.isCut, !hasGraph { return false }
      let isKnown =
        field.integer == nil
        ? field.bytes != nil && ONNXFormat.byteFields.contains(field.number)
        : ONNXFormat.numbers.contains(field.number)
      guard isKnown else { return false }
      // Other formats have messages where ONNX has the names of programs.
      if [2, 3, 4].contains(field.number), !field.isText { return false }
    }
    // The graph and the sets of operators make it a model.
    return fields.contains { $0.number == 7 || $0.number == 8 } || fields.last.map { !$0.isWhole } ?? false
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try ONNXReader(input, limits: limits)
  }
}

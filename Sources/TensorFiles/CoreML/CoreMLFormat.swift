/// Core ML models of the first kind, `.mlmodel`. Format: `Formats/coreml`.
public struct CoreMLFormat: FileFormat {
  public let name = "coreml"
  public let title = "Core ML"
  public let pathExtensions = ["mlmodel"]
  public let writes = false

  /// The format.
  public init() {}

  /// The fields of a ModelDescription.
  private static let descriptionFields: Set<Int> = [1, 10, 11, 12, 13, 20, 21, 50, 100]

  /// A message whose fields are those of a Model: the version of the specification, a description, a kind of model.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    guard prefix.first == 0x08, let message = ProtobufPrefix(prefix[...], size: size) else { return false }
    let fields = message.fields
    guard fields.count > 1, let version = fields[0].integer, (1...100).contains(version) else { return false }
    var isDescribed = false
    for field in fields.dropFirst() {
      switch field.number {
      case 2:
        guard !field.isCut, let bytes = field.bytes, let description = ProtobufPrefix(bytes),
          description.fields.allSatisfy({ CoreMLFormat.descriptionFields.contains($0.number) && $0.bytes != nil }),
          ForeignFormat.isSavedModel(field) == false
        else { return false }
        isDescribed = !description.fields.isEmpty
      case 10: guard field.integer != nil else { return false }
      default: return CoreMLKinds.models[field.number] != nil && field.bytes != nil
      }
    }
    // The description may be longer than what is seen.
    return isDescribed && !message.isWhole
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try CoreMLReader(input, limits: limits)
  }
}

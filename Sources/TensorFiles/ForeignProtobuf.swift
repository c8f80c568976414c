/// Networks in Protocol Buffers that are not read: they have no signature, only fields.
extension ForeignFormat {
  /// What the fields at the beginning of a file say of it; nil for all but some formats.
  static func protobuf(_ prefix: [UInt8]) -> ForeignFormat? {
    guard let first = prefix.first, first == 0x08 || first == 0x0A, let message = ProtobufPrefix(prefix[...]),
      let field = message.fields.first
    else { return nil }
    if field.integer == 1, let graphs = message.fields.dropFirst().first, isSavedModel(graphs) {
      return ForeignFormat(sentence: ForeignNetwork.savedModel)
    }
    if isGraphNode(field) {
      return ForeignFormat(
        sentence: "a TensorFlow graph, which is not read; tf2onnx makes it ONNX (python -m tf2onnx.convert)")
    }
    if field.number == 1, field.isWhole, field.isText, message.fields.count > 1,
      message.fields.dropFirst().allSatisfy({ [2, 3, 4, 5, 6, 7, 8, 100].contains($0.number) }),
      message.fields.contains(where: { $0.number == 100 && isCaffeLayer($0) })
    {
      return ForeignFormat(sentence: ForeignNetwork.caffe)
    }
    return nil
  }

  /// Whether a field is the MetaGraphDef of a SavedModel, field 2: the first of its fields is a MetaInfoDef, which has
  /// tags and versions where the input of a Core ML model has a name and a type.
  static func isSavedModel(_ field: ProtobufPrefix.Field) -> Bool {
    guard field.number == 2, let bytes = field.bytes, let graph = ProtobufPrefix(bytes),
      let info = graph.fields.first, info.number == 1, let inner = info.bytes
    else { return false }
    guard info.isWhole, let fields = ProtobufPrefix(inner)?.fields else { return !info.isWhole }
    return fields.contains { ![1, 2, 3].contains($0.number) }
  }

  /// Whether a field is a NodeDef: 1 name, 2 operation, a word such as `Placeholder`.
  private static func isGraphNode(_ field: ProtobufPrefix.Field) -> Bool {
    guard field.number == 1, let bytes = field.bytes, let fields = ProtobufPrefix(bytes)?.fields, fields.count > 1,
      fields[0].number == 1, fields[0].isWhole, fields[0].isText, fields[1].number == 2, fields[1].isWhole,
      let operation = fields[1].bytes, let initial = operation.first
    else { return false }
    return UInt8(ascii: "A")...UInt8(ascii: "Z") ~= initial && operation.count > 2
      && operation.allSatisfy { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") || $0 < 0x3A && $0 > 0x2F }
  }

  /// Whether a field is a LayerParameter: 1 name, 2 type.
  private static func isCaffeLayer(_ field: ProtobufPrefix.Field) -> Bool {
    guard let bytes = field.bytes, let fields = ProtobufPrefix(bytes)?.fields, fields.count > 1 else { return false }
    return fields[0].number == 1 && fields[0].isText && fields[1].number == 2 && fields[1].isText
  }
}

/// The tensors that a model holds: those that stand beside the graph, then those of the nodes that are constants.
struct ONNXTensors {
  var initializers: [ONNXTensor] = []
  var constants: [ONNXTensor] = []
  var count: Int { initializers.count + constants.count }
}

/// ModelProto, GraphProto and what they are made of, field by field as in onnx.proto.
extension ONNXModel {
  /// Reads all of a file but the numbers of tensors.
  ///
  /// - Throws: ``FormatError``: `damaged`, `truncated`, `limit`.
  init(_ input: ProtobufInput, tensors: inout ONNXTensors, limits: Limits) throws(FormatError) {
    var fields = input.fields
    while let field = try fields.next() {
      switch field.number {
      case 1: irVersion = try field.integer
      case 2: producer = try field.text + producer
      case 3:
        let version = try field.text
        if !version.isEmpty { producer += " " + version }
      case 7: try graph.read(field.message, input, tensors: &tensors, limits: limits)
      case 8:
        let (domain, version) = try ONNXModel.operatorSet(field.message)
        operatorSets[domain] = version
      case 14:
        let (key, value) = try ONNXModel.pair(field.message)
        metadata.append((key, value))
        try ONNXModel.check(metadata.count, "properties", limits)
      case 25: functions.insert(try ONNXModel.functionName(field.message))
      default: break
      }
    }
  }

  private static func operatorSet(_ message: ProtobufFields) throws(FormatError) -> (String, Int) {
    var message = message
    var (domain, version) = ("", 0)
    while let field = try message.next() {
      switch field.number {
      case 1: domain = try field.text
      case 2: version = try field.integer
      default: break
      }
    }
    // ai.onnx is another name of "".
    return (domain == "ai.onnx" ? "" : domain, version)
  }

  /// A StringStringEntryProto.
  static func pair(_ message: ProtobufFields) throws(FormatError) -> (String, String) {
    var message = message
    var (key, value) = ("", "")
    while let field = try message.next() {
      switch field.number {
      case 1: key = try field.text
      case 2: value = try field.text
      default: break
      }
    }
    return (key, value)
  }

  private static func functionName(_ message: ProtobufFields) throws(FormatError) -> String {
    var message = message
    while let field = try message.next() {
      if field.number == 1 { return try field.text }
    }
    return ""
  }

  static func check(_ count: Int, _ what: String, _ limits: Limits) throws(FormatError) {
    guard count <= limits.objects else {
      throw FormatError(.limit, "there are more than \(limits.objects) \(what), the limit")
    }
  }
}

extension ONNXGraph {
  mutating func read(
    _ message: ProtobufFields, _ input: ProtobufInput, tensors: inout ONNXTensors, limits: Limits
  ) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1:
        nodes.append(try ONNXNode(field.message, input, tensors: &tensors))
        try ONNXModel.check(nodes.count, "nodes", limits)
      case 2: name = try field.text
      case 5: tensors.initializers.append(try ONNXTensor(field.range, input))
      case 15: tensors.initializers.append(try ONNXTensor(sparse: field.range, input))
      case 11: inputs.append(try ONNXValue(field.message))
      case 12: outputs.append(try ONNXValue(field.message))
      default: break
      }
      try ONNXModel.check(tensors.count, "tensors", limits)
      try ONNXModel.check(inputs.count + outputs.count, "inputs and outputs", limits)
    }
  }
}

extension ONNXNode {
  init(_ message: ProtobufFields, _ input: ProtobufInput, tensors: inout ONNXTensors) throws(FormatError) {
    var message = message
    var constant: ONNXTensor?
    while let field = try message.next() {
      switch field.number {
      case 1: inputs.append(try field.text)
      case 2: outputs.append(try field.text)
      case 3: name = try field.text
      case 4: operation = try field.text
      case 5:
        let (name, attribute, tensor) = try ONNXAttribute.read(field.message, input)
        attributes[name] = attribute
        constant = tensor ?? constant
      case 7: domain = try field.text
      default: break
      }
    }
    if domain == "ai.onnx" { domain = "" }
    // The order of a node's fields is free: its output may be named behind its tensor.
    if operation == "Constant", domain.isEmpty, let output = outputs.first, var constant {
      constant.name = output
      tensors.constants.append(constant)
    }
  }
}

extension ONNXAttribute {
  /// The name of an attribute, its value, and the tensor that it is or, of a constant's number or list, makes.
  fileprivate static func read(
    _ message: ProtobufFields, _ input: ProtobufInput
  ) throws(FormatError) -> (String, ONNXAttribute, ONNXTensor?) {
    var message = message
    var name = ""
    var (floats, integers, texts): ([Float], [Int], [String]) = ([], [], [])
    var value: ONNXAttribute?
    var tensor: ONNXTensor?
    var kind = 0
    while let field = try message.next() {
      switch field.number {
      case 1: name = try field.text
      case 2: value = .float(try field.float)
      case 3: value = .integer(try field.integer)
      case 4: value = .text(try ONNXAttribute.bytesAsText(field))
      case 5:
        tensor = try ONNXTensor(field.range, input)
        value = .tensor
      case 22:
        tensor = try ONNXTensor(sparse: field.range, input)
        value = .tensor
      case 7: try field.appendFloats(to: &floats)
      case 8: try field.appendIntegers(to: &integers)
      case 9: texts.append(try ONNXAttribute.bytesAsText(field))
      case 20: kind = try field.integer
      default: break
      }
    }
    // A number that is 0 and a list that is empty may stand as their type alone.
    switch kind {
    case 1 where value == nil: value = .float(0)
    case 2 where value == nil: value = .integer(0)
    case 3 where value == nil: value = .text("")
    case 6: value = .floats(floats)
    case 7: value = .integers(integers)
    case 8: value = .texts(texts)
    default: break
    }
    // Old files do not say the type.
    if value == nil {
      value =
        !floats.isEmpty
        ? .floats(floats)
        : !integers.isEmpty
          ? .integers(integers)
          : !texts.isEmpty ? .texts(texts) : .other
    }
    if tensor == nil { tensor = (value ?? .other).constant(name) }
    return (name, value ?? .other, tensor)
  }

  /// The tensor of a node Constant whose attribute is `value_float`, `value_floats`, `value_int` or `value_ints`.
  private func constant(_ name: String) -> ONNXTensor? {
    switch (name, self) {
    case ("value_float", .float(let value)): ONNXTensor(floats: [value], shape: [])
    case ("value_floats", .floats(let values)): ONNXTensor(floats: values, shape: [values.count])
    case ("value_int", .integer(let value)): ONNXTensor(integers: [Int64(value)], shape: [])
    case ("value_ints", .integers(let values)): ONNXTensor(integers: values.map(Int64.init), shape: [values.count])
    default: nil
    }
  }

  /// The bytes of an attribute, which need not be text.
  private static func bytesAsText(_ field: ProtobufField) throws(FormatError) -> String {
    do throws(FormatError) { return try field.text } catch {
      guard error.code == .damaged else { throw error }
      return ""
    }
  }
}

extension ONNXValue {
  /// A ValueInfoProto: 1 name, 2 type {1 tensor_type {1 elem_type, 2 shape {1 dim {1 dim_value, 2 dim_param}}}}.
  init(_ message: ProtobufFields) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1: name = try field.text
      case 2:
        var type = try field.message
        while let field = try type.next() {
          if field.number == 1 { try readTensorType(field.message) }
        }
      default: break
      }
    }
  }

  private mutating func readTensorType(_ message: ProtobufFields) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1: elementType = try field.integer
      case 2:
        var dimensions: [Dimension] = []
        var list = try field.message
        while let field = try list.next() {
          if field.number == 1 { dimensions.append(try Dimension(field.message)) }
        }
        shape = dimensions
      default: break
      }
    }
  }
}

extension ONNXValue.Dimension {
  fileprivate init(_ message: ProtobufFields) throws(FormatError) {
    var message = message
    self = .unknown
    while let field = try message.next() {
      switch field.number {
      case 1: self = .length(try field.integer)
      case 2: self = .named(try field.text)
      default: break
      }
    }
  }
}

import Tensors

/// A TensorProto or SparseTensorProto: what it is, and where its numbers stand.
struct ONNXTensor {
  /// Where the numbers stand.
  indirect enum Place {
    /// In the bytes `raw_data`.
    case raw(Range<Int>)
    /// In the fields for numbers of the message that is these bytes: `float_data` and the like.
    case fields(Range<Int>)
    /// In another file.
    case external(ExternalData)
    /// Here: those of a constant that is a float or a list of them.
    case floats([Float])
    /// Here: those of a constant that is an integer or a list of them.
    case integers([Int64])
    /// Only those that are not 0, with their places in order.
    case sparse(values: ONNXTensor, indices: ONNXTensor)
  }

  /// A part of a file beside the model's.
  struct ExternalData {
    var location = ""
    var offset = 0
    var length: Int?
    /// What is wrong with it; it is said with the name of the tensor, which may stand behind.
    fileprivate var fault: String?
  }

  var name = ""
  private(set) var shape: [Int] = []
  private(set) var type: ONNXElementType = .float
  private(set) var place: Place

  /// A TensorProto, the bytes of which are a range of the file.
  init(_ range: Range<Int>, _ input: ProtobufInput) throws(FormatError) {
    place = .fields(range)
    var fields = ProtobufFields(input, in: range)
    var external: ExternalData?
    while let field = try fields.next() {
      switch field.number {
      case 1: try field.appendIntegers(to: &shape)
      case 2: type = ONNXElementType(number: try field.integer)
      case 3: throw FormatError(.unsupported, at: .byte(field.offset), "a tensor in segments, which is not read")
      case 8: name = try field.text
      case 9: place = .raw(try field.range)
      case 13:
        var data = external ?? ExternalData()
        try data.read(field)
        external = data
      case 14: if try field.integer == 1 { external = external ?? ExternalData() }
      default: break
      }
    }
    guard let external else { return }
    if let fault = external.fault {
      throw FormatError(.damaged, at: name.isEmpty ? .byte(range.lowerBound) : .object(name), fault)
    }
    place = .external(external)
  }

  /// The texts of a tensor of them, at most `count`; nil for other tensors.
  func texts(_ input: ProtobufInput, count: Int) throws(FormatError) -> [String]? {
    guard type.number == 8, shape.count == 1, case .fields(let range) = place else { return nil }
    var fields = ProtobufFields(input, in: range)
    var texts: [String] = []
    while let field = try fields.next() {
      guard field.number == 6 else { continue }
      guard texts.count < count else { return nil }
      texts.append(try field.text)
    }
    return texts.count == shape[0] ? texts : nil
  }

  /// A SparseTensorProto: 1 values, 2 indices, 3 dims.
  init(sparse range: Range<Int>, _ input: ProtobufInput) throws(FormatError) {
    var fields = ProtobufFields(input, in: range)
    var (values, indices): (ONNXTensor?, ONNXTensor?)
    var shape: [Int] = []
    while let field = try fields.next() {
      switch field.number {
      case 1: values = try ONNXTensor(field.range, input)
      case 2: indices = try ONNXTensor(field.range, input)
      case 3: try field.appendIntegers(to: &shape)
      default: break
      }
    }
    guard let values, let indices else {
      throw FormatError(.damaged, at: .byte(range.lowerBound), "a sparse tensor without values and indices")
    }
    name = values.name
    type = values.type
    self.shape = shape
    place = .sparse(values: values, indices: indices)
  }

  /// A constant that is a float or a list of them.
  init(floats: [Float], shape: [Int]) {
    (place, self.shape) = (.floats(floats), shape)
  }

  /// A constant that is an integer or a list of them.
  init(integers: [Int64], shape: [Int]) {
    (place, self.shape, type) = (.integers(integers), shape, .int64)
  }

  /// The line that lists the tensor.
  func entry(_ name: String) -> TensorEntry {
    guard let elementType = type.elementType else {
      return TensorEntry(
        name: name, shape: shape, content: .other(className: "\(type.name) tensor", remedy: type.remedy))
    }
    let remark: String? =
      switch place {
      case .external(let data): "in the file \(data.location.escapingControls)"
      case .sparse(let values, _): "sparse, \(values.shape.first ?? 0) stored"
      default: type == .bfloat16 ? "stored as bfloat16" : nil
      }
    return TensorEntry(name: name, shape: shape, content: .numbers(elementType, storedAs: nil), remark: remark)
  }
}

extension ONNXTensor.ExternalData {
  /// One of the pairs that say where the numbers are.
  fileprivate mutating func read(_ field: ProtobufField) throws(FormatError) {
    let (key, value) = try ONNXModel.pair(field.message)
    switch key {
    case "location": location = value
    case "offset": offset = number(value, key)
    case "length": length = number(value, key)
    default: break
    }
  }

  private mutating func number(_ text: String, _ key: String) -> Int {
    guard let number = Int(text), number >= 0 else {
      fault =
        "the numbers are in another file, and their \(key) is '\(text.escapingControls)'; a number of bytes, 0 or more, "
        + "was expected"
      return 0
    }
    return number
  }
}

/// What the elements of a tensor are: TensorProto.DataType.
struct ONNXElementType: Equatable {
  let number: Int

  static let float = ONNXElementType(number: 1)
  static let int64 = ONNXElementType(number: 7)
  static let bool = ONNXElementType(number: 9)
  static let bfloat16 = ONNXElementType(number: 16)

  private static let names = [
    "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double",
    "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2",
    "float8e5m2fnuz", "uint4", "int4", "float4e2m1", "float8e8m0", "uint2", "int2",
  ]

  /// The name in the specification, in lower case.
  var name: String {
    ONNXElementType.names.indices.contains(number) ? ONNXElementType.names[number] : "type \(number)"
  }

  /// The type in which the numbers are read; nil for what is not read. A bfloat16 is a float32 without its lower half.
  var elementType: ElementType? {
    switch number {
    case 1, 16: .float32
    case 2: .uint8
    case 3: .int8
    case 4: .uint16
    case 5: .int16
    case 6: .int32
    case 7: .int64
    case 9: .bool
    case 10: .float16
    case 11: .float64
    case 12: .uint32
    case 13: .uint64
    case 14: .complex64
    case 15: .complex128
    default: nil
    }
  }

  /// The bytes of an element in `raw_data`.
  var byteCount: Int { self == .bfloat16 ? 2 : elementType?.byteCount ?? 1 }

  /// The field of a TensorProto that has the numbers where `raw_data` has not.
  var field: Int {
    switch number {
    case 1, 14: 4
    case 7: 7
    case 11, 15: 10
    case 12, 13: 11
    default: 5
    }
  }

  /// What can be done about numbers that are not read.
  var remedy: String? { number >= 17 ? "the network is quantised; export it with its float weights" : nil }
}

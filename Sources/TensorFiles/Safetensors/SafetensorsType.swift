import Tensors

/// What a header says of a tensor's elements.
enum SafetensorsType {
  /// Numbers that are read as they are.
  case numbers(ElementType)
  /// The upper halves of float32 numbers.
  case bfloat16
  /// Numbers of few bits that only some programs compute with.
  case packed(bits: Int)

  /// Every name, the wider ones last; `F4` to `F8` stand for several numbers in few bytes.
  private static let all: [(name: String, type: SafetensorsType)] = [
    ("BOOL", .numbers(.bool)), ("F4", .packed(bits: 4)), ("F6_E2M3", .packed(bits: 6)), ("F6_E3M2", .packed(bits: 6)),
    ("U8", .numbers(.uint8)), ("I8", .numbers(.int8)), ("F8_E5M2", .packed(bits: 8)), ("F8_E4M3", .packed(bits: 8)),
    ("F8_E8M0", .packed(bits: 8)), ("F8_E4M3FNUZ", .packed(bits: 8)), ("F8_E5M2FNUZ", .packed(bits: 8)),
    ("I16", .numbers(.int16)), ("U16", .numbers(.uint16)), ("F16", .numbers(.float16)), ("BF16", .bfloat16),
    ("I32", .numbers(.int32)), ("U32", .numbers(.uint32)), ("F32", .numbers(.float32)), ("C64", .numbers(.complex64)),
    ("F64", .numbers(.float64)), ("I64", .numbers(.int64)), ("U64", .numbers(.uint64)),
  ]

  /// The names, for messages.
  static var names: String { all.map(\.name).joined(separator: ", ") }

  /// The type of a name; nil where there is none.
  init?(_ name: String) {
    guard let found = SafetensorsType.all.first(where: { $0.name == name }) else { return nil }
    self = found.type
  }

  /// The name of a type; nil for complex numbers of two doubles, which have none.
  static func name(of elementType: ElementType) -> String? {
    all.first { if case .numbers(elementType) = $0.type { true } else { false } }?.name
  }

  /// Bits of one element.
  var bitCount: Int {
    switch self {
    case .numbers(let type): type.byteCount * 8
    case .bfloat16: 16
    case .packed(let bits): bits
    }
  }
}

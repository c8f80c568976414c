import Tensors

/// What the elements of an array are, as `descr` says it: a mark of the byte order, a letter, and a size.
enum NPYType: Hashable {
  /// Numbers, and whether their upper byte stands first.
  case numbers(ElementType, isBigEndian: Bool)
  /// What is not read: in words, what can be done about it, and the bytes of an element where they are known.
  case other(className: String, remedy: String?, byteCount: Int?)

  /// The type that a text names.
  ///
  /// - Parameter name: the array, for the remedy.
  init(_ descr: String, name: String) {
    let name = NPYType.isIdentifier(name) ? name : "x"
    var letters = Substring(descr)
    var isBigEndian = isHostBigEndian
    if let mark = letters.first, "<>=|".contains(mark) {
      isBigEndian = mark == ">" || mark == "<" ? mark == ">" : isHostBigEndian
      letters.removeFirst()
    }
    if let type = NPYType.types[String(letters)] {
      self = .numbers(type, isBigEndian: isBigEndian && type.byteCount > 1)
    } else {
      self = .other(descr, letters, name: name)
    }
  }

  /// The type of an array of records.
  init(recordsOf fields: [String], name: String) {
    let name = NPYType.isIdentifier(name) ? name : "x"
    let some = fields.prefix(8).joined(separator: ", ") + (fields.count > 8 ? " …" : "")
    self = .other(
      className: fields.isEmpty ? "records or subarrays" : "records of \(some)",
      remedy: fields.first.map { "in Python, save its fields one by one, \(name)['\($0)'] …" }, byteCount: nil)
  }

  private static let types: [String: ElementType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "c8": .complex64, "c16": .complex128, "b1": .bool,
    "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64,
  ]

  /// Whether Python could have a variable of the name.
  private static func isIdentifier(_ name: String) -> Bool {
    let bytes = name.utf8
    func isLetter(_ byte: UInt8) -> Bool {
      (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
    guard let first = bytes.first, isLetter(first) else { return false }
    return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
  }

  private static func other(_ descr: String, _ letters: Substring, name: String) -> NPYType {
    let digits = letters.dropFirst().prefix { ("0"..."9").contains($0) }
    let size = Int(digits).flatMap { $0 >= 0 && $0 <= 1 << 40 ? $0 : nil }
    func other(_ what: String, _ remedy: String?, bytes: Int?) -> NPYType {
      .other(className: "\(what) (\(descr))", remedy: remedy.map { "in Python, save \($0)" }, byteCount: bytes)
    }
    switch letters.first {
    case "O":
      return other(
        "pickled Python objects", "\(name).astype(float) with allow_pickle=False, if they are numbers",
        bytes: nil)
    case "U": return other("texts", "\(name).astype(float), if they are numbers", bytes: size.map { $0 * 4 })
    case "S", "a": return other("byte strings", "\(name).astype(float), if they are numbers", bytes: size)
    case "M": return other("dates", "\(name).astype('int64')", bytes: 8)
    case "m": return other("time spans", "\(name).astype('int64')", bytes: 8)
    case "V":
      let bfloat16 = size == 2 ? "\(name).view(ml_dtypes.bfloat16).astype('float32'), if this is bfloat16" : nil
      return other("raw bytes", bfloat16, bytes: size)
    case "f" where size == 12 || size == 16:
      return other("long doubles", "\(name).astype('float64')", bytes: size)
    case "c" where size == 24 || size == 32:
      return other("complex long doubles", "\(name).astype('complex128')", bytes: size)
    default:
      return .other(className: "elements of the unknown type '\(descr)'", remedy: nil, byteCount: nil)
    }
  }
}

extension ElementType {
  /// How `descr` names the type in the machine's byte order.
  var npyDescription: String {
    let letter =
      switch self {
      case .bool: "b"
      case .int8, .int16, .int32, .int64: "i"
      case .uint8, .uint16, .uint32, .uint64: "u"
      case .float16, .float32, .float64: "f"
      case .complex64, .complex128: "c"
      }
    return (byteCount == 1 ? "|" : isHostBigEndian ? ">" : "<") + letter + String(byteCount)
  }
}

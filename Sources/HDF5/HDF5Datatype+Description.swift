extension HDF5Datatype: CustomStringConvertible {
  /// The type in plain English: `little-endian 64-bit float`.
  public var description: String {
    switch self {
    case .integer(let format): format.description
    case .float(let format): format.description
    case .boolean: "boolean (enumeration of FALSE and TRUE)"
    case .enumeration(let format, let members):
      "enumeration of \(members.count) \(members.count == 1 ? "name" : "names") over \(format)"
    case .complex(let format, _): "complex number of two \(format)s"
    case .string(let format): format.description
    case .compound(let fields): "compound of \(fields.map(\.name).joined(separator: ", "))"
    case .reference(.object): "reference to an object"
    case .reference(.region): "reference to a region of a dataset"
    case .reference(.other): "reference"
    case .opaque(let byteCount, let tag):
      "opaque \(byteCount) bytes\(tag.isEmpty ? " without a tag" : " tagged \(tag)")"
    case .variableLength(let element): "variable-length sequence of \(element)"
    case .array(let element, let shape):
      "array (\(shape.map(String.init).joined(separator: ", "))) of \(element)"
    case .bitfield(let format): "\(format.order.prefix(bytes: format.bytes))\(format.bytes * 8)-bit bitfield"
    case .time(let byteCount): "\(byteCount * 8)-bit time"
    case .other(let number): "type of class \(number)"
    }
  }
}

extension HDF5IntegerFormat: CustomStringConvertible {
  /// `little-endian 16-bit unsigned integer`.
  public var description: String {
    let size = significantBits == bytes * 8 ? "\(bytes * 8)-bit" : "\(significantBits)-bit (in \(bytes) bytes)"
    return "\(order.prefix(bytes: bytes))\(size) \(isSigned ? "" : "unsigned ")integer"
  }
}

extension HDF5FloatFormat: CustomStringConvertible {
  /// `big-endian 32-bit float`.
  public var description: String {
    switch kind {
    case .half, .single, .double: "\(order.prefix(bytes: bytes))\(bytes * 8)-bit float"
    case .bfloat16: "\(order.prefix(bytes: bytes))bfloat16"
    case .other(let byteCount, let exponentBits, let fractionBits):
      "\(byteCount * 8)-bit float with \(exponentBits) bits of exponent and \(fractionBits) of fraction"
    }
  }
}

extension HDF5StringFormat: CustomStringConvertible {
  /// `variable-length UTF-8 string`, `6-byte ASCII string`.
  public var description: String {
    let encoding = characterSet == .ascii ? "ASCII" : "UTF-8"
    switch length {
    case .variable: return "variable-length \(encoding) string"
    case .fixed(let bytes): return "\(bytes)-byte \(encoding) string"
    }
  }
}

extension HDF5ByteOrder {
  fileprivate func prefix(bytes: Int) -> String {
    switch self {
    case _ where bytes == 1: ""
    case .little: "little-endian "
    case .big: "big-endian "
    case .other: "unusually ordered "
    }
  }
}

/// The fields at the beginning of a file, as far as the first bytes show them: what tells formats of Protocol Buffers.
package struct ProtobufPrefix {
  /// One field, of which the last one may be seen in part.
  package struct Field {
    let number: Int
    /// The number of a field of wire type 0; nil for others.
    let integer: UInt64?
    /// The bytes of a field of wire type 2, as far as they are seen; nil for others.
    let bytes: ArraySlice<UInt8>?
    /// Whether all its bytes are seen.
    let isWhole: Bool
  }

  /// The fields, in the order of the file.
  package private(set) var fields: [Field] = []
  /// Whether the bytes end with the last field.
  private(set) var isWhole = true

  /// - Parameter size: the bytes of the whole file, where they are known.
  /// - Returns: nil for bytes that are no message.
  package init?(_ bytes: ArraySlice<UInt8>, size: Int? = nil) {
    var rest = bytes
    while !rest.isEmpty {
      guard let tag = ProtobufPrefix.varint(&rest) else { return nil }
      guard let tag else { break }
      let number = tag >> 3
      guard number >= 1, number < 1 << 29 else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = ProtobufPrefix.varint(&rest) else { return nil }
        guard let value else { break }
        fields.append(Field(number: Int(number), integer: value, bytes: nil, isWhole: true))
        continue
      case 1, 5:
        let length = tag & 7 == 1 ? 8 : 4
        guard rest.count >= length else { break }
        fields.append(Field(number: Int(number), integer: nil, bytes: nil, isWhole: true))
        rest = rest.dropFirst(length)
        continue
      case 2:
        guard let length = ProtobufPrefix.varint(&rest) else { return nil }
        guard let length else { break }
        if let size, length > UInt64(max(0, size - (rest.startIndex - bytes.startIndex))) { return nil }
        let isWhole = length <= UInt64(rest.count)
        let seen = isWhole ? rest.prefix(Int(length)) : rest
        fields.append(Field(number: Int(number), integer: nil, bytes: seen, isWhole: isWhole))
        guard isWhole else { break }
        rest = rest.dropFirst(Int(length))
        continue
      default: return nil
      }
      isWhole = false
      return
    }
    isWhole = rest.isEmpty
  }

  /// The next number in base 128; nil where the bytes end before it does, and nothing at all for one that is too long.
  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64?? {
    var result: UInt64 = 0
    for (index, byte) in bytes.prefix(10).enumerated() {
      guard index < 9 || byte <= 1 else { return .none }
      result |= UInt64(byte & 0x7F) << UInt64(7 * index)
      if byte < 0x80 {
        bytes = bytes.dropFirst(index + 1)
        return .some(result)
      }
    }
    return bytes.count >= 10 ? .none : .some(nil)
  }
}

extension ProtobufPrefix.Field {
  /// Whether its bytes, as far as they are seen, are text of one line.
  var isText: Bool {
    guard let bytes else { return false }
    // A character that the last byte cuts in two is not looked at.
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
    return text.enumerated().allSatisfy { index, scalar in
      !scalar.steersTerminals && (scalar.value != 0xFFFD || !isWhole && index == text.count - 1)
    }
  }
}

/// The content of one field.
enum FieldText {
  /// The bytes of a field without its quotes; nil when text other than blanks follows the closing quote.
  static func unquoted(_ bytes: Span<UInt8>, _ field: Range<Int>) -> [UInt8]? {
    guard isQuoted(bytes, field) else { return copy(bytes, field) }
    var result: [UInt8] = []
    var index = field.lowerBound + 1
    while index < field.upperBound {
      if bytes[index] == UInt8(ascii: "\"") {
        guard index + 1 < field.upperBound, bytes[index + 1] == UInt8(ascii: "\"") else {
          for rest in index + 1..<field.upperBound where !NumberParsing.isBlank(bytes[rest]) { return nil }
          return result
        }
        index += 1
      }
      result.append(bytes[index])
      index += 1
    }
    return result
  }

  /// The text of a field for people: without quotes and blanks around it, shortened, invalid bytes as `\xNN`.
  static func shown(_ bytes: Span<UInt8>, _ field: Range<Int>) -> String {
    let limit = 40
    let content = unquoted(bytes, field.prefixRange(4 * limit + 2)) ?? copy(bytes, field.prefixRange(4 * limit))
    return shown(content, limit: limit, isCut: field.count > 4 * limit)
  }

  /// The text of a record for people: as it stands, with its quotes, shortened, invalid bytes as `\xNN`.
  static func shown(_ bytes: Span<UInt8>, record: Range<Int>) -> String {
    let limit = 120
    return shown(copy(bytes, record.prefixRange(4 * limit)), limit: limit, isCut: record.count > 4 * limit)
  }

  private static func shown(_ content: [UInt8], limit: Int, isCut: Bool) -> String {
    let text = string(content).drop(while: \.isBlank)
    return isCut || text.count > limit ? text.prefix(limit) + "…" : String(text.trimmingBlanksAtEnd)
  }

  /// The text of a field as a name: without quotes, or without the blanks around it where it has none.
  static func name(_ bytes: Span<UInt8>, _ field: Range<Int>) -> String {
    let content = unquoted(bytes, field) ?? copy(bytes, field)
    if isQuoted(bytes, field) { return String(decoding: content, as: UTF8.self) }
    return String(String(decoding: content, as: UTF8.self).drop(while: \.isBlank).trimmingBlanksAtEnd)
  }

  /// What a field is.
  enum Kind { case number, missing, text }

  /// What a field is: `nan` is missing, though it is a number too.
  static func kind(_ bytes: Span<UInt8>, _ field: Range<Int>, decimalComma: Bool) -> Kind {
    func kind(_ text: Span<UInt8>) -> Kind {
      if isMissing(text) { return .missing }
      if case .number = NumberParsing.parse(text, decimalComma: decimalComma) { return .number }
      return .text
    }
    guard isQuoted(bytes, field) else { return kind(bytes.extracting(field)) }
    guard let content = unquoted(bytes, field) else { return .text }
    return kind(content.span)
  }

  /// Whether a text, as a field, would be a number or a missing value.
  static func isNumberOrMissing(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return kind(bytes.span, bytes.indices, decimalComma: false) != .text
  }

  static func isQuoted(_ bytes: Span<UInt8>, _ field: Range<Int>) -> Bool {
    !field.isEmpty && bytes[field.lowerBound] == UInt8(ascii: "\"")
  }

  /// Whether a field stands for a value that is missing: empty, `NA`, `N/A`, `NaN`, `null`, `?` or `-`.
  static func isMissing(_ text: Span<UInt8>) -> Bool {
    var start = 0
    var end = text.count
    while start < end, NumberParsing.isBlank(text[start]) { start += 1 }
    while end > start, NumberParsing.isBlank(text[end - 1]) { end -= 1 }
    switch end - start {
    case 0: return true
    case 1: return text[start] == UInt8(ascii: "?") || text[start] == UInt8(ascii: "-")
    case 2...4:
      let word = (start..<end).reduce(UInt32(0)) { $0 << 8 | UInt32(text[$1] | 0x20) }
      // `na`, `n/a`, `nan`, `null`.
      return word == 0x6E61 || word == 0x6E2F61 || word == 0x6E616E || word == 0x6E75_6C6C
    default: return false
    }
  }

  private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    for index in range { result.append(bytes[index]) }
    return result
  }

  private static func string(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    // Cut in the middle of a character, or not UTF-8 at all.
    var text = ""
    for byte in bytes {
      if byte < 0x80 {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x" + String(byte, radix: 16)
      }
    }
    return text
  }
}

extension Range<Int> {
  fileprivate func prefixRange(_ count: Int) -> Range<Int> {
    lowerBound..<Swift.min(upperBound, lowerBound + count)
  }
}

extension Substring {
  fileprivate var trimmingBlanksAtEnd: Substring {
    var result = self
    while let last = result.last, last.isBlank { result.removeLast() }
    return result
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" }
}

/// Finds where a record ends, one byte after the other: the one place that knows about quotes, comments and blank lines.
///
/// It can stop at any byte and go on when there are more. A quote opens a quoted field only as the field's first byte.
struct RecordScanner {
  /// What the scanner found.
  enum Finding: Equatable {
    /// A record: its bytes without the line end, and where the next line begins.
    case record(Range<Int>, next: Int)
    /// A blank line or a comment.
    case nothing(next: Int)
    /// The bytes end inside a line.
    case unfinished
    /// A field is longer than it may be.
    case fieldTooLong(start: Int)
    /// The line has more fields than it may have.
    case tooManyColumns
  }

  private enum Phase { case lineStart, fieldStart, field, quoted, quoteInQuoted, comment }

  private let delimiter: UInt8
  private let isBlanks: Bool
  private let hasComments: Bool
  /// Where the line begins.
  private(set) var start: Int
  /// The next byte to look at.
  private var index: Int
  private var phase = Phase.lineStart
  private(set) var fieldStart: Int
  private var fieldCount = 1

  init(_ dialect: Dialect, at start: Int) {
    switch dialect.delimiter {
    case .character(let byte): (delimiter, isBlanks) = (byte, false)
    case .blanks: (delimiter, isBlanks) = (UInt8(ascii: " "), true)
    }
    hasComments = dialect.hasComments
    self.start = start
    index = start
    fieldStart = start
  }

  /// Whether the scanner stands inside quotes.
  var isInQuotes: Bool { phase == .quoted }

  /// Begins another line.
  mutating func restart(at start: Int) {
    self.start = start
    index = start
    fieldStart = start
    fieldCount = 1
    phase = .lineStart
  }

  /// Says that the bytes were moved so many places to the front.
  mutating func move(by count: Int) {
    start -= count
    index -= count
    fieldStart -= count
  }

  /// Goes on to the end of the line.
  ///
  /// - Parameter isEnd: whether nothing follows these bytes, so that the end of the bytes ends the line too.
  mutating func scan(_ bytes: Span<UInt8>, to end: Int, isEnd: Bool) -> Finding {
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"), phase != .quoted {
        var next = index + 1
        if byte == UInt8(ascii: "\r") {
          // Whether a line feed follows is not known yet.
          if next == end, !isEnd { return .unfinished }
          if next < end, bytes[next] == UInt8(ascii: "\n") { next += 1 }
        }
        return finish(at: index, next: next)
      }
      if index - fieldStart > DelimitedLimits.field, phase != .comment { return .fieldTooLong(start: fieldStart) }
      if let finding = take(byte) { return finding }
      index += 1
    }
    guard isEnd, phase != .quoted else { return .unfinished }
    return finish(at: end, next: end)
  }

  private mutating func take(_ byte: UInt8) -> Finding? {
    let isDelimiter = isBlanks ? NumberParsing.isBlank(byte) : byte == delimiter
    switch phase {
    case .lineStart where !isDelimiter && NumberParsing.isBlank(byte):
      return nil
    case .lineStart where isBlanks && isDelimiter:
      fieldStart = index + 1
    case .lineStart where hasComments && byte == UInt8(ascii: "#"):
      phase = .comment
    case .lineStart, .fieldStart:
      if isDelimiter { return isBlanks ? skipBlank() : endField() }
      // Blanks before a quote make it a part of the text.
      phase = byte == UInt8(ascii: "\"") && index == fieldStart ? .quoted : .field
    case .field, .quoteInQuoted:
      if phase == .quoteInQuoted, byte == UInt8(ascii: "\"") {
        phase = .quoted
      } else if isDelimiter {
        return endField()
      } else {
        phase = .field
      }
    case .quoted:
      if byte == UInt8(ascii: "\"") { phase = .quoteInQuoted }
    case .comment: break
    }
    return nil
  }

  private mutating func skipBlank() -> Finding? {
    fieldStart = index + 1
    return nil
  }

  private mutating func endField() -> Finding? {
    fieldStart = index + 1
    fieldCount += 1
    phase = .fieldStart
    return fieldCount > DelimitedLimits.columns ? .tooManyColumns : nil
  }

  private func finish(at end: Int, next: Int) -> Finding {
    phase == .lineStart || phase == .comment ? .nothing(next: next) : .record(start..<end, next: next)
  }
}

/// Splits a record into its fields.
struct FieldSplitter {
  private let delimiter: UInt8
  private let isBlanks: Bool

  init(_ dialect: Dialect) {
    switch dialect.delimiter {
    case .character(let byte): (delimiter, isBlanks) = (byte, false)
    case .blanks: (delimiter, isBlanks) = (UInt8(ascii: " "), true)
    }
  }

  /// Puts the ranges of the fields, quotes included, into `fields` (emptied first).
  func split(_ bytes: Span<UInt8>, _ record: Range<Int>, into fields: inout [Range<Int>]) {
    fields.removeAll(keepingCapacity: true)
    var index = record.lowerBound
    var end = record.upperBound
    if isBlanks {
      while index < end, NumberParsing.isBlank(bytes[index]) { index += 1 }
      while end > index, NumberParsing.isBlank(bytes[end - 1]) { end -= 1 }
    }
    while true {
      let start = index
      if index < end, bytes[index] == UInt8(ascii: "\"") { index = afterQuotes(bytes, index, end) }
      while index < end, !isDelimiter(bytes[index]) { index += 1 }
      fields.append(start..<index)
      guard index < end else { return }
      index += 1
      if isBlanks { while index < end, NumberParsing.isBlank(bytes[index]) { index += 1 } }
    }
  }

  private func isDelimiter(_ byte: UInt8) -> Bool {
    isBlanks ? NumberParsing.isBlank(byte) : byte == delimiter
  }

  /// The byte after the quote that closes the one at `open`.
  private func afterQuotes(_ bytes: Span<UInt8>, _ open: Int, _ end: Int) -> Int {
    var index = open + 1
    while index < end {
      if bytes[index] == UInt8(ascii: "\"") {
        guard index + 1 < end, bytes[index + 1] == UInt8(ascii: "\"") else { return index + 1 }
        index += 1
      }
      index += 1
    }
    return end
  }
}

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
    let text = string(content).drop(while: \.isBlank)
    let isCut = text.count > limit || field.count > 4 * limit
    return isCut ? text.prefix(limit) + "…" : String(text.trimmingBlanksAtEnd)
  }

  /// The text of a field as a name: without quotes, or without the blanks around it where it has none.
  static func name(_ bytes: Span<UInt8>, _ field: Range<Int>) -> String {
    let content = unquoted(bytes, field) ?? copy(bytes, field)
    if isQuoted(bytes, field) { return String(decoding: content, as: UTF8.self) }
    return String(String(decoding: content, as: UTF8.self).drop(while: \.isBlank).trimmingBlanksAtEnd)
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

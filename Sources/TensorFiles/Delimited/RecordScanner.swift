/// Finds where a record ends, one byte after the other: the one place that knows about quotes, comments and blank
/// lines.
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

  /// Begins another line.
  mutating func restart(at start: Int) {
    self.start = start
    index = start
    fieldStart = start
    fieldCount = 1
    phase = .lineStart
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

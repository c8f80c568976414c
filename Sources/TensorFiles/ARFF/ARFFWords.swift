/// A value in a line, with its quotes where it has some.
struct ARFFWord {
  let range: Range<Int>

  /// The text: without quotes, `\'` and its like as the character.
  func text(in bytes: [UInt8]) -> String {
    guard isQuoted(in: bytes) else { return String(decoding: bytes[range], as: UTF8.self) }
    var result: [UInt8] = []
    var index = range.lowerBound + 1
    while index < range.upperBound - 1 {
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < range.upperBound - 1 {
        index += 1
        switch bytes[index] {
        case UInt8(ascii: "n"): result.append(10)
        case UInt8(ascii: "t"): result.append(9)
        case UInt8(ascii: "r"): result.append(13)
        default: result.append(bytes[index])
        }
      } else {
        result.append(bytes[index])
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  func isQuoted(in bytes: [UInt8]) -> Bool {
    range.count >= 2 && (bytes[range.lowerBound] == UInt8(ascii: "'") || bytes[range.lowerBound] == UInt8(ascii: "\""))
  }

  /// Whether it is `?`, a value that is missing.
  func isMissing(in bytes: [UInt8]) -> Bool { range.count == 1 && bytes[range.lowerBound] == UInt8(ascii: "?") }
}

/// Goes through the values of a line.
struct ARFFWords {
  let bytes: [UInt8]
  private(set) var index: Int
  let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    index = range.lowerBound
    end = range.upperBound
  }

  /// What is wrong with a line, at a byte of it.
  struct Failure: Error {
    let index: Int
    let sentence: String
  }

  mutating func skipBlanks() {
    while index < end, NumberParsing.isBlank(bytes[index]) { index += 1 }
  }

  /// Whether nothing but a comment is left.
  mutating func isAtEnd() -> Bool {
    skipBlanks()
    return index == end || bytes[index] == UInt8(ascii: "%")
  }

  /// Passes over a byte; false where another one, or none, comes next.
  mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard index < end, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  /// The next value: quoted, or up to a byte that ends it.
  mutating func next(until isEnd: (UInt8) -> Bool) throws(Failure) -> ARFFWord {
    skipBlanks()
    let start = index
    if index < end, bytes[index] == UInt8(ascii: "'") || bytes[index] == UInt8(ascii: "\"") {
      let quote = bytes[index]
      index += 1
      while index < end, bytes[index] != quote {
        if bytes[index] == UInt8(ascii: "\\") { index += 1 }
        index += 1
      }
      guard index < end else { throw Failure(index: start, sentence: "the quote that opens here is never closed") }
      index += 1
      return ARFFWord(range: start..<index)
    }
    while index < end, !isEnd(bytes[index]), !isComment { index += 1 }
    return ARFFWord(range: bytes.trimmingBlanks(start..<index))
  }

  /// Whether a comment begins here: after a blank, or where a value should begin.
  private var isComment: Bool {
    bytes[index] == UInt8(ascii: "%")
      && (index == 0 || NumberParsing.isBlank(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: ","))
  }

  /// The next word of a declaration.
  mutating func nextWord() throws(Failure) -> ARFFWord {
    try next { NumberParsing.isBlank($0) || $0 == UInt8(ascii: "{") }
  }
}

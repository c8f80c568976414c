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

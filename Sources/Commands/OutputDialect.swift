import TensorFiles

/// How rows are written: in the dialect of the input, unless another delimiter is asked for.
struct OutputDialect: Sendable {
  /// What separates the columns.
  let delimiter: UInt8
  private let hasDecimalComma: Bool
  private let isThatOfInput: Bool

  init(_ input: Dialect, delimiter wanted: UInt8?) {
    let own: UInt8 = if case .character(let byte) = input.delimiter { byte } else { UInt8(ascii: " ") }
    delimiter = wanted ?? own
    isThatOfInput = delimiter == own
    hasDecimalComma = input.hasDecimalComma
  }

  /// Appends a record as it was, or with its fields put together anew when the delimiter is another one.
  func append(_ block: RecordBlock, _ record: Range<Int>, to text: inout [UInt8]) {
    guard !isThatOfInput else {
      text += block[record]
      return
    }
    var fields: [Range<Int>] = []
    block.split(record, into: &fields)
    for (index, field) in fields.enumerated() {
      if index > 0 { text.append(delimiter) }
      append(field: block[field], to: &text)
    }
  }

  /// Appends a field; one that the delimiter would split is quoted unless it was so before.
  private func append(field: ArraySlice<UInt8>, to text: inout [UInt8]) {
    guard field.contains(delimiter), field.first != UInt8(ascii: "\"") else {
      text += field
      return
    }
    append(quoted: field, to: &text)
  }

  private func append(quoted field: some Sequence<UInt8>, to text: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    text.append(quote)
    for byte in field { text += byte == quote ? [quote, quote] : [byte] }
    text.append(quote)
  }

  /// Appends the header, with the names quoted where they need it.
  func append(header layout: TableLayout, to text: inout [UInt8]) {
    guard !isThatOfInput else {
      text += layout.header
      return
    }
    for (index, name) in layout.columnNames.enumerated() {
      if index > 0 { text.append(delimiter) }
      append(name: name, to: &text)
    }
  }

  /// Appends the name of a column, quoted where it needs it.
  func append(name: String, to text: inout [UInt8]) {
    if name.utf8.contains(where: { $0 == delimiter || "\"\r\n".utf8.contains($0) }) {
      append(quoted: name.utf8, to: &text)
    } else {
      text += name.utf8
    }
  }

  /// Appends a number, with the input's decimal sign.
  func append(_ number: Double, _ format: NumberFormat, to text: inout [UInt8]) {
    let start = text.count
    format.append(number, to: &text)
    guard hasDecimalComma else { return }
    for index in start..<text.count where text[index] == UInt8(ascii: ".") { text[index] = UInt8(ascii: ",") }
  }
}

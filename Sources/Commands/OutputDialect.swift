import TensorFiles

/// How rows are written: in the dialect of the input, unless another delimiter is asked for.
struct OutputDialect: Sendable {
  private let delimiter: Dialect.Delimiter
  private let hasDecimalComma: Bool
  /// Whether records stay as they are.
  let isThatOfInput: Bool

  init(_ input: Dialect, delimiter wanted: Dialect.Delimiter?) {
    delimiter = wanted ?? input.delimiter
    isThatOfInput = delimiter == input.delimiter
    hasDecimalComma = input.hasDecimalComma
  }

  /// A writer of rows in this dialect.
  func writer(_ numbers: NumberFormat = .shortest) -> RowWriter {
    RowWriter(delimiter: delimiter, format: numbers, hasDecimalComma: hasDecimalComma)
  }

  /// Appends a record as it was, or with its fields put together anew when the delimiter is another one.
  func append(_ record: Range<Int>, of block: RecordBlock, to writer: inout RowWriter) {
    guard !isThatOfInput else {
      writer.append(record, of: block)
      return
    }
    writer.append(record: record, of: block.bytes, in: block.dialect)
  }

  /// Appends the header as it was, or with its fields put together anew when the delimiter is another one.
  func append(header layout: TableLayout, to writer: inout RowWriter) {
    guard !isThatOfInput else {
      writer.append(raw: layout.header[...])
      return
    }
    writer.append(record: layout.header.indices, of: layout.header, in: layout.dialect)
  }
}

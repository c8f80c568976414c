import TensorFiles

/// How rows are written: in the dialect of the input, unless another delimiter is asked for.
struct OutputDialect: Sendable {
  private let delimiter: Dialect.Delimiter
  private let hasDecimalComma: Bool
  private let isThatOfInput: Bool

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
    var fields: [Range<Int>] = []
    block.split(record, into: &fields)
    for field in fields {
      // What stands in quotes stays in them; any other field gets them where the new delimiter would split it.
      if block[field].first == UInt8(ascii: "\"") {
        writer.append(raw: block[field])
      } else {
        writer.append(String(decoding: block[field], as: UTF8.self))
      }
    }
  }

  /// Appends the header as it was, or its names when the delimiter is another one.
  func append(header layout: TableLayout, to writer: inout RowWriter) {
    guard !isThatOfInput else {
      writer.append(raw: layout.header[...])
      return
    }
    for name in layout.columnNames { writer.append(name) }
  }
}

extension RowWriter {
  /// Appends what the model says of a row, and ends the row.
  mutating func append(probability: Double, threshold: Double) {
    append(probability)
    append(Int64(probability > threshold ? 1 : 0))
    endRow()
  }

  /// Appends the names of the model's columns, and ends the row.
  mutating func appendPredictionNames() {
    append("probability")
    append("label")
    endRow()
  }
}

/// What the first rows of a delimited text tell: how it is written, whether there is a header, how many columns.
public struct TableLayout: Sendable {
  /// How the text is written.
  public let dialect: Dialect
  /// Whether the first record names the columns.
  public let hasHeader: Bool
  /// The number of fields of the first record, which all others must have.
  public let columnCount: Int
  /// The names of the columns: the header's, or `1`, `2` … where there is none.
  public let columnNames: [String]
  /// The header as it stands in the text, without its line end; empty where there is none.
  public let header: [UInt8]
  /// Where in the input the line after the header begins.
  public let firstByte: Int
  /// The line that begins there, counted from 1.
  public let firstLine: Int
  /// The name of the input in messages.
  public let file: String

  /// Bytes from which the dialect is found.
  static let sampleLength = 1 << 16
  /// Records from which the dialect is found.
  static let sampleRecords = 200

  /// Looks at the first rows of an input; they stay to be read.
  ///
  /// - Parameters:
  ///   - input: the table.
  ///   - options: what is known already.
  ///   - columns: the columns, counted from 0, that decide whether the first record is a header: it is when one of them
  ///     is not a number there. If it is nil, the record is a header when it holds text in a column that is not text in
  ///     all of the first rows, or holds text only.
  /// - Throws: ``FormatError``: `truncated` for an input without records, `damaged` or `unrecognized` where it is no
  ///   text in rows.
  public init(
    _ input: InputFile, options: TableOptions = TableOptions(), columns: [Int]? = nil
  ) throws(FormatError) {
    let sample = try TableLayout.sample(input, options)
    let dialect = DialectDetection.dialect(of: sample, options: options)
    self.dialect = dialect
    file = input.name
    let records = DialectDetection.records(of: sample, dialect, atMost: TableLayout.sampleRecords)
    guard let first = records.first else { throw TableLayout.failure(of: sample, dialect, file: input.name) }
    let bytes = sample.bytes.span
    var fields: [Range<Int>] = []
    FieldSplitter(dialect).split(bytes, first.range, into: &fields)
    columnCount = fields.count
    hasHeader =
      switch options.header {
      case .yes: true
      case .no: false
      case .auto: DialectDetection.isHeader(sample, dialect, records, columns)
      }
    let block = RecordBlock(
      bytes: sample.bytes, length: sample.bytes.count, firstLine: 1, dialect: dialect, file: input.name,
      hasQuotes: true)
    if hasHeader {
      columnNames = fields.map { FieldText.name(bytes, $0) }
      header = Array(sample.bytes[first.range])
      firstByte = first.next
      firstLine = block.line(of: first.next)
    } else {
      columnNames = fields.indices.map { String($0 + 1) }
      header = []
      firstByte = sample.start
      firstLine = 1
    }
  }

  /// The position, counted from 0, of a column given by its name or by its position counted from 1.
  ///
  /// - Throws: ``FormatError`` with code `missingArray` that lists the names, `unsuitable` when several columns have
  ///   it.
  public func position(ofColumn name: String) throws(FormatError) -> Int {
    do {
      return try ColumnNames.position(of: name, in: columnNames)
    } catch {
      throw error.naming(file)
    }
  }

  /// What was found, for people: `comma-separated, header, 211 columns`.
  public var summary: String {
    "\(dialect), \(hasHeader ? "header" : "no header"), \(columnCount) column\(columnCount == 1 ? "" : "s")"
  }

  /// Why there is no first record.
  private static func failure(of sample: TextSample, _ dialect: Dialect, file: String) -> FormatError {
    var scanner = RecordScanner(dialect, at: sample.start)
    while scanner.start < sample.bytes.count {
      switch scanner.scan(sample.bytes.span, to: sample.bytes.count, isEnd: sample.isWhole) {
      case .record(_, let next), .nothing(let next): scanner.restart(at: next)
      case .unfinished:
        return FormatError(
          .damaged, at: sample.location(of: scanner.fieldStart), "the quote that opens here is never closed", file: file
        )
      case .fieldTooLong(let start):
        return FormatError(
          .limit, at: sample.location(of: start), "the field is longer than \(DelimitedLimits.field) bytes", file: file)
      case .tooManyColumns:
        return FormatError(
          .limit, at: sample.location(of: scanner.start), "there are more than \(DelimitedLimits.columns) columns",
          file: file)
      }
    }
    return FormatError(
      .truncated, "the table is empty: there is no line but blank ones and comments", file: file)
  }

  /// The first bytes: many enough for a whole record.
  private static func sample(_ input: InputFile, _ options: TableOptions) throws(FormatError) -> TextSample {
    var length = sampleLength
    // A line may be there without the next.
    var mayGoOn = input.isLineBuffered
    while true {
      let bytes = try input.prefix(length)
      let sample = TextSample(bytes, isWhole: bytes.count < length && !mayGoOn)
      if let zero = bytes.firstIndex(of: 0) {
        throw FormatError(
          .damaged, at: sample.location(of: zero), "there is a NUL byte: this is no text", file: input.name)
      }
      let dialect = Dialect(delimiter: options.delimiter ?? .comma, hasComments: options.comments)
      if sample.isWhole || !DialectDetection.records(of: sample, dialect, atMost: 1).isEmpty { return sample }
      if mayGoOn, bytes.count < length {
        mayGoOn = try input.readLineAhead()
        continue
      }
      guard length < DelimitedLimits.record else {
        throw FormatError(
          .limit, at: .line(1, column: nil), "the record is longer than \(DelimitedLimits.record) bytes",
          file: input.name)
      }
      length *= 4
    }
  }
}

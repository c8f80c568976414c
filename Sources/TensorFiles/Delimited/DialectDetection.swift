/// The first bytes of a text.
struct TextSample {
  let bytes: [UInt8]
  /// Behind the byte order mark, if there is one.
  let start: Int
  /// Whether this is the whole text.
  let isWhole: Bool

  init(_ bytes: [UInt8], isWhole: Bool) {
    self.bytes = bytes
    start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    self.isWhole = isWhole
  }

  func location(of index: Int) -> FormatError.Location {
    RecordBlock(
      bytes: Array(bytes[start...]), length: bytes.count - start, firstLine: 1, dialect: Dialect(), file: "",
      hasQuotes: true
    ).location(of: index - start)
  }
}

/// How a text is written, found from its first rows.
enum DialectDetection {
  typealias SampleRecord = (range: Range<Int>, next: Int)

  /// The first whole records of a sample, in one dialect.
  static func records(of sample: TextSample, _ dialect: Dialect, atMost limit: Int) -> [SampleRecord] {
    var records: [SampleRecord] = []
    var scanner = RecordScanner(dialect, at: sample.start)
    while records.count < limit, scanner.start < sample.bytes.count {
      switch scanner.scan(sample.bytes.span, to: sample.bytes.count, isEnd: sample.isWhole) {
      case .record(let range, let next):
        records.append((range, next))
        scanner.restart(at: next)
      case .nothing(let next): scanner.restart(at: next)
      case .unfinished, .fieldTooLong, .tooManyColumns: return records
      }
    }
    return records
  }

  /// The dialect of a text: the delimiter that gives equally many fields in every row and the most numbers.
  ///
  /// Where several are as good the first of `, ; tab | blanks` is taken.
  static func dialect(of sample: TextSample, options: TableOptions) -> Dialect {
    let candidates: [Dialect.Delimiter] = options.delimiter.map { [$0] } ?? [.comma, .semicolon, .tab, .bar, .blanks]
    var best = Dialect(delimiter: options.delimiter ?? .comma, hasComments: options.comments)
    var bestScore = -1.0
    for delimiter in candidates {
      var dialect = Dialect(delimiter: delimiter, hasComments: options.comments)
      let records = records(of: sample, dialect, atMost: TableLayout.sampleRecords)
      dialect.hasDecimalComma = options.decimalComma ?? hasDecimalComma(sample, dialect, records)
      var score = score(sample, dialect, records)
      // In the dialect that it was written in a text has no quote that is never closed.
      if sample.isWhole, isOpen(sample, dialect, behind: records) { score /= 2 }
      if score > bestScore { (best, bestScore) = (dialect, score) }
    }
    return best
  }

  /// Whether the text behind the first records ends inside quotes.
  private static func isOpen(_ sample: TextSample, _ dialect: Dialect, behind records: [SampleRecord]) -> Bool {
    guard records.count < TableLayout.sampleRecords else { return false }
    var scanner = RecordScanner(dialect, at: records.last?.next ?? sample.start)
    while scanner.start < sample.bytes.count {
      switch scanner.scan(sample.bytes.span, to: sample.bytes.count, isEnd: true) {
      case .record(_, let next), .nothing(let next): scanner.restart(at: next)
      case .unfinished: return true
      case .fieldTooLong, .tooManyColumns: return false
      }
    }
    return false
  }

  /// How well a delimiter explains the rows: from 0 for one column to 2 for equally long rows of numbers.
  private static func score(_ sample: TextSample, _ dialect: Dialect, _ records: [SampleRecord]) -> Double {
    let bytes = sample.bytes.span
    let splitter = FieldSplitter(dialect)
    var fields: [Range<Int>] = []
    var counts: [Int: Int] = [:]
    var cells = 0
    var numbers = 0
    for (index, record) in records.enumerated() {
      splitter.split(bytes, record.range, into: &fields)
      counts[fields.count, default: 0] += 1
      // The first record may be a header.
      guard index > 0 || records.count == 1 else { continue }
      cells += fields.count
      for field in fields where isNumberOrMissing(bytes, field, dialect) { numbers += 1 }
    }
    let (columns, rows) = counts.max { ($0.value, $0.key) < ($1.value, $1.key) } ?? (0, 0)
    guard columns > 1, cells > 0 else { return 0 }
    return Double(rows) / Double(records.count) * (1 + Double(numbers) / Double(cells))
  }

  /// Whether the numbers have decimal commas: some cell is a number only with one, and none only with a point.
  private static func hasDecimalComma(
    _ sample: TextSample, _ dialect: Dialect, _ records: [SampleRecord]
  ) -> Bool {
    guard dialect.delimiter != .comma else { return false }
    var withComma = dialect
    withComma.hasDecimalComma = true
    var isCommaSeen = false
    var fields: [Range<Int>] = []
    let bytes = sample.bytes.span
    let comma = UInt8(ascii: ",")
    for record in records {
      FieldSplitter(dialect).split(bytes, record.range, into: &fields)
      for field in fields {
        if field.contains(where: { bytes[$0] == comma }) {
          // `1,` and `,5` are more often lists than numbers.
          let isInside = field.contains {
            bytes[$0] == comma && $0 > field.lowerBound && $0 + 1 < field.upperBound
              && NumberParsing.isDigit(bytes[$0 - 1]) && NumberParsing.isDigit(bytes[$0 + 1])
          }
          if isInside, isNumberOrMissing(bytes, field, withComma) { isCommaSeen = true }
        } else if field.contains(where: { bytes[$0] == UInt8(ascii: ".") }), isNumberOrMissing(bytes, field, dialect) {
          return false
        }
      }
    }
    return isCommaSeen
  }

  /// Whether the first record names the columns.
  static func isHeader(
    _ sample: TextSample, _ dialect: Dialect, _ records: [SampleRecord], _ columns: [Int]?
  ) -> Bool {
    guard let first = records.first else { return false }
    let bytes = sample.bytes.span
    let splitter = FieldSplitter(dialect)
    var fields: [Range<Int>] = []
    splitter.split(bytes, first.range, into: &fields)
    let texts = fields.indices.filter { !isNumberOrMissing(bytes, fields[$0], dialect) }
    if let columns { return texts.contains(where: columns.contains) }
    if texts.isEmpty { return false }
    if texts.count == fields.count || records.count == 1 { return true }
    // A column that is text in the next rows too, such as the names of classes, says nothing.
    var alwaysText = Set(texts)
    for record in records.dropFirst() {
      splitter.split(bytes, record.range, into: &fields)
      alwaysText = alwaysText.filter { $0 < fields.count && !isNumberOrMissing(bytes, fields[$0], dialect) }
    }
    return texts.contains { !alwaysText.contains($0) }
  }

  static func isNumberOrMissing(_ bytes: Span<UInt8>, _ field: Range<Int>, _ dialect: Dialect) -> Bool {
    func test(_ text: Span<UInt8>) -> Bool {
      if case .number = NumberParsing.parse(text, decimalComma: dialect.hasDecimalComma) { return true }
      return FieldText.isMissing(text)
    }
    guard FieldText.isQuoted(bytes, field) else { return test(bytes.extracting(field)) }
    guard let content = FieldText.unquoted(bytes, field) else { return false }
    return test(content.span)
  }
}

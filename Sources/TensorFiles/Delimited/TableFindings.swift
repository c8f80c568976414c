/// What else the first rows of a table tell, for people: how it is written where that is not the usual, and what in it is
/// no number.
struct TableFindings {
  /// One sentence each.
  private(set) var notes: [String] = []
  /// The columns that hold text in all of the first rows.
  private(set) var textColumns: Set<Int> = []

  /// - Parameter toldDelimiter: a delimiter that the user or the format gave, which need not be said.
  init(_ input: InputFile, _ layout: TableLayout, toldDelimiter: Dialect.Delimiter?) throws(FormatError) {
    let prefix = try input.prefix(TableLayout.sampleLength)
    let sample = TextSample(prefix, isWhole: prefix.count < TableLayout.sampleLength)
    notes.append(layout.hasHeader ? "the first line is a header" : "there is no header")
    noteNumbers(in: layout)
    if layout.dialect.delimiter != (toldDelimiter ?? .comma), layout.columnCount > 1 {
      notes.append("the columns are \(Dialect(delimiter: layout.dialect.delimiter))")
    }
    if layout.dialect.hasDecimalComma { notes.append("commas are decimal points") }
    if sample.start > 0 { notes.append("a byte order mark is passed over") }
    look(at: sample, layout)
  }

  /// Names that are numbers: the first line may be data, or say how many rows and columns follow.
  private mutating func noteNumbers(in layout: TableLayout) {
    guard layout.hasHeader else { return }
    let numbers = layout.columnNames.filter { name in
      let bytes = Array(name.utf8)
      if case .number = NumberParsing.parse(bytes.span) { return !FieldText.isMissing(bytes.span) }
      return false
    }
    guard !numbers.isEmpty else { return }
    notes.append(
      "\(numbers.prefix(3).joined(separator: ", "))\(numbers.count > 3 ? ", …" : "") in the header "
        + "\(numbers.count == 1 ? "is a number" : "are numbers"): perhaps the line is data, or says how many rows follow"
    )
  }

  private mutating func look(at sample: TextSample, _ layout: TableLayout) {
    let bytes = sample.bytes.span
    var records = DialectDetection.records(of: sample, layout.dialect, atMost: TableLayout.sampleRecords)[...]
    if layout.hasHeader { records = records.dropFirst() }
    var texts = Set(records.isEmpty ? [] : Array(0..<layout.columnCount))
    var hasValue: Set<Int> = []
    var missing: String?
    var fields: [Range<Int>] = []
    for record in records {
      FieldSplitter(layout.dialect).split(bytes, record.range, into: &fields)
      for (column, field) in fields.enumerated() {
        switch FieldText.kind(bytes, field, decimalComma: layout.dialect.hasDecimalComma) {
        case .missing: missing = missing ?? FieldText.shown(bytes, field)
        case .number: texts.remove(column)
        // `0x10` is rather a number that is none.
        case .text: if FieldText.shown(bytes, field).first?.isLetter == true { hasValue.insert(column) }
        }
      }
    }
    textColumns = texts.intersection(hasValue)
    if let missing {
      notes.append("missing values (\(missing.isEmpty ? "empty fields" : "'\(missing)'")) are read as NaN")
    }
    let names = textColumns.sorted().map { layout.columnNames[$0] }
    guard let first = names.first else { return }
    notes.append(
      names.count == 1 ? "the column \(first) is text" : "the columns \(TableFindings.list(names)) are text")
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}

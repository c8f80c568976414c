public import Tensors

/// An open ARFF file: one array `data` of (rows, columns) with the numeric and nominal attributes, and the columns by
/// themselves. Strings, dates and relations are listed and not read.
public final class ARFFReader: TableReader {
  public let entries: [TensorEntry]
  public let columnNames: [String]
  public let notes: [String]
  public var hasHeader: Bool { true }

  private let input: InputFile
  private let limits: Limits
  private let header: ARFFHeader
  /// The attribute of each column.
  private let columns: [Int]
  private let rowCount: Int
  private let checkpoints: [TextCheckpoint]

  /// Opens a file and counts its rows.
  ///
  /// - Throws: ``FormatError``: `damaged` at the line and column of a bad declaration, `truncated` without `@data`.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let header = try ARFFHeader(input, limits: limits)
    self.header = header
    let columns = header.attributes.indices.filter { header.attributes[$0].isNumbers }
    self.columns = columns
    columnNames = columns.map { header.attributes[$0].name }
    var checkpoints = TextCheckpoints()
    var rows = 0
    let lines = try ARFFLines(input, header)
    while try lines.advance() {
      checkpoints.pass(row: rows, byte: lines.offset, line: lines.number)
      rows += 1
    }
    rowCount = rows
    self.checkpoints = checkpoints.list
    entries = ARFFReader.entries(header.attributes, columns, rows)
    notes = ARFFReader.notes(header.attributes)
  }

  private static func entries(_ attributes: [ARFFAttribute], _ columns: [Int], _ rows: Int) -> [TensorEntry] {
    var entries: [TensorEntry] = []
    if !columns.isEmpty {
      entries.append(
        TensorEntry(name: "data", shape: [rows, columns.count], content: .numbers(.float64, storedAs: nil)))
    }
    for attribute in attributes {
      guard case .other(let type) = attribute.kind else { continue }
      let name = attribute.name == "data" ? "the attribute data" : attribute.name
      entries.append(TensorEntry(name: name, shape: [rows], content: .other(className: type, remedy: nil)))
    }
    return entries
  }

  /// What the numbers of the classes mean.
  private static func notes(_ attributes: [ARFFAttribute]) -> [String] {
    var notes: [String] = []
    var left = 0
    for attribute in attributes {
      guard case .nominal(let classes, let numbers) = attribute.kind, numbers == nil else { continue }
      if notes.count < 20 { notes.append(classes.summary) } else { left += 1 }
    }
    if left > 0 { notes.append("and classes of \(left) more columns") }
    return notes
  }

  /// The names of the columns, as `columns` of `data`, and of the classes of a nominal column c, as `classes_c`.
  public func attributes(of path: String) -> [Attribute] {
    guard path == "data" else { return [] }
    var attributes = [Attribute(name: "columns", value: .texts(columnNames))]
    for column in columns {
      guard case .nominal(let classes, let numbers) = header.attributes[column].kind, numbers == nil else { continue }
      attributes.append(Attribute(name: "classes_" + classes.column, value: .texts(classes.names)))
    }
    return attributes
  }

  public func tensor(_ name: String) throws(FormatError) -> Tensor {
    let entry = try entry(name)
    guard entry.isNumeric else { throw notNumeric(entry) }
    do {
      let bytes = try Tensor.byteCount(shape: entry.shape, elementType: .float64)
      try limits.charge(bytes: bytes, at: .object(name))
      var buffer = try TensorBuffer(byteCount: bytes)
      let rows = try arffRows(ofColumns: Array(columns.indices), missing: .nan)
      try buffer.withMutableElements(as: Double.self) { span throws(FormatError) in
        guard try rows.nextRows(into: &span) == rowCount else {
          throw FormatError(.truncated, "the file became shorter while it was read", file: input.name)
        }
      }
      return try Tensor(shape: entry.shape, elementType: .float64, order: .rowMajor, storage: buffer.finish())
    } catch {
      throw FormatError.converted(error, at: name).naming(input.name)
    }
  }

  public func source(of name: String) throws(FormatError) -> any TensorSource {
    let entry = try entry(name)
    guard entry.isNumeric else { throw notNumeric(entry) }
    return TableSource(self, shape: entry.shape)
  }

  public func rows(of name: String) throws(FormatError) -> any RowSource {
    let entry = try entry(name)
    guard entry.isNumeric else { throw notNumeric(entry) }
    return try arffRows(ofColumns: Array(columns.indices), missing: .nan)
  }

  public func rows(
    ofColumns columns: [Int], missing: MissingValues, classes: [Int: ClassLabels]
  ) throws(FormatError) -> any RowSource {
    try arffRows(ofColumns: columns, missing: missing, classes: classes)
  }

  private func arffRows(
    ofColumns wanted: [Int], missing: MissingValues, classes: [Int: ClassLabels] = [:]
  ) throws(FormatError) -> ARFFRows {
    var attributes: [Int] = []
    for column in wanted { attributes.append(try attribute(ofColumn: column)) }
    var others: [Int: ClassLabels] = [:]
    for (column, labels) in classes { others[try attribute(ofColumn: column)] = labels }
    return ARFFRows(
      try ARFFLines(input, header),
      ARFFRowReader(header.attributes, wanted: attributes, missing: missing, classes: others),
      columnCount: wanted.count, rowCount: rowCount, checkpoints: checkpoints
    ) { [input] offset, line throws(FormatError) in try ARFFLines(input, from: offset, line: line) }
  }

  private func attribute(ofColumn column: Int) throws(FormatError) -> Int {
    guard columns.indices.contains(column) else {
      throw FormatError(
        .missingArray, "there is no column \(column + 1); the table has \(columns.count)", file: input.name)
    }
    return columns[column]
  }

  public func location(ofRow row: Int, column: Int) throws(FormatError) -> FormatError.Location {
    let attribute = try attribute(ofColumn: column)
    var location = FormatError.Location.file
    var rest = row
    let lines = try ARFFLines(input, header)
    while try lines.advance() {
      guard rest == 0 else {
        rest -= 1
        continue
      }
      location = .line(lines.number, column: nil)
      try lines.forEachValue(header.attributes) { index, word in
        if index == attribute { location = lines.location(of: word.range.lowerBound) }
      }
      return location
    }
    return location
  }

  /// The texts of one column as they stand there; those that a sparse row leaves out are `0` or the first class.
  public func texts(ofColumn column: Int) throws(FormatError) -> [String] {
    let attribute = try attribute(ofColumn: column)
    var absent = "0"
    if case .nominal(let classes, _) = header.attributes[attribute].kind { absent = classes.names.first ?? "0" }
    var texts: [String] = []
    var bytes = 0
    let lines = try ARFFLines(input, header)
    while try lines.advance() {
      var text = absent
      try lines.forEachValue(header.attributes) { index, word in
        if index == attribute { text = word.text(in: lines.bytes) }
      }
      bytes += text.utf8.count + MemoryLayout<String>.stride
      try limits.charge(bytes: bytes, at: .line(lines.number, column: nil))
      texts.append(text)
    }
    return texts
  }

  public func classes(ofColumn column: Int) throws(FormatError) -> ClassLabels? {
    try declaredClasses(ofColumn: column)
  }

  /// The classes of a nominal column, as declared; nil for numbers, also where all the names are numbers.
  public func declaredClasses(ofColumn column: Int) throws(FormatError) -> ClassLabels? {
    guard case .nominal(let classes, let numbers) = header.attributes[try attribute(ofColumn: column)].kind else {
      return nil
    }
    return numbers == nil ? classes : nil
  }
}

/// The lines that are rows.
private final class ARFFLines {
  private let lines: TextLines
  private let file: String

  convenience init(_ input: InputFile, _ header: ARFFHeader) throws(FormatError) {
    try self.init(input, from: header.firstByte, line: header.firstLine)
  }

  init(_ input: InputFile, from offset: Int, line: Int) throws(FormatError) {
    lines = try TextLines(input, from: offset, number: line)
    file = input.name
  }

  var bytes: [UInt8] { lines.bytes }
  var range: Range<Int> { lines.range }
  var number: Int { lines.number }
  var offset: Int { lines.offset }
  func location(of index: Int) -> FormatError.Location { lines.location(of: index) }

  /// Goes to the next row; false at the end.
  func advance() throws(FormatError) -> Bool {
    while try lines.advance() {
      let bytes = lines.bytes
      for index in lines.range where !NumberParsing.isBlank(bytes[index]) {
        if bytes[index] == UInt8(ascii: "%") { break }
        return true
      }
    }
    return false
  }

  /// The values of the current row.
  func forEachValue(
    _ attributes: [ARFFAttribute], _ body: (Int, ARFFWord) -> Void
  ) throws(FormatError) {
    var reader = ARFFRowReader(attributes, wanted: [], missing: .nan)
    do throws(ARFFWords.Failure) {
      try reader.forEachValue(lines.bytes, lines.range) { index, word in body(index, word) }
    } catch {
      throw located(error)
    }
  }

  func located(_ failure: ARFFWords.Failure) -> FormatError {
    FormatError(.damaged, at: lines.location(of: failure.index), failure.sentence, file: file)
  }
}

/// The rows of some columns.
private final class ARFFRows: RowSource {
  let columnCount: Int
  let rowCount: Int?
  private var lines: ARFFLines
  private var reader: ARFFRowReader
  private let checkpoints: [TextCheckpoint]
  private let begin: (Int, Int) throws(FormatError) -> ARFFLines

  init(
    _ lines: ARFFLines, _ reader: ARFFRowReader, columnCount: Int, rowCount: Int, checkpoints: [TextCheckpoint],
    begin: @escaping (Int, Int) throws(FormatError) -> ARFFLines
  ) {
    self.lines = lines
    self.reader = reader
    self.columnCount = columnCount
    self.rowCount = rowCount
    self.checkpoints = checkpoints
    self.begin = begin
  }

  func nextRows(into block: inout MutableSpan<Double>) throws(FormatError) -> Int {
    guard columnCount > 0 else { return 0 }
    var count = 0
    while (count + 1) * columnCount <= block.count, try lines.advance() {
      do throws(ARFFWords.Failure) {
        try reader.read(lines.bytes, lines.range, into: &block, at: count * columnCount)
      } catch {
        throw lines.located(error)
      }
      count += 1
    }
    return count
  }

  func seek(toRow row: Int) throws(FormatError) {
    let row = min(max(row, 0), rowCount ?? 0)
    guard !checkpoints.isEmpty else { return }
    let checkpoint = checkpoints[beforeRow: row]
    lines = try begin(checkpoint.byte, checkpoint.line)
    for _ in checkpoint.row..<row where try !lines.advance() { return }
  }
}

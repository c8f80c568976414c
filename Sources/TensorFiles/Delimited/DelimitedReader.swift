public import Tensors

/// An open table: one array `data` of (rows, columns), and the columns by themselves.
public final class DelimitedReader: TableReader {
  /// What the first rows told.
  public let layout: TableLayout
  /// The number of records under the header.
  public let rowCount: Int
  public let entries: [TensorEntry]

  public let notes: [String]
  /// The columns that held text alone in the first rows.
  public let textColumns: Set<Int>

  private let input: InputFile
  private let limits: Limits
  private let checkpoints: [TextCheckpoint]

  /// Opens a table and counts its rows; a pipe is read to its end for it.
  ///
  /// - Throws: ``FormatError``: what ``TableLayout`` and ``DelimitedRecords`` throw.
  public init(_ input: InputFile, options: TableOptions = TableOptions(), limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    layout = try TableLayout(input, options: options)
    guard layout.columnCount <= limits.objects else {
      throw FormatError(.limit, "there are more than \(limits.objects) columns", file: input.name)
    }
    let findings = try TableFindings(input, layout, toldDelimiter: options.delimiter)
    notes = findings.notes
    textColumns = findings.textColumns
    _ = try input.size()
    let counting = try RowCounting(input, layout, threads: limits.threads)
    rowCount = counting.rowCount
    checkpoints = counting.checkpoints
    entries = [
      TensorEntry(
        name: "data", shape: [rowCount, layout.columnCount], content: .numbers(.float64, storedAs: nil))
    ]
  }

  public var columnNames: [String] { layout.columnNames }
  public var hasHeader: Bool { layout.hasHeader }

  /// The names of the columns, as `columns` of `data`, where a header gave them.
  public func attributes(of path: String) -> [Attribute] {
    path == "data" && hasHeader ? [Attribute(name: "columns", value: .texts(columnNames))] : []
  }

  public func tensor(_ name: String) throws(FormatError) -> Tensor {
    let shape = try entry(name).shape
    do {
      let bytes = try Tensor.byteCount(shape: shape, elementType: .float64)
      try limits.charge(bytes: bytes, at: .object(name))
      var buffer = try TensorBuffer(byteCount: bytes)
      let rows = try wholeRows()
      try buffer.withMutableElements(as: Double.self) { span throws(FormatError) in
        try rows.fill(&span)
      }
      return try Tensor(shape: shape, elementType: .float64, order: .rowMajor, storage: buffer.finish())
    } catch let error as TensorError {
      throw FormatError(error, at: .object(name)).naming(input.name)
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(.damaged, at: .object(name), "\(error)", file: input.name)
    }
  }

  public func source(of name: String) throws(FormatError) -> any TensorSource {
    TableSource(self, shape: try entry(name).shape)
  }

  public func rows(of name: String) throws(FormatError) -> any RowSource {
    _ = try entry(name)
    return try wholeRows()
  }

  public func rows(
    ofColumns columns: [Int], missing: MissingValues, classes: [Int: ClassLabels]
  ) throws(FormatError) -> any RowSource {
    let selection = try ColumnSelection(columns, of: layout, missing: missing, classes: classes)
    return DelimitedRows(
      input, layout, selection, rowCount: rowCount, checkpoints: checkpoints, threads: limits.threads)
  }

  /// The rows of all columns, which must be numbers; a column of texts is said to be one.
  private func wholeRows() throws(FormatError) -> DelimitedRows {
    let selection = try ColumnSelection(Array(0..<layout.columnCount), of: layout)
    let (textColumns, names, hasHeader) = (textColumns, layout.columnNames, layout.hasHeader)
    return DelimitedRows(
      input, layout, selection, rowCount: rowCount, checkpoints: checkpoints, threads: limits.threads
    ) { column in
      guard textColumns.contains(column) else { return nil }
      return "; the column \(hasHeader ? "'\(names[column])'" : names[column]) is text: --labels numbers its classes, "
        + "--features leaves it out"
    }
  }

  /// The classes in a column of texts, in order of appearance; nil where every field is a number or missing.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` for more than ``ClassLabels/most`` classes, `damaged` for a record
  ///   with another number of fields.
  public func classes(ofColumn column: Int) throws(FormatError) -> ClassLabels? {
    let selection = try ColumnSelection([column], of: layout)
    let records = DelimitedRecords(input, layout: layout)
    var names: [String] = []
    var known: Set<String> = []
    var (isText, hasNumbers) = (false, false)
    var fields: [Range<Int>] = []
    while let block = try records.nextBlock() {
      try block.forEachRecord { record throws(FormatError) in
        block.split(record.range, into: &fields)
        try selection.check(fields.count, at: .line(record.line, column: nil), file: input.name)
        let field = fields[column]
        let kind = FieldText.kind(block.bytes.span, field, decimalComma: layout.dialect.hasDecimalComma)
        if kind == .missing { return }
        if kind == .text { isText = true } else { hasNumbers = true }
        guard !(isText && hasNumbers) else {
          // One wrong letter among numbers would be a class, and shift all others.
          throw FormatError(
            .unsuitable, at: block.location(of: field.lowerBound),
            "'\(FieldText.shown(block.bytes.span, field))' stands in a column that has numbers and texts; the names of "
              + "classes are texts alone", file: input.name)
        }
        // A column of many numbers may have one text in its last row.
        guard known.count <= ClassLabels.most else {
          guard isText else { return }
          throw FormatError(
            .unsuitable, at: .line(record.line, column: nil),
            "the column '\(layout.columnNames[column])' has more than \(ClassLabels.most) different texts: these are no "
              + "classes", file: input.name)
        }
        let name = block.text(of: field)
        if known.insert(name).inserted { names.append(name) }
      }
    }
    return isText ? ClassLabels(column: layout.columnNames[column], names: names) : nil
  }

  public func location(ofRow row: Int, column: Int) throws(FormatError) -> FormatError.Location {
    let records = DelimitedRecords(input, layout: layout)
    var rest = row
    if !checkpoints.isEmpty, input.knownSize != nil {
      let checkpoint = checkpoints[beforeRow: row]
      records.seek(toByte: checkpoint.byte, line: checkpoint.line)
      rest -= checkpoint.row
    }
    var fields: [Range<Int>] = []
    while let block = try records.nextBlock() {
      var cursor = RecordCursor(block)
      while let record = cursor.next() {
        guard rest == 0 else {
          rest -= 1
          continue
        }
        block.split(record.range, into: &fields)
        return fields.indices.contains(column)
          ? block.location(of: fields[column].lowerBound) : .line(record.line, column: nil)
      }
    }
    return .file
  }

  /// The texts of one column, without quotes, or without the blanks around them: the names of classes.
  ///
  /// - Throws: ``FormatError`` with code `damaged` for a record with another number of fields, `limit` when the texts
  ///   would take more memory than one array may.
  public func texts(ofColumn column: Int) throws(FormatError) -> [String] {
    let selection = try ColumnSelection([column], of: layout)
    let records = DelimitedRecords(input, layout: layout)
    var texts: [String] = []
    var fields: [Range<Int>] = []
    var bytes = 0
    while let block = try records.nextBlock() {
      try block.forEachRecord { record throws(FormatError) in
        block.split(record.range, into: &fields)
        try selection.check(fields.count, at: .line(record.line, column: nil), file: input.name)
        bytes += fields[column].count + MemoryLayout<String>.stride
        try limits.charge(bytes: bytes, at: .line(record.line, column: nil))
        texts.append(block.text(of: fields[column]))
      }
    }
    return texts
  }
}

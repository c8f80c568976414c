public import Tensors

/// An open table: one array `data` of (rows, columns), and the columns by themselves.
public final class DelimitedReader: TableReader {
  /// What the first rows told.
  public let layout: TableLayout
  /// The number of records under the header.
  public let rowCount: Int
  public let entries: [TensorEntry]

  private let input: InputFile
  private let limits: Limits
  private let checkpoints: [DelimitedCheckpoint]

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
    _ = try input.size()
    let records = DelimitedRecords(input, layout: layout)
    var checkpoints: [DelimitedCheckpoint] = []
    var rows = 0
    var byte = layout.firstByte
    while let block = try records.nextBlock() {
      checkpoints.append(DelimitedCheckpoint(row: rows, byte: byte, line: block.firstLine))
      rows += block.recordCount
      byte += block.length
    }
    rowCount = rows
    self.checkpoints = checkpoints
    entries = [
      TensorEntry(
        name: "data", shape: [rows, layout.columnCount], content: .numbers(.float64, storedAs: nil))
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
      let rows = try delimitedRows(ofColumns: Array(0..<layout.columnCount), missing: .nan)
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
    return try rows(ofColumns: Array(0..<layout.columnCount))
  }

  public func rows(ofColumns columns: [Int], missing: MissingValues) throws(FormatError) -> any RowSource {
    try delimitedRows(ofColumns: columns, missing: missing)
  }

  /// The rows of some columns, with typed errors.
  func delimitedRows(ofColumns columns: [Int], missing: MissingValues) throws(FormatError) -> DelimitedRows {
    DelimitedRows(
      DelimitedRecords(input, layout: layout), try ColumnSelection(columns, of: layout, missing: missing),
      rowCount: rowCount, checkpoints: checkpoints)
  }

  public func location(ofRow row: Int, column: Int) throws(FormatError) -> FormatError.Location {
    let records = DelimitedRecords(input, layout: layout)
    var rest = row
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

/// A place in a table from which reading can go on.
struct DelimitedCheckpoint {
  let row: Int
  let byte: Int
  let line: Int
}

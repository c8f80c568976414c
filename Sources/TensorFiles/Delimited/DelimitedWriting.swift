public import Tensors

extension DelimitedFormat {
  /// What a table does not keep: the attributes of the arrays but the names of their columns, and types but float64.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` for complex numbers, more than two dimensions or different numbers
  ///   of rows.
  public func changes(writing archive: ArchiveSource) throws(FormatError) -> [String] {
    let table = try TableToWrite(archive)
    var changes: [String] = []
    let types: [(String, (ElementType) -> Bool)] = [
      ("they are read back as float64, which has whole numbers up to 2^53", { $0 == .int64 || $0 == .uint64 }),
      ("they are read back as float64", { $0 != .float64 && $0 != .int64 && $0 != .uint64 }),
    ]
    for (sentence, isOfType) in types {
      let names = archive.members.filter { isOfType($0.source.elementType) }.map(\.name)
      if !names.isEmpty { changes.append("\(DelimitedFormat.subject(names)): text has no types: \(sentence)") }
    }
    if let names = table.columnNames, names.allSatisfy(FieldText.isNumberOrMissing) {
      changes.append(
        "the names of the columns (\(DelimitedFormat.subject(names))) look like numbers: reading the table needs "
          + "--header yes")
    }
    changes += archive.attributeLosses(in: "a table", keepsColumns: true)
    return changes
  }

  /// A list of names that is not long: `X, y and 3 more`.
  private static func subject(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }

  /// Writes arrays with equal numbers of rows side by side, `X1,X2,y`, or one array `data` under its own column names.
  ///
  /// - Throws: ``FormatError``: before anything is written what ``changes(writing:)`` throws; what writing throws.
  public func write(
    _ archive: ArchiveSource, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let table: TableToWrite
    do throws(FormatError) { table = try TableToWrite(archive) } catch { throw error.naming(output.name) }
    var writer = RowWriter(delimiter: delimiter)
    if let names = table.columnNames { writer.append(header: names) }
    try output.write(writer)
    do {
      try inTurn(
        threads: options.threads, job: { TableJob(delimiter) },
        begin: { job in
          job.block = try table.nextBlock()
          return job.block != nil
        },
        work: { { job in job.format() } },
        end: { job throws(FormatError) in try output.write(job.writer) })
    } catch {
      throw FormatError.converted(error, at: "")
    }
  }
}

/// Some rows of a table and their text, in memory that is used again for further rows.
private final class TableJob {
  var block: TableBlock?
  private(set) var writer: RowWriter

  init(_ delimiter: Dialect.Delimiter) { writer = RowWriter(delimiter: delimiter) }

  /// Writes the block as text.
  func format() {
    writer.removeAll()
    guard let block else { return }
    guard let (numbers, width) = block.doubles else {
      for row in 0..<block.rowCount {
        for part in block.parts {
          for column in 0..<part.columnCount { part.append(row, column, to: &writer) }
        }
        writer.endRow()
      }
      return
    }
    let columns = AppendedColumns(numberCount: width)
    // The room that a row might take is much more than it takes.
    let (count, step) = (block.rowCount, max(1, 2048 / width))
    for first in stride(from: 0, to: count, by: step) {
      writer.append(
        rows: first..<min(count, first + step), .numbers([], perRow: 0), numbers: numbers, classes: [], columns)
    }
  }
}

/// An archive as a table: arrays with equal numbers of rows.
private final class TableToWrite {
  let rowCount: Int
  let columns: [TableColumnsToWrite]
  /// The names for the header, or nil where the table has none.
  let columnNames: [String]?
  /// One pass over each array, in step, once reading has begun.
  private var passes: [any TensorBlocks]?
  /// Rows that were handed out.
  private var written = 0

  /// Bytes of numbers that are read at a time.
  private static let blockLength = 1 << 18

  init(_ archive: ArchiveSource) throws(FormatError) {
    var columns: [TableColumnsToWrite] = []
    for member in archive.members {
      let names = archive.attributes.value("columns", of: member.name)?.texts
      columns.append(try TableColumnsToWrite(member, names: names))
    }
    guard let first = columns.first else { throw FormatError(.unsuitable, "there is no array to write") }
    if let other = columns.first(where: { $0.rowCount != first.rowCount }) {
      throw FormatError(
        .unsuitable, at: .object(other.name),
        "the array has \(other.rowCount) rows and '\(first.name)' has \(first.rowCount); a table holds arrays with equal "
          + "numbers of rows side by side, so write them to files of their own (reg-convert --arrays)")
    }
    rowCount = first.rowCount
    self.columns = columns
    try TableToWrite.checkNames(of: columns)
    let isUnnamed = columns.count == 1 && first.name == "data" && !first.hasOwnNames
    columnNames = isUnnamed ? nil : columns.flatMap(\.columnNames)
  }

  /// Throws where columns of two arrays would have one name.
  private static func checkNames(of columns: [TableColumnsToWrite]) throws(FormatError) {
    var owners: [String: String] = [:]
    for array in columns {
      for name in Set(array.columnNames) {
        guard let owner = owners.updateValue(array.name, forKey: name) else { continue }
        throw FormatError(
          .unsuitable, at: .object(array.name),
          "a column '\(name)' would be of this array and of '\(owner)'; --rename gives one another name")
      }
    }
  }

  /// The next rows of all arrays; nil at the end.
  func nextBlock() throws(FormatError) -> TableBlock? {
    let width = columns.reduce(1) { $0 + $1.columnNames.count }
    let rows = max(1, TableToWrite.blockLength / 8 / width)
    var parts: [RowsOfNumbers] = []
    var name = ""
    do {
      let passes = try self.passes ?? columns.map { try $0.source.blocks(ofRows: rows) }
      self.passes = passes
      for (column, pass) in zip(columns, passes) {
        name = column.name
        let tensor = try pass.next()
        let count = tensor == nil ? 0 : tensor?.shape.first ?? 1
        guard count == min(rows, rowCount - written) else {
          throw FormatError(
            .damaged, at: .object(name), "\(written + count) rows came where there should be \(rowCount)")
        }
        guard let tensor else { continue }
        parts.append(try RowsOfNumbers(tensor, columnCount: column.columnNames.count))
      }
    } catch {
      throw FormatError.converted(error, at: name)
    }
    guard let first = parts.first else { return nil }
    written += first.rowCount
    return TableBlock(rowCount: first.rowCount, parts: parts)
  }
}

/// Some rows of a table.
private struct TableBlock {
  let rowCount: Int
  let parts: [RowsOfNumbers]

  /// All numbers row by row and those of a row, where all are doubles.
  var doubles: (numbers: [Double], width: Int)? {
    if parts.count == 1, let numbers = parts[0].doublesByRow { return (numbers, parts[0].columnCount) }
    guard parts.allSatisfy(\.areDoubles) else { return nil }
    let width = parts.reduce(0) { $0 + $1.columnCount }
    var numbers = [Double](repeating: 0, count: rowCount * width)
    var first = 0
    for part in parts {
      part.copyDoubles(to: &numbers, width: width, from: first)
      first += part.columnCount
    }
    return (numbers, width)
  }
}

/// One array as columns of a table.
private struct TableColumnsToWrite {
  let name: String
  let source: any TensorSource
  let rowCount: Int
  let columnNames: [String]
  /// Whether the names came with the array.
  let hasOwnNames: Bool

  init(_ member: ArchiveSource.Member, names: [String]?) throws(FormatError) {
    name = member.name
    source = member.source
    let shape = source.shape
    guard shape.count == 1 || shape.count == 2 else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the array is \(Tensor.describe(shape)); a table holds arrays of one or two dimensions, so leave this one out "
          + "(reg-convert --arrays) or write it as HDF5, NPZ or MAT")
    }
    guard !source.elementType.isComplex else {
      throw FormatError(.unsuitable, at: .object(name), "the numbers are complex; a table holds real ones")
    }
    rowCount = shape[0]
    let columns = shape.count == 2 ? shape[1] : 1
    guard columns > 0 else {
      throw FormatError(
        .unsuitable, at: .object(name), "the array is \(Tensor.describe(shape)); a table has one column at least")
    }
    guard columns <= Limits().objects else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the array has \(columns) columns; a table has \(Limits().objects) at most (--transpose makes them rows)")
    }
    hasOwnNames = names?.count == columns
    if let names, names.count == columns {
      columnNames = names
    } else {
      columnNames = columns == 1 ? [member.name] : (0..<columns).map { "\(member.name)\($0 + 1)" }
    }
  }
}

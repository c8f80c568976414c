import TensorFiles
import Tensors
import Training

/// The columns of a table that are the features and the labels, by position from 0.
struct TableColumns {
  let features: [Int]
  let labels: Int

  /// Columns by the user's choice or by the usual names: labels in `y`, `label`, `target` or `class`, else in the last
  /// column, features in all others.
  init(_ selection: DatasetSelection, of table: any TableReader) throws(FormatError) {
    let names = table.columnNames
    let labels: Int
    if let chosen = selection.labels {
      labels = try ColumnNames.position(of: chosen, in: names)
    } else {
      labels = DatasetNames.labelColumn(among: names)
    }
    if let chosen = selection.features {
      features = try ColumnNames.positions(of: chosen, in: names)
    } else {
      features = names.indices.filter { $0 != labels }
    }
    self.labels = labels
    guard !features.isEmpty else {
      throw FormatError(
        .unsuitable, "there is one column, features and labels need two at least (is the delimiter another one?)")
    }
    guard !features.contains(labels) else {
      throw FormatError(
        .unsuitable, at: .object(names[labels]), "this column is among the features and is also the labels")
    }
  }

  /// Where the numbers of labels that are texts come from.
  enum Classes {
    /// From the table: two names in order of appearance, or as declared.
    case found
    /// From the table before this one; nil where its labels are numbers.
    case given(ClassLabels?)
  }

  /// Reads all rows of the columns.
  func load(from table: any TableReader, classes wanted: Classes = .found) throws(FormatError) -> LoadedDataset {
    let width = features.count + 1
    var columns: [[Double]]
    var classes: ClassLabels?
    switch wanted {
    case .found: classes = try table.declaredClasses(ofColumn: labels)
    case .given(let known): classes = known
    }
    if let classes, classes.names.count != 2 {
      throw FormatError(
        .unsuitable, at: .object(table.columnNames[labels]),
        "labels are 0 or 1, or the names of two classes; the column has \(TableColumns.list(classes))")
    }
    do throws(FormatError) {
      columns = try values(in: table, classes)
    } catch {
      guard isOfLabel(error, in: table) else { throw error }
      guard case .found = wanted, classes == nil, let found = try table.classes(ofColumn: labels) else {
        throw TableColumns.explain(error, classes == nil ? "; labels are 0 or 1" : "")
      }
      guard found.names.count == 2 else {
        throw TableColumns.explain(
          error, "; labels are 0 or 1, or the names of two classes; the column has \(TableColumns.list(found))")
      }
      classes = found
      columns = try values(in: table, found)
    }
    let names = DatasetNames(
      features: features.map { table.columnNames[$0] }.joined(separator: ","), labels: table.columnNames[labels])
    let examples = columns[0].count
    guard examples > 0 else { throw FormatError(.unsuitable, "there are no rows below the header") }
    do {
      let train = try Dataset(
        features: Matrix(rows: features.count, columns: examples, elements: columns.dropLast().flatMap(\.self)),
        labels: Matrix(rows: 1, columns: examples, elements: columns[width - 1]))
      let inputNames = features.map { table.columnNames[$0] }
      // A name that stands twice finds no column again.
      let areUsable = table.hasHeader && Set(inputNames).count == inputNames.count
      return LoadedDataset(
        train: train, names: names, inputNames: areUsable ? inputNames : nil, classes: classes)
    } catch {
      guard let row = error.example else { throw FormatError(.unsuitable, error.description) }
      let column = error.input.map { features[$0] } ?? labels
      let value = columns[error.input ?? width - 1][row].shortestText
      throw FormatError(
        .unsuitable, at: try table.location(ofRow: row, column: column),
        error.input == nil
          ? "the label is \(value), expected 0 or 1" : "the value is \(value), expected a finite number")
    }
  }

  /// Whether it is a label that cannot be read: the features alone can, or fail elsewhere.
  private func isOfLabel(_ error: FormatError, in table: any TableReader) -> Bool {
    guard error.code == .damaged, case .line(_, .some) = error.location else { return false }
    do throws(FormatError) {
      _ = try TableColumns.values(of: features, in: table)
    } catch let other {
      return other.location != error.location
    }
    return true
  }

  private static func explain(_ error: FormatError, _ more: String) -> FormatError {
    FormatError(error.code, at: error.location, error.sentence + more, file: error.file)
  }

  /// Their number and names: `3: setosa, versicolor, virginica`.
  private static func list(_ classes: ClassLabels) -> String {
    "\(classes.names.count): \(classes.names.prefix(10).joined(separator: ", "))"
      + (classes.names.count > 10 ? ", …" : "")
  }

  /// The values of the features and the labels, column by column.
  private func values(in table: any TableReader, _ classes: ClassLabels?) throws(FormatError) -> [[Double]] {
    try TableColumns.values(of: features + [labels], in: table, classes: classes.map { [labels: $0] } ?? [:])
  }

  /// The values of some columns, column by column.
  private static func values(
    of columns: [Int], in table: any TableReader, classes: [Int: ClassLabels] = [:]
  ) throws(FormatError) -> [[Double]] {
    let rows = try table.rows(ofColumns: columns, missing: .error, classes: classes)
    let width = columns.count
    var values = [[Double]](repeating: [], count: width)
    var block = [Double](repeating: 0, count: width * 4096)
    do {
      while true {
        var span = block.mutableSpan
        let count = try rows.nextRows(into: &span)
        if count == 0 { return values }
        for row in 0..<count {
          for column in 0..<width { values[column].append(block[row * width + column]) }
        }
      }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(.inputOutput, "\(error)")
    }
  }
}

/// What becomes of a value that is missing: an empty field, `NA`, `N/A`, `NaN`, `null`, `?` or `-`.
public enum MissingValues: Sendable, Hashable {
  /// It is read as NaN.
  case nan
  /// It is an error that names its line and column.
  case error
}

/// The columns of a table that are read as numbers, in the order in which they are wanted.
public struct ColumnSelection: Sendable, Hashable {
  /// The columns, counted from 0.
  public let columns: [Int]
  /// The number of fields that every record has.
  public let fieldCount: Int
  /// What becomes of a value that is missing.
  public let missing: MissingValues
  /// For each field its place in the row, or -1.
  let targets: [Int32]
  /// For each chosen column its classes, where its fields are names; empty where no column has any.
  let classes: [ClassLabels?]

  /// Some columns of a table.
  ///
  /// - Parameters:
  ///   - columns: their positions from 0, in the order in which they are read.
  ///   - layout: the table.
  ///   - missing: what becomes of a value that is missing.
  ///   - classes: by column, the classes whose numbers are read where the fields are names.
  /// - Throws: ``FormatError`` with code `missingArray` when a column is not there, `unsuitable` when one is named
  ///   twice.
  public init(
    _ columns: [Int], of layout: TableLayout, missing: MissingValues = .nan, classes: [Int: ClassLabels] = [:]
  ) throws(FormatError) {
    var targets = [Int32](repeating: -1, count: layout.columnCount)
    for (place, column) in columns.enumerated() {
      guard targets.indices.contains(column) else {
        throw FormatError(
          .missingArray, "there is no column \(column + 1); the table has \(layout.columnCount)", file: layout.file)
      }
      guard targets[column] < 0 else {
        throw FormatError(.unsuitable, "the column \(column + 1) is chosen twice", file: layout.file)
      }
      targets[column] = Int32(place)
    }
    self.columns = columns
    self.fieldCount = layout.columnCount
    self.missing = missing
    self.targets = targets
    self.classes = classes.isEmpty ? [] : columns.map { classes[$0] }
  }

  /// Checks the number of fields of a record.
  func check(_ found: Int, at location: FormatError.Location, file: String) throws(FormatError) {
    guard found != fieldCount else { return }
    throw FormatError(
      .damaged, at: location,
      "\(found) column\(found == 1 ? " was" : "s were") found, \(fieldCount) are expected", file: file)
  }
}

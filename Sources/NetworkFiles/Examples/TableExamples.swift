import TensorFiles
import Tensors
import Training

/// Examples in a table: columns of features, of labels, and of weights.
final class TableExamples: ExamplePlace {
  let input: InputFile
  let exampleCount: Int
  /// A table is read in parts in any case.
  var memoryLimit: Int?
  var isSharedOut = false

  private let table: any TableReader
  private let columns: TableColumns

  var inputCount: Int { columns.features.count }
  var labelWidth: Int { columns.labels.count }
  var labelName: String { columns.labels.map { table.columnNames[$0] }.joined(separator: ",") }
  var weightName: String? { columns.weights.map { table.columnNames[$0] } }
  var featureNames: [String] { columns.features.map { table.columnNames[$0] } }

  /// Finds the columns.
  init(_ file: OpenFile, _ table: any TableReader, _ columns: TableColumns) throws(FormatError) {
    input = file.input
    self.table = table
    self.columns = columns
    exampleCount = table.entries.first { $0.isNumeric }?.shape.first ?? 0
    guard exampleCount > 0 else { throw FormatError(.unsuitable, "there are no rows below the header") }
  }

  // MARK: Labels

  func coding(_ wanted: WantedLabels, _ training: LabelCoding?) throws(FormatError) -> LabelCoding {
    if let training {
      guard let coding = training.matching(width: labelWidth) else {
        throw FormatError(
          .unsuitable, at: .object(labelName),
          "\(labelWidth) columns of labels, but \(training.width) in the training examples")
      }
      return coding
    }
    let column = columns.labels[0]
    let name = table.columnNames[column]
    switch wanted {
    case .values:
      for column in columns.labels {
        guard let declared = try table.declaredClasses(ofColumn: column) else { continue }
        throw FormatError(
          .unsuitable, at: .object(declared.column),
          "the column has the names of classes (\(LabelCoding.list(declared.names))), not values; --loss softmax takes "
            + "classes")
      }
      return .values(labelWidth)
    case .auto:
      guard labelWidth == 1 else {
        throw FormatError(
          .unsuitable, at: .object(labelName),
          "there are \(labelWidth) columns of labels, expected one of 0 and 1; --loss softmax takes one-hot columns, "
            + "--loss squared or huber several values")
      }
      return try twoClasses(column)
    case .classes where labelWidth > 1:
      return .oneHot(ClassLabels(column: labelName, names: columns.labels.map { table.columnNames[$0] }))
    case .classes:
      if let declared = try table.declaredClasses(ofColumn: column) { return try several(declared) }
      if try textAmongLabels() != nil, let found = try table.classes(ofColumn: column) {
        if found.names.count < 2, let missing = try textAmongLabels(found) { throw missing }
        // In an order that does not depend on that of the rows.
        let names = found.names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return try several(ClassLabels(column: name, names: names))
      }
      return .integers(try integerClasses(), column: name)
    }
  }

  /// Labels of 0 and 1, or the two texts of a column: 0 is the first one that stands there or is declared.
  private func twoClasses(_ column: Int) throws(FormatError) -> LabelCoding {
    if let declared = try table.declaredClasses(ofColumn: column) {
      guard declared.names.count == 2 else {
        throw FormatError(
          .unsuitable, at: .object(declared.column),
          "labels are 0 or 1, or the names of two classes; the column has \(TableExamples.list(declared))"
            + LabelCoding.otherLosses)
      }
      return .binary(declared)
    }
    guard let failure = try textAmongLabels() else { return .binary() }
    guard let found = try table.classes(ofColumn: column) else { return .binary() }
    guard found.names.count == 2 else {
      if found.names.count < 2, let missing = try textAmongLabels(found) { throw missing }
      throw TableExamples.error(
        failure,
        "; labels are 0 or 1, or the names of two classes; the column has \(TableExamples.list(found))"
          + (found.names.count > 2 ? LabelCoding.otherLosses : ""))
    }
    return .binary(found)
  }

  private func several(_ classes: ClassLabels) throws(FormatError) -> LabelCoding {
    guard classes.names.count > 1 else {
      throw FormatError(
        .unsuitable, at: .object(classes.column),
        "all labels are \(classes.names.first ?? "missing"): there is one class, and two at least are needed to tell them "
          + "apart")
    }
    guard classes.names.count <= ClassLabels.most else {
      throw FormatError(
        .unsuitable, at: .object(classes.column),
        "there are \(classes.names.count) classes, \(ClassLabels.most) are the most")
    }
    return .places(classes)
  }

  /// Why one of the first labels is no number, or none of the classes; nil where they all are.
  private func textAmongLabels(_ classes: ClassLabels? = nil) throws(FormatError) -> FormatError? {
    let known = classes.map { [columns.labels[0]: $0] } ?? [:]
    let rows = try table.rows(ofColumns: columns.labels, missing: .error, classes: known)
    var block = [Double](repeating: 0, count: 1024 * labelWidth)
    do {
      var span = block.mutableSpan
      _ = try rows.nextRows(into: &span)
      return nil
    } catch let error as FormatError {
      guard TableExamples.isOfField(error) else { return nil }
      return error
    } catch {
      throw FormatError.converted(error, at: "")
    }
  }

  // MARK: Rows

  func rows(_ coding: LabelCoding) throws(FormatError) -> any RowSource {
    try rows(columns.features + columns.labels, coding)
  }

  func labelRows(_ coding: LabelCoding) throws(FormatError) -> any RowSource { try rows(columns.labels, coding) }

  private func rows(_ chosen: [Int], _ coding: LabelCoding) throws(FormatError) -> any RowSource {
    var classes: [Int: ClassLabels] = [:]
    // Whole numbers are looked up as numbers: `01` and `1.0` are the class 1.
    if coding.numbers == .same, let names = coding.classes { classes[columns.labels[0]] = names }
    return try table.rows(
      ofColumns: chosen + (columns.weights.map { [$0] } ?? []), missing: .error, classes: classes)
  }

  // MARK: Errors

  func explained(_ error: FormatError, _ coding: LabelCoding) -> FormatError {
    guard coding.width == 1, isOfLabel(error) else { return error }
    switch (coding.kind, coding.classes) {
    case (.values, _):
      // What is missing is no name of a class.
      guard error.sentence.hasPrefix("'") else { return error }
      return TableExamples.error(error, "; --loss softmax takes names of classes")
    case (_, let classes?) where coding.numbers != .same:
      if let mixed = mixture() { return mixed }
      return TableExamples.error(error, "; labels are the classes \(LabelCoding.list(classes.names))")
    case (_, .some): return error
    case (_, nil): return mixture() ?? TableExamples.error(error, "; labels are 0 or 1")
    }
  }

  /// The error that names a text among numbers, or numbers among texts.
  private func mixture() -> FormatError? {
    do throws(FormatError) {
      _ = try table.classes(ofColumn: columns.labels[0])
      return nil
    } catch {
      return error
    }
  }

  private static func isOfField(_ error: FormatError) -> Bool {
    if error.code == .damaged, case .line(_, .some) = error.location { true } else { false }
  }

  /// Whether it is a label that cannot be read: all other columns can, or fail elsewhere.
  private func isOfLabel(_ error: FormatError) -> Bool {
    guard TableExamples.isOfField(error) else { return false }
    do {
      let rows = try table.rows(
        ofColumns: columns.features + (columns.weights.map { [$0] } ?? []), missing: .error)
      var block = [Double](repeating: 0, count: rows.columnCount * 1024)
      while true {
        var span = block.mutableSpan
        if try rows.nextRows(into: &span) == 0 { return true }
      }
    } catch let failure {
      return (failure as? FormatError)?.location != error.location
    }
  }

  func failure(
    _ number: BadNumber, example: Int, value: Double, expected: String
  ) -> FormatError {
    let (column, what) =
      switch number {
      case .input(let input): (columns.features[input], "value")
      case .label(let index): (columns.labels[index], "label")
      case .weight: (columns.weights ?? 0, "weight")
      }
    let location: FormatError.Location
    do { location = try table.location(ofRow: example, column: column) } catch { return error }
    return FormatError(.unsuitable, at: location, "the \(what) is \(value.shortestText), expected \(expected)")
  }

  private static func error(_ error: FormatError, _ more: String) -> FormatError {
    FormatError(error.code, at: error.location, error.sentence + more, file: error.file)
  }

  /// Their number and names: `3: setosa, versicolor, virginica`.
  private static func list(_ classes: ClassLabels) -> String {
    "\(classes.names.count): \(LabelCoding.list(classes.names))"
  }

  // MARK: Names

  /// The names of the inputs, where a header gave them.
  var inputNames: [String]? {
    // A name that stands twice finds no column again.
    table.hasHeader && Set(featureNames).count == featureNames.count ? featureNames : nil
  }

  /// The names of the columns of labels, where a header gave them.
  var labelNames: [String]? { table.hasHeader ? columns.labels.map { table.columnNames[$0] } : nil }
}

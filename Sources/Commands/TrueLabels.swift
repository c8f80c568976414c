import TensorFiles

/// What the true labels of a network's rows may be, and how they are read: `--labels`.
struct TrueLabels: Sendable {
  /// Where labels come from.
  enum Reading: Sendable {
    /// Numbers: the labels 0 and 1, classes whose names are numbers, values.
    case numbers
    /// Texts: the names of classes.
    case names
  }

  /// How the columns of a table are read.
  let reading: Reading
  /// How many columns there are: one, or one for each value.
  let columnCount: Int
  private let columns: ModelColumns
  private let byName: [String: Int]
  private let byNumber: [Double: Int]

  init(_ columns: ModelColumns) {
    self.columns = columns
    columnCount = columns.kind == .values ? columns.outputCount : 1
    byName = Dictionary(zip(columns.classNames, columns.classNames.indices)) { first, _ in first }
    var numbers: [Double: Int] = [:]
    for (place, name) in columns.classNames.enumerated() {
      if let number = TrueLabels.number(name) { numbers[number] = place }
    }
    let areNumbers = numbers.count == columns.classNames.count
    byNumber = areNumbers ? numbers : [:]
    reading = columns.kind == .values || areNumbers ? .numbers : .names
  }

  private static func number(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    guard case .number(let number) = NumberParsing.parse(bytes.span), number.isFinite else { return nil }
    return number
  }

  /// Whether labels are values that are measured, and not classes.
  var areValues: Bool { columns.kind == .values }

  /// Checks that there is a column for each value.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable`.
  func check(columnCount found: Int) throws(FormatError) {
    guard found != columnCount else { return }
    throw FormatError(
      .unsuitable,
      "the model gives \(columnCount) values, but --labels names \(found) column\(found == 1 ? "" : "s"); "
        + "name one for each value, a,b")
  }

  /// The names of the classes, which other numbers stand for where a table holds them as texts.
  func classes(ofColumn column: String) -> ClassLabels { ClassLabels(column: column, names: columns.classNames) }

  /// The number of the class that a label names as a number; nil where it is none.
  ///
  /// Where the names of the classes are no numbers, arrays have their places among the classes.
  func classNumber(of label: Double) -> Int? {
    guard byNumber.isEmpty else { return byNumber[label] }
    return Int(exactly: label).flatMap { columns.classNames.indices.contains($0) ? $0 : nil }
  }

  /// The number of the class that a label names as a text; nil where it is none.
  func classNumber(of label: String) -> Int? {
    if let number = byName[label] { return number }
    // One sigmoid unit has the labels 0 and 1, whatever they are called.
    guard columns.kind == .probability, let number = TrueLabels.number(label) else { return nil }
    return classNumber(of: number)
  }

  /// What is expected as a text: `0 or 1`, `hit or miss, or 0 or 1`.
  var expectation: String {
    guard !areValues else { return "a finite number" }
    return TrueLabels.list(columns.classNames)
      + (columns.kind == .probability && reading == .names ? ", or 0 or 1" : "")
  }

  /// What is expected as a number.
  var numberExpectation: String {
    guard reading == .names else { return expectation }
    return TrueLabels.list(columns.classNames.indices.map(String.init))
      + ", the numbers of \(TrueLabels.list(columns.classNames))"
  }

  /// What is said of a label that is no number.
  var explanation: String {
    guard !areValues else { return "" }
    return "; labels are \(expectation)" + (columns.hasNamedClasses ? "" : " (the model has no names of classes)")
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20)
    guard names.count <= 20, let last = names.last else {
      return shown.joined(separator: ", ") + " or one of \(names.count - 20) more"
    }
    return names.count == 1 ? last : names.dropLast().joined(separator: ", ") + " or " + last
  }
}

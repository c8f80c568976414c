import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// The rows of some data of which two networks say different things.
struct ChangedPredictions {
  /// What is compared.
  private enum Kind {
    case classes, values
  }

  private let kind: Kind
  private var rows: [Int] = []
  private var count = 0
  private var largest = 0.0
  private var largestRow = 0
  /// How many rows change.
  var changed: Int { rows.count }

  /// - Throws: ``FormatError`` when the rows do not fit the networks, or these say what cannot be compared.
  init(_ first: Network, _ second: Network, on file: OpenFile) throws {
    let columns = (try ModelColumns(first, threshold: nil), try ModelColumns(second, threshold: nil))
    guard first.inputCount == second.inputCount else {
      throw FormatError(
        .unsuitable, "the networks have \(first.inputCount) and \(second.inputCount) inputs, so no data is for both",
        file: file.input.name)
    }
    let areValues = columns.0.kind == .values
    guard areValues == (columns.1.kind == .values), !areValues || first.outputCount == second.outputCount else {
      throw FormatError(
        .unsuitable,
        "one network gives \(ChangedPredictions.describe(columns.0)), the other \(ChangedPredictions.describe(columns.1)): "
          + "their predictions are not compared, so leave --data out", file: file.input.name)
    }
    kind = areValues ? .values : .classes
    let examples = try ExampleRows(file, for: first)
    let predictors = (try Predictor(network: first), try Predictor(network: second))
    count = try examples.forEachBlock { features, done in
      let outputs = (
        predictors.0.probabilities(features).transposed.elements,
        predictors.1.probabilities(features).transposed.elements
      )
      for row in 0..<features.columns {
        let parts = (
          outputs.0[row * first.outputCount..<(row + 1) * first.outputCount],
          outputs.1[row * second.outputCount..<(row + 1) * second.outputCount]
        )
        guard (parts.0 + parts.1).allSatisfy(\.isFinite) else { throw examples.failure(row: done + row) }
        switch kind {
        case .values: add(row: done + row, zip(parts.0, parts.1).map { abs($0 - $1) }.max() ?? 0)
        case .classes:
          let labels = (
            columns.0.classNames[columns.0.classNumber(outputs.0, row: row)],
            columns.1.classNames[columns.1.classNumber(outputs.1, row: row)]
          )
          if labels.0 != labels.1 { rows.append(done + row) }
        }
      }
    }
  }

  private static func describe(_ columns: ModelColumns) -> String {
    columns.kind == .values
      ? "\(columns.outputCount) value\(columns.outputCount == 1 ? "" : "s")" : "\(columns.classNames.count) classes"
  }

  private mutating func add(row: Int, _ change: Double) {
    guard change > 0 else { return }
    rows.append(row)
    if change > largest { (largest, largestRow) = (change, row) }
  }

  /// What is said to people.
  var text: String {
    switch kind {
    case .values:
      "  the values of \(changed) of \(count) rows change"
        + (changed == 0 ? "\n" : ", by \(largest.fourDigits) at most: of the example \(largestRow + 1)\n")
    case .classes:
      "  \(changed) of \(count) labels change"
        + (changed == 0
          ? "\n"
          : ": of the examples \(rows.prefix(10).map { String($0 + 1) }.joined(separator: ", "))"
            + "\(changed > 10 ? ", …" : "")\n")
    }
  }

  /// What is said to programs.
  var json: JSONValue {
    .object([
      "changed": .integer(changed), "of": .integer(count), "examples": .array(rows.map { .integer($0 + 1) }),
      "largest_change": kind == .values ? .number(largest) : .null,
    ])
  }
}

import TensorFiles
import ToolSupport
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How well predictions fit the true labels, counted row by row and put together block by block.
struct PredictionScore: Sendable {
  private let columns: ModelColumns
  private var rowCount = 0
  /// The sum over the rows; NaN where the outputs are no probabilities.
  private var logLoss = 0.0
  /// How often a class was predicted as which: the place is label · classes + prediction.
  private var counts: [Int: Int] = [:]
  /// The counts of two classes, which most rows have.
  private var confusion = Metrics.Confusion()
  /// One for each value.
  private var errors: [ValueErrors]

  /// The classes that are put into a matrix of counts.
  private static let mostClasses = 1000
  /// The classes that are put into a table for people.
  private static let mostShown = 20

  init(_ columns: ModelColumns) {
    self.columns = columns
    errors = Array(repeating: ValueErrors(), count: columns.kind == .values ? columns.outputCount : 0)
  }

  /// Counts a row's prediction against its class.
  mutating func add(class number: Int, _ rows: PredictedRows, _ row: Int) {
    rowCount += 1
    guard columns.kind == .classes else {
      let (label, z) = (Double(number), rows.z[row])
      confusion.add(probability: rows.outputs[row], label: label, threshold: columns.threshold)
      logLoss += CrossEntropy.loss(z: z, label: label)
      return
    }
    let classes = columns.outputCount
    counts[number * classes + columns.classNumber(rows.outputs, row: row), default: 0] += 1
    logLoss += loss(of: number, rows.outputs, rows.z, first: row * classes)
  }

  /// -log of the probability of the class of a row: from z, where it is exact.
  private func loss(of number: Int, _ outputs: [Double], _ z: [Double], first: Int) -> Double {
    switch columns.activation {
    case .softmax:
      let units = z[first..<first + columns.outputCount]
      let largest = units.max() ?? 0
      return log(units.reduce(0) { $0 + exp($1 - largest) }) - (z[first + number] - largest)
    case .sigmoid: return CrossEntropy.loss(z: z[first + number], label: 1)
    default: return columns.areProbabilities ? -log(outputs[first + number]) : .nan
    }
  }

  /// Measures a row's values against its labels.
  mutating func add(values: ArraySlice<Double>, _ rows: PredictedRows, _ row: Int) {
    rowCount += 1
    for (place, label) in values.enumerated() {
      errors[place].add(value: rows.outputs[row * columns.outputCount + place], label: label)
    }
  }

  /// Adds the rows of another block behind these.
  mutating func add(_ other: PredictionScore) {
    rowCount += other.rowCount
    logLoss += other.logLoss
    confusion.truePositives += other.confusion.truePositives
    confusion.falsePositives += other.confusion.falsePositives
    confusion.trueNegatives += other.confusion.trueNegatives
    confusion.falseNegatives += other.confusion.falseNegatives
    counts.merge(other.counts, uniquingKeysWith: +)
    for place in errors.indices { errors[place].add(other.errors[place]) }
  }

  /// What is said of the labels, for people or for programs.
  func report(_ format: ReportFormat) throws -> String {
    switch format {
    case .json: return try JSONValue.object(json).text
    case .text where rowCount == 0:
      return columns.kind == .values
        ? "there are no rows, so there are no errors" : "there are no rows, so there is no accuracy"
    case .text: return text
    }
  }

  private var text: String {
    let rows = "\(rowCount) row\(rowCount == 1 ? "" : "s")"
    switch columns.kind {
    case .probability:
      let names = columns.classNames.map(\.escapingControls)
      return "accuracy \(confusion.accuracy), log loss \(meanLogLoss), \(rows)\n"
        + "label \(names[1]): \(confusion.truePositives) predicted as \(names[1]), "
        + "\(confusion.falseNegatives) as \(names[0]); label \(names[0]): \(confusion.trueNegatives) predicted as "
        + "\(names[0]), \(confusion.falsePositives) as \(names[1])"
    case .classes:
      let loss = columns.areProbabilities ? ", log loss \(meanLogLoss)" : ""
      return "accuracy \(accuracy)\(loss), \(rows)\n" + confusionText
    case .values:
      var lines = [overall.text + ", " + rows]
      if errors.count > 1 { lines += zip(columns.names, errors).map { "\($0): \($1.text(rowCount))" } }
      return lines.joined(separator: "\n")
    }
  }

  private var meanLogLoss: Double { rowCount == 0 ? .nan : logLoss / Double(rowCount) }

  private var accuracy: Double {
    guard rowCount > 0 else { return .nan }
    if columns.kind == .probability { return confusion.accuracy }
    let right = counts.reduce(0) { $1.key % (columns.outputCount + 1) == 0 ? $0 + $1.value : $0 }
    return Double(right) / Double(rowCount)
  }

  /// The means over the values.
  private var overall: (text: String, json: [String: JSONValue]) {
    func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
    let squares = mean(errors.map { $0.meanSquare(rowCount) })
    let absolutes = mean(errors.map { $0.meanAbsolute(rowCount) })
    let determination = mean(errors.map(\.determination))
    return (
      ValueErrors.text(squares, absolutes, determination),
      [
        "mean_squared_error": JSONValue(squares), "mean_absolute_error": JSONValue(absolutes),
        "r2": JSONValue(determination),
      ]
    )
  }

  /// A table of labels and predictions; of many classes, what is mistaken for what most often.
  private var confusionText: String {
    let (classes, names) = (columns.outputCount, columns.classNames.map(\.escapingControls))
    guard classes <= PredictionScore.mostShown else {
      let mistakes = counts.filter { $0.key % (classes + 1) != 0 }
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      let shown = mistakes.prefix(PredictionScore.mostShown).map {
        "  \(names[$0.key / classes]) predicted as \(names[$0.key % classes]): \($0.value)"
      }
      return (["the most frequent mistakes:"] + (shown.isEmpty ? ["  none"] : shown)).joined(separator: "\n")
    }
    var table = TextTable(columns: [.left] + names.map { _ in .right }, indent: 2)
    table.add(["label \\ predicted"] + names)
    for label in 0..<classes {
      table.add([names[label]] + (0..<classes).map { "\(counts[label * classes + $0] ?? 0)" })
    }
    return String(table.text.dropLast())
  }

  private var json: [String: JSONValue] {
    var report: [String: JSONValue] = ["rows": .integer(rowCount)]
    switch columns.kind {
    case .probability:
      report["true_positives"] = .integer(confusion.truePositives)
      report["false_positives"] = .integer(confusion.falsePositives)
      report["true_negatives"] = .integer(confusion.trueNegatives)
      report["false_negatives"] = .integer(confusion.falseNegatives)
      if columns.hasNamedClasses { report["classes"] = .array(columns.classNames.map(JSONValue.text)) }
    case .classes:
      report["classes"] = .array(columns.classNames.map(JSONValue.text))
      report["confusion"] = confusionMatrix
    case .values:
      report.merge(overall.json) { $1 }
      report["values"] = .array(
        zip(columns.names, errors).map { name, errors in
          .object(["name": JSONValue.text(name)].merging(errors.json(rowCount)) { $1 })
        })
      return report
    }
    report["accuracy"] = JSONValue(accuracy)
    report["log_loss"] = JSONValue(meanLogLoss)
    return report
  }

  /// A row for each label, a column for each prediction; null for so many classes that it would be larger than all else.
  private var confusionMatrix: JSONValue {
    let classes = columns.outputCount
    guard classes <= PredictionScore.mostClasses else { return .null }
    return .array(
      (0..<classes).map { label in .array((0..<classes).map { .integer(counts[label * classes + $0] ?? 0) }) })
  }
}

/// How far the values of one output are from its labels.
private struct ValueErrors: Sendable {
  private var squares = 0.0
  private var absolutes = 0.0
  /// The number of labels, their mean and the sum of their squared deviations from it.
  private var labels = (count: 0.0, mean: 0.0, deviations: 0.0)

  mutating func add(value: Double, label: Double) {
    let error = value - label
    squares += error * error
    absolutes += abs(error)
    labels.count += 1
    let difference = label - labels.mean
    labels.mean += difference / labels.count
    labels.deviations += difference * (label - labels.mean)
  }

  /// Deviations of blocks are put together as in Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm
  /// for Computing Sample Variances" (1979), (2.1).
  mutating func add(_ other: ValueErrors) {
    squares += other.squares
    absolutes += other.absolutes
    guard other.labels.count > 0 else { return }
    let count = labels.count + other.labels.count
    let difference = other.labels.mean - labels.mean
    labels.deviations +=
      other.labels.deviations + difference * difference * (labels.count * other.labels.count / count)
    labels.mean += difference * (other.labels.count / count)
    labels.count = count
  }

  func meanSquare(_ rows: Int) -> Double { rows == 0 ? .nan : squares / Double(rows) }
  func meanAbsolute(_ rows: Int) -> Double { rows == 0 ? .nan : absolutes / Double(rows) }
  /// R², the part of the labels' variance that the values explain; NaN where the labels are all equal.
  var determination: Double { labels.deviations > 0 ? 1 - squares / labels.deviations : .nan }

  func text(_ rows: Int) -> String { ValueErrors.text(meanSquare(rows), meanAbsolute(rows), determination) }

  func json(_ rows: Int) -> [String: JSONValue] {
    [
      "mean_squared_error": JSONValue(meanSquare(rows)), "mean_absolute_error": JSONValue(meanAbsolute(rows)),
      "r2": JSONValue(determination),
    ]
  }

  static func text(_ square: Double, _ absolute: Double, _ determination: Double) -> String {
    "mean squared error \(square), mean absolute error \(absolute), "
      + (determination.isNaN ? "no R² of labels that are all equal" : "R² \(determination)")
  }
}

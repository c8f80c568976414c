import TensorFiles
import ToolSupport
import Training

/// What reg-predict says of how well the true labels were predicted.
struct PredictionScore {
  private let columns: ModelColumns
  private let evaluation: Evaluation

  /// The classes that are put into a matrix of counts.
  private static let mostClasses = 1000
  /// The classes that are put into a table for people.
  private static let mostShown = 20

  init(_ columns: ModelColumns, _ evaluation: Evaluation) {
    self.columns = columns
    self.evaluation = evaluation
  }

  /// What is said of the labels, for people or for programs.
  func report(_ format: ReportFormat) throws -> String {
    switch format {
    case .json: return try JSONValue.object(json).text
    case .text where evaluation.examples == 0:
      return columns.kind == .values
        ? "there are no rows, so there are no errors" : "there are no rows, so there is no accuracy"
    case .text: return text
    }
  }

  private var text: String {
    let rows = "\(evaluation.examples) row\(evaluation.examples == 1 ? "" : "s")"
    var lines: [String] = []
    switch columns.kind {
    case .probability, .classes:
      let loss = evaluation.logLoss.map { ", log loss \($0)" } ?? ""
      lines = ["accuracy \(evaluation.accuracy ?? 0)\(loss), \(rows)"]
      lines.append(columns.kind == .classes ? confusionText : twoClassesText)
      lines.append(
        EvaluationReport.line(evaluation, [.auc, .precision, .recall, .f1, .brier, .calibrationError]))
    case .values:
      let errors = PredictionScore.text(
        evaluation.meanSquaredError, evaluation.meanAbsoluteError, evaluation.r2)
      lines = [errors + ", " + rows]
      if evaluation.values.count > 1 {
        lines += zip(columns.names, evaluation.values).map { name, errors in
          "\(name): " + PredictionScore.text(errors.meanSquaredError, errors.meanAbsoluteError, errors.r2)
        }
      }
    }
    if let intervals = EvaluationReport.intervals(evaluation) { lines.append(intervals) }
    return lines.joined(separator: "\n")
  }

  private static func text(_ square: Double?, _ absolute: Double?, _ determination: Double?) -> String {
    "mean squared error \(square ?? 0), mean absolute error \(absolute ?? 0), "
      + (determination.map { "R² \($0)" } ?? "no R² of labels that are all equal")
  }

  private func count(_ label: Int, as prediction: Int) -> Int { evaluation.confusion?[label, prediction].count ?? 0 }

  private var twoClassesText: String {
    let names = columns.classNames.map(\.escapingControls)
    return "label \(names[1]): \(count(1, as: 1)) predicted as \(names[1]), \(count(1, as: 0)) as \(names[0]); "
      + "label \(names[0]): \(count(0, as: 0)) predicted as \(names[0]), \(count(0, as: 1)) as \(names[1])"
  }

  /// A table of labels and predictions; of many classes, what is mistaken for what most often.
  private var confusionText: String {
    let (classes, names) = (columns.outputCount, columns.classNames.map(\.escapingControls))
    guard classes <= PredictionScore.mostShown else {
      let mistakes = (evaluation.confusion?.cells ?? []).filter { $0.label != $0.prediction }
        .sorted { ($1.cell.count, $0.label, $0.prediction) < ($0.cell.count, $1.label, $1.prediction) }
      let shown = mistakes.prefix(PredictionScore.mostShown).map {
        "  \(names[$0.label]) predicted as \(names[$0.prediction]): \($0.cell.count)"
      }
      return (["the most frequent mistakes:"] + (shown.isEmpty ? ["  none"] : shown)).joined(separator: "\n")
    }
    var table = TextTable(columns: [.left] + names.map { _ in .right }, indent: 2)
    table.add(["label \\ predicted"] + names)
    for label in 0..<classes {
      table.add([names[label]] + (0..<classes).map { "\(count(label, as: $0))" })
    }
    return String(table.text.dropLast())
  }

  private var json: [String: JSONValue] {
    var report = EvaluationReport.json(evaluation)
    report["rows"] = report.removeValue(forKey: "examples")
    switch columns.kind {
    case .probability:
      report["true_positives"] = .integer(count(1, as: 1))
      report["false_positives"] = .integer(count(0, as: 1))
      report["true_negatives"] = .integer(count(0, as: 0))
      report["false_negatives"] = .integer(count(1, as: 0))
      if columns.hasNamedClasses { report["classes"] = .array(columns.classNames.map(JSONValue.text)) }
    case .classes:
      report["classes"] = .array(columns.classNames.map(JSONValue.text))
      report["confusion"] = confusionMatrix
    case .values:
      report["values"] = .array(
        zip(columns.names, evaluation.values).map { name, errors in
          .object([
            "name": .text(name), "mean_squared_error": JSONValue(errors.meanSquaredError),
            "mean_absolute_error": JSONValue(errors.meanAbsoluteError), "rmse": JSONValue(errors.rmse),
            "r2": JSONValue(errors.r2),
          ])
        })
    }
    return report
  }

  /// A row for each label, a column for each prediction; null for so many classes that it would be larger than all else.
  private var confusionMatrix: JSONValue {
    let classes = columns.outputCount
    guard classes <= PredictionScore.mostClasses else { return .null }
    return .array(
      (0..<classes).map { label in .array((0..<classes).map { .integer(count(label, as: $0)) }) })
  }
}

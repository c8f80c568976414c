import TensorFiles
import ToolSupport
import Training

/// How well a network does, for people and for programs: the same in all tools.
enum EvaluationReport {
  /// The metrics of a kind of task, in the order in which people are told them.
  static func metrics(_ task: EvaluationTask) -> [Metric] {
    guard task.classCount != nil else {
      return [.cost, .r2, .rmse, .meanSquaredError, .meanAbsoluteError]
    }
    return [.accuracy, .cost, .logLoss, .auc, .precision, .recall, .f1, .brier, .calibrationError]
  }

  /// A table of sets. Without intervals there is a row for each set; with them a column, with the intervals in brackets.
  static func table(_ sets: [(name: String, evaluation: Evaluation)]) -> String {
    guard let task = sets.first?.evaluation.task else { return "" }
    var shown = metrics(task).filter { metric in sets.contains { $0.evaluation[metric] != nil } }
    // What is the same number under two names is said once.
    if sets.allSatisfy({ $0.evaluation.cost == $0.evaluation.logLoss }) { shown.removeAll { $0 == .logLoss } }
    if shown.contains(.rmse) { shown.removeAll { $0 == .meanSquaredError } }
    var rows = [[""] + ["examples"] + shown.map(\.title)]
    for (name, evaluation) in sets {
      rows.append([name, "\(evaluation.examples)"] + shown.map { text(evaluation, $0) })
    }
    if sets.contains(where: { $0.evaluation.intervals != nil }) {
      rows = rows[0].indices.map { column in rows.map { $0[column] } }
    }
    var table = TextTable(columns: rows[0].indices.map { $0 == 0 ? .left : .right }, indent: 2)
    for row in rows { table.add(row) }
    return table.text
  }

  /// A metric of a set with its interval; `–` where it is not defined.
  private static func text(_ evaluation: Evaluation, _ metric: Metric) -> String {
    guard let value = evaluation[metric] else { return "–" }
    let interval = evaluation.intervals?.ranges[metric].map { " (\(text($0)))" } ?? ""
    return (metric == .auc && evaluation.aucError != nil ? "≈ " : "") + value.fourDigits + interval
  }

  /// An interval: `0.91 to 0.94`.
  static func text(_ interval: ClosedRange<Double>) -> String {
    "\(interval.lowerBound.fourDigits) to \(interval.upperBound.fourDigits)"
  }

  /// Some metrics as a line, `AUC 0.9312, precision 0.875`; those that are not defined are left out, but for the area.
  static func line(_ evaluation: Evaluation, _ metrics: [Metric]) -> String {
    let parts = metrics.compactMap { metric -> String? in
      if let value = evaluation[metric] {
        let error = metric == .auc ? evaluation.aucError.map { " (± \($0.fourDigits), too many to sort)" } : nil
        return "\(metric.title) \(value.fourDigits)\(error ?? "")"
      }
      return metric == .auc && evaluation.hasOneLabel ? "no AUC of labels that are all equal" : nil
    }
    return parts.joined(separator: ", ")
  }

  /// The intervals as a line; nil where there are none.
  static func intervals(_ evaluation: Evaluation) -> String? {
    guard let intervals = evaluation.intervals else { return nil }
    let parts = metrics(evaluation.task).compactMap { metric in
      intervals.ranges[metric].map { "\(metric.title) \(text($0))" }
    }
    let percent = (100 * intervals.bootstrap.confidence).fourDigits
    return "\(percent) % intervals of \(intervals.bootstrap.resamples) resamples: "
      + (parts.isEmpty ? "none" : parts.joined(separator: ", "))
  }

  /// The members of a set's JSON object; what is not defined is null.
  static func json(_ evaluation: Evaluation) -> [String: JSONValue] {
    var members: [String: JSONValue] = ["examples": .integer(evaluation.examples)]
    for metric in metrics(evaluation.task) where metric != .cost || evaluation.task.loss != nil {
      members[metric.rawValue] = JSONValue(evaluation[metric])
    }
    if let error = evaluation.aucError { members["auc_error"] = .number(error) }
    if evaluation.confusion != nil { members["calibration"] = json(evaluation.calibration) }
    if let intervals = evaluation.intervals {
      var object: [String: JSONValue] = [
        "resamples": .integer(intervals.bootstrap.resamples), "seed": .integer(Int(intervals.bootstrap.seed)),
        "confidence": .number(intervals.bootstrap.confidence),
      ]
      for (metric, range) in intervals.ranges {
        object[metric.rawValue] = .array([.number(range.lowerBound), .number(range.upperBound)])
      }
      members["intervals"] = .object(object)
    }
    return members
  }

  /// The bins that have examples; null where the outputs are no probabilities.
  private static func json(_ calibration: Calibration?) -> JSONValue {
    guard let calibration else { return .null }
    let count = Double(Calibration.binCount)
    return .array(
      calibration.bins.enumerated().filter { $0.element.count > 0 }.map { place, bin in
        .object([
          "from": .number(Double(place) / count), "to": .number(Double(place + 1) / count),
          "examples": .integer(bin.count), "probability": JSONValue(bin.probability),
          "frequency": JSONValue(bin.frequency),
        ])
      })
  }
}

extension Evaluation {
  /// Whether there are examples, and all are of one class.
  fileprivate var hasOneLabel: Bool { confusion.map { Set($0.cells.map(\.label)).count == 1 } ?? false }
}

import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// What reg-train says: line by line as text, or one JSON object at the end.
final class TrainReport {
  private let format: ReportFormat
  private let hasMetrics: Bool
  private var output: OutputFile?

  /// - Parameters:
  ///   - hasMetrics: whether the table of all metrics follows the lines of the notebook.
  ///   - toStandardError: because the parameters themselves go to standard output.
  init(format: ReportFormat, hasMetrics: Bool, toStandardError: Bool) throws {
    self.format = format
    self.hasMetrics = hasMetrics
    output = toStandardError ? nil : try OutputFile(path: "-")
  }

  /// A cost on the way.
  func cost(_ record: CostRecord) throws {
    guard format == .text else { return }
    try line("Cost after iteration \(record.iteration): \(record.cost)")
    try output?.flush()
  }

  /// The end of the training.
  func end(
    _ parameters: TrainedNetwork, scores: TrainScores, setup: TrainSetup, model: String?, seconds: Double
  ) throws {
    guard let record = parameters.training else { return }
    switch format {
    case .text:
      // How well parameters do that were about to become no numbers is of no use.
      guard record.divergence == nil else { break }
      if let kept = TrainReport.kept(record) { try line(kept) }
      for (name, evaluation) in scores.all {
        try line("On the \(name) set:")
        if let accuracy = evaluation.accuracy {
          try line("Accuracy: \(accuracy)")
        } else {
          if let rmse = evaluation.rmse { try line("RMSE: \(rmse)") }
          if let r2 = evaluation.r2 { try line("R²: \(r2)") }
        }
      }
      if hasMetrics {
        try line(String(EvaluationReport.table(scores.all).drop { $0 == "\n" }), terminator: "")
      }
    case .json: try line(try json(parameters, record, scores, setup, model, seconds).text)
    }
    // Standard output is checked to the last byte.
    try output?.flush()
  }

  private func json(
    _ parameters: TrainedNetwork, _ record: TrainingRecord, _ scores: TrainScores, _ setup: TrainSetup,
    _ model: String?,
    _ seconds: Double
  ) -> JSONValue {
    var report: [String: JSONValue] = [
      "model": JSONValue(model),
      "data": TrainReport.data(setup),
      "settings": ModelReport.settings(parameters),
      "costs": ModelReport.costs(record.costs),
      "train": TrainReport.json(scores.train),
      "test": TrainReport.json(scores.test),
      "seconds": .number(seconds),
    ]
    if let dev = scores.dev { report["dev"] = TrainReport.json(dev) }
    if setup.settings.patience != nil {
      report["dev_costs"] = ModelReport.costs(record.devCosts)
      report["best_iteration"] = JSONValue(record.bestIteration)
      report["stopped_early"] = .bool(record.stoppedEarly)
    }
    if let divergence = record.divergence { report["diverged"] = .text(divergence) }
    return .object(report)
  }

  /// The data of a training.
  static func data(_ setup: TrainSetup) -> JSONValue {
    let data = setup.data
    return .object([
      "file": .text(setup.file.input.name),
      "sha256": JSONValue(setup.record.dataSHA256),
      "features": .text(data.names.features),
      "labels": .text(data.names.labels),
      "classes": data.classes.map { .array($0.names.map(JSONValue.text)) } ?? .null,
      "train_examples": .integer(data.train.exampleCount),
      "dev_examples": .integer(data.dev?.exampleCount ?? 0),
      "test_examples": .integer(data.test?.exampleCount ?? 0),
      "inputs": .integer(data.train.inputCount),
    ])
  }

  private static func json(_ evaluation: Evaluation?) -> JSONValue {
    evaluation.map { .object(EvaluationReport.json($0)) } ?? .null
  }

  /// Which parameters are kept, where the dev set chose them.
  private static func kept(_ record: TrainingRecord) -> String? {
    guard let best = record.bestIteration, let done = record.iterationsDone else { return nil }
    let kept = "the parameters after iteration \(best) are kept, the best on the dev set"
    return record.stoppedEarly
      ? "Stopped early after iteration \(done): \(kept)" : best < done ? kept.capitalizedFirst : nil
  }

  private func line(_ text: String, terminator: String = "\n") throws {
    if output == nil { Message.write(text) } else { try output?.write(text + terminator) }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

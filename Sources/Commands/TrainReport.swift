import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// What reg-train says: line by line as text, or one JSON object at the end.
final class TrainReport {
  private let format: ReportFormat
  private var output: OutputFile?

  /// - Parameter toStandardError: because the parameters themselves go to standard output.
  init(format: ReportFormat, toStandardError: Bool) throws {
    self.format = format
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
    _ parameters: TrainedNetwork, dataset: LoadedDataset, file: String, model: String?, seconds: Double
  ) throws {
    switch format {
    case .text:
      for (name, score) in [("training", parameters.training?.train), ("test", parameters.training?.test)] {
        guard let accuracy = score?.accuracy else { continue }
        try line("On the \(name) set:")
        try line("Accuracy: \(accuracy)")
      }
    case .json:
      guard let record = parameters.training else { return }
      let report: [String: JSONValue] = [
        "model": JSONValue(model),
        "data": .object([
          "file": .text(file),
          "sha256": JSONValue(record.dataSHA256),
          "features": .text(dataset.names.features),
          "labels": .text(dataset.names.labels),
          "classes": dataset.classes.map { .array($0.names.map(JSONValue.text)) } ?? .null,
          "train_examples": .integer(dataset.train.exampleCount),
          "test_examples": .integer(dataset.test?.exampleCount ?? 0),
          "inputs": .integer(dataset.train.inputCount),
        ]),
        "settings": ModelReport.settings(parameters),
        "costs": ModelReport.costs(record),
        "train": ModelReport.score(record.train),
        "test": ModelReport.score(record.test),
        "seconds": .number(seconds),
      ]
      try line(try JSONValue.object(report).text)
    }
    // Standard output is checked to the last byte.
    try output?.flush()
  }

  private func line(_ text: String) throws {
    if output == nil { Message.write(text) } else { try output?.write(text + "\n") }
  }
}

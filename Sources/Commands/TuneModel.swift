import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// The model of a search: its best settings, trained with all the data that the search has seen.
struct TuneModel {
  private let path: String
  private let output: ParameterOutput
  private let data: TuneData
  private let file: OpenFile
  private let selection: TrainingRecord.Selection

  /// Checks that the file can be written, whichever settings are the best.
  init(
    path: String, format: NetworkOutputFormatName?, data: TuneData, file: OpenFile, selection: TrainingRecord.Selection,
    settings: [SearchSpace.Point]
  ) throws {
    self.selection = selection
    self.path = path
    self.data = data
    self.file = file
    output = try ParameterOutput(path: path, format: format)
    var seen: Set<[String]> = []
    for point in settings {
      // What a format holds depends on the layers and their activations alone.
      let layers = "\(point.settings.hiddenSizes) \(point.settings.activation.rawValue)"
      guard seen.insert([layers]).inserted else { continue }
      var settings = point.settings
      // The last training has no dev set that could stop it.
      settings.patience = nil
      let network = try Trainer(settings: settings, dataset: data.train).initialNetwork
      try output.check(
        TrainedNetwork(network: data.loaded.naming(network), training: TrainingRecord(settings: .init(settings))))
    }
  }

  /// What was trained.
  struct Model {
    /// Where it is; `-` is standard output.
    let path: String
    /// The examples it was trained with.
    let examples: Int
    /// How it does on the test set that the search has not seen, where there is one.
    let test: TrainingRecord.Score?
  }

  /// Trains with settings and writes the parameters; nil where a signal ended the training.
  func train(_ best: SearchResult, threads: Int, outcome: TuneSearch.Outcome) throws -> Model? {
    let all = try data.all
    var settings = best.point.settings
    settings.threads = threads
    if settings.patience != nil {
      // Without a dev set nothing stops the training: it is as long as those of the search were good.
      settings.iterations = best.bestIteration(examples: all.exampleCount, insteadOf: data.trainedCount)
      (settings.epochs, settings.patience) = (nil, nil)
    }
    let trained = try data.weighted(all)
    let bar = ProgressBar("training with the best settings", unit: "iterations", total: settings.iterations)
    defer { bar.finish() }
    let result = try Interruption.finishing {
      try Trainer(settings: settings, dataset: trained).run(progress: { step in
        if step.iterationsDone & 63 == 0 { bar.update(done: step.iterationsDone) }
        return Interruption.isRequested ? .stop : .continue
      })
    }
    guard !result.interrupted else { return nil }
    if let divergence = result.divergence {
      throw FormatError(
        .unsuitable, "with all the data the best settings diverge: \(divergence)", file: file.input.name)
    }
    var record = TrainingRecord(settings: settings, result: result)
    record.settings.iterations = settings.updateCount(examples: all.exampleCount)
    record.selection = selection
    record.dataFile = file.input.baseName
    record.dataSHA256 = try file.input.sha256()
    record.features = data.loaded.names.features
    record.labels = data.loaded.names.labels
    record.train = try score(result.network, on: all, settings)
    record.test = try data.test.map { try score(result.network, on: $0, settings) }
    record.search = TrainingRecord.Search(
      settings: outcome.results.count, runs: outcome.runCount, folds: data.hasFolds ? data.foldCount : nil,
      accuracy: best.devAccuracy, cost: best.devCost)
    try output.write(TrainedNetwork(network: data.loaded.naming(result.network), training: record))
    return Model(path: path, examples: all.exampleCount, test: record.test)
  }

  private func score(
    _ network: Network, on dataset: Dataset, _ settings: TrainingSettings
  ) throws -> TrainingRecord.Score {
    let score = try TuneTraining.score(network, on: dataset, settings)
    return TrainingRecord.Score(examples: dataset.exampleCount, accuracy: score.accuracy, cost: score.cost)
  }
}

extension SearchResult {
  /// The updates after which the runs were best, in the middle of the folds, for a training with more examples: where
  /// there are batches an epoch then has more updates.
  fileprivate func bestIteration(examples: Int, insteadOf before: Int) -> Int {
    let sorted = runs.map(\.bestIteration).sorted()
    let median = sorted[sorted.count / 2]
    guard point.settings.batchSize != nil else { return median }
    return Int((Double(median) * Double(examples) / Double(before)).rounded())
  }
}

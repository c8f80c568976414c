import NetworkFiles
import Training

/// The settings of a training by the names of their options.
enum SettingList {
  /// A setting: its option without the dashes, and its value as it is written there.
  typealias Setting = (option: String, value: String)

  /// All of them, but for the number of threads, which changes nothing.
  static func all(_ settings: TrainingSettings) -> [Setting] {
    shape(settings) + updates(settings) + regularization(settings) + [
      ("precision", settings.precision.rawValue), ("kernel", settings.kernel.rawValue), ("seed", "\(settings.seed)"),
      ("record-every", "\(settings.recordEvery)"),
    ]
  }

  private static func shape(_ settings: TrainingSettings) -> [Setting] {
    [
      ("hidden", settings.hiddenSizes.map(String.init).joined(separator: ",")),
      ("activation", settings.activation.rawValue), ("init", settings.initialization.rawValue),
      ("loss", settings.loss.rawValue), ("standardize", settings.standardizes ? "yes" : "no"),
    ]
  }

  private static func updates(_ settings: TrainingSettings) -> [Setting] {
    [
      ("optimizer", settings.optimizer.rawValue), ("learning-rate", "\(settings.learningRate)"),
      ("schedule", settings.schedule.rawValue), ("warmup", "\(settings.warmUp)"),
      ("batch-size", settings.batchSize.map(String.init) ?? "all"),
      settings.epochs.map { ("epochs", "\($0)") } ?? ("iterations", "\(settings.iterations)"),
      ("shuffle-seed", "\(settings.shuffleSeed)"), ("patience", settings.patience.map(String.init) ?? "none"),
    ]
  }

  private static func regularization(_ settings: TrainingSettings) -> [Setting] {
    [
      ("lambda", "\(settings.lambda)"), ("l1", "\(settings.l1)"),
      ("max-norm", settings.maxNorm.map { "\($0)" } ?? "none"),
      ("keep-prob", settings.keepProbabilities.map { "\($0)" }.joined(separator: ",")),
      ("input-keep-prob", "\(settings.inputKeepProbability)"), ("dropout-seed", "\(settings.dropoutSeed)"),
      ("dropout-masks", settings.dropoutMasks.rawValue),
    ]
  }

  /// How the examples were chosen, where that was not left to the names in the file.
  static func choices(_ selection: TrainingRecord.Selection) -> [Setting] {
    let choices: [(String, String?)] = [
      ("weights", selection.weights), ("class-weights", selection.classWeights),
      ("test-features", selection.testFeatures), ("test-labels", selection.testLabels),
      ("test", selection.testFile), ("test-fraction", selection.testFraction.map { "\($0)" }),
      ("dev", selection.devFile), ("dev-fraction", selection.devFraction.map { "\($0)" }),
      ("examples", selection.examplesAxis),
    ]
    return choices.compactMap { option, value in value.map { (option, $0) } }
  }

  /// The settings that are not the notebook's, as a line: `learning rate 0.1, optimizer adam(…)`; the others are known.
  static func unusual(_ settings: TrainingSettings) -> [Setting] {
    zip(all(settings), all(TrainingSettings())).compactMap { $0.option != $1.option || $0.value != $1.value ? $0 : nil }
  }

  /// The first setting in which two trainings differ; how long they are is none.
  static func firstDifference(
    _ one: TrainingSettings, _ other: TrainingSettings
  ) -> (option: String, one: String, other: String)? {
    func others(_ settings: TrainingSettings) -> [Setting] {
      all(settings).filter { $0.option != "iterations" && $0.option != "epochs" }
    }
    for (a, b) in zip(others(one), others(other)) where a.value != b.value { return (a.option, a.value, b.value) }
    return nil
  }
}

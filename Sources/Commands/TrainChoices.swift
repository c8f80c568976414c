import NetworkFiles

/// A choice among the data that is another one than that of a training before.
struct TrainChoice {
  /// What is chosen: `--class-weights`.
  let name: String
  /// What it was; nil for nothing.
  let before: String?
  /// What it is; nil for nothing.
  let now: String?

  /// The first choice of examples, inputs and labels that is not the same in two records; the files of dev and test sets
  /// are not compared.
  static func firstDifference(_ now: TrainingRecord, from began: TrainingRecord) -> TrainChoice? {
    let (chosen, before) = (now.selection, began.selection)
    let choices = [
      TrainChoice(name: "the features", before: began.features, now: now.features),
      TrainChoice(name: "the labels", before: began.labels, now: now.labels),
      TrainChoice(name: "--weights", before: before.weights, now: chosen.weights),
      TrainChoice(name: "--class-weights", before: before.classWeights, now: chosen.classWeights),
      TrainChoice(name: "--examples", before: before.examplesAxis, now: chosen.examplesAxis),
      TrainChoice(name: "--test-features", before: before.testFeatures, now: chosen.testFeatures),
      TrainChoice(name: "--test-labels", before: before.testLabels, now: chosen.testLabels),
      TrainChoice(name: "--test-fraction", before: before.testFraction.text, now: chosen.testFraction.text),
      TrainChoice(name: "--dev-fraction", before: before.devFraction.text, now: chosen.devFraction.text),
    ]
    return choices.first { $0.before != $0.now }
  }
}

extension Double? {
  fileprivate var text: String? { map { "\($0)" } }
}

import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// The parts of reports that speak of a trained network, as JSON.
enum ModelReport {
  /// `layers`, `activations` and the settings that are known.
  static func settings(_ parameters: TrainedNetwork) -> JSONValue {
    let settings = parameters.training?.settings
    let keep = settings?.keepProbabilities
    return .object([
      "layers": .array(parameters.network.layerSizes.map(JSONValue.integer)),
      "activations": .array(parameters.network.layers.map { .text($0.activation.rawValue) }),
      "learning_rate": JSONValue(settings?.learningRate),
      "iterations": JSONValue(settings?.iterations),
      "lambda": JSONValue(settings?.lambda),
      "keep_prob": keep?.count == 1 ? JSONValue(keep?[0]) : keep.map { .array($0.map(JSONValue.number)) } ?? .null,
      "precision": JSONValue(settings?.precision),
      "seed": JSONValue(settings?.seed),
      "dropout_seed": JSONValue(settings?.dropoutSeed),
      "dropout_masks": JSONValue(settings?.dropoutMasks),
      "kernel": JSONValue(parameters.training?.kernel),
    ])
  }

  /// The recorded costs.
  static func costs(_ record: TrainingRecord?) -> JSONValue {
    .array(
      (record?.costs ?? []).map { .object(["iteration": .integer($0.iteration), "cost": JSONValue($0.cost)]) })
  }

  /// One set's score, or null.
  static func score(_ score: TrainingRecord.Score?) -> JSONValue {
    guard let score else { return .null }
    return .object([
      "cost": JSONValue(score.cost), "accuracy": JSONValue(score.accuracy), "examples": JSONValue(score.examples),
    ])
  }
}

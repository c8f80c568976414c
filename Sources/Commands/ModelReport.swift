import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// The parts of reports that speak of a trained network, as JSON.
enum ModelReport {
  /// `layers`, `activations` and the settings that are known.
  static func settings(_ parameters: TrainedNetwork) -> JSONValue {
    let settings = parameters.training?.settings
    let keep = settings?.keepProbabilities
    var members: [String: JSONValue] = [
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
    ]
    // What a file does not name is the notebook's only where reg-train wrote it, which names all the others.
    let all = try? parameters.training?.trainingSettings(of: parameters.network)
    members["optimizer"] = JSONValue(all?.optimizer.rawValue)
    members["loss"] = JSONValue(all?.loss.rawValue)
    members["schedule"] = JSONValue(all?.schedule.rawValue)
    members["warmup"] = JSONValue(all?.warmUp)
    members["batch_size"] = JSONValue(all?.batchSize)
    members["epochs"] = JSONValue(all?.epochs)
    members["shuffle_seed"] = JSONValue(all.map { Int($0.shuffleSeed) })
    members["l1"] = JSONValue(all?.l1)
    members["max_norm"] = JSONValue(all?.maxNorm)
    members["input_keep_prob"] = JSONValue(all?.inputKeepProbability)
    members["patience"] = JSONValue(all?.patience)
    members["init"] = JSONValue(all?.initialization.rawValue)
    members["standardize"] = .bool(parameters.network.inputScaling != nil)
    let selection = parameters.training?.selection
    members["weights"] = JSONValue(selection?.weights)
    members["class_weights"] = JSONValue(selection?.classWeights)
    members["test_fraction"] = JSONValue(selection?.testFraction)
    members["dev_fraction"] = JSONValue(selection?.devFraction)
    return .object(members)
  }

  /// The recorded costs, of the training or of its dev set.
  static func costs(_ records: [CostRecord]) -> JSONValue {
    .array(
      records.map { .object(["iteration": .integer($0.iteration), "cost": JSONValue($0.cost)]) })
  }

  /// One set's score, or null: the metrics that are known, cost, accuracy and examples always.
  static func score(_ score: TrainingRecord.Score?) -> JSONValue {
    guard let score else { return .null }
    var members = [
      "cost": JSONValue(score.cost), "accuracy": JSONValue(score.accuracy), "examples": JSONValue(score.examples),
    ]
    for (metric, value) in score.metrics { members[metric.rawValue] = .number(value) }
    return .object(members)
  }
}

extension ModelReport {
  /// The whole of `model`.
  static func json(_ model: TrainedNetwork, form: any NetworkFormat, units: IdleUnits) -> JSONValue {
    let network = model.network
    return .object([
      "layers": .array(network.layerSizes.map(JSONValue.integer)),
      "activations": .array(network.layers.map { .text($0.activation.rawValue) }),
      "parameters": .integer(network.parameterCount),
      "features": texts(network.inputNames),
      "form": .text(form.name),
      "element_type": .text(model.elementType.rawValue),
      "output": .text(outputKind(network)),
      "classes": texts(classes(network)),
      "input_scaling": NetworkDifference.json(network.inputScaling),
      "tensors": tensors(network, units),
      "notes": .array(model.notes.map(JSONValue.text)),
      "left_out": .array(model.leftOut.map(JSONValue.text)),
      "settings": settings(model),
      "costs": costs(model.training?.costs ?? []),
      "dev_costs": costs(model.training?.devCosts ?? []),
      "train": score(model.training?.train),
      "dev": score(model.training?.dev),
      "test": score(model.training?.test),
      "data_sha256": JSONValue(model.training?.dataSHA256),
    ])
  }

  private static func texts(_ names: [String]?) -> JSONValue { names.map { .array($0.map(JSONValue.text)) } ?? .null }

  private static func outputKind(_ network: Network) -> String {
    switch network.output {
    case .probability: "probability"
    case .classes: "classes"
    case .values: "values"
    }
  }

  private static func classes(_ network: Network) -> [String]? {
    if case .classes(let names) = network.output { names } else { network.classNames }
  }

  /// Each W and b, with the units of its layer beside W.
  private static func tensors(_ network: Network, _ units: IdleUnits) -> JSONValue {
    var tensors: [JSONValue] = []
    for (index, layer) in network.layers.enumerated() {
      for (name, matrix) in [("W", layer.weights), ("b", layer.biases)] {
        let of = TensorStatistics(matrix.elements)
        var tensor: [String: JSONValue] = [
          "name": .text("\(name)\(index + 1)"), "layer": .integer(index + 1),
          "shape": .array([.integer(matrix.rows), .integer(matrix.columns)]), "parameters": .integer(of.count),
          "norm": JSONValue(of.norm), "mean": JSONValue(of.mean), "min": JSONValue(of.minimum),
          "max": JSONValue(of.maximum),
        ]
        if name == "W" {
          let idle = units.layers[index]
          tensor["constant_units"] = .array(idle.constant.map(JSONValue.integer))
          tensor["unused_units"] = .array(idle.unused.map(JSONValue.integer))
          tensor["dead_units"] = idle.dead.map { .array($0.map(JSONValue.integer)) } ?? .null
        }
        tensors.append(.object(tensor))
      }
    }
    return .array(tensors)
  }
}

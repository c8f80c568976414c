import TensorFiles
import Tensors
import Training

/// Makes the layers of a Sequential model of a network.
struct KerasLayerMaker {
  private(set) var layers: [KerasModel.Layer] = []
  private(set) var losses: [String] = []
  private let trained: TrainedNetwork
  private var counts: [String: Int] = [:]

  init(_ trained: TrainedNetwork) { self.trained = trained }

  mutating func make() throws {
    let settings = trained.training?.settings
    let penalties = try penalties(settings)
    if let scaling = trained.network.inputScaling { add("Normalization", "normalization", try normalization(scaling)) }
    for (index, layer) in trained.network.layers.enumerated() {
      let isLast = index == trained.network.layers.count - 1
      try add(layer, number: index + 1, penalty: penalties?[index] ?? 0)
      let keeps = settings?.keepProbabilities ?? []
      let keep = keeps.count == 1 ? keeps[0] : index < keeps.count ? keeps[index] : 1
      if !isLast, keep < 1, keep > 0 { add("Dropout", "dropout", ["rate": .number(1 - keep)]) }
    }
  }

  private mutating func add(_ layer: Layer, number: Int, penalty: Double) throws {
    let name = KerasActivation.name(of: layer.activation)
    var config: [String: JSONValue] = [
      "units": .integer(layer.outputCount), "activation": .text(name ?? "linear"), "use_bias": .bool(true),
    ]
    if penalty != 0 { config["kernel_regularizer"] = .number(penalty) }
    let kernel = layer.weights.transposed
    add(
      "Dense", "dense", config,
      weights: [
        ("kernel", try tensor(kernel.elements, shape: [kernel.rows, kernel.columns])),
        ("bias", try tensor(layer.biases.elements, shape: [layer.outputCount])),
      ])
    guard name == nil else { return }
    switch layer.activation {
    case .leakyRelu(let slope) where slope >= 0:
      add("ReLU", "leaky_re_lu", ["negative_slope": .number(slope), "max_value": .null, "threshold": .number(0)])
    case .elu(let alpha): add("ELU", "elu", ["alpha": .number(alpha)])
    case .hardSigmoid(let slope, let offset):
      add("Rescaling", "rescaling", ["scale": .number(slope), "offset": .number(offset)])
      add("ReLU", "re_lu", ["negative_slope": .number(0), "max_value": .number(1), "threshold": .number(0)])
    default:
      throw FormatError(
        .unsupported, at: .object("layer \(number)"),
        "the activation \(layer.activation.rawValue) has no layer or name in Keras that a file can hold")
    }
  }

  /// The penalty on the weights of each layer: Keras adds l2 · ΣW² to the cost, reg-train λ/(2m) · ΣW².
  private mutating func penalties(_ settings: TrainingRecord.Settings?) throws -> [Double]? {
    let count = trained.network.layers.count
    guard let lambda = settings?.lambda, lambda != 0 else {
      guard let penalties = settings?.weightPenalties, penalties.count == count else { return nil }
      return penalties
    }
    guard let examples = trained.training?.train?.examples, examples > 0 else {
      losses.append(
        "the penalty lambda \(lambda) is not told to Keras, whose l2 is lambda / 2m: the number m of examples is not known"
      )
      return nil
    }
    return Array(repeating: lambda / (2 * Double(examples)), count: count)
  }

  private func normalization(_ scaling: InputScaling) throws(FormatError) -> [String: JSONValue] {
    // Keras has the variance, and divides by nothing smaller than 1e-7.
    for (input, scale) in scaling.scale.enumerated() where scale < 1e-7 || !(scale * scale).isFinite {
      throw FormatError(
        .unsupported, at: .object("input \(input + 1)"),
        "the input is divided by \(scale); Keras divides by the root of a variance that is no smaller than 1e-7")
    }
    return [
      "axis": .array([.integer(-1)]), "invert": .bool(false), "mean": .array(scaling.mean.map(JSONValue.number)),
      "variance": .array(scaling.scale.map { .number($0 * $0) }),
    ]
  }

  private func tensor(_ numbers: [Double], shape: [Int]) throws(TensorError) -> Tensor {
    trained.elementType == .float32
      ? try Tensor(numbers.map(Float.init), shape: shape)
      : try Tensor(numbers, shape: shape)
  }

  private mutating func add(
    _ className: String, _ baseName: String, _ config: [String: JSONValue],
    weights: [(name: String, tensor: Tensor)] = []
  ) {
    let count = counts[baseName, default: 0]
    counts[baseName] = count + 1
    layers.append(
      KerasModel.Layer(
        className: className, name: count == 0 ? baseName : "\(baseName)_\(count)", config: config, weights: weights))
  }
}

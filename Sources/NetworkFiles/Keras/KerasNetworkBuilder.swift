import TensorFiles
import Tensors
import Training

/// Makes a network of the layers of a model and their weights.
struct KerasNetworkBuilder {
  /// The file, which has the numbers.
  let reader: any TensorReader
  /// Which arrays belong to which layer.
  let weights: any KerasWeights
  /// The major version of the Keras that wrote the model.
  let version: Int
  /// What the layers came to so far.
  var chain = LayerChain()
  /// The lengths of one example's dimensions where a layer is added; nil where nothing tells them.
  var shape: [Int]?
  /// The arrays that were taken.
  var taken: Set<String> = []
  /// Whether an array is wider than float32.
  var isDouble = false

  private init(_ reader: any TensorReader, _ weights: any KerasWeights, version: Int) {
    self.reader = reader
    self.weights = weights
    self.version = version
  }

  /// The network of a model.
  ///
  /// - Throws: ``FormatError``: `unsupported` at the first layer that no chain of dense layers has, `damaged`.
  static func network(
    of architecture: KerasArchitecture, weights: any KerasWeights, in reader: any TensorReader
  ) throws(FormatError) -> TrainedNetwork {
    var builder = KerasNetworkBuilder(reader, weights, version: architecture.version)
    builder.shape = architecture.inputShape
    let layers = architecture.layers
    // What stands before the first dense layer may not tell how many inputs there are; that layer's kernel does.
    if let dense = layers.first(where: { $0.className == "Dense" }),
      let kernel = try weights.arrays(of: dense).first, let inputs = try reader.entry(kernel).shape.first
    {
      builder.chain = LayerChain(inputCount: inputs)
    }
    var index = 0
    while index < layers.count {
      if index + 1 < layers.count, let activation = try hardSigmoid(layers[index], layers[index + 1]) {
        try builder.chain.activation(activation, name: layers[index].name)
        index += 2
      } else {
        try builder.add(layers[index])
        index += 1
      }
    }
    return try builder.finish()
  }

  /// Adds a dense layer of which only the arrays are known.
  static func network(
    of layers: [(name: String, arrays: [String], activation: Activation)], scaling: [String]?,
    written: InputScaling?, in reader: any TensorReader
  ) throws(FormatError) -> TrainedNetwork {
    var builder = KerasNetworkBuilder(reader, KerasVariables(reader), version: 3)
    // One mean and variance may stand for all inputs, whose number the first kernel tells.
    if let kernel = layers.first?.arrays.first, let inputs = try reader.entry(kernel).shape.first {
      builder.chain = LayerChain(inputCount: inputs)
    }
    if let scaling {
      try builder.normalize(scaling, name: "normalization", isInverse: false)
    } else if let written {
      try builder.chain.standardize(mean: written.mean, scale: written.scale, name: "normalization")
    }
    for layer in layers {
      try builder.dense(layer.arrays, name: layer.name)
      try builder.chain.activation(layer.activation, name: layer.name)
    }
    return try builder.finish()
  }

  private consuming func finish() throws(FormatError) -> TrainedNetwork {
    let (entries, taken, isDouble) = (reader.entries, taken, isDouble)
    var trained = try chain.trainedNetwork(elementType: isDouble ? .float64 : .float32)
    trained.leftOut = KerasNetworkBuilder.leftOut(entries.map(\.name).filter { !taken.contains($0) })
    return trained
  }

  /// What is no part of the network: what the optimizer and the metrics keep, each as one.
  private static func leftOut(_ names: [String]) -> [String] {
    var result: [String] = []
    // The state of the random numbers of a Dropout layer is nothing that anybody misses.
    for name in names where !name.contains("/seed_generator/") {
      let top = String(name.prefix { $0 != "/" })
      let shown = ["optimizer", "optimizer_weights", "metrics"].contains(top) ? top : name
      if result.last != shown { result.append(shown) }
    }
    return result
  }

  /// slope · z + offset, kept to 0…1, which Keras has as two layers.
  private static func hardSigmoid(_ first: KerasLayer, _ second: KerasLayer) throws(FormatError) -> Activation? {
    guard first.className == "Rescaling", second.className == "ReLU" else { return nil }
    guard first.setting("scale")?.doubleValue != nil, first.setting("offset")?.arrayValue == nil,
      second.setting("max_value") != nil, try second.number("max_value", default: 0) == 1,
      try second.number("negative_slope", default: 0) == 0, try second.number("threshold", default: 0) == 0
    else { return nil }
    return .hardSigmoid(
      slope: try first.number("scale", default: 1), offset: try first.number("offset", default: 0))
  }

  private mutating func add(_ layer: KerasLayer) throws(FormatError) {
    if let activation = try KerasActivation.read(layer, version: version) {
      try checkFlat(layer)
      try chain.activation(activation, name: layer.name)
      return
    }
    switch layer.className {
    case "Dense": try dense(layer)
    case "Dropout", "GaussianDropout", "AlphaDropout":
      let rate = try layer.number("rate", "p", default: 0)
      if layer.className == "Dropout" {
        chain.dropout(rate: rate)
      } else {
        chain.note("'\(layer.name)', \(layer.described), is not kept: it does nothing at prediction")
      }
    case "GaussianNoise", "ActivityRegularization":
      chain.note("'\(layer.name)', \(layer.described), is not kept: it does nothing at prediction")
    case "BatchNormalization": try batchNormalization(layer)
    case "Normalization": try normalization(layer)
    case "Rescaling": try rescaling(layer)
    case "Flatten", "Reshape": try reshape(layer)
    case "InputLayer", "Identity": break
    default: throw layer.refusal()
    }
  }

  /// Throws where an example is no row of numbers: the layer would work along the last dimension alone.
  func checkFlat(_ layer: KerasLayer) throws(FormatError) {
    guard let shape, shape.count > 1 else { return }
    throw FormatError(
      .unsupported, at: .object(layer.name),
      "the layer takes examples of the shape \(Tensor.describe(shape)) and works along the last dimension; only chains of "
        + "dense layers of rows are read as networks, which a Flatten layer makes")
  }

  private mutating func reshape(_ layer: KerasLayer) throws(FormatError) {
    guard let shape, shape.count > 1 else {
      let target = layer.setting("target_shape")?.arrayValue
      if let target, target.count != 1 { throw layer.refusal() }
      return
    }
    guard layer.className == "Flatten", layer.setting("data_format")?.textValue != "channels_first" else {
      throw layer.refusal()
    }
    self.shape = nil
    chain.note("the inputs are the \(Tensor.describe(shape)) numbers of an example, the last dimension running fastest")
  }
}

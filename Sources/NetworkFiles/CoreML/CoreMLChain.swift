import TensorFiles
import Tensors
import Training

/// Follows the one value of a model from its input to its output, and builds the chain of layers on the way.
struct CoreMLChain {
  /// The file, which has the numbers.
  let reader: CoreMLReader
  /// The graph.
  let model: CoreMLModel
  /// What the layers came to so far.
  var chain: LayerChain
  /// The value that the chain has come to.
  var current: String
  /// The layers that are constants, by the name of their value.
  var constants: [String: CoreMLLayer] = [:]
  /// The other layers, in the order of the file.
  var layers: [CoreMLLayer] = []
  /// The value that the model gives; nil where that of the last layer is.
  let target: String?

  /// - Throws: ``FormatError`` for a model that is no neural network of one input.
  init(_ reader: CoreMLReader) throws(FormatError) {
    self.reader = reader
    model = reader.model
    guard ["neuralNetwork", "neuralNetworkClassifier", "neuralNetworkRegressor"].contains(model.kind) else {
      throw FormatError(
        .unsupported, at: .object(model.kind),
        "this kind of Core ML model is not read as a network; only chains of dense layers in a neuralNetwork are")
    }
    guard let input = model.inputs.first else { throw FormatError(.unsupported, "the model has no input") }
    guard model.inputs.count == 1 else {
      throw FormatError(
        .unsupported, at: .object(model.inputs[1].name),
        "this is the second of \(model.inputs.count) inputs of the model; only chains of dense layers are read")
    }
    guard !model.hasPreprocessing, input.type == "multiArrayType" else {
      throw FormatError(
        .unsupported, at: .object(input.name),
        "this input is a picture or another thing than a row of numbers; only chains of dense layers are read")
    }
    target = try CoreMLChain.target(model)
    current = input.name
    chain = LayerChain(inputCount: input.shape.count == 1 ? input.shape[0] : nil)
    for layer in model.layers {
      if ["loadConstant", "loadConstantND"].contains(layer.kind), let output = layer.outputs.first {
        constants[output] = layer
      } else {
        layers.append(layer)
      }
    }
  }

  /// The value that a model gives. A classifier gives the class beside the probabilities of all, which are those of its
  /// last layer or of one that it names.
  private static func target(_ model: CoreMLModel) throws(FormatError) -> String? {
    let isClassifier = model.kind == "neuralNetworkClassifier"
    let outputs = model.outputs.filter { !isClassifier || $0.name != model.predictedFeature }
    guard outputs.count < 2 else {
      throw FormatError(
        .unsupported, at: .object(outputs[1].name),
        "this is the second of \(outputs.count) outputs of the model; only chains of dense layers are read")
    }
    return isClassifier ? model.probabilityLayer : outputs.first?.name
  }

  /// The network of all layers up to the output.
  mutating func network() throws(FormatError) -> TrainedNetwork {
    var next = 0
    while next < layers.count {
      let layer = layers[next]
      if current == target, chain.layerCount > 0 {
        chain.note("'\(layer.name)' and what is behind it is left out: '\(current)' is the output of the model")
        break
      }
      guard layer.outputs.count == 1, layer.inputs.contains(current) else {
        throw CoreMLChain.unsupported(layer, "is not one of a chain")
      }
      if isSwish(next) {
        try chain.activation(.swish, name: layer.name)
        current = layers[next + 1].outputs[0]
        next += 2
        continue
      }
      guard layers[(next + 1)...].allSatisfy({ !$0.inputs.contains(current) }) else {
        throw FormatError(
          .unsupported, at: .object(current),
          "this value goes into several layers, '\(layer.name)' and others; only chains of dense layers are read")
      }
      if isSelu(next) {
        try chain.activation(.selu, name: layer.name)
        current = layers[next + 1].outputs[0]
        next += 2
        continue
      }
      next += 1 + (try apply(layer, next))
      current = layers[next - 1].outputs[0]
    }
    guard chain.layerCount > 0 else { throw FormatError(.unsupported, "there is no dense layer") }
    if let target, current != target {
      throw FormatError(
        .unsupported, at: .object(target),
        "this output is not what the layers come to, which is '\(current)'; only chains of dense layers are read")
    }
    var trained = try chain.trainedNetwork(elementType: .float32)
    if let labels = model.classLabels, labels.count == max(2, trained.network.outputCount),
      labels != labels.indices.map(String.init)
    {
      let network = trained.network
      do {
        trained.network = try Network(
          layers: network.layers, inputNames: network.inputNames, classNames: labels,
          inputScaling: network.inputScaling)
      } catch { throw FormatError(.damaged, error.description) }
    }
    return trained
  }

  /// The error that a layer is none of a chain, or none because of what it does.
  static func unsupported(_ layer: CoreMLLayer, _ what: String? = nil) -> FormatError {
    let kind = layer.activation.map { "an activation layer \($0)" } ?? "a layer \(layer.kind)"
    return FormatError(
      .unsupported, at: .object(layer.name),
      "this is \(kind)" + (what.map { ", which \($0)" } ?? "") + "; only chains of dense layers are read")
  }

  /// Whether z · sigmoid(z) begins at a layer.
  private func isSwish(_ index: Int) -> Bool {
    guard layers.indices.contains(index + 1), layers[index].activation == "sigmoid" else { return false }
    let product = layers[index + 1]
    guard layers[index].outputs[0] != target else { return false }
    return ["multiply", "multiplyBroadcastable"].contains(product.kind) && product.outputs.count == 1
      && Set(product.inputs) == [current, layers[index].outputs[0]] && product.inputs.count == 2
  }

  /// Whether the two layers that a SELU is written as begin at a layer.
  private func isSelu(_ index: Int) -> Bool {
    guard layers.indices.contains(index + 1), layers[index].activation == "ELU" else { return false }
    let scale = layers[index + 1]
    guard layers[index].outputs != [target] else { return false }
    return scale.activation == "linear" && scale.inputs == layers[index].outputs && scale.outputs.count == 1
      && Float(layers[index].setting("alpha")) == Float(Activation.seluConstants.alpha)
      && Float(scale.setting("alpha")) == Float(Activation.seluConstants.scale) && scale.setting("beta") == 0
  }
}

public import TensorFiles
import Tensors
import Training

extension CoreMLNetworkFormat {
  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    var changes: [String] = []
    if !network.isExactInFloat32 { changes.append("the weights are rounded to float32; Core ML has no wider numbers") }
    changes += try network.roundingsInFloat32()
    return changes
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let model = try CoreMLModelWriter(network).finished()
    guard model.byteCount < Int(Int32.max) else {
      throw FormatError(
        .unsupported, "the network takes \(model.byteCount) bytes, and a Core ML file has 2147483647 at the most",
        file: output.name)
    }
    for piece in model.pieces { try output.write(piece) }
  }
}

/// The model of a network: a Model of the fourth version of the specification, that of iOS 13 and macOS 10.15.
struct CoreMLModelWriter {
  private let trained: TrainedNetwork
  private var layers: [ProtobufWriter] = []
  private var current = "X"

  init(_ trained: TrainedNetwork) { self.trained = trained }

  /// A Model.
  func finished() throws(FormatError) -> ProtobufWriter {
    var writer = self
    return try writer.model()
  }

  private mutating func model() throws(FormatError) -> ProtobufWriter {
    let network = trained.network
    var labels: [String]?
    if case .classes(let names) = network.output, network.layers.last?.activation == .softmax { labels = names }
    let output: String =
      switch network.output {
      case .probability: "probability"
      case .classes: labels == nil ? "values" : "probabilities"
      case .values: "values"
      }
    scaleInputs()
    for (index, layer) in network.layers.enumerated() {
      let isLast = index == network.layers.count - 1
      dense(layer, index + 1, output: isLast ? output : nil)
    }
    var model = ProtobufWriter()
    model.integer(4, field: 1)
    model.append(try description(output, labels), field: 2)
    var body = ProtobufWriter()
    for layer in layers { body.append(layer, field: 1) }
    // The input has the shape that it says, without dimensions added to it.
    body.integer(1, field: 5)
    if let labels {
      body.message(100) { vector in for label in labels { vector.text(label, field: 1) } }
      body.text(output, field: 200)
    }
    model.append(body, field: labels == nil ? 500 : 403)
    return model
  }

  /// A ModelDescription.
  private func description(_ output: String, _ labels: [String]?) throws(FormatError) -> ProtobufWriter {
    let network = trained.network
    let metadata = try NetworkMetadata(trained).text
    var description = ProtobufWriter()
    description.append(CoreMLModelWriter.array("X", network.inputCount, network.inputNames), field: 1)
    if labels != nil {
      description.message(10) { feature in
        feature.text(output, field: 1)
        // A dictionary from texts to numbers.
        feature.message(3) { $0.message(6) { $0.message(2) { _ in } } }
      }
      description.message(10) { feature in
        feature.text("class", field: 1)
        feature.message(3) { $0.message(3) { _ in } }
      }
      description.text("class", field: 11)
      description.text(output, field: 12)
    } else {
      description.append(CoreMLModelWriter.array(output, network.outputCount, nil), field: 10)
    }
    let sizes = network.layerSizes.map(String.init).joined(separator: ", ")
    description.message(100) { list in
      list.text("A network of dense layers: \(sizes) units.", field: 1)
      var properties = [(NetworkMetadata.key, metadata)]
      if let names = network.classNames, labels == nil {
        properties.append(("classes", names.joined(separator: ", ")))
      }
      for (key, value) in properties {
        list.message(100) {
          $0.text(key, field: 1)
          $0.text(value, field: 2)
        }
      }
    }
    return description
  }

  /// A FeatureDescription of an array of float32.
  private static func array(_ name: String, _ width: Int, _ columns: [String]?) -> ProtobufWriter {
    var feature = ProtobufWriter()
    feature.text(name, field: 1)
    if let columns { feature.text(columns.joined(separator: ", "), field: 2) }
    feature.message(3) { type in
      type.message(5) { array in
        array.integers([width], field: 1)
        array.integer(65568, field: 2)
      }
    }
    return feature
  }

  /// Adds a layer of one value, and goes on to its value.
  ///
  /// - Parameter number: the field of its kind in a NeuralNetworkLayer.
  private mutating func layer(
    _ name: String, _ number: Int, inputs: [String]? = nil, output: String? = nil,
    _ parameters: (inout ProtobufWriter) -> Void
  ) {
    var layer = ProtobufWriter()
    layer.text(name, field: 1)
    for input in inputs ?? [current] { layer.text(input, field: 2) }
    layer.text(output ?? name, field: 3)
    layer.message(number, parameters)
    layers.append(layer)
    current = output ?? name
  }

  /// (x - mean) / scale
  private mutating func scaleInputs() {
    guard let scaling = trained.network.inputScaling else { return }
    let input = current
    for (name, values) in [("mean", scaling.mean), ("scale", scaling.scale)] {
      layer(name, 1070, inputs: []) { constant in
        constant.integers([values.count], field: 1)
        constant.append(CoreMLModelWriter.weights(values), field: 2)
      }
    }
    layer("centred", 905, inputs: [input, "mean"]) { _ in }
    layer("standardised", 890, inputs: ["centred", "scale"]) { _ in }
  }

  private mutating func dense(_ dense: Layer, _ number: Int, output: String?) {
    let isLinear = dense.activation == .linear
    layer("layer_\(number)", 140, output: isLinear ? output : nil) { product in
      product.integer(dense.inputCount, field: 1)
      product.integer(dense.outputCount, field: 2)
      product.integer(1, field: 10)
      product.append(CoreMLModelWriter.weights(dense.weights.elements), field: 20)
      product.append(CoreMLModelWriter.weights(dense.biases.elements), field: 21)
    }
    if !isLinear { activation(dense.activation, "layer_\(number)_\(dense.activation.name)", output) }
  }

  private mutating func activation(_ activation: Activation, _ name: String, _ output: String?) {
    switch activation {
    case .linear: break
    case .relu: function(10, [], name, output)
    case .leakyRelu(let slope): function(15, [slope], name, output)
    case .tanh: function(30, [], name, output)
    case .sigmoid: function(40, [], name, output)
    case .hardSigmoid(let slope, let offset): function(41, [slope, offset], name, output)
    case .elu(let alpha): function(50, [alpha], name, output)
    case .softsign: function(60, [], name, output)
    case .softplus: function(70, [], name, output)
    case .selu:
      // Core ML has it not: an ELU with its alpha, and its scale.
      function(50, [Activation.seluConstants.alpha], name + "_elu", nil)
      function(5, [Activation.seluConstants.scale, 0], name, output)
    case .swish:
      let z = current
      function(40, [], name + "_sigmoid", nil)
      layer(name, 900, inputs: [z, name + "_sigmoid"], output: output) { _ in }
    case .gelu: layer(name, 795, output: output) { _ in }
    case .geluTanh: layer(name, 795, output: output) { $0.integer(1, field: 1) }
    case .softmax: layer(name, 950, output: output) { $0.integer(-1, field: 1) }
    }
  }

  /// A layer of kind activation with a function and its numbers.
  private mutating func function(_ number: Int, _ parameters: [Double], _ name: String, _ output: String?) {
    layer(name, 130, output: output) { activation in
      activation.message(number) { function in
        for (index, parameter) in parameters.enumerated() where parameter != 0 {
          function.float(Float(parameter), field: index + 1)
        }
      }
    }
  }

  /// A WeightParams of float32.
  private static func weights(_ values: [Double]) -> ProtobufWriter {
    var weights = ProtobufWriter()
    weights.numbers(values, isDouble: false, field: 1)
    return weights
  }
}

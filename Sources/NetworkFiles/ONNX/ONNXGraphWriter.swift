import TensorFiles
import Tensors
import Training

/// The graph of a network.
struct ONNXGraphWriter {
  private let trained: TrainedNetwork
  /// Whether the parameters are float64.
  let isDouble: Bool
  private var nodes: [ProtobufWriter] = []
  private var tensors: [ProtobufWriter] = []
  private var names: Set<String> = []
  /// The value that the operations have come to.
  var current = "X"
  /// What the values of the layer in the making are called after.
  private var prefix = ""

  init(_ trained: TrainedNetwork) {
    self.trained = trained
    isDouble = trained.elementType != .float32
  }

  /// A GraphProto.
  func finished() -> ProtobufWriter {
    var writer = self
    return writer.graph()
  }

  private mutating func graph() -> ProtobufWriter {
    let network = trained.network
    if let scaling = network.inputScaling {
      prefix = "scaling"
      current = operation("Sub", [current, tensor("mean", scaling.mean, [scaling.mean.count])])
      current = operation("Div", [current, tensor("scale", scaling.scale, [scaling.scale.count])])
    }
    let output =
      switch network.output {
      case .probability: "probability"
      case .classes: network.layers.last?.activation == .softmax ? "probabilities" : "values"
      case .values: "values"
      }
    for (index, layer) in network.layers.enumerated() {
      let number = index + 1
      prefix = "layer_\(number)"
      let isLast = number == network.layers.count
      let weights = tensor("W\(number)", layer.weights.elements, [layer.weights.rows, layer.weights.columns])
      let biases = tensor("b\(number)", layer.biases.elements, [layer.biases.rows])
      let isLinear = layer.activation == .linear
      current = operation(
        "Gemm", [current, weights, biases], integers: ["transB": 1], output: isLast && isLinear ? output : nil)
      if !isLinear { current = activation(layer.activation, output: isLast ? output : nil) }
    }
    var graph = ProtobufWriter()
    for node in nodes { graph.append(node, field: 1) }
    graph.text("network", field: 2)
    for tensor in tensors { graph.append(tensor, field: 5) }
    graph.append(value("X", network.inputCount), field: 11)
    graph.append(value(output, network.outputCount), field: 12)
    return graph
  }

  /// A ValueInfoProto of shape (N, width), where N is the number of examples.
  private func value(_ name: String, _ width: Int) -> ProtobufWriter {
    var value = ProtobufWriter()
    value.text(name, field: 1)
    value.message(2) { type in
      type.message(1) { tensor in
        tensor.integer(isDouble ? 11 : 1, field: 1)
        tensor.message(2) { shape in
          shape.message(1) { $0.text("N", field: 2) }
          shape.message(1) { $0.integer(width, field: 1) }
        }
      }
    }
    return value
  }

  /// Adds an operation and gives the name of its value.
  mutating func operation(
    _ operation: String, _ inputs: [String], floats: [(String, Double)] = [], integers: [String: Int] = [:],
    output: String? = nil
  ) -> String {
    var name = "\(prefix)_\(operation.lowercased())"
    var count = 1
    while !names.insert(name).inserted {
      count += 1
      name = "\(prefix)_\(operation.lowercased())_\(count)"
    }
    let result = output ?? name
    var node = ProtobufWriter()
    for input in inputs { node.text(input, field: 1) }
    node.text(result, field: 2)
    node.text(name, field: 3)
    node.text(operation, field: 4)
    for (name, value) in floats {
      node.message(5) {
        $0.text(name, field: 1)
        $0.float(Float(value), field: 2)
        $0.integer(1, field: 20)
      }
    }
    for (name, value) in integers {
      node.message(5) {
        $0.text(name, field: 1)
        $0.integer(value, field: 3)
        $0.integer(2, field: 20)
      }
    }
    nodes.append(node)
    return result
  }

  /// Adds a tensor of a name, or none where there is one of that name already.
  mutating func tensor(_ name: String, _ values: [Double], _ shape: [Int]) -> String {
    guard names.insert(name).inserted else { return name }
    var tensor = ProtobufWriter()
    tensor.integers(shape, field: 1)
    tensor.integer(isDouble ? 11 : 1, field: 2)
    tensor.text(name, field: 8)
    tensor.numbers(values, isDouble: isDouble, field: 9)
    tensors.append(tensor)
    return name
  }

  /// A list of dimensions.
  mutating func axes(_ name: String, _ axis: Int) -> String {
    guard names.insert(name).inserted else { return name }
    var tensor = ProtobufWriter()
    tensor.integers([1], field: 1)
    tensor.integer(7, field: 2)
    tensor.integers([axis], field: 7)
    tensor.text(name, field: 8)
    tensors.append(tensor)
    return name
  }
}

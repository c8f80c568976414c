#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import TensorFiles
import Tensors
import Training

extension ONNXNetworkFormat {
  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    var changes: [String] = []
    guard network.elementType == .float32 else { return changes }
    if !network.isExactInFloat32 { changes.append("the weights are rounded to float32") }
    if let scaling = network.network.inputScaling,
      !(scaling.mean + scaling.scale).allSatisfy({ Double(Float($0)) == $0 })
    {
      changes.append("the means and scales of the inputs are rounded to float32 where they are computed with")
    }
    let odd = network.network.layers.map(\.activation).filter {
      !$0.parameters.allSatisfy { Double(Float($0)) == $0 }
    }
    if let first = odd.first {
      changes.append("the numbers of \(first.rawValue) are rounded to float32 where they are computed with")
    }
    return changes
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let metadata = try NetworkMetadata(network).text
    let graph = ONNXGraphWriter(network).finished()
    var model = ProtobufWriter()
    model.integer(8, field: 1)
    model.text("reg-tools", field: 2)
    model.append(graph, field: 7)
    // Domain "" is left out; the thirteenth set of operators is read by all programs of the last years.
    model.message(8) { $0.integer(13, field: 2) }
    var properties: [(String, String)] = []
    if let names = network.network.inputNames { properties.append(("input_names", try ONNXNetworkFormat.list(names))) }
    if let names = network.network.classNames { properties.append(("class_names", try ONNXNetworkFormat.list(names))) }
    properties.append((NetworkMetadata.key, metadata))
    for (key, value) in properties {
      model.message(14) {
        $0.text(key, field: 1)
        $0.text(value, field: 2)
      }
    }
    guard model.byteCount < Int(Int32.max) else {
      throw FormatError(
        .unsupported, "the network takes \(model.byteCount) bytes, and an ONNX file has 2147483647 at the most",
        file: output.name)
    }
    for piece in model.pieces { try output.write(piece) }
  }

  /// A list of texts as JSON.
  private static func list(_ texts: [String]) throws(FormatError) -> String {
    do { return try JSONValue.array(texts.map(JSONValue.text)).text } catch {
      throw FormatError(.unsuitable, "\(error)")
    }
  }
}

/// The graph of a network.
struct ONNXGraphWriter {
  private let trained: TrainedNetwork
  /// Whether the parameters are float64.
  private let isDouble: Bool
  private var nodes: [ProtobufWriter] = []
  private var tensors: [ProtobufWriter] = []
  private var names: Set<String> = []
  /// The value that the operations have come to.
  private var current = "X"
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
  private mutating func operation(
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
  private mutating func tensor(_ name: String, _ values: [Double], _ shape: [Int]) -> String {
    guard names.insert(name).inserted else { return name }
    var tensor = ProtobufWriter()
    tensor.integers(shape, field: 1)
    tensor.integer(isDouble ? 11 : 1, field: 2)
    tensor.text(name, field: 8)
    tensor.bytes(ONNXGraphWriter.bytes(values, isDouble: isDouble), field: 9)
    tensors.append(tensor)
    return name
  }

  /// A list of dimensions.
  private mutating func axes(_ name: String, _ axis: Int) -> String {
    guard names.insert(name).inserted else { return name }
    var tensor = ProtobufWriter()
    tensor.integers([1], field: 1)
    tensor.integer(7, field: 2)
    tensor.integers([axis], field: 7)
    tensor.text(name, field: 8)
    tensors.append(tensor)
    return name
  }

  /// Numbers as little-endian bytes.
  private static func bytes(_ values: [Double], isDouble: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * (isDouble ? 8 : 4))
    for value in values {
      let bits = isDouble ? value.bitPattern : UInt64(Float(value).bitPattern)
      for shift in stride(from: 0, to: isDouble ? 64 : 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
    }
    return bytes
  }
}

/// Activations as operations of the thirteenth set.
///
/// Programs compute many of them in float32 only; in float64 these are put together from operations that are not.
extension ONNXGraphWriter {
  private mutating func number(_ value: Double) -> String {
    tensor("number_\(value)", [value], [])
  }

  private mutating func activation(_ activation: Activation, output: String?) -> String {
    let z = current
    switch activation {
    case .linear: return z
    case .relu: return operation("Relu", [z], output: output)
    case .tanh: return operation("Tanh", [z], output: output)
    case .sigmoid: return operation("Sigmoid", [z], output: output)
    case .softmax: return operation("Softmax", [z], integers: ["axis": -1], output: output)
    case .swish:
      let sigmoid = operation("Sigmoid", [z])
      return operation("Mul", [z, sigmoid], output: output)
    case .gelu: return gelu(z, output)
    case .geluTanh: return geluTanh(z, output)
    case .leakyRelu(let slope): return leakyRelu(z, slope, output)
    case .elu(let alpha):
      if !isDouble { return operation("Elu", [z], floats: [("alpha", alpha)], output: output) }
      return elu(z, alpha: alpha, scale: nil, output)
    case .selu:
      if !isDouble { return operation("Selu", [z], output: output) }
      return elu(z, alpha: Activation.seluConstants.alpha, scale: Activation.seluConstants.scale, output)
    case .hardSigmoid(let slope, let offset):
      if !isDouble {
        return operation("HardSigmoid", [z], floats: [("alpha", slope), ("beta", offset)], output: output)
      }
      let product = operation("Mul", [z, number(slope)])
      let sum = operation("Add", [product, number(offset)])
      return operation("Clip", [sum, number(0), number(1)], output: output)
    case .softplus:
      if !isDouble { return operation("Softplus", [z], output: output) }
      // max(z, 0) + log(1 + exp(-|z|))
      let size = operation("Abs", [z])
      let negative = operation("Neg", [size])
      let exponential = operation("Exp", [negative])
      let sum = operation("Add", [exponential, number(1)])
      let logarithm = operation("Log", [sum])
      let positive = operation("Relu", [z])
      return operation("Add", [positive, logarithm], output: output)
    case .softsign:
      if !isDouble { return operation("Softsign", [z], output: output) }
      let size = operation("Abs", [z])
      let sum = operation("Add", [size, number(1)])
      return operation("Div", [z, sum], output: output)
    }
  }

  /// max(z, 0) - slope · max(-z, 0)
  private mutating func leakyRelu(_ z: String, _ slope: Double, _ output: String?) -> String {
    if !isDouble { return operation("LeakyRelu", [z], floats: [("alpha", slope)], output: output) }
    let positive = operation("Relu", [z])
    let negated = operation("Neg", [z])
    let negative = operation("Relu", [negated])
    let sloped = operation("Mul", [negative, number(slope)])
    return operation("Sub", [positive, sloped], output: output)
  }

  /// max(z, 0) + alpha (exp(min(z, 0)) - 1), times a scale; exp(x) - 1 = 2t / (1 - t) with t = tanh(x/2), which loses
  /// nothing near 0.
  private mutating func elu(_ z: String, alpha: Double, scale: Double?, _ output: String?) -> String {
    let negative = operation("Min", [z, number(0)])
    let half = operation("Mul", [negative, number(0.5)])
    let tangent = operation("Tanh", [half])
    let double = operation("Mul", [tangent, number(2)])
    let rest = operation("Sub", [number(1), tangent])
    let quotient = operation("Div", [double, rest])
    let curved = operation("Mul", [quotient, number(alpha)])
    let positive = operation("Relu", [z])
    guard let scale else { return operation("Add", [positive, curved], output: output) }
    let sum = operation("Add", [positive, curved])
    return operation("Mul", [sum, number(scale)], output: output)
  }

  /// z/2 (1 + tanh(√(2/π) (z + 0.044715 z³)))
  private mutating func geluTanh(_ z: String, _ output: String?) -> String {
    let square = operation("Mul", [z, z])
    let cube = operation("Mul", [square, z])
    let scaled = operation("Mul", [cube, number(0.044715)])
    let sum = operation("Add", [z, scaled])
    let argument = operation("Mul", [sum, number((2 / Double.pi).squareRoot())])
    let tangent = operation("Tanh", [argument])
    return halved(z, tangent, output)
  }

  /// z/2 (1 + erf(z/√2)). In float64 the function erf(x) = 2x/√π ∫ exp(-x²t²) dt, t from 0 to 1, is the sum of
  /// Gauss and Legendre; beyond 6 it is 1.
  private mutating func gelu(_ z: String, _ output: String?) -> String {
    let argument = operation("Mul", [z, number(0.5.squareRoot())])
    guard isDouble else { return halved(z, operation("Erf", [argument]), output) }
    let quadrature = GaussLegendre(count: 48)
    let x = operation("Clip", [argument, number(-6), number(6)])
    let square = operation("Mul", [x, x])
    let spread = operation("Unsqueeze", [square, axes("last_axis", -1)])
    let points = tensor("erf_points", quadrature.points.map { -$0 * $0 }, [quadrature.points.count])
    let weights = tensor(
      "erf_weights", quadrature.weights.map { 2 / Double.pi.squareRoot() * $0 }, [quadrature.points.count])
    let exponents = operation("Mul", [spread, points])
    let exponentials = operation("Exp", [exponents])
    let integral = operation("MatMul", [exponentials, weights])
    return halved(z, operation("Mul", [x, integral]), output)
  }

  /// z/2 (1 + y)
  private mutating func halved(_ z: String, _ y: String, _ output: String?) -> String {
    let sum = operation("Add", [y, number(1)])
    let half = operation("Mul", [z, number(0.5)])
    return operation("Mul", [half, sum], output: output)
  }
}

/// The points and weights of the quadrature of Gauss and Legendre on the range from 0 to 1: exact for polynomials of
/// degree 2n - 1 (Abramowitz and Stegun, 25.4.30).
struct GaussLegendre {
  private(set) var points: [Double] = []
  private(set) var weights: [Double] = []

  init(count n: Int) {
    for i in 1...n {
      // Newton's method from a point near each root of the polynomial of Legendre.
      var x = cos(Double.pi * (Double(i) - 0.25) / (Double(n) + 0.5))
      var derivative = 0.0
      for _ in 0..<100 {
        var (p, previous) = (1.0, 0.0)
        for k in 1...n {
          (p, previous) = (((2 * Double(k) - 1) * x * p - (Double(k) - 1) * previous) / Double(k), p)
        }
        derivative = Double(n) * (x * p - previous) / (x * x - 1)
        let step = p / derivative
        x -= step
        if abs(step) < 1e-16 { break }
      }
      points.append((1 - x) / 2)
      weights.append(1 / ((1 - x * x) * derivative * derivative))
    }
  }
}

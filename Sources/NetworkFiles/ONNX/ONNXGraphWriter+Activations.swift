import Training

/// Activations as operations of the thirteenth set.
///
/// Programs compute many of them in float32 only; in float64 these are put together from operations that are not.
extension ONNXGraphWriter {
  private mutating func number(_ value: Double) -> String {
    tensor("number_\(value)", [value], [])
  }

  /// Adds the operations of an activation of the current value and gives the name of theirs.
  mutating func activation(_ activation: Activation, output: String?) -> String {
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

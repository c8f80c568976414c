public import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The function that a layer applies to z = W a_previous + b: to each element, but for ``softmax``, which takes all
/// units of an example together.
public enum Activation: Sendable, Hashable {
  /// z
  case linear
  /// max(0, z)
  case relu
  /// z where it is positive, else slope · z.
  case leakyRelu(slope: Double)
  /// z where it is positive, else alpha (exp(z) - 1).
  case elu(alpha: Double)
  /// scale · elu(z) with the two constants of Klambauer et al., "Self-Normalizing Neural Networks", 2017.
  case selu
  /// z Φ(z), with the distribution function Φ of the standard normal distribution.
  case gelu
  /// z/2 (1 + tanh(√(2/π) (z + 0.044715 z³))), an approximation of ``gelu``.
  case geluTanh
  /// tanh(z)
  case tanh
  /// 1 / (1 + exp(-z))
  case sigmoid
  /// slope · z + offset, kept to the range from 0 to 1.
  case hardSigmoid(slope: Double, offset: Double)
  /// log(1 + exp(z))
  case softplus
  /// z / (1 + |z|)
  case softsign
  /// z / (1 + exp(-z)), which is called SiLU too.
  case swish
  /// exp(z) divided by the sum of exp(z) over the units.
  case softmax

  static let seluAlpha = 1.6732632423543772848170429916717
  static let seluScale = 1.0507009873554804934193349852946

  /// The activation of one z. NaN stays NaN.
  ///
  /// - Precondition: not ``softmax``, which needs all units: ``apply(to:)`` and ``callAsFunction(_:)`` of matrices.
  public func callAsFunction(_ z: Double) -> Double {
    switch self {
    case .linear: return z
    case .relu: return z < 0 ? 0 : z
    case .leakyRelu(let slope): return z < 0 ? slope * z : z
    case .elu(let alpha): return z < 0 ? alpha * expm1(z) : z
    case .selu: return Activation.seluScale * (z < 0 ? Activation.seluAlpha * expm1(z) : z)
    case .gelu: return 0.5 * z * erfc(-z * 0.5.squareRoot())
    case .geluTanh: return 0.5 * z * (1 + Activation.hyperbolicTangent(Activation.geluArgument(z)))
    case .tanh: return Activation.hyperbolicTangent(z)
    case .sigmoid: return 1 / (1 + exp(-z))
    case .hardSigmoid(let slope, let offset):
      let a = slope * z + offset
      return a < 0 ? 0 : a > 1 ? 1 : a
    case .softplus: return (z > 0 ? z : 0) + log1p(exp(-abs(z)))
    case .softsign: return z / (1 + abs(z))
    case .swish: return z / (1 + exp(-z))
    case .softmax: preconditionFailure("softmax takes all units of an example together")
    }
  }

  /// The derivative at one z.
  ///
  /// - Precondition: not ``softmax``.
  public func derivative(at z: Double) -> Double {
    switch self {
    case .linear: return 1
    case .relu: return z > 0 ? 1 : 0
    case .leakyRelu(let slope): return z > 0 ? 1 : slope
    case .elu(let alpha): return z > 0 ? 1 : alpha * exp(z)
    case .selu: return Activation.seluScale * (z > 0 ? 1 : Activation.seluAlpha * exp(z))
    case .gelu: return 0.5 * erfc(-z * 0.5.squareRoot()) + z * exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
    case .geluTanh:
      let t = Activation.hyperbolicTangent(Activation.geluArgument(z))
      let slope = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * z * z)
      return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * slope
    case .tanh:
      let t = Activation.hyperbolicTangent(z)
      return 1 - t * t
    case .sigmoid:
      let a = self(z)
      return a * (1 - a)
    case .hardSigmoid(let slope, let offset):
      let a = slope * z + offset
      return a > 0 && a < 1 ? slope : 0
    case .softplus: return 1 / (1 + exp(-z))
    case .softsign:
      let scale = 1 + abs(z)
      return 1 / (scale * scale)
    case .swish:
      let sigmoid = 1 / (1 + exp(-z))
      return sigmoid * (1 + z * (1 - sigmoid))
    case .softmax: preconditionFailure("softmax takes all units of an example together")
    }
  }

  // The case takes the name of the function of the system.
  private static func hyperbolicTangent(_ z: Double) -> Double {
    #if canImport(Glibc)
      Glibc.tanh(z)
    #elseif canImport(Musl)
      Musl.tanh(z)
    #else
      Darwin.tanh(z)
    #endif
  }

  private static func geluArgument(_ z: Double) -> Double {
    (2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)
  }

  /// Puts the activations of the units of one example in the place of their z.
  public func apply(to units: inout MutableSpan<Double>) {
    guard self == .softmax else {
      for index in units.indices { units[index] = self(units[index]) }
      return
    }
    // The largest first: exp(z) alone may be infinite.
    var largest = -Double.infinity
    for index in units.indices where units[index] > largest { largest = units[index] }
    var sum = 0.0
    for index in units.indices {
      units[index] = exp(units[index] - largest)
      sum += units[index]
    }
    for index in units.indices { units[index] /= sum }
  }

  /// The activations of z, (units, examples), in its shape.
  public func callAsFunction(_ z: Matrix) -> Matrix {
    guard self == .softmax else { return z.mapped { self($0) } }
    var rows = z.transposed
    Activation.apply(self, to: &rows.elements, width: z.rows)
    return rows.transposed
  }

  /// Puts activations in the place of z in rows of units, (examples, units).
  static func apply(_ activation: Activation, to rows: inout [Double], width: Int) {
    var span = rows.mutableSpan
    activation.apply(to: &span, width: width)
  }

  /// Puts activations in the place of z in rows of units, (examples, units).
  func apply(to rows: inout MutableSpan<Double>, width: Int) {
    guard self == .softmax else {
      apply(to: &rows)
      return
    }
    for first in stride(from: 0, to: rows.count, by: width) {
      var units = rows._mutatingExtracting(first..<first + width)
      apply(to: &units)
    }
  }
}

/// The text of an activation in files and on the command line: `relu`, `leaky_relu(0.2)`, `hard_sigmoid(0.2,0.5)`.
extension Activation: RawRepresentable {
  /// The names, with the numbers that a name alone stands for.
  public static let named: [(name: String, activation: Activation)] = [
    ("linear", .linear), ("relu", .relu), ("leaky_relu", .leakyRelu(slope: 0.01)), ("elu", .elu(alpha: 1)),
    ("selu", .selu), ("gelu", .gelu), ("gelu_tanh", .geluTanh), ("tanh", .tanh), ("sigmoid", .sigmoid),
    ("hard_sigmoid", .hardSigmoid(slope: 1 / 6, offset: 0.5)), ("softplus", .softplus), ("softsign", .softsign),
    ("swish", .swish), ("softmax", .softmax),
  ]

  /// The activation of a text; a name without its numbers has PyTorch's, which are those of ``named``.
  public init?(rawValue: String) {
    let parts = rawValue.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    guard let known = Activation.named.first(where: { $0.name == parts[0] })?.activation else { return nil }
    guard parts.count > 1 else {
      self = known
      return
    }
    guard parts[1].hasSuffix(")") else { return nil }
    let texts = parts[1].dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let numbers = texts.compactMap { Double($0) }
    guard numbers.count == texts.count, numbers.allSatisfy(\.isFinite) else { return nil }
    switch (known, numbers.count) {
    case (.leakyRelu, 1): self = .leakyRelu(slope: numbers[0])
    case (.elu, 1): self = .elu(alpha: numbers[0])
    case (.hardSigmoid, 2): self = .hardSigmoid(slope: numbers[0], offset: numbers[1])
    default: return nil
    }
  }

  /// The text, with all numbers.
  public var rawValue: String {
    switch self {
    case .leakyRelu(let slope): "\(name)(\(slope))"
    case .elu(let alpha): "\(name)(\(alpha))"
    case .hardSigmoid(let slope, let offset): "\(name)(\(slope),\(offset))"
    default: name
    }
  }

  /// The text without numbers.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .relu: "relu"
    case .leakyRelu: "leaky_relu"
    case .elu: "elu"
    case .selu: "selu"
    case .gelu: "gelu"
    case .geluTanh: "gelu_tanh"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .hardSigmoid: "hard_sigmoid"
    case .softplus: "softplus"
    case .softsign: "softsign"
    case .swish: "swish"
    case .softmax: "softmax"
    }
  }

  /// The numbers of the text; empty for most.
  public var parameters: [Double] {
    switch self {
    case .leakyRelu(let slope): [slope]
    case .elu(let alpha): [alpha]
    case .hardSigmoid(let slope, let offset): [slope, offset]
    default: []
    }
  }
}

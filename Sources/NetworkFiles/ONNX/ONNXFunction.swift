#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import TensorFiles
import Training

/// A function of one number that operations compute element by element, such as the ten operations that programs write
/// in the place of a Gelu: it is known by its values.
struct ONNXFunction {
  /// A number, or several that a number was spread to, as those of a sum over them.
  private enum Value {
    case number(Double)
    case numbers([Double])
  }

  private let input: String
  private var nodes: [ONNXNode] = []
  private var constants: [String: Value] = [:]
  /// The values at ``samples`` of the input and of what the operations give; each operation is computed there once.
  private var sampled: [String: [Value?]] = [:]

  init(of input: String) {
    self.input = input
    sampled[input] = ONNXFunction.samples.map(Value.number)
  }

  /// The number of operations.
  var count: Int { nodes.count }

  /// The numbers in the operations.
  private var numbers: [Double] {
    constants.values.compactMap { if case .number(let number) = $0 { number } else { nil } }
  }

  private static let spreading: Set<String> = ["Unsqueeze", "MatMul"]

  /// Takes one more operation, if it is one of those.
  ///
  /// - Parameter constant: the numbers of a constant with few of them; nil for others.
  mutating func append(_ node: ONNXNode, known: Set<String>, constant: (String) -> ONNXConstant?) -> Bool {
    guard node.domain.isEmpty, node.outputs.count == 1 else { return false }
    let isSpreading = ONNXFunction.spreading.contains(node.operation)
    var arguments: [Value] = []
    for (index, name) in node.inputs.enumerated() where !known.contains(name) {
      if name.isEmpty || isSpreading && node.operation == "Unsqueeze" && index == 1 { continue }
      guard let constant = constant(name) else { return false }
      if let scalar = constant.scalar {
        constants[name] = .number(scalar)
      } else if constant.shape.count == 1, isSpreading || nodes.contains(where: { $0.operation == "Unsqueeze" }) {
        constants[name] = .numbers(constant.values)
      } else {
        return false
      }
    }
    for name in node.inputs { arguments.append(constants[name] ?? .number(0.5)) }
    // What is no such operation gives nothing for any number.
    let isSpread = node.operation == "MatMul"
    guard isSpread || ONNXFunction.apply(node, arguments) != nil else { return false }
    nodes.append(node)
    let columns = node.inputs.map { sampled[$0] }
    let fixed = node.inputs.map { constants[$0] ?? .number(.nan) }
    sampled[node.outputs[0]] = ONNXFunction.samples.indices.map { sample -> Value? in
      var values: [Value] = []
      for (index, column) in columns.enumerated() {
        guard let value = column.map({ $0[sample] }) ?? fixed[index] else { return nil }
        values.append(value)
      }
      return ONNXFunction.apply(node, values)
    }
    return true
  }

  /// The value at one of the ``samples``, or at another number.
  private func value(at x: Double) -> Double? {
    guard let place = ONNXFunction.samples.firstIndex(of: x) else { return self(x) }
    guard let last = nodes.last, case .number(let number)? = sampled[last.outputs[0]]?[place] else { return nil }
    return number
  }

  /// The value at a number; nil where an operation has none.
  func callAsFunction(_ x: Double) -> Double? {
    var values = constants
    values[input] = .number(x)
    for node in nodes {
      guard let result = ONNXFunction.apply(node, node.inputs.map { values[$0] ?? .number(.nan) }) else { return nil }
      values[node.outputs[0]] = result
    }
    if let last = nodes.last, case .number(let result) = values[last.outputs[0]] { return result }
    return nil
  }

  private static func apply(_ node: ONNXNode, _ values: [Value]) -> Value? {
    if node.operation == "Unsqueeze" {
      if case .number(let number) = values.first { return .numbers([number]) }
      return nil
    }
    if node.operation == "MatMul" {
      guard values.count == 2, case .numbers(let left) = values[0], case .numbers(let right) = values[1],
        left.count == right.count
      else { return nil }
      return .number(zip(left, right).reduce(0) { $0 + $1.0 * $1.1 })
    }
    var width: Int?
    for case .numbers(let list) in values where list.count != 1 {
      guard width == nil || width == list.count else { return nil }
      width = list.count
    }
    func element(_ index: Int) -> Double? {
      scalar(
        node,
        values.map { value in
          switch value {
          case .number(let number): number
          case .numbers(let list): list[list.count == 1 ? 0 : index]
          }
        })
    }
    let isSpread = values.contains { if case .numbers = $0 { true } else { false } }
    guard isSpread else { return element(0).map(Value.number) }
    var list: [Double] = []
    for index in 0..<(width ?? 1) {
      guard let number = element(index) else { return nil }
      list.append(number)
    }
    return .numbers(list)
  }

  /// One operation on numbers; nil for one that is none of those.
  private static func scalar(_ node: ONNXNode, _ x: [Double]) -> Double? {
    if let activation = node.activation, x.count == 1 { return activation(x[0]) }
    switch (node.operation, x.count) {
    case ("Add", 2), ("Sum", 2): return x[0] + x[1]
    case ("Sub", 2): return x[0] - x[1]
    case ("Mul", 2): return x[0] * x[1]
    case ("Div", 2): return x[0] / x[1]
    case ("Pow", 2): return pow(x[0], x[1])
    case ("Neg", 1): return -x[0]
    case ("Abs", 1): return abs(x[0])
    case ("Exp", 1): return exp(x[0])
    case ("Log", 1): return log(x[0])
    case ("Sqrt", 1): return x[0].squareRoot()
    case ("Reciprocal", 1): return 1 / x[0]
    case ("Erf", 1): return erf(x[0])
    case ("Erfc", 1): return erfc(x[0])
    case ("Sign", 1): return x[0] > 0 ? 1 : x[0] < 0 ? -1 : 0
    case ("Identity", 1): return x[0]
    // A cast to whole numbers cuts off, and one to truth values keeps nothing but whether it is 0.
    case ("Cast", 1): return node.castsToFloat ? x[0] : nil
    case ("Max", _) where !x.isEmpty: return x.max()
    case ("Min", _) where !x.isEmpty: return x.min()
    case ("PRelu", 2): return x[0] < 0 ? x[0] * x[1] : x[0]
    case ("Clip", _) where !x.isEmpty:
      // The bounds are attributes before the eleventh version, and may be left out.
      let low = node.inputs.count > 1 && !node.inputs[1].isEmpty ? x[1] : node.float("min", default: -.infinity)
      let high = node.inputs.count > 2 && !node.inputs[2].isEmpty ? x[2] : node.float("max", default: .infinity)
      return min(max(x[0], low), high)
    case ("Greater", 2): return x[0] > x[1] ? 1 : 0
    case ("GreaterOrEqual", 2): return x[0] >= x[1] ? 1 : 0
    case ("Less", 2): return x[0] < x[1] ? 1 : 0
    case ("LessOrEqual", 2): return x[0] <= x[1] ? 1 : 0
    case ("Where", 3): return x[0] != 0 ? x[1] : x[2]
    default: return nil
    }
  }
}

extension ONNXFunction {
  /// Where values are compared: dense where activations bend, and far out, where they are straight.
  private static let samples: [Double] =
    stride(from: -8, through: 8, by: 0.25).map { $0 }
    + [-1000, -200, -50, -20, -12, 12, 20, 50, 200, 1000, 0.01, -0.01, 0x1p-10]

  /// Powers of 2 from 2^-19 to 2^100: a function that bends farther out than activations do, or close to 0.
  private static let powers: [Double] = {
    var list: [Double] = []
    for exponent in -19...100 where !(-2...9).contains(exponent) {
      let power = Double(sign: .plus, exponent: exponent, significand: 1)
      list += [power, -power]
    }
    return list
  }()

  /// The places at which the numbers in the operations may make the function bend.
  private var bends: [Double] {
    var all = numbers
    for node in nodes {
      for case .float(let number) in node.attributes.values { all.append(Double(number)) }
    }
    let found = Array(Set(all.map { abs($0) }).sorted().prefix(16))
    var places = found
    for one in found {
      for other in found { places += [one * other, one / other, one + other, one - other] }
    }
    places += places.map { 2 * $0 } + places.map { $0 / 2 }
    places += places.map { -$0 }
    let largest = Double(Float.greatestFiniteMagnitude)
    return places.filter { abs($0) <= largest }
  }

  /// The activation whose values the function has at the ``samples``.
  var activation: Activation? {
    guard let last = nodes.last, let values = sampled[last.outputs[0]] else { return nil }
    return candidates.first { activation in
      zip(ONNXFunction.samples, values).allSatisfy { x, value in
        if case .number(let number)? = value { ONNXFunction.agree(number, activation(x)) } else { false }
      }
    }
  }

  /// Whether an activation has the values of the function also where the function may bend and the activation does not.
  func isEverywhere(_ activation: Activation) -> Bool {
    (ONNXFunction.powers + bends).allSatisfy { x in
      guard let value = self(x) else { return false }
      let expected = activation(x)
      // Far out the rounding of a factor, such as 1 + erf(x), counts x times.
      return ONNXFunction.agree(value, expected) || abs(value - expected) <= 1e-12 * abs(x)
    }
  }

  /// Constants in float32 make a difference of 1e-7; the two forms of gelu differ by 1e-4.
  private static func agree(_ value: Double, _ expected: Double) -> Bool {
    abs(value - expected) <= 1e-6 * (1 + abs(expected))
  }

  private var candidates: [Activation] {
    var list: [Activation] = [
      .relu, .tanh, .sigmoid, .swish, .gelu, .geluTanh, .selu, .softplus, .softsign,
    ]
    if let slope = value(at: -1) { list.append(.leakyRelu(slope: exact(-slope))) }
    if let alpha = value(at: -1000) { list.append(.elu(alpha: exact(-alpha))) }
    if let offset = value(at: 0), let next = value(at: 0x1p-10) {
      list.append(.hardSigmoid(slope: exact((next - offset) * 0x1p10), offset: offset))
    }
    return list.filter { $0.parameters.allSatisfy(\.isFinite) }
  }

  /// The number in the operations that an estimate is of, where there is one.
  private func exact(_ estimate: Double) -> Double {
    (numbers + numbers.map { 1 / $0 }).filter { abs($0 - estimate) <= 1e-9 * abs(estimate) }
      .min { abs($0 - estimate) < abs($1 - estimate) } ?? estimate
  }
}

extension ONNXNode {
  /// Whether a cast leaves numbers what they are, but for rounding: to float, float16, double, bfloat16.
  var castsToFloat: Bool { [1, 10, 11, 16].contains(integer("to", default: 1)) }

  /// The activation that a node is by its name; nil for other operations.
  var activation: Activation? {
    guard domain.isEmpty, inputs.count == 1 || inputs.dropFirst().allSatisfy(\.isEmpty) else { return nil }
    switch operation {
    case "Relu": return .relu
    case "LeakyRelu": return .leakyRelu(slope: float("alpha", default: Double(Float(0.01))))
    case "Elu": return .elu(alpha: float("alpha", default: 1))
    case "Selu":
      // The two numbers are those of the paper, or it is another function.
      let (alpha, scale) = (float("alpha", default: 1.67326319), float("gamma", default: 1.05070102))
      return abs(alpha - 1.67326324) < 1e-6 && abs(scale - 1.05070099) < 1e-6 ? .selu : nil
    case "Gelu":
      if case .text(let form) = attributes["approximate"], form != "none" { return form == "tanh" ? .geluTanh : nil }
      return .gelu
    case "Tanh": return .tanh
    case "Sigmoid": return .sigmoid
    case "HardSigmoid":
      return .hardSigmoid(
        slope: float("alpha", default: Double(Float(0.2))), offset: float("beta", default: 0.5))
    case "Softplus": return .softplus
    case "Softsign": return .softsign
    case "Swish": return float("alpha", default: 1) == 1 ? .swish : nil
    default: return nil
    }
  }
}

/// What is minimised: the mean loss of an example, which also decides the activation of the last layer.
///
/// The raw value is the text in files and on the command line: `cross-entropy`, `softmax`, `squared`, `huber`,
/// `huber(0.5)`.
public enum Loss: Sendable, Hashable {
  /// One sigmoid unit a and labels 0 or 1: -(y log(a) + (1 - y) log(1 - a)), ``CrossEntropy``.
  case crossEntropy
  /// One softmax unit a_k for each class and labels that are class numbers: -log(a_label), ``SoftmaxCrossEntropy``.
  case softmax
  /// Linear units and labels that are numbers: the mean of (a - y)² over the units, ``SquaredError``.
  case squared
  /// Linear units and labels that are numbers: squared near to the label, linear further away, ``Huber``.
  case huber(delta: Double)

  /// The activation of the last layer.
  public var outputActivation: Activation {
    switch self {
    case .crossEntropy: .sigmoid
    case .softmax: .softmax
    case .squared, .huber: .linear
    }
  }

  /// Whether labels of a kind can be learned with this loss.
  public func takes(_ labels: LabelKind) -> Bool {
    switch (self, labels) {
    case (.crossEntropy, .binary), (.softmax, .classes), (.squared, .values), (.huber, .values): true
    default: false
    }
  }
}

extension Loss: RawRepresentable {
  public init?(rawValue: String) {
    switch rawValue {
    case "cross-entropy": self = .crossEntropy
    case "softmax": self = .softmax
    case "squared": self = .squared
    case "huber": self = .huber(delta: 1)
    default:
      guard let call = NumbersInParentheses(rawValue), call.name == "huber", call.numbers.count == 1 else { return nil }
      self = .huber(delta: call.numbers[0])
    }
  }

  public var rawValue: String {
    switch self {
    case .crossEntropy: "cross-entropy"
    case .softmax: "softmax"
    case .squared: "squared"
    case .huber(let delta): "huber(\(delta))"
    }
  }
}

/// A text such as `step(1000,0.5)`: a name and finite numbers.
struct NumbersInParentheses {
  let name: String
  let numbers: [Double]

  init?(_ text: String) {
    let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    guard parts.count > 1 else {
      numbers = []
      return
    }
    guard parts[1].hasSuffix(")") else { return nil }
    let texts = parts[1].dropLast().split(separator: ",", omittingEmptySubsequences: false)
    numbers = texts.compactMap { Double($0) }
    guard numbers.count == texts.count, numbers.allSatisfy(\.isFinite) else { return nil }
  }
}

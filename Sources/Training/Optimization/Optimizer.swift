/// How the parameters follow the gradient, with the numbers of the rule.
///
/// The raw value is the text in files and on the command line: a name, and numbers where they are not the usual ones:
/// `gradient-descent`, `momentum(0.9)`, `nesterov(0.9)`, `adam(0.9,0.999,1e-08)`, `adamw(0.9,0.999,1e-08,0.01)`; one
/// number alone is the momentum, and the decay of `adamw`.
///
/// L-BFGS is not among them: on the notebook's data it did not earn its place. With the L2 penalty it reaches in 300
/// gradients the cost for which ``Adam`` takes 3,000, some hundredths of a second, and the accuracies are the same from
/// 300 gradients on with every rule; without a penalty it stops at twice the cost of Adam's. And it wants the same cost
/// at every step, which neither batches nor fresh dropout masks give (`Benchmarks/lbfgs_on_notebook.py`).
public enum Optimizer: Sendable, Hashable {
  /// W -= rate · dW, as in the notebook.
  case gradientDescent
  /// ``Momentum``.
  case momentum(Momentum)
  /// ``Nesterov``.
  case nesterov(Nesterov)
  /// ``Adam``.
  case adam(Adam)
  /// ``AdamW``.
  case adamW(AdamW)

  /// The names, in the order in which they are explained.
  public static let names = ["gradient-descent", "momentum", "nesterov", "adam", "adamw"]

  /// The name without the numbers.
  public var name: String {
    switch self {
    case .gradientDescent: "gradient-descent"
    case .momentum: "momentum"
    case .nesterov: "nesterov"
    case .adam: "adam"
    case .adamW: "adamw"
    }
  }

  /// The names of what the rule remembers of each parameter from step to step.
  package var stateNames: [String] {
    switch self {
    case .gradientDescent: []
    case .momentum, .nesterov: ["velocity"]
    case .adam, .adamW: ["first_moment", "second_moment"]
    }
  }

  /// What is wrong with the numbers; nil where nothing is.
  func problem() -> String? {
    func share(_ name: String, _ number: Double) -> String? {
      number >= 0 && number < 1 ? nil : "the \(name) of \(self.name) must be at least 0 and below 1, found \(number)"
    }
    func moments(_ adam: Adam) -> String? {
      share("beta1", adam.beta1) ?? share("beta2", adam.beta2)
        ?? (adam.epsilon > 0 ? nil : "the epsilon of \(name) must be positive, found \(adam.epsilon)")
    }
    switch self {
    case .gradientDescent: return nil
    case .momentum(let rule): return share("momentum", rule.momentum)
    case .nesterov(let rule): return share("momentum", rule.momentum)
    case .adam(let rule): return moments(rule)
    case .adamW(let rule):
      return moments(rule.adam)
        ?? (rule.decay >= 0 ? nil : "the decay of adamw must not be negative, found \(rule.decay)")
    }
  }
}

extension Optimizer: RawRepresentable {
  public init?(rawValue: String) {
    guard let call = NumbersInParentheses(rawValue) else { return nil }
    let numbers = call.numbers
    switch (call.name, numbers.count) {
    case ("gradient-descent", 0): self = .gradientDescent
    case ("momentum", 0...1): self = .momentum(Momentum(momentum: numbers.first ?? 0.9))
    case ("nesterov", 0...1): self = .nesterov(Nesterov(momentum: numbers.first ?? 0.9))
    case ("adam", 0): self = .adam(Adam())
    case ("adam", 3): self = .adam(Adam(beta1: numbers[0], beta2: numbers[1], epsilon: numbers[2]))
    case ("adamw", 0...1): self = .adamW(AdamW(decay: numbers.first ?? 0.01))
    case ("adamw", 4):
      let adam = Adam(beta1: numbers[0], beta2: numbers[1], epsilon: numbers[2])
      self = .adamW(AdamW(adam: adam, decay: numbers[3]))
    default: return nil
    }
  }

  public var rawValue: String {
    switch self {
    case .gradientDescent: name
    case .momentum(let rule): "\(name)(\(rule.momentum))"
    case .nesterov(let rule): "\(name)(\(rule.momentum))"
    case .adam(let rule): "\(name)(\(rule.beta1),\(rule.beta2),\(rule.epsilon))"
    case .adamW(let rule): "\(name)(\(rule.adam.beta1),\(rule.adam.beta2),\(rule.adam.epsilon),\(rule.decay))"
    }
  }
}

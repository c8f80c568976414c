/// Adam: steps that are scaled, parameter by parameter, by a running mean of the squared gradient.
///
/// Kingma and Ba 2015, algorithm 1: m = beta1 m + (1 - beta1) dW, v = beta2 v + (1 - beta2) dW², then with the
/// corrections m' = m / (1 - beta1ᵗ) and v' = v / (1 - beta2ᵗ) of step t: W -= rate · m' / (√v' + epsilon).
///
/// A penalty on the weights is a part of dW here, so that it is scaled too; ``AdamW`` keeps it apart.
public struct Adam: Sendable, Hashable {
  /// The part of the mean that is kept from step to step.
  public var beta1: Double
  /// The part of the mean of squares that is kept from step to step.
  public var beta2: Double
  /// What keeps the divisor from 0.
  public var epsilon: Double

  /// The rule.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// What the kernel's step takes: beta1, 1 - beta1, beta2, 1 - beta2, epsilon, rate / (1 - beta1ᵗ) and √(1 - beta2ᵗ).
  ///
  /// - Parameter number: t of the step, from 1.
  func numbers<Scalar: KernelScalar>(_ scalar: Scalar.Type, rate: Double, number: Int) -> [Scalar] {
    let size = Scalar(rate / (1 - power(beta1, number)))
    let correction = Scalar((1 - power(beta2, number)).squareRoot())
    let (beta1, beta2) = (Scalar(beta1), Scalar(beta2))
    return [beta1, 1 - beta1, beta2, 1 - beta2, Scalar(epsilon), size, correction]
  }

  /// A number to a whole power, by squaring: the same bits on every system.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

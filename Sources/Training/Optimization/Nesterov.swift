/// Gradient descent with Nesterov's momentum: v = momentum · v + dW, W -= rate · (dW + momentum · v).
///
/// Nesterov 1983, in the form of Sutskever et al. 2013 that PyTorch's `SGD(nesterov:)` has: the gradient is taken where
/// the parameters stand.
public struct Nesterov: Sendable, Hashable {
  /// The part of the velocity that is kept from step to step, from 0 to below 1.
  public var momentum: Double

  /// The rule.
  public init(momentum: Double = 0.9) { self.momentum = momentum }
}

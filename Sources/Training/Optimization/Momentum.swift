/// Gradient descent with momentum: v = momentum · v + dW, W -= rate · v.
///
/// Polyak 1964, in the form of PyTorch's `SGD(momentum:)`: the velocity is a sum of gradients, not a mean.
public struct Momentum: Sendable, Hashable {
  /// The part of the velocity that is kept from step to step, from 0 to below 1.
  public var momentum: Double

  /// The rule.
  public init(momentum: Double = 0.9) { self.momentum = momentum }
}

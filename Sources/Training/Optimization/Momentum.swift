/// Gradient descent with momentum: v = momentum · v + dW, W -= rate · v.
///
/// Polyak 1964, in the form of PyTorch's `SGD(momentum:)`: the velocity is a sum of gradients, not a mean.
public struct Momentum: Sendable, Hashable {
  /// The part of the velocity that is kept from step to step, from 0 to below 1.
  public var momentum: Double

  /// The rule.
  public init(momentum: Double = 0.9) { self.momentum = momentum }

  @inline(__always)
  func step<Scalar: KernelScalar>(
    _ parameters: inout MutableSpan<Scalar>, _ gradient: Span<Scalar>, velocity: inout MutableSpan<Scalar>, rate: Double
  ) {
    let (momentum, rate) = (Scalar(momentum), Scalar(rate))
    for index in parameters.indices {
      velocity[index] = momentum * velocity[index] + gradient[index]
      parameters[index] -= rate * velocity[index]
    }
  }
}

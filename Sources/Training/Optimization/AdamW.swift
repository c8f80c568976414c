/// Adam with a decay of the weights beside the step: W -= rate · decay · W, then the step of ``Adam``.
///
/// Loshchilov and Hutter 2019, algorithm 2. An L2 penalty adds (lambda/m) W to the gradient, which Adam divides by the
/// size of the gradient like all of it: weights with large gradients are hardly penalised. The decay takes the same part
/// of every weight instead. For plain gradient descent both are one, with decay = lambda/m.
public struct AdamW: Sendable, Hashable {
  /// The step.
  public var adam: Adam
  /// The part of a weight that goes at a rate of 1; biases do not decay.
  public var decay: Double

  /// The rule.
  public init(adam: Adam = Adam(), decay: Double = 0.01) {
    self.adam = adam
    self.decay = decay
  }

  @inline(__always)
  func decay<Scalar: KernelScalar>(_ weights: inout MutableSpan<Scalar>, rate: Double) {
    let kept = Scalar(1 - rate * decay)
    for index in weights.indices { weights[index] *= kept }
  }
}

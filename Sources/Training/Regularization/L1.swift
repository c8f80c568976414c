import Tensors

/// The L1 penalty on the weights; biases are not penalised: cost += (1/m) lambda sum of |W|.
///
/// Beside ``L2`` it makes the elastic net (Zou and Hastie 2005).
public struct L1: Sendable, Hashable {
  /// How strong the penalty is; 0 is none.
  public var lambda: Double

  /// A penalty of the given strength.
  public init(lambda: Double) { self.lambda = lambda }

  /// What the penalty adds to the cost: (1/m) lambda sum of |W| over all layers, with m examples.
  public func penalty(_ layers: [Layer], exampleCount: Double) -> Double {
    guard lambda != 0 else { return 0 }
    return lambda * layers.reduce(0) { sum, layer in sum + layer.weights.elements.reduce(0) { $0 + abs($1) } }
      / exampleCount
  }

  /// What the penalty adds to the gradient by one weight: (lambda/m) sign(w), with sign(0) = 0.
  public func gradient(_ weight: Double, exampleCount: Double) -> Double {
    weight == 0 ? 0 : weight < 0 ? -lambda / exampleCount : lambda / exampleCount
  }
}

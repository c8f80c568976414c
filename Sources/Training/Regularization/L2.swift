import Tensors

/// The L2 penalty on the weights; biases are not penalised.
///
/// Regularization notebook, section 2, formula (2): cost += (1/m) (lambda/2) sum of W².
public struct L2: Sendable, Hashable {
  /// How strong the penalty is; 0 is none.
  public var lambda: Double

  /// A penalty of the given strength.
  public init(lambda: Double) { self.lambda = lambda }

  /// What the penalty adds to the cost: (1/m) (lambda/2) sum of W² over all layers, with m examples.
  public func penalty(_ layers: [Layer], exampleCount: Double) -> Double {
    guard lambda != 0 else { return 0 }
    let squares = layers.reduce(0) { sum, layer in sum + layer.weights.elements.reduce(0) { $0 + $1 * $1 } }
    return lambda / 2 * squares / exampleCount
  }

  /// What the penalty adds to the gradient by one weight: (lambda/m) w.
  public func gradient(_ weight: Double, exampleCount: Double) -> Double { lambda / exampleCount * weight }
}

public import Tensors

/// A layer: a = activation(W a_previous + b).
public struct Layer: Sendable, Hashable {
  /// W, (outputs, inputs).
  public var weights: Matrix
  /// b, (outputs, 1).
  public var biases: Matrix
  /// The function applied to each element of z.
  public var activation: Activation

  /// A layer from its parameters; whether they fit is checked where a ``Network`` is made of them.
  public init(weights: Matrix, biases: Matrix, activation: Activation) {
    self.weights = weights
    self.biases = biases
    self.activation = activation
  }

  /// The number of inputs: columns of W.
  public var inputCount: Int { weights.columns }
  /// The number of units: rows of W.
  public var outputCount: Int { weights.rows }
  /// The number of weights and biases.
  public var parameterCount: Int { weights.elements.count + biases.elements.count }
}

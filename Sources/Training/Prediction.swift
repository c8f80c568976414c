public import Tensors

extension Network {
  /// The probabilities of features (inputs, examples): the last layer's activations, (outputs, examples), no dropout.
  public func probabilities(_ features: Matrix) -> Matrix {
    forward(features).a[layers.count - 1]
  }

  /// The labels of features (inputs, examples), (outputs, examples): 1 where the probability is above the threshold.
  ///
  /// Regularization notebook, `predict(X, y, parameters)`.
  public func labels(_ features: Matrix, threshold: Double = 0.5) -> Matrix {
    probabilities(features).mapped { $0 > threshold ? 1 : 0 }
  }
}

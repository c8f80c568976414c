extension Network {
  /// Gradient descent: W -= learning rate · dW, b -= learning rate · db.
  ///
  /// Regularization notebook, `update_parameters(parameters, grads, learning_rate)`.
  public mutating func update(_ gradients: [LayerGradient], learningRate: Double) {
    for (index, gradient) in gradients.enumerated() {
      layers[index].weights = layers[index].weights.combined(with: gradient.weights) { $0 - learningRate * $1 }
      layers[index].biases = layers[index].biases.combined(with: gradient.biases) { $0 - learningRate * $1 }
    }
  }
}

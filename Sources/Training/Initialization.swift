import Tensors

extension Network {
  /// The notebook's initial parameters: W = randn(out, in) / sqrt(in), b = 0, drawn layer by layer.
  ///
  /// Regularization notebook, `initialize_parameters(layers_dims)`: hidden layers are relu, the last one is sigmoid.
  ///
  /// - Parameters:
  ///   - layerSizes: the number of inputs, then the units of each layer, such as [2, 20, 3, 1].
  ///   - seed: the seed of `numpy.random.seed`; 3 in the notebook.
  /// - Throws: ``TrainingError`` of code `network` when there are fewer than two sizes or one is below 1.
  public static func initialized(layerSizes: [Int], seed: UInt32) throws(NetworkError) -> Network {
    if layerSizes.count < 2 {
      throw NetworkError(.network, "a network needs an input size and at least one layer size")
    }
    if let size = layerSizes.first(where: { $0 < 1 }) {
      throw NetworkError(.network, "the size of a layer must be at least 1, found \(size)")
    }
    var random = NumPyRandom(seed: seed)
    var layers: [Layer] = []
    for (index, (inputs, outputs)) in zip(layerSizes, layerSizes.dropFirst()).enumerated() {
      let divisor = Double(inputs).squareRoot()
      layers.append(
        Layer(
          weights: random.randn(outputs, inputs).mapped { $0 / divisor },
          biases: Matrix(rows: outputs, columns: 1),
          activation: index == layerSizes.count - 2 ? .sigmoid : .relu))
    }
    return try Network(layers: layers)
  }
}

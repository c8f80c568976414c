import Tensors

/// How the initial weights are drawn; the biases are 0. The raw values are the names in files and on the command line.
public enum Initialization: String, Sendable, Hashable, CaseIterable {
  /// randn(out, in) / sqrt(in), the notebook's (LeCun et al. 1998).
  case notebook
  /// randn(out, in) · sqrt(2 / in), for ReLU (He et al. 2015).
  case he
  /// randn(out, in) · sqrt(2 / (in + out)), for tanh and sigmoid (Glorot and Bengio 2010).
  case xavier
  /// 0 everywhere: all units of a layer stay equal, which the course's assignment "Initialization" shows.
  case zeros

  /// The weights of one layer from standard normal numbers.
  func weights(_ normal: Matrix) -> Matrix {
    let (outputs, inputs) = (Double(normal.rows), Double(normal.columns))
    switch self {
    case .notebook:
      let divisor = inputs.squareRoot()
      return normal.mapped { $0 / divisor }
    case .he:
      let factor = (2 / inputs).squareRoot()
      return normal.mapped { $0 * factor }
    case .xavier:
      let factor = (2 / (inputs + outputs)).squareRoot()
      return normal.mapped { $0 * factor }
    case .zeros: return Matrix(rows: normal.rows, columns: normal.columns)
    }
  }
}

extension Network {
  /// Initial parameters, drawn layer by layer from one stream of numbers.
  ///
  /// Regularization notebook, `initialize_parameters(layers_dims)`: hidden layers are relu, the last one is sigmoid.
  ///
  /// - Parameters:
  ///   - layerSizes: the number of inputs, then the units of each layer, such as [2, 20, 3, 1].
  ///   - seed: the seed of `numpy.random.seed`; 3 in the notebook.
  ///   - initialization: how weights follow from the numbers.
  ///   - activation: of the hidden layers.
  ///   - outputActivation: of the last layer.
  /// - Throws: ``TrainingError`` of code `network` when there are fewer than two sizes or one is below 1.
  public static func initialized(
    layerSizes: [Int], seed: UInt32, initialization: Initialization = .notebook, activation: Activation = .relu,
    outputActivation: Activation = .sigmoid
  ) throws(NetworkError) -> Network {
    if layerSizes.count < 2 {
      throw NetworkError(.network, "a network needs an input size and at least one layer size")
    }
    if let size = layerSizes.first(where: { $0 < 1 }) {
      throw NetworkError(.network, "the size of a layer must be at least 1, found \(size)")
    }
    var random = NumPyRandom(seed: seed)
    var layers: [Layer] = []
    for (index, (inputs, outputs)) in zip(layerSizes, layerSizes.dropFirst()).enumerated() {
      layers.append(
        Layer(
          weights: initialization.weights(random.randn(outputs, inputs)),
          biases: Matrix(rows: outputs, columns: 1),
          activation: index == layerSizes.count - 2 ? outputActivation : activation))
    }
    return try Network(layers: layers)
  }
}

import Tensors

/// A chain of layers, the first of which takes the features.
public struct Network: Sendable, Hashable {
  /// The layers, from the first hidden one to the output.
  public var layers: [Layer]
  /// The names of the inputs, where the data gave them.
  public var inputNames: [String]?
  /// The names of the classes, where they have any: two for one sigmoid unit, else one for each unit of the last layer.
  public var classNames: [String]?
  /// What is done to the inputs before the first layer.
  public var inputScaling: InputScaling?

  /// A network from its layers.
  ///
  /// - Throws: ``TrainingError`` of code `network` when there is no layer, a layer has no inputs or no units, the
  ///   inputs of a layer are not as many as the units of the one before, the biases are not (outputs, 1), a parameter
  ///   is NaN or infinite, the names are not as many as the inputs or the classes, or the inputs are divided by 0.
  ///   Layers count from 1 in the sentences.
  public init(
    layers: [Layer], inputNames: [String]? = nil, classNames: [String]? = nil, inputScaling: InputScaling? = nil
  ) throws(NetworkError) {
    guard let first = layers.first else { throw NetworkError(.network, "a network needs at least one layer") }
    var inputs = first.inputCount
    for (index, layer) in layers.enumerated() {
      let number = index + 1
      if layer.inputCount == 0 || layer.outputCount == 0 {
        throw NetworkError(
          .network, "layer \(number) is empty: its weights are \(layer.outputCount) x \(layer.inputCount)", layer: index
        )
      }
      if layer.inputCount != inputs {
        throw NetworkError(
          .network, "layer \(number) takes \(layer.inputCount) inputs but layer \(index) has \(inputs) units",
          layer: index)
      }
      if layer.biases.rows != layer.outputCount || layer.biases.columns != 1 {
        throw NetworkError(
          .network,
          "the biases of layer \(number) are \(layer.biases.rows) x \(layer.biases.columns), "
            + "expected \(layer.outputCount) x 1", layer: index)
      }
      for (name, matrix) in [("W", layer.weights), ("b", layer.biases)] {
        if let place = matrix.firstNotFinite {
          throw NetworkError(
            .network,
            "\(name)\(number) holds \(Network.text(matrix[place.row, place.column])) in row \(place.row + 1), "
              + "column \(place.column + 1)", layer: index)
        }
      }
      if let parameter = layer.activation.parameters.first(where: { !$0.isFinite }) {
        throw NetworkError(
          .network,
          "the activation \(layer.activation.name) of layer \(number) has the number \(Network.text(parameter))",
          layer: index)
      }
      inputs = layer.outputCount
    }
    if let inputNames, inputNames.count != first.inputCount {
      throw NetworkError(.network, "\(inputNames.count) input names for \(first.inputCount) inputs")
    }
    if let classNames, classNames.count != max(inputs, 2) {
      throw NetworkError(
        .network,
        "\(classNames.count) name\(classNames.count == 1 ? "" : "s") of classes for \(max(inputs, 2)) classes")
    }
    if let classNames, let name = classNames.indices.first(where: { classNames[..<$0].contains(classNames[$0]) }) {
      throw NetworkError(.network, "two classes have the name '\(classNames[name])'")
    }
    try inputScaling?.check(inputCount: first.inputCount)
    self.layers = layers
    self.inputNames = inputNames
    self.classNames = classNames
    self.inputScaling = inputScaling
  }

  /// A number that is not finite, without the bits of a NaN.
  private static func text(_ number: Double) -> String { number.isNaN ? "nan" : "\(number)" }

  /// The number of inputs, then the number of units of each layer: [2, 20, 3, 1] in the notebook.
  public var layerSizes: [Int] { (layers.first.map { [$0.inputCount] } ?? []) + layers.map(\.outputCount) }
  /// The number of all weights and biases.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  /// The number of inputs.
  public var inputCount: Int { layers.first?.inputCount ?? 0 }
  /// The number of units of the last layer.
  public var outputCount: Int { layers.last?.outputCount ?? 0 }
}

public import Tensors
public import Training

/// A network as a file holds it: what it computes, how it was made, and in which precision its parameters stand there.
public struct TrainedNetwork: Sendable {
  /// What it computes.
  public var network: Network
  /// How it was trained, where that is known.
  public var training: TrainingRecord? {
    get { kept.training }
    set { kept = Kept(newValue) }
  }
  /// The type of the parameters in the file they come from, and in files that are written: float64, or float32 where
  /// every parameter is one.
  public var elementType: ElementType
  /// What was decided when the file was read, one sentence each.
  public var notes: [String]
  /// The names of what else the file holds that is no part of the network, such as the state of an optimizer.
  public var leftOut: [String] = []

  private var kept: Kept

  /// What is larger than all the rest, and is handed on more often than it is looked at: copies of a network share it.
  private final class Kept: Sendable {
    let training: TrainingRecord?

    init(_ training: TrainingRecord?) { self.training = training }
  }

  /// A network and what is known of it.
  public init(
    network: Network, training: TrainingRecord? = nil, elementType: ElementType = .float64, notes: [String] = []
  ) {
    self.network = network
    kept = Kept(training)
    self.elementType = elementType
    self.notes = notes
  }

  /// The same with all parameters rounded to the nearest float32, and those of the activations as they are.
  ///
  /// - Throws: `TrainingError` of code `network` where a parameter is beyond the range of float32.
  public func roundedToFloat32() throws(NetworkError) -> TrainedNetwork {
    func rounded(_ matrix: Matrix) -> Matrix {
      Matrix(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { Double(Float($0)) })
    }
    var result = self
    result.network = try Network(
      layers: network.layers.map {
        Layer(weights: rounded($0.weights), biases: rounded($0.biases), activation: $0.activation)
      },
      inputNames: network.inputNames, classNames: network.classNames, inputScaling: network.inputScaling)
    result.elementType = .float32
    return result
  }

  /// Whether every weight and bias is a float32.
  public var isExactInFloat32: Bool {
    network.layers.allSatisfy { layer in
      (layer.weights.elements + layer.biases.elements).allSatisfy { Double(Float($0)) == $0 }
    }
  }
}

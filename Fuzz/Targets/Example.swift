import NetworkFiles
import Tensors
import Training

/// What is needed beside the bytes.
enum Example {
  /// A network of 2 inputs, 3 hidden units and 1 output.
  static var network: TrainedNetwork {
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { Double($0) / 4 - 1 })
    }
    let layers = [
      Layer(weights: matrix(3, 2), biases: matrix(3, 1), activation: .relu),
      Layer(weights: matrix(1, 3), biases: matrix(1, 1), activation: .sigmoid),
    ]
    do { return TrainedNetwork(network: try Network(layers: layers)) } catch { broken("\(error)") }
  }
}

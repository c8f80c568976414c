import Tensors

extension Activation {
  /// The number of the activation in the kernels; nil for those that they do not compute.
  var kernelCode: Int? {
    switch self {
    case .relu: 0
    case .sigmoid: 1
    default: nil
    }
  }

  /// The number in the kernels for a last layer whose z is wanted as it is.
  static var kernelCodeOfNone: Int { 2 }
}

extension [Layer] {
  /// The shape as the kernels take it; of the activations that they do not compute only the last may be one.
  var kernelShape: [Int] {
    [count] + prefix(1).map(\.inputCount) + map(\.outputCount)
      + map { $0.activation.kernelCode ?? Activation.kernelCodeOfNone }
  }

  /// All parameters in the kernels' order: layer by layer W row by row, then b.
  var flatParameters: [Double] { flatMap { $0.weights.elements + $0.biases.elements } }
}

import Tensors

extension Activation {
  /// The number of the activation in the kernels; nil for ``gelu``, which they do not compute.
  var kernelCode: Int? {
    switch self {
    case .relu: 0
    case .sigmoid: 1
    case .linear: Activation.kernelCodeOfNone
    case .leakyRelu: 3
    case .elu, .selu: 4
    case .tanh: 5
    case .hardSigmoid: 6
    case .softplus: 7
    case .softsign: 8
    case .swish: 9
    case .geluTanh: 10
    case .softmax: 11
    case .gelu: nil
    }
  }

  /// The number in the kernels for a layer whose z is wanted as it is.
  static var kernelCodeOfNone: Int { 2 }

  /// The two numbers that go with the activation in the kernels.
  var kernelNumbers: (Double, Double) {
    switch self {
    case .leakyRelu(let slope): (slope, 0)
    case .elu(let alpha): (alpha, 1)
    case .selu: (Activation.seluScale * Activation.seluAlpha, Activation.seluScale)
    case .hardSigmoid(let slope, let offset): (slope, offset)
    default: (0, 0)
    }
  }

  /// Whether the kernel that computes all of a training does this activation.
  var isFused: Bool { self == .relu || self == .sigmoid }
}

extension Loss {
  /// The number of the loss in the kernels.
  var kernelCode: Int {
    switch self {
    case .crossEntropy: 0
    case .softmax: 1
    case .squared: 2
    case .huber: 3
    }
  }

  /// Huber's delta.
  var kernelDelta: Double { if case .huber(let delta) = self { delta } else { 0 } }
}

extension [Layer] {
  /// The shape as the kernels take it; of the activations that they do not compute only the last may be one.
  var kernelShape: [Int] {
    [count] + prefix(1).map(\.inputCount) + map(\.outputCount)
      + map { $0.activation.kernelCode ?? Activation.kernelCodeOfNone }
      + flatMap { layer in
        let numbers = layer.activation.kernelNumbers
        return [numbers.0, numbers.1].map { Int(truncatingIfNeeded: $0.bitPattern) }
      }
  }

  /// All parameters in the kernels' order: layer by layer W row by row, then b.
  var flatParameters: [Double] { flatMap { $0.weights.elements + $0.biases.elements } }
}

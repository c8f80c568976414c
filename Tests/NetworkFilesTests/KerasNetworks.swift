import NetworkFiles
import Tensors
import Training

/// A generator of random numbers that is the same everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Networks with every property that files may keep.
enum KerasNetworks {
  /// A network of so many layers, whose activations are taken in turn.
  ///
  /// - Parameters:
  ///   - isScaled: whether its inputs are standardised.
  ///   - isFloat: whether every weight is a float32.
  static func network(
    layers count: Int, _ activations: [Activation], isScaled: Bool = false, isFloat: Bool = false,
    using random: inout SplitMix
  ) throws -> TrainedNetwork {
    let sizes = (0...count).map { _ in Int.random(in: 1...9, using: &random) }
    var layers: [Layer] = []
    for index in 0..<count {
      let weights = numbers(sizes[index] * sizes[index + 1], isFloat, using: &random)
      let biases = numbers(sizes[index + 1], isFloat, using: &random)
      layers.append(
        Layer(
          weights: Matrix(rows: sizes[index + 1], columns: sizes[index], elements: weights),
          biases: Matrix(rows: sizes[index + 1], columns: 1, elements: biases),
          activation: activations[index % activations.count]))
    }
    var scaling: InputScaling?
    if isScaled {
      scaling = InputScaling(
        mean: numbers(sizes[0], false, using: &random),
        scale: numbers(sizes[0], false, using: &random).map { abs($0) + 0.1 })
    }
    return TrainedNetwork(
      network: try Network(layers: layers, inputScaling: scaling), elementType: isFloat ? .float32 : .float64)
  }

  /// Rows of inputs, (rows, inputs).
  static func rows(_ count: Int, of inputs: Int, using random: inout SplitMix) -> Matrix {
    Matrix(rows: count, columns: inputs, elements: numbers(count * inputs, false, using: &random))
  }

  private static func numbers(_ count: Int, _ isFloat: Bool, using random: inout SplitMix) -> [Double] {
    (0..<count).map { _ in
      let number = Double.random(in: -1.5...1.5, using: &random)
      return isFloat ? Double(Float(number)) : number
    }
  }
}

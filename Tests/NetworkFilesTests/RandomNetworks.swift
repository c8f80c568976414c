import NetworkFiles
import Tensors
import Training

/// A generator whose numbers are the same in every run.
struct TestGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }
}

/// Networks of random sizes and weights, for tests of every form.
enum RandomNetworks {
  /// Every activation, those with numbers with unusual ones.
  static let activations: [Activation] =
    Activation.named.map(\.activation) + [
      .leakyRelu(slope: 0.2), .elu(alpha: 0.7), .hardSigmoid(slope: 0.2, offset: 0.5),
    ]

  /// A network of one to six layers, in which an activation is that of every layer.
  static func network(
    _ activation: Activation, layers count: Int, isNarrow: Bool, isScaled: Bool = false, isNamed: Bool = true
  ) throws -> TrainedNetwork {
    var random = TestGenerator(count * 100 + activation.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
    func number() -> Double {
      let number = Double.random(in: -1...1, using: &random)
      return isNarrow ? Double(Float(number)) : number
    }
    var sizes = [Int.random(in: 1...5, using: &random)]
    var layers: [Layer] = []
    for _ in 0..<count {
      let (inputs, outputs) = (sizes[sizes.count - 1], Int.random(in: 1...5, using: &random))
      layers.append(
        Layer(
          weights: Matrix(rows: outputs, columns: inputs, elements: (0..<outputs * inputs).map { _ in number() }),
          biases: Matrix(rows: outputs, columns: 1, elements: (0..<outputs).map { _ in number() }),
          activation: activation))
      sizes.append(outputs)
    }
    let scaling =
      isScaled
      ? InputScaling(mean: (0..<sizes[0]).map { _ in number() }, scale: (0..<sizes[0]).map { _ in abs(number()) + 0.1 })
      : nil
    var settings = TrainingRecord.Settings()
    settings.lambda = 0.7
    settings.keepProbabilities = count > 1 ? (1..<count).map { 1 - 0.1 * Double($0) } : nil
    var record = TrainingRecord(settings: settings)
    record.dataFile = "data.mat"
    let outputs = sizes[count]
    return TrainedNetwork(
      network: try Network(
        layers: layers, inputNames: isNamed ? (1...sizes[0]).map { "input \($0) \"ä\"" } : nil,
        classNames: isNamed && outputs > 1 ? (1...outputs).map { "class \($0)" } : nil, inputScaling: scaling),
      training: record, elementType: isNarrow ? .float32 : .float64)
  }

  /// Rows of inputs.
  static func inputs(_ count: Int, rows: Int = 20) -> Matrix {
    var random = TestGenerator(count)
    return Matrix(
      rows: count, columns: rows, elements: (0..<count * rows).map { _ in Double.random(in: -3...3, using: &random) })
  }
}

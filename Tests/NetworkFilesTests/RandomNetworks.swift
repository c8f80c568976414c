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
  /// Every activation, those with numbers with unusual ones too.
  static let activations: [Activation] =
    Activation.named.map(\.activation) + [
      .leakyRelu(slope: 0.2), .elu(alpha: 0.7), .hardSigmoid(slope: 0.2, offset: 0.5),
    ]

  /// A network with a record of its training.
  ///
  /// - Parameters:
  ///   - activation: that of every layer, or of all but the last.
  ///   - last: that of the last layer.
  ///   - count: the number of layers.
  ///   - isNarrow: whether every weight is a float32.
  ///   - isScaled: whether the inputs are standardised.
  ///   - isNamed: whether inputs and classes have names.
  static func network(
    _ activation: Activation, last: Activation? = nil, layers count: Int, isNarrow: Bool = false,
    isScaled: Bool = false, isNamed: Bool = true
  ) throws -> TrainedNetwork {
    var random = TestGenerator(count * 100 + activation.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
    func number() -> Double {
      let number = Double.random(in: -1...1, using: &random)
      return isNarrow ? Double(Float(number)) : number
    }
    let sizes = (0...count).map { _ in Int.random(in: 1...8, using: &random) }
    let layers = (0..<count).map { index in
      let (inputs, outputs) = (sizes[index], sizes[index + 1])
      return Layer(
        weights: Matrix(rows: outputs, columns: inputs, elements: (0..<outputs * inputs).map { _ in number() }),
        biases: Matrix(rows: outputs, columns: 1, elements: (0..<outputs).map { _ in number() }),
        activation: index == count - 1 ? last ?? activation : activation)
    }
    let scaling =
      isScaled
      ? InputScaling(mean: (0..<sizes[0]).map { _ in number() }, scale: (0..<sizes[0]).map { _ in abs(number()) + 0.1 })
      : nil
    let outputs = sizes[count]
    return TrainedNetwork(
      network: try Network(
        layers: layers, inputNames: isNamed ? (1...sizes[0]).map { "Größe \($0), \"ä\"" } : nil,
        classNames: isNamed && outputs > 1 ? (1...outputs).map { "class \($0), \"ja\"" } : nil, inputScaling: scaling),
      training: record(layers: count), elementType: isNarrow ? .float32 : .float64)
  }

  /// A record with numbers that only their bits tell apart from others.
  private static func record(layers count: Int) -> TrainingRecord {
    var settings = TrainingRecord.Settings()
    settings.lambda = 0.7
    settings.keepProbabilities = count > 1 ? (1..<count).map { 1 - 0.1 * Double($0) } : nil
    settings.seed = 3
    var record = TrainingRecord(settings: settings)
    record.train = .init(examples: 211, accuracy: 0.1 + 0.2, cost: 1.0 / 3)
    record.dataFile = "data.mat"
    record.costs = [CostRecord(iteration: 0, cost: 0.65), CostRecord(iteration: 1000, cost: 0.1)]
    return record
  }

  /// Examples of so many inputs, (inputs, examples): numbers that float32 holds, so that all programs take the same.
  static func inputs(_ count: Int, examples: Int = 20) -> Matrix {
    var random = TestGenerator(count)
    return Matrix(
      rows: count, columns: examples,
      elements: (0..<count * examples).map { _ in Double(Float.random(in: -3...3, using: &random)) })
  }
}

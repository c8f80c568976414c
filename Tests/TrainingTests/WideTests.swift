import Tensors
import Testing
import Training

/// Networks with wide layers, which are trained and evaluated by packed products, against the plain operations.
struct WideTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var inputs: Int
    var training: TrainerTests.Case
    var testDescription: String { "\(inputs)-\(training.hidden) \(training.name) on \(training.examples)" }
  }

  private static func of(
    _ inputs: Int, _ hidden: [Int], _ examples: Int, _ training: TrainerTests.Case = TrainerTests.Case(name: "relu")
  ) -> Case {
    var training = training
    (training.hidden, training.examples) = (hidden, examples)
    return Case(inputs: inputs, training: training)
  }

  private static let everything: @Sendable (inout TrainingSettings) -> Void = {
    ($0.lambda, $0.l1, $0.keepProbabilities, $0.inputKeepProbability) = (0.7, 0.1, [0.8], 0.9)
  }

  /// Sizes around the borders of tiles, panels and bands; examples around those of panels, groups and blocks.
  static let sizes: [Case] = [
    of(2049, [], 3), of(2, [1025], 33), of(1, [2, 700, 3], 5), of(5, [63, 65], 127), of(7, [65, 63], 129),
    of(17, [300, 2], 64), of(48, [192, 5], 200), of(49, [193, 97], 65), of(3, [385, 6], 31), of(64, [96, 47], 300),
    of(3, [50, 60], 2300),
  ]

  /// Every kind of training.
  static let kinds: [Case] =
    TrainerTests.cases.map { training in of(training.name == "inputs" ? 19 : 3, [61, 50], 150, training) }
    + [
      of(10, [70, 40], 150, TrainerTests.Case(activation: .sigmoid, change: everything, name: "sigmoid, everything")),
      of(10, [70, 40], 150, TrainerTests.Case(change: everything, name: "relu, everything")),
      of(10, [70, 40], 150, TrainerTests.Case(activation: .tanh, change: everything, name: "tanh, everything")),
      of(
        10, [70, 40], 150,
        TrainerTests.Case(change: { ($0.keepProbabilities, $0.dropoutMasks) = ([0.6], .fixed) }, name: "fixed masks")),
    ]

  @Test(arguments: sizes + kinds, KernelTests.kernels)
  func plainOperations(_ shape: Case, _ kernel: Kernel) throws {
    var training = shape.training
    // Dropout has one probability for each layer.
    if training.name == "dropout, layer by layer" { training.hidden = [61, 50] }
    try TrainerTests.compare(training, kernel, inputs: shape.inputs)
  }

  @Test(arguments: sizes + kinds, Precision.allCases)
  func threads(_ shape: Case, _ precision: Precision) throws {
    let dataset = try TrainerTests.dataset(shape.training, inputs: shape.inputs)
    for optimizer in ["gradient-descent", "adam"] {
      var settings = TrainerTests.settings(shape.training)
      settings.precision = precision
      settings.optimizer = Optimizer(rawValue: optimizer) ?? .gradientDescent
      settings.iterations = 2
      let one = try Trainer(settings: settings, dataset: dataset).run()
      settings.threads = 3
      #expect(try Trainer(settings: settings, dataset: dataset).run() == one)
    }
  }

  /// Wide networks have one gradient, not one for each slice, but packed weights and activations.
  @Test func memory() {
    var settings = TrainingSettings()
    settings.batchSize = 1024
    func needed(_ sizes: [Int]) -> Int {
      Int(Trainer.memoryNeeded(layerSizes: sizes, settings, exampleCount: 1_000_000))
    }
    // 8 groups of 128 examples: the factors of all of them, and the inputs, outputs and gradients of one.
    let packed: Int = 6400 + 2 * 100
    let (factors, rows): (Int, Int) = (64 + 100 + 100 + 1, 64 + 2 * 101)
    let numbers: Int = 1024 * 64 + packed + 128 * (8 * factors + rows)
    #expect(needed([64, 100, 1]) == 6601 * 32 + 8 * numbers)
    // Four slices.
    let sliced: Int = 265 * 56 + 8 * 1024 * 64
    #expect(needed([64, 4, 1]) == sliced)
    settings.optimizer = .adam(Adam())
    settings.precision = .float32
    #expect(needed([64, 100, 1]) == 6601 * 48 + 4 * numbers)
    // All examples at once are still 16 groups at a time.
    settings.batchSize = nil
    let all: Int = 64_000_000 + packed + 128 * (16 * factors + rows)
    #expect(needed([64, 100, 1]) == 6601 * 48 + 4 * all)
  }

  @Test(arguments: sizes, KernelTests.kernels)
  func predictions(_ shape: Case, _ kernel: Kernel) throws {
    let dataset = try TrainerTests.dataset(shape.training, inputs: shape.inputs)
    var network = try Trainer(settings: TrainerTests.settings(shape.training), dataset: dataset).initialNetwork
    for activation in [Activation.relu, .sigmoid, .tanh] {
      for index in network.layers.indices.dropLast() { network.layers[index].activation = activation }
      let predictor = try Predictor(network: network, kernel: kernel)
      let expected = network.probabilities(dataset.features)
      let rows = dataset.features.transposed
      var whole = [Double](repeating: 0, count: rows.rows)
      let scratch = predictor.makeScratch()
      var span = whole.mutableSpan
      predictor.predict(rows.elements.span, into: &span, scratch: scratch)
      for (a, b) in zip(whole, expected.elements) { #expect(abs(a - b) <= 1e-13) }
      // A row is the same bits in any block.
      for block in [1, 7, 64] {
        var parts: [Double] = []
        for first in stride(from: 0, to: rows.rows, by: block) {
          let count = min(block, rows.rows - first)
          var part = [Double](repeating: 0, count: count)
          var span = part.mutableSpan
          let some = rows.elements.span.extracting(first * shape.inputs..<(first + count) * shape.inputs)
          predictor.predict(some, into: &span, scratch: scratch)
          parts += part
        }
        #expect(parts == whole, "blocks of \(block)")
      }
    }
  }

  static let activations: [Activation] = [
    .relu, .sigmoid, .linear, .leakyRelu(slope: 0.1), .elu(alpha: 0.7), .selu, .tanh, .softplus, .softsign, .swish,
    .hardSigmoid(slope: 0.2, offset: 0.5), .geluTanh, .gelu, .softmax,
  ]

  /// Outputs and z of one pass, with each activation in the hidden layers and in the last one.
  @Test(arguments: activations, KernelTests.kernels)
  func activationsOfPredictions(_ activation: Activation, _ kernel: Kernel) throws {
    var random = NumPyRandom(seed: 3)
    func layer(_ units: Int, _ inputs: Int, _ activation: Activation) -> Layer {
      Layer(weights: random.randn(units, inputs), biases: random.randn(units, 1), activation: activation)
    }
    let features = random.randn(20, 150)
    for last in [activation, .softmax] {
      let network = try Network(
        layers: [layer(64, 20, .relu), layer(48, 64, activation), layer(5, 48, last)])
      let predictor = try Predictor(network: network, kernel: kernel)
      var outputs = [Double](repeating: 0, count: 5 * 150)
      var z = outputs
      var outputSpan = outputs.mutableSpan
      var zSpan = z.mutableSpan
      predictor.predict(
        features.transposed.elements.span, into: &outputSpan, z: &zSpan, scratch: predictor.makeScratch())
      let expected = network.probabilities(features).transposed.elements
      for (a, b) in zip(outputs, expected) { #expect(abs(a - b) <= 1e-10 * max(1, abs(b))) }
      var plain = network
      plain.layers[2].activation = .linear
      let expectedZ = plain.probabilities(features).transposed.elements
      for (a, b) in zip(z, expectedZ) { #expect(abs(a - b) <= 1e-10 * max(1, abs(b))) }
    }
  }
}

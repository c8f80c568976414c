import Tensors
import Testing
import Training

/// The kernels of networks with at most four inputs and at most four units in the second layer, which go through a slice
/// in passes of one to four chunks, against the plain operations.
struct NarrowNetworkTests {
  /// Of how many units the first hidden layer consists: one, those that pairs leave over, and so many that a pass has
  /// four, three, two chunks and one of Doubles, and less of Floats.
  static let hiddenSizes = [1, 2, 5, 12, 20, 33, 45]

  struct Case: Sendable, CustomTestStringConvertible {
    var inputs: Int
    var hidden: [Int]
    var testDescription: String { "\(inputs)-\(hidden)" }
  }

  /// Two layers, and three layers with one to four units in the second.
  static let cases: [Case] = (1...4).flatMap { inputs in
    (0...4).flatMap { units in
      hiddenSizes.map { Case(inputs: inputs, hidden: units == 0 ? [$0] : [$0, units]) }
    }
  }

  /// The masks: of no layer, of one, and of both.
  static let keepProbabilities: [[Double]] = [[1, 1], [0.7, 1], [1, 0.6], [0.6, 0.8]]

  @Test(arguments: cases, KernelTests.kernels)
  func twoIterations(_ shape: Case, _ kernel: Kernel) throws {
    // Around the borders of vectors, chunks, passes and slices.
    for examples in [1, 71, 145, 211, 217, 289] {
      try compare(shape, kernel, examples: examples, keepProbabilities: Self.keepProbabilities)
    }
  }

  /// Slices of more chunks than one pass of any size has.
  @Test(arguments: [5, 20, 45], KernelTests.kernels)
  func longSlices(_ hidden: Int, _ kernel: Kernel) throws {
    for sizes in [[hidden], [hidden, 3]] {
      try compare(
        Case(inputs: 2, hidden: sizes), kernel, examples: 46_100, keepProbabilities: [[1, 1], [0.6, 0.8]])
    }
  }

  private func compare(_ shape: Case, _ kernel: Kernel, examples: Int, keepProbabilities: [[Double]]) throws {
    let dataset = try KernelTests.dataset(inputs: shape.inputs, examples: examples)
    let initial = try Network.initialized(layerSizes: [shape.inputs] + shape.hidden + [1], seed: 5)
    for keep in keepProbabilities {
      for masks in keep == [1, 1] ? [DropoutMasks.fixed] : DropoutMasks.allCases {
        var settings = TrainingSettings()
        settings.iterations = 2
        settings.lambda = 0.3
        settings.keepProbabilities = Array(keep.prefix(shape.hidden.count))
        settings.dropoutMasks = masks
        settings.dropoutSeed = 7
        settings.kernel = kernel
        settings.recordEvery = 1
        let result = try Trainer(settings: settings, dataset: dataset, initialNetwork: initial).run()
        settings.precision = .float32
        let single = try Trainer(settings: settings, dataset: dataset, initialNetwork: initial).run()

        // The order of sums near 1 changes some 1e-16 of them, or 1e-7 with Float, and the plain operations add up all
        // examples one after the other.
        let tolerance = examples < 1000 ? 1e-13 : 2e-12
        settings.hiddenSizes = shape.hidden
        let dropout = settings.dropout
        var network = initial
        for iteration in 0..<2 {
          let drawn =
            dropout.isActive
            ? dropout.masks(hiddenSizes: shape.hidden, exampleCount: examples, iteration: iteration) : []
          let pass = network.forward(dataset.features, masks: drawn, keepProbabilities: dropout.keepProbabilities)
          let cost = network.cost(pass, labels: dataset.labels, l2: settings.l2)
          #expect(abs(result.costs[iteration].cost - cost) <= tolerance * max(1, cost), "\(examples) \(keep) \(masks)")
          #expect(abs(single.costs[iteration].cost - cost) <= 2e-5 * max(1, cost), "\(examples) \(keep) \(masks)")
          network.update(
            network.backward(
              pass, features: dataset.features, labels: dataset.labels, l2: settings.l2,
              keepProbabilities: dropout.keepProbabilities), learningRate: settings.learningRate)
        }
        #expect(KernelTests.difference(result.network, network) <= tolerance, "\(examples) \(keep) \(masks)")
        #expect(KernelTests.difference(single.network, network) <= 2e-5, "\(examples) \(keep) \(masks)")
      }
    }
  }

  /// The kernels differ in the order of their sums alone, so that trainings part slowly; a mask that differed would show
  /// at once.
  @Test(arguments: DropoutMasks.allCases, KernelTests.kernels)
  func trainingsStayTogether(_ masks: DropoutMasks, _ kernel: Kernel) throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 211)
    var settings = TrainingSettings()
    settings.keepProbabilities = [0.86, 0.86]
    settings.dropoutMasks = masks
    settings.recordEvery = 1
    func trained(_ kernel: Kernel, _ iterations: Int) throws -> TrainingResult {
      settings.kernel = kernel
      settings.iterations = iterations
      return try Trainer(settings: settings, dataset: dataset).run()
    }
    for (iterations, tolerance) in [(1, 1e-15), (10, 1e-14), (100, 1e-13)] {
      let difference = try KernelTests.difference(
        trained(kernel, iterations).network, trained(.baseline, iterations).network)
      #expect(difference <= tolerance, "\(iterations) iterations")
    }
  }
}

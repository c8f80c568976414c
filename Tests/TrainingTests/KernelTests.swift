import KernelsAVX2
import KernelsAVX512
import KernelsBaseline
import Tensors
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The fused kernels against the plain operations.
struct KernelTests {
  static let kernels: [Kernel] = [.avx512, .avx2, .baseline].filter { (try? $0.resolved()) != nil }

  static func dataset(inputs: Int, examples: Int) throws -> Dataset {
    var random = NumPyRandom(seed: 21)
    let features = random.randn(inputs, examples)
    let labels = random.rand(1, examples).elements.map { $0 < 0.4 ? 1.0 : 0 }
    return try Dataset(features: features, labels: Matrix(rows: 1, columns: examples, elements: labels))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var inputs: Int
    var hidden: [Int]
    var examples: Int
    var testDescription: String { "\(inputs)-\(hidden) on \(examples)" }
  }

  /// Every rest of rows and columns of the tiles, and examples around the borders of vectors, chunks and slices.
  static let cases: [Case] = [
    Case(inputs: 1, hidden: [], examples: 1), Case(inputs: 2, hidden: [20, 3], examples: 211),
    Case(inputs: 3, hidden: [1], examples: 12), Case(inputs: 4, hidden: [5], examples: 71),
    Case(inputs: 5, hidden: [2, 7], examples: 72), Case(inputs: 6, hidden: [3, 4, 5], examples: 73),
    Case(inputs: 7, hidden: [6, 2, 9, 4], examples: 145), Case(inputs: 9, hidden: [11], examples: 288),
    Case(inputs: 2, hidden: [8, 8], examples: 289), Case(inputs: 13, hidden: [10, 6], examples: 700),
    // Five slices, and as many as there can be.
    Case(inputs: 3, hidden: [4], examples: 1300), Case(inputs: 2, hidden: [3], examples: 19_000),
  ]

  /// The greatest difference of two parameters.
  static func difference(_ a: Network, _ b: Network) -> Double {
    zip(a.layers, b.layers).reduce(0) { largest, pair in
      let weights = zip(pair.0.weights.elements, pair.1.weights.elements)
      let biases = zip(pair.0.biases.elements, pair.1.biases.elements)
      return (Array(weights) + Array(biases)).reduce(largest) { max($0, abs($1.0 - $1.1)) }
    }
  }

  @Test(arguments: cases, kernels)
  func threeIterations(_ shape: Case, _ kernel: Kernel) throws {
    let dataset = try Self.dataset(inputs: shape.inputs, examples: shape.examples)
    for activation in [Activation.relu, .sigmoid] {
      for masks in DropoutMasks.allCases {
        for (lambda, keep) in [(0.0, 1.0), (0.7, 1.0), (0.0, 0.8), (0.7, 0.6)] {
          var settings = TrainingSettings()
          settings.iterations = 3
          settings.lambda = lambda
          settings.keepProbabilities = shape.hidden.isEmpty ? [keep] : shape.hidden.indices.map { $0 == 1 ? 1 : keep }
          settings.hiddenSizes = shape.hidden
          settings.dropoutMasks = masks
          settings.dropoutSeed = 4_000_000_000
          settings.kernel = kernel
          settings.recordEvery = 1
          var network = try Network.initialized(layerSizes: [shape.inputs] + shape.hidden + [1], seed: 5)
          for index in shape.hidden.indices { network.layers[index].activation = activation }
          let result = try Trainer(settings: settings, dataset: dataset, initialNetwork: network).run()
          settings.precision = .float32
          let single = try Trainer(settings: settings, dataset: dataset, initialNetwork: network).run()

          let dropout = settings.dropout
          for iteration in 0..<3 {
            let drawn =
              dropout.isActive
              ? dropout.masks(hiddenSizes: shape.hidden, exampleCount: shape.examples, iteration: iteration) : []
            let pass = network.forward(dataset.features, masks: drawn, keepProbabilities: dropout.keepProbabilities)
            let cost = network.cost(pass, labels: dataset.labels, l2: settings.l2)
            // Sums of at most a few hundred terms near 1: their order changes some 1e-15, or 1e-6 with Float.
            #expect(abs(result.costs[iteration].cost - cost) <= 1e-13 * max(1, cost))
            #expect(abs(single.costs[iteration].cost - cost) <= 2e-5 * max(1, cost))
            network.update(
              network.backward(
                pass, features: dataset.features, labels: dataset.labels, l2: settings.l2,
                keepProbabilities: dropout.keepProbabilities), learningRate: settings.learningRate)
          }
          #expect(Self.difference(result.network, network) <= 1e-13)
          #expect(Self.difference(single.network, network) <= 2e-5)
        }
      }
    }
  }

  @Test(arguments: cases, kernels)
  func predictions(_ shape: Case, _ kernel: Kernel) throws {
    let dataset = try Self.dataset(inputs: shape.inputs, examples: shape.examples)
    let network = try Network.initialized(layerSizes: [shape.inputs] + shape.hidden + [1], seed: 5)
    let found = try Predictor(network: network, kernel: kernel).probabilities(dataset.features)
    let expected = network.probabilities(dataset.features)
    // Probabilities are at most 1; their z have some ten terms near 1.
    for (a, b) in zip(found.elements, expected.elements) { #expect(abs(a - b) <= 1e-14) }
  }

  @Test(arguments: kernels)
  func severalOutputs(_ kernel: Kernel) throws {
    var random = NumPyRandom(seed: 8)
    let network = try Network(layers: [
      Layer(weights: random.randn(5, 3), biases: random.randn(5, 1), activation: .sigmoid),
      Layer(weights: random.randn(2, 5), biases: random.randn(2, 1), activation: .relu),
    ])
    let features = random.randn(3, 100)
    let found = try Predictor(network: network, kernel: kernel).probabilities(features)
    let expected = network.probabilities(features)
    #expect(found.rows == 2 && expected.elements.contains { $0 > 0 } && expected.elements.contains(0))
    for (a, b) in zip(found.elements, expected.elements) { #expect(abs(a - b) <= 1e-14) }
  }

  /// The distance in units of the last place of `b`.
  private static func distance<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> T { abs(a - b) / b.ulp }

  /// What a function of the kernels, which takes whole sixteens of numbers, makes of some.
  static func call<T: ExpressibleByIntegerLiteral>(
    _ kernel: Kernel, _ numbers: [T], avx512: (UnsafeMutablePointer<T>, Int) -> Void,
    avx2: (UnsafeMutablePointer<T>, Int) -> Void, baseline: (UnsafeMutablePointer<T>, Int) -> Void
  ) -> [T] {
    var result = numbers + Array(repeating: 0, count: (16 - numbers.count % 16) % 16)
    unsafe result.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      switch kernel {
      case .avx512: unsafe avx512(start, buffer.count)
      case .avx2: unsafe avx2(start, buffer.count)
      default: unsafe baseline(start, buffer.count)
      }
    }
    return Array(result.prefix(numbers.count))
  }

  private static func exponentials(_ kernel: Kernel, _ numbers: [Double]) -> [Double] {
    unsafe call(
      kernel, numbers, avx512: KernelsAVX512.float64Exponentials, avx2: KernelsAVX2.float64Exponentials,
      baseline: KernelsBaseline.float64Exponentials)
  }

  private static func exponentials(_ kernel: Kernel, _ numbers: [Float]) -> [Float] {
    unsafe call(
      kernel, numbers, avx512: KernelsAVX512.float32Exponentials, avx2: KernelsAVX2.float32Exponentials,
      baseline: KernelsBaseline.float32Exponentials)
  }

  @Test(arguments: kernels)
  func exponentials(_ kernel: Kernel) {
    var inputs: [Double] = []
    var singles: [Float] = []
    for index in 0..<400_000 {
      // From -708 to 709 in steps that no power of two divides, four near one another.
      let x = -708 + Double(index) * (1417.0 / 399_999)
      inputs += [x, min(709, x + 1e-3), x * 1e-3, x * 1e-9]
      let y = Float(-87 + Double(index) * (175.0 / 399_999))
      singles += [y, y * 1e-1, y * 1e-2, y * 1e-3, y * 1e-4, y * 1e-5, y * 1e-6, min(max(-y, -87), 88)]
    }
    var worst = 0.0
    for (input, found) in zip(inputs, Self.exponentials(kernel, inputs)) {
      worst = max(worst, Self.distance(found, exp(input)))
    }
    var worstSingle: Float = 0
    for (input, found) in zip(singles, Self.exponentials(kernel, singles)) {
      worstSingle = max(worstSingle, Self.distance(found, Float(exp(Double(input)))))
    }
    // The C library's own exp is within 1 ulp.
    #expect(worst <= 2)
    #expect(worstSingle <= 2)
    #expect(worst > 0, "nothing was compared")
  }

  @Test(arguments: kernels)
  func exponentialsAtTheEnds(_ kernel: Kernel) {
    let found = Self.exponentials(kernel, [Double.infinity, -.infinity, .nan, 1e300])
    #expect(found[0].isFinite && found[0] > 8e307)
    #expect(found[1] > 0 && found[1] < 1e-307)
    #expect(found[2].isNaN)
    #expect(found[3] == found[0])
  }
}

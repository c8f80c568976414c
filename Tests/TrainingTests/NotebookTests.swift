import Tensors
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The published values of the Regularization notebook's own test cells, and its training loop on a small dataset.
struct NotebookTests {
  static let features = Matrix(rows: 3, columns: 5)
  static let labels = Matrix([[1, 1, 0, 1, 0]])

  /// `np.random.seed(1)`, where wanted `X = randn(3, 5)`, then W1 (2, 3), b1, W2 (3, 2), b2, W3 (1, 3), b3, all by
  /// randn.
  static func drawn(featuresFirst: Bool) throws -> (features: Matrix, network: Network) {
    var random = NumPyRandom(seed: 1)
    let features = featuresFirst ? random.randn(3, 5) : Matrix(rows: 3, columns: 5)
    var layers: [Layer] = []
    for (inputs, outputs) in [(3, 2), (2, 3), (3, 1)] {
      let weights = random.randn(outputs, inputs)
      let biases = random.randn(outputs, 1)
      layers.append(Layer(weights: weights, biases: biases, activation: outputs == 1 ? .sigmoid : .relu))
    }
    return (features, try Network(layers: layers))
  }

  /// The notebook prints 8 decimals of matrices: half a unit of the last, with a little for the printed inputs' own.
  static func expectPrinted(_ found: Matrix?, _ expected: [[Double]], sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let found = try #require(found, sourceLocation: sourceLocation)
    let expected = Matrix(expected)
    #expect(found.rows == expected.rows && found.columns == expected.columns, sourceLocation: sourceLocation)
    for (a, b) in zip(found.elements, expected.elements) {
      #expect(abs(a - b) <= 1.5e-8, "\(a) is not \(b)", sourceLocation: sourceLocation)
    }
  }

  @Test func costWithRegularization() throws {
    let (_, network) = try Self.drawn(featuresFirst: false)
    let a = Matrix([[0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]])
    let cost =
      CrossEntropy.cost(probabilities: a, labels: Self.labels)
      + L2(lambda: 0.1).penalty(network.layers, exampleCount: 5)
    // 11 decimals are printed.
    #expect(abs(cost - 1.78648594516) <= 5.1e-12)
    // The same from z, which the training uses.
    let z = Matrix([a.elements.map { log($0) - log1p(-$0) }])
    let fromZ =
      CrossEntropy.cost(z: z, labels: Self.labels) + L2(lambda: 0.1).penalty(network.layers, exampleCount: 5)
    #expect(abs(fromZ - 1.78648594516) <= 5.1e-12)
  }

  /// X is drawn first; the cache that the course's test gives is the forward pass of the drawn parameters.
  @Test func backwardWithRegularization() throws {
    let (features, network) = try Self.drawn(featuresFirst: true)
    let pass = network.forward(features)
    try Self.expectPrinted(pass.a[2], [[0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]])
    let gradients = network.backward(pass, features: features, labels: Self.labels, l2: L2(lambda: 0.7))
    try Self.expectPrinted(
      gradients[0].weights, [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]])
    try Self.expectPrinted(
      gradients[1].weights, [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]])
    try Self.expectPrinted(gradients[2].weights, [[-1.77691347, -0.11832879, -0.09397446]])
  }

  @Test func forwardWithDropout() throws {
    let (features, network) = try Self.drawn(featuresFirst: true)
    let dropout = Dropout(keepProbabilities: [0.7, 0.7], seed: 1, masks: .fixed)
    let masks = dropout.masks(hiddenSizes: [2, 3], exampleCount: 5, iteration: 0)
    let pass = network.forward(features, masks: masks, keepProbabilities: dropout.keepProbabilities)
    try Self.expectPrinted(pass.a[2], [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]])
  }

  @Test func backwardWithDropout() throws {
    let (features, network) = try Self.drawn(featuresFirst: true)
    let a1 = Matrix([[0, 0, 4.27989081, 5.21401307, 0], [0, 8.32019881, 1.58102041, 2.92987024, 0]])
    let a2 = Matrix([[1.06071093, 0, 8.21049603, 0, 1.06071093], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    let a3 = Matrix([[0.32266394, 0.49683389, 0.00348883, 0.49683389, 0.32266394]])
    let masks = [
      Matrix([[1, 0, 1, 1, 1], [1, 1, 1, 1, 0]]), Matrix([[1, 0, 1, 0, 1], [0, 1, 0, 1, 1], [0, 0, 1, 0, 0]]),
    ]
    // The backward pass reads the activations only: z may be anything.
    let pass = ForwardPass(z: [a1, a2, a3], a: [a1, a2, a3], masks: masks)
    let gradients = network.backward(pass, features: features, labels: Self.labels, keepProbabilities: [0.8, 0.8])
    try Self.expectPrinted(
      gradients[0].da, [[0.36544439, 0, -0.00188233, 0, -0.17408748], [0.65515713, 0, -0.00337459, 0, 0]])
    try Self.expectPrinted(
      gradients[1].da,
      [
        [0.58180856, 0, -0.00299679, 0, -0.27715731], [0, 0.53159854, 0, 0.53159854, -0.34089673],
        [0, 0, -0.00292733, 0, 0],
      ])
  }

  @Test func initialParameters() throws {
    let network = try Network.initialized(layerSizes: [2, 20, 3, 1], seed: 3)
    // numpy.random.seed(3); numpy.random.randn(20, 2) / numpy.sqrt(2)
    #expect(network.layers[0].weights[0, 0] == 1.7886284734303186 / 2.0.squareRoot())
    #expect(network.layers[0].weights[0, 1] == 0.43650985051198943 / 2.0.squareRoot())
    #expect(network.layers[2].biases.elements == [0])
    #expect(network.layerSizes == [2, 20, 3, 1])
    #expect(network.parameterCount == 60 + 63 + 4)
    #expect(network.layers.map(\.activation) == [.relu, .relu, .sigmoid])
    #expect(throws: NetworkError.self) { try Network.initialized(layerSizes: [2], seed: 3) }
  }

  struct Run: Sendable, CustomTestStringConvertible {
    var name: String
    var hidden: [Int]
    var lambda: Double
    var keep: Double
    var costs: [Double]
    var accuracy: Double
    var testDescription: String { name }
  }

  /// Printed by Reference/notebook.py, NumPy 2.4.
  static let runs = [
    Run(
      name: "plain", hidden: [20, 3], lambda: 0, keep: 1,
      costs: [0.6079486385174253, 0.07610809067446289, 0.021155201319026352, 0.009604795346861254], accuracy: 1),
    Run(
      name: "L2", hidden: [20, 3], lambda: 0.7, keep: 1,
      costs: [0.8457923833720344, 0.3162755371070003, 0.2722255503982114, 0.2630703235053532], accuracy: 1),
    Run(
      name: "dropout", hidden: [20, 3], lambda: 0, keep: 0.86,
      costs: [0.6501141449787303, 0.22714849193823586, 0.17218304359907008, 0.16504849870164728],
      accuracy: 0.918918918918919),
    Run(
      name: "both", hidden: [20, 3], lambda: 0.7, keep: 0.86,
      costs: [0.8879578898333396, 0.4106564446569738, 0.28289065415502446, 0.23531078530050134],
      accuracy: 0.972972972972973),
    Run(
      name: "one hidden layer", hidden: [5], lambda: 0, keep: 1,
      costs: [0.8477737318857959, 0.46816959335891134, 0.4420457947842167, 0.4323872167818838],
      accuracy: 0.7027027027027027),
    Run(
      name: "three hidden layers", hidden: [7, 6, 5], lambda: 0.3, keep: 0.9,
      costs: [0.6499356875042461, 0.2756325496364377, 0.25510801013643447, 0.20684246961013575], accuracy: 1),
    Run(
      name: "logistic regression", hidden: [], lambda: 0.1, keep: 1,
      costs: [0.760200461904432, 0.6456960315423873, 0.6456956949702072, 0.6456956949687072],
      accuracy: 0.4864864864864865),
  ]

  static func dataset() throws -> Dataset {
    var random = NumPyRandom(seed: 7)
    let x = random.randn(2, 37)
    let labels = (0..<37).map { x[0, $0] * x[0, $0] + x[1, $0] * x[1, $0] < 1.2 ? 1.0 : 0 }
    return try Dataset(features: x, labels: Matrix(rows: 1, columns: 37, elements: labels))
  }

  @Test(arguments: runs, [Kernel.auto, .baseline])
  func trainingLoop(_ run: Run, _ kernel: Kernel) throws {
    let dataset = try Self.dataset()
    var settings = TrainingSettings()
    settings.hiddenSizes = run.hidden
    settings.iterations = 301
    settings.lambda = run.lambda
    settings.keepProbabilities = [run.keep]
    settings.dropoutMasks = .fixed
    settings.recordEvery = 100
    settings.kernel = kernel
    let result = try Trainer(settings: settings, dataset: dataset).run()
    #expect(result.costs.map(\.iteration) == [0, 100, 200, 300])
    for (record, expected) in zip(result.costs, run.costs) {
      // Only roundings differ; 300 steps amplify them to a few 1e-15 here, the promise is 1e-9.
      #expect(abs(record.cost - expected) <= 1e-12 * expected, "\(record.cost) is not \(expected)")
    }
    let probabilities = try Predictor(network: result.network, kernel: kernel).probabilities(dataset.features)
    #expect(Metrics.accuracy(probabilities: probabilities, labels: dataset.labels) == run.accuracy)
    #expect(result.iterationsDone == 301 && !result.interrupted)
  }

  /// The plain operations, put together as the notebook does, are the specification of the trainer.
  @Test(arguments: runs)
  func plainLoop(_ run: Run) throws {
    let dataset = try Self.dataset()
    var network = try Network.initialized(layerSizes: [2] + run.hidden + [1], seed: 3)
    let dropout = Dropout(keepProbabilities: run.hidden.map { _ in run.keep }, seed: 1, masks: .fixed)
    let masks = dropout.isActive ? dropout.masks(hiddenSizes: run.hidden, exampleCount: 37, iteration: 0) : []
    for iteration in 0...300 {
      let pass = network.forward(dataset.features, masks: masks, keepProbabilities: dropout.keepProbabilities)
      if iteration % 100 == 0 {
        let cost = network.cost(pass, labels: dataset.labels, l2: L2(lambda: run.lambda))
        #expect(abs(cost - run.costs[iteration / 100]) <= 1e-12 * cost)
      }
      let gradients = network.backward(
        pass, features: dataset.features, labels: dataset.labels, l2: L2(lambda: run.lambda),
        keepProbabilities: dropout.keepProbabilities)
      network.update(gradients, learningRate: 0.3)
    }
    let labels = network.labels(dataset.features)
    #expect(zip(labels.elements, dataset.labels.elements).filter(==).count == Int((run.accuracy * 37).rounded()))
  }
}

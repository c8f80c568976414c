import Tensors
import Testing
import Training

/// Trainings of every kind against the plain operations, iteration by iteration.
struct TrainerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var loss = Loss.crossEntropy
    var kind = LabelKind.binary
    var activation = Activation.relu
    var hidden = [5, 4]
    var examples = 100
    var change: @Sendable (inout TrainingSettings) -> Void = { _ in }
    var isWeighted = false
    var name: String
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(activation: .tanh, name: "tanh"),
    Case(activation: .gelu, hidden: [7], examples: 289, name: "gelu, two slices"),
    Case(activation: .swish, name: "swish"), Case(activation: .elu(alpha: 1), name: "elu"),
    Case(activation: .leakyRelu(slope: 0.1), name: "leaky relu"),
    Case(isWeighted: true, name: "weights of examples"),
    Case(loss: .softmax, kind: .classes(4), name: "softmax"),
    Case(loss: .softmax, kind: .classes(3), hidden: [], name: "softmax without hidden layers"),
    Case(loss: .softmax, kind: .classes(2), activation: .tanh, examples: 1300, isWeighted: true, name: "five slices"),
    Case(loss: .squared, kind: .values(1), name: "squared"),
    Case(loss: .squared, kind: .values(3), name: "three values"),
    Case(loss: .huber(delta: 0.5), kind: .values(2), isWeighted: true, name: "huber"),
    Case(change: { $0.l1 = 0.4 }, name: "l1"),
    Case(change: { ($0.l1, $0.lambda) = (0.2, 0.7) }, name: "elastic net"),
    Case(change: { $0.keepProbabilities = [0.7, 0.9] }, isWeighted: true, name: "dropout, layer by layer"),
    Case(
      loss: .softmax, kind: .classes(3), activation: .tanh, change: { $0.inputKeepProbability = 0.8 }, name: "inputs"),
    Case(
      activation: .elu(alpha: 0.5), change: { ($0.keepProbabilities, $0.dropoutMasks) = ([0.6], .fixed) },
      name: "fixed masks"),
    Case(
      change: {
        $0.maxNorm = 0.4
        $0.lambda = 0.2
        $0.keepProbabilities = [0.7]
      }, name: "max norm with dropout"),
    Case(
      change: {
        $0.l1 = 0.1; $0.keepProbabilities = [0.8]
      }, name: "l1 with dropout"),
  ]

  static func dataset(_ shape: Case, inputs: Int = 3) throws -> Dataset {
    var random = NumPyRandom(seed: 33)
    let features = random.randn(inputs, shape.examples)
    var labels = random.randn(shape.kind.rowCount, shape.examples)
    for index in labels.elements.indices {
      switch shape.kind {
      case .binary: labels.elements[index] = labels.elements[index] < 0.3 ? 0 : 1
      case .classes(let count): labels.elements[index] = Double(Int(random.rand() * Double(count)))
      case .values: break
      }
    }
    let weights = shape.isWeighted ? (0..<shape.examples).map { _ in random.rand() * 3 } : nil
    return try Dataset(features: features, labels: labels, kind: shape.kind, weights: weights)
  }

  static func settings(_ shape: Case) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.iterations = 4
    settings.recordEvery = 1
    settings.hiddenSizes = shape.hidden
    settings.activation = shape.activation
    settings.loss = shape.loss
    shape.change(&settings)
    return settings
  }

  @Test(arguments: cases, KernelTests.kernels)
  func plainOperations(_ shape: Case, _ kernel: Kernel) throws { try Self.compare(shape, kernel, inputs: 3) }

  static func compare(_ shape: Case, _ kernel: Kernel, inputs: Int) throws {
    let dataset = try Self.dataset(shape, inputs: inputs)
    var settings = Self.settings(shape)
    settings.kernel = kernel
    let result = try Trainer(settings: settings, dataset: dataset).run()
    settings.precision = .float32
    let single = try Trainer(settings: settings, dataset: dataset).run()

    var network = try Trainer(settings: settings, dataset: dataset).initialNetwork
    let (dropout, count) = (settings.dropout, dataset.totalWeight)
    for iteration in 0..<settings.iterations {
      let masks =
        dropout.isActive
        ? dropout.masks(hiddenSizes: shape.hidden, exampleCount: shape.examples, iteration: iteration) : []
      let inputMask =
        dropout.isActiveOnInputs
        ? dropout.inputMask(inputCount: inputs, exampleCount: shape.examples, iteration: iteration) : nil
      let pass = network.forward(
        dataset.features, masks: masks, keepProbabilities: dropout.keepProbabilities, inputMask: inputMask,
        inputKeepProbability: dropout.inputKeepProbability)
      let cost = network.cost(
        pass, labels: dataset.labels, loss: shape.loss, weights: dataset.weights, l2: settings.l2,
        l1: L1(lambda: settings.l1), penaltyCount: count)
      // Sums of at most some hundred terms near 1: their order changes some 1e-15, or 1e-6 with Float.
      #expect(abs(result.costs[iteration].cost - cost) <= 1e-13 * max(1, cost))
      #expect(abs(single.costs[iteration].cost - cost) <= 3e-5 * max(1, cost))
      network.update(
        network.backward(
          pass, features: dataset.features, labels: dataset.labels, loss: shape.loss, weights: dataset.weights,
          l2: settings.l2, l1: L1(lambda: settings.l1), penaltyCount: count,
          keepProbabilities: dropout.keepProbabilities), learningRate: settings.learningRate)
      guard let limit = settings.maxNorm else { continue }
      for layer in network.layers.indices {
        network.layers[layer].weights = MaxNorm(limit: limit)(network.layers[layer].weights)
      }
    }
    for (found, expected) in zip(result.network.layers, network.layers) {
      for (a, b) in zip(
        found.weights.elements + found.biases.elements, expected.weights.elements + expected.biases.elements)
      {
        #expect(abs(a - b) <= 1e-13)
      }
    }
  }

  @Test(arguments: cases)
  func threads(_ shape: Case) throws {
    var shape = shape
    shape.examples = 30_000
    let dataset = try Self.dataset(shape)
    var settings = Self.settings(shape)
    let one = try Trainer(settings: settings, dataset: dataset).run()
    settings.threads = 3
    #expect(try Trainer(settings: settings, dataset: dataset).run() == one)
  }

  /// Weights of 1 take the other path through the kernels than no weights.
  @Test func weightsOfOne() throws {
    let plain = try KernelTests.dataset(inputs: 2, examples: 300)
    let weighted = try Dataset(
      features: plain.features, labels: plain.labels, weights: [Double](repeating: 1, count: 300))
    var settings = TrainingSettings()
    settings.iterations = 20
    settings.recordEvery = 1
    settings.keepProbabilities = [0.8]
    settings.lambda = 0.7
    let a = try Trainer(settings: settings, dataset: plain).run()
    let b = try Trainer(settings: settings, dataset: weighted).run()
    for (one, other) in zip(a.costs, b.costs) { #expect(abs(one.cost - other.cost) <= 1e-13) }
  }

  /// A weight of 2 is the same as an example that stands there twice, and 0 as one that does not.
  @Test func weightsAreRepetitions() throws {
    let features = Matrix([[0.5, -1, 2, 0.3], [1, 0.2, -0.7, 4]])
    let labels = Matrix([[0, 1, 1, 0]])
    let weighted = try Dataset(features: features, labels: labels, weights: [2, 1, 3, 0])
    let order = [0, 0, 1, 2, 2, 2]
    let repeated = try Dataset(features: features, labels: labels).examples(order)
    var settings = TrainingSettings()
    settings.iterations = 50
    settings.recordEvery = 1
    settings.lambda = 0.7
    settings.l1 = 0.1
    let a = try Trainer(settings: settings, dataset: weighted).run()
    let b = try Trainer(settings: settings, dataset: repeated).run()
    for (one, other) in zip(a.costs, b.costs) { #expect(abs(one.cost - other.cost) <= 1e-13) }
  }

  /// A batch whose examples all have the weight 0 changes nothing and ends nothing.
  @Test func batchesOfNoWeight() throws {
    let features = Matrix([[0.5, -1, 2, 0.3, 1, 4], [1, 0.2, -0.7, 4, 0, 0]])
    let labels = Matrix([[0, 1, 1, 0, 1, 0]])
    let dataset = try Dataset(features: features, labels: labels, weights: [1, 0, 0, 0, 0, 0])
    var settings = TrainingSettings()
    settings.iterations = 60
    settings.batchSize = 1
    settings.recordEvery = 1
    let result = try Trainer(settings: settings, dataset: dataset).run()
    #expect(result.divergence == nil && result.iterationsDone == 60)
    #expect(result.costs.count { $0.cost == 0 } == 50)
    settings.iterations = 10
    settings.batchSize = nil
    let one = try Trainer(settings: settings, dataset: try dataset.examples([0])).run()
    for (a, b) in zip(result.network.layers, one.network.layers) {
      #expect(zip(a.weights.elements, b.weights.elements).allSatisfy { abs($0 - $1) <= 1e-14 })
    }
  }

  /// However many examples a batch has, a wide network has one gradient: smaller batches do not help.
  @Test func aNetworkThatIsMoreThanTheMemory() throws {
    let dataset = try Dataset(features: Matrix(rows: 1, columns: 20_000), labels: Matrix(rows: 1, columns: 20_000))
    var settings = TrainingSettings()
    // 2⁵³ bytes: no machine has them.
    settings.hiddenSizes = [1 << 25, 1 << 23]
    let error = #expect(throws: TrainingError.self) { try Trainer(settings: settings, dataset: dataset) }
    #expect(error?.message.hasSuffix("; fewer units in the hidden layers fit") == true)
  }

  @Test func maxNorm() throws {
    let dataset = try KernelTests.dataset(inputs: 6, examples: 100)
    var settings = TrainingSettings()
    settings.iterations = 50
    settings.maxNorm = 0.5
    let network = try Trainer(settings: settings, dataset: dataset).run().network
    var largest = 0.0
    for layer in network.layers {
      #expect(MaxNorm(limit: 0.5 + 1e-12)(layer.weights) == layer.weights)
      for unit in 0..<layer.outputCount {
        largest = max(largest, layer.weights.row(unit).reduce(0) { $0 + $1 * $1 }.squareRoot())
      }
    }
    #expect(largest > 0.4999)
  }

  /// Minibatches take every example once an epoch, the same ones whether they are in memory or read.
  @Test(arguments: [false, true])
  func batches(_ isWeighted: Bool) throws {
    let shape = Case(loss: .softmax, kind: .classes(3), examples: 1001, isWeighted: isWeighted, name: "")
    let dataset = try Self.dataset(shape)
    var settings = Self.settings(shape)
    settings.batchSize = 64
    settings.epochs = 3
    settings.keepProbabilities = [0.9, 0.8]
    settings.optimizer = .adam(Adam())
    settings.learningRate = 0.01
    let memory = try Trainer(settings: settings, dataset: dataset).run()
    #expect(memory.iterationsDone == 3 * 16)
    let rows = Self.streamed(dataset)
    let read = try Trainer(settings: settings, examples: .rows(rows)).run()
    #expect(read == memory)
    settings.threads = 2
    #expect(try Trainer(settings: settings, examples: .rows(rows)).run() == memory)
  }

  /// Rows of a dataset, as if they were read.
  static func streamed(_ dataset: Dataset) -> StreamedExamples {
    let rows = dataset.features.elements + dataset.labels.elements + (dataset.weights ?? [])
    let all = Matrix(rows: rows.count / dataset.exampleCount, columns: dataset.exampleCount, elements: rows).transposed
    return StreamedExamples(
      inputCount: dataset.inputCount, exampleCount: dataset.exampleCount, kind: dataset.kind,
      hasWeights: dataset.weights != nil, totalWeight: dataset.totalWeight, open: { MatrixRows(all) })
  }

  /// Several windows of several blocks: the order is by blocks, and every example comes once.
  @Test func windows() throws {
    // A block has 2^17 / 70,000 = 1 example, a window 64.
    let inputs = 70_000
    let count = 150
    var features = Matrix(rows: inputs, columns: count)
    for example in 0..<count { features[0, example] = Double(example) }
    let labels = Matrix(rows: 1, columns: count, elements: (0..<count).map { Double($0 % 2) })
    let dataset = try Dataset(features: features, labels: labels)
    var settings = TrainingSettings()
    settings.hiddenSizes = [1]
    settings.batchSize = 7
    settings.epochs = 2
    settings.learningRate = 1e-3
    let memory = try Trainer(settings: settings, dataset: dataset).run()
    let read = try Trainer(settings: settings, examples: .rows(Self.streamed(dataset))).run()
    #expect(read == memory)
  }

  @Test func fullBatchesOfReadExamplesNeedABatchSize() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 50)
    let trainer = try Trainer(settings: TrainingSettings(), examples: .rows(Self.streamed(dataset)))
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    #expect(error?.message.contains("needs a batch size") == true)
  }

  /// A training that goes on from any state ends with the same bits as one that was not interrupted.
  @Test(arguments: ["gradient-descent", "momentum(0.9)", "nesterov(0.8)", "adam", "adamw(0.1)"], [nil, 32] as [Int?])
  func resuming(_ optimizer: String, _ batchSize: Int?) throws {
    let dataset = try KernelTests.dataset(inputs: 4, examples: 200)
    var settings = TrainingSettings()
    settings.optimizer = try #require(Optimizer(rawValue: optimizer))
    settings.iterations = 90
    settings.batchSize = batchSize
    settings.keepProbabilities = [0.8]
    settings.inputKeepProbability = 0.9
    settings.learningRate = 0.02
    settings.schedule = .cosine
    settings.warmUp = 10
    settings.recordEvery = 7
    settings.patience = 85
    for precision in Precision.allCases {
      settings.precision = precision
      let dev = TrainingExamples.memory(try dataset.examples(Array(0..<40)))
      let trainer = try Trainer(settings: settings, examples: .memory(dataset), dev: dev)
      var states: [TrainingState] = []
      let whole = try trainer.run(progress: { progress in
        if [1, 6, 7, 33, 64, 89].contains(progress.iterationsDone) { states.append(progress.state) }
        return .continue
      })
      #expect(states.count == 6)
      for state in states { #expect(try trainer.run(from: state) == whole) }
    }
  }

  /// A state of another training would be written over memory that is not its own.
  @Test func statesOfOtherTrainingsAreRefused() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 50)
    var settings = TrainingSettings()
    settings.iterations = 20
    settings.optimizer = .momentum(Momentum())
    var states: [TrainingState] = []
    let trainer = try Trainer(settings: settings, dataset: dataset)
    _ = try trainer.run(progress: { progress in
      if progress.iterationsDone == 10 { states.append(progress.state) }
      return .continue
    })
    let good = try #require(states.first)
    let changes: [(inout TrainingState) throws -> Void] = [
      { $0.iterationsDone = 21 }, { $0.iterationsDone = -1 }, { $0.optimizer["velocity"]?.append(0) },
      { $0.optimizer = [:] }, { $0.network = try Network.initialized(layerSizes: [2, 30, 3, 1], seed: 1) },
    ]
    for change in changes {
      var state = good
      try change(&state)
      let error = #expect(throws: TrainingError.self) { try trainer.run(from: state) }
      #expect(error?.code == .settings && error?.message.hasPrefix("the state is of another training") == true)
    }
    #expect(try trainer.run(from: good) == trainer.run())
  }

  /// A second moment beyond numbers would freeze its parameter for ever, in silence.
  @Test func whatTheOptimizerRemembersMustBeFinite() throws {
    let dataset = try Dataset(
      features: Matrix([[1e25, -1e25, 2e25, 1e25]]), labels: Matrix([[1, 2, 3, 4]]), kind: .values(1))
    var settings = TrainingSettings()
    settings.hiddenSizes = []
    settings.loss = .huber(delta: 1)
    settings.precision = .float32
    settings.optimizer = .adam(Adam())
    settings.iterations = 200
    let error = #expect(throws: TrainingError.self) { try Trainer(settings: settings, dataset: dataset).run() }
    #expect(error?.message.contains("what the optimizer remembers is not finite at iteration 0") == true)
  }

  @Test func divergenceKeepsTheLastGoodParameters() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 50)
    var settings = TrainingSettings()
    settings.loss = .squared
    settings.iterations = 5000
    settings.learningRate = 3
    settings.recordEvery = 1000
    let values = try Dataset(features: dataset.features, labels: dataset.labels, kind: .values(1))
    let result = try Trainer(settings: settings, dataset: values).run()
    let error = try #require(result.divergence)
    #expect(error.code == .divergence && error.message.contains("learning rate 3"))
    let iteration = try #require(error.iteration)
    #expect(result.iterationsDone <= iteration && result.iterationsDone > 0)
    settings.iterations = result.iterationsDone
    let good = try Trainer(settings: settings, dataset: values).run()
    #expect(good.divergence == nil && good.network == result.network)
  }

  @Test func theCauseOfADivergenceIsNamed() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 50)
    func message(_ dataset: Dataset, _ change: (inout TrainingSettings) -> Void) throws -> String? {
      var settings = TrainingSettings()
      settings.iterations = 50
      change(&settings)
      return #expect(throws: TrainingError.self) { try Trainer(settings: settings, dataset: dataset).run() }?.message
    }
    #expect(try message(dataset) { $0.lambda = 1e308 }?.contains("the penalty is too large, lambda is 1e+308") == true)
    let values = try Dataset(
      features: dataset.features, labels: Matrix(rows: 1, columns: 50, repeating: 1e200), kind: .values(1))
    #expect(try message(values) { $0.loss = .squared }?.contains("the labels are too large") == true)
    let lambda = try message(dataset) {
      $0.lambda = 1e39
      $0.precision = .float32
    }
    #expect(lambda?.contains("lambda 1e+39 is too large for the learning rate 0.3; no parameters are kept") == true)
  }

  @Test func earlyStopping() throws {
    let dataset = try KernelTests.dataset(inputs: 6, examples: 120)
    let train = try dataset.examples(Array(0..<40))
    let dev = try dataset.examples(Array(40..<120))
    var settings = TrainingSettings()
    settings.hiddenSizes = [30]
    settings.iterations = 20_000
    settings.patience = 25
    let result = try Trainer(settings: settings, examples: .memory(train), dev: .memory(dev)).run()
    let best = try #require(result.bestIteration)
    #expect(result.stoppedEarly && !result.interrupted)
    #expect(result.iterationsDone == best + 25)
    // The network that is kept is that of the best iteration.
    settings.iterations = best
    settings.patience = nil
    #expect(try Trainer(settings: settings, dataset: train).run().network == result.network)
    // No network from there to the end was better.
    let cost = try Predictor(network: result.network).cost(dev)
    for iterations in best + 1...best + 25 {
      settings.iterations = iterations
      #expect(try Predictor(network: Trainer(settings: settings, dataset: train).run().network).cost(dev) >= cost)
    }
  }
}

/// One training on its way: what changes from iteration to iteration.
final class TrainingLoop<Scalar: KernelScalar>: TrainingStateSource {
  /// The updates of the whole training.
  let totalIterations: Int
  /// The updates of an epoch.
  let iterationsPerEpoch: Int
  /// The updates that were done.
  private(set) var iterationsDone = 0
  /// The recorded costs.
  private(set) var costs: [CostRecord] = []
  /// The costs of the dev set.
  private(set) var devCosts: [CostRecord] = []
  /// The best network on the dev set so far.
  private(set) var best: TrainingState.Best?

  private let trainer: Trainer
  private let settings: TrainingSettings
  private let engine: GradientEngine<Scalar>
  private let feeder: BatchFeeder?
  private let dev: DevCost?

  init(_ trainer: Trainer, kernel: Kernel) throws {
    self.trainer = trainer
    settings = trainer.settings
    let examples = trainer.examples
    let batchSize = trainer.settings.batchSize.map { min($0, examples.exampleCount) }
    engine = GradientEngine(
      network: trainer.initialNetwork, capacity: batchSize ?? examples.exampleCount, kind: examples.kind,
      hasWeights: examples.hasWeights, penaltyCount: examples.totalWeight, settings: settings, kernel: kernel,
      ranks: trainer.ranks, holdsShareOnly: batchSize == nil && trainer.ranks.count > 1)
    if let batchSize {
      let feeder = try BatchFeeder(
        examples, batchSize: batchSize, seed: settings.shuffleSeed, ranks: trainer.ranks)
      self.feeder = feeder
      iterationsPerEpoch = feeder.batchesPerEpoch
    } else {
      feeder = nil
      iterationsPerEpoch = 1
      switch examples {
      case .memory(let dataset): engine.batch.load(dataset)
      case .rows(let streamed) where streamed.isHeldByRanks && trainer.ranks.count > 1:
        try engine.batch.load(streamed, trainer.ranks)
      case .rows:
        throw TrainingError(
          .settings,
          "the examples are read block by block because they are too many for the memory limit; that needs "
            + "a batch size")
      }
    }
    let perEpoch = iterationsPerEpoch
    totalIterations = trainer.settings.updateCount(examples: examples.exampleCount)
    guard totalIterations < 1 << 32 else {
      throw TrainingError(.settings, "the epochs have \(totalIterations) updates, there may be fewer than \(1 << 32)")
    }
    feeder?.lastEpoch = (totalIterations - 1) / perEpoch
    dev =
      trainer.settings.patience == nil
      ? nil
      : trainer.dev.map { dev in
        DevCost(
          dev, loss: trainer.settings.loss, kernel: kernel, threads: trainer.settings.threads, ranks: trainer.ranks)
      }
  }

  /// The network with the present parameters.
  var network: Network {
    var network = trainer.initialNetwork
    network.layers = engine.parameters.layers
    return network
  }

  /// Where the training stands.
  var state: TrainingState {
    TrainingState(
      iterationsDone: iterationsDone, network: network, optimizer: engine.parameters.optimizerState, costs: costs,
      devCosts: devCosts, best: best)
  }

  /// Checks that a state is of this training.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when its network or its vectors have another size, or it lies outside
  ///   the training.
  func check(_ state: TrainingState) throws(TrainingError) {
    func require(_ condition: Bool, _ sentence: String) throws(TrainingError) {
      if !condition { throw TrainingError(.settings, "the state is of another training: \(sentence)") }
    }
    let sizes = trainer.initialNetwork.layerSizes
    for network in [state.network] + (state.best.map { [$0.network] } ?? []) {
      try require(network.layerSizes == sizes, "its layers are \(network.layerSizes), not \(sizes)")
    }
    try require(
      (0...totalIterations).contains(state.iterationsDone),
      "it has \(state.iterationsDone) updates, the training has \(totalIterations)")
    let names = settings.optimizer.stateNames
    try require(Set(state.optimizer.keys) == Set(names), "the optimizer is another one")
    for (name, vector) in state.optimizer {
      try require(vector.count == engine.parameters.count, "\(name) has \(vector.count) numbers")
    }
  }

  /// Goes on from a state.
  func restore(_ state: TrainingState) {
    iterationsDone = state.iterationsDone
    costs = state.costs
    devCosts = state.devCosts
    best = state.best
    engine.parameters.restore(state.network, state.optimizer)
  }

  /// Asks all ranks to stop together, after the next update.
  func askToStop() { engine.asksToStop = true }

  /// Whether one of several ranks asked.
  var isAskedToStop: Bool { engine.isAskedToStop }

  /// Whether the parameters are finite.
  var isFinite: Bool { engine.parameters.areFinite }

  /// The smallest cost of the dev set so far.
  var bestDevCost: Double? { best?.devCost }

  /// Computes the gradient of the next iteration, and its cost where it is wanted.
  func differentiate(wantsCost: Bool) throws -> Double? {
    try feeder?.load(iteration: iterationsDone, into: engine.batch)
    return engine.differentiate(iteration: iterationsDone, wantsCost: wantsCost).map { $0 + engine.parameters.penalty }
  }

  /// Keeps a cost.
  func record(_ cost: CostRecord) { costs.append(cost) }

  /// Takes the step along the gradient.
  func update() {
    let weight = engine.batch.totalWeight
    let factor = settings.schedule.factor(iteration: iterationsDone, of: totalIterations, warmUp: settings.warmUp)
    unsafe engine.parameters.step(
      engine.gradients, share: weight > 0 ? 1 / weight : 0, rate: factor == 1 ? rate : rate * factor,
      number: iterationsDone + 1)
    iterationsDone += 1
  }

  private var rate: Double { settings.learningRate }

  /// Looks at the dev set where an epoch has ended.
  ///
  /// - Returns: whether it has not become better for as long as the patience lasts.
  func evaluateDev() throws -> Bool {
    guard let dev, let patience = settings.patience, iterationsDone % iterationsPerEpoch == 0 else { return false }
    let network = network
    let cost = try dev.cost(of: network)
    if iterationsPerEpoch > 1 || (settings.recordEvery > 0 && iterationsDone % settings.recordEvery == 0) {
      devCosts.append(CostRecord(iteration: iterationsDone, cost: cost))
    }
    if cost < best?.devCost ?? .infinity {
      best = TrainingState.Best(network: network, iterationsDone: iterationsDone, devCost: cost)
    }
    return (iterationsDone - (best?.iterationsDone ?? 0)) / iterationsPerEpoch >= patience
  }
}

import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whether a training goes on.
public enum Progress: Sendable, Hashable {
  /// On to the next iteration.
  case `continue`
  /// Stop here and return what there is.
  case stop
}

/// How far a training has come, said after each update.
public struct TrainingProgress {
  /// The number of updates that were done.
  public internal(set) var iterationsDone: Int
  /// The updates of the whole training.
  public let totalIterations: Int
  /// The updates of an epoch: 1 without batches.
  public let iterationsPerEpoch: Int
  /// Whether the training stops here because one of several ranks asked for it.
  package internal(set) var isStopping = false
  /// The smallest cost of the dev set so far, where early stopping looks at one.
  public internal(set) var bestDevCost: Double?
  let source: any TrainingStateSource

  /// All that a training which goes on from here needs; a copy of the parameters is made.
  public var state: TrainingState { source.state }
}

/// What knows where a training stands.
protocol TrainingStateSource: AnyObject {
  var state: TrainingState { get }
}

/// Trains a network by gradient descent or a rule that follows from it, on all examples at once or batch by batch.
///
/// Regularization notebook, `model(X, Y, learning_rate = 0.3, num_iterations = 30000, lambd = 0, keep_prob = 1)`, which
/// the initial settings are those of.
public struct Trainer: Sendable {
  /// How to train.
  public let settings: TrainingSettings
  /// What to train with.
  public let examples: TrainingExamples
  /// What early stopping looks at.
  public let dev: TrainingExamples?
  /// The network before the first iteration.
  public let initialNetwork: Network
  /// The processes that train it together.
  package let ranks: any Ranks

  /// Updates between two looks at the parameters, whether they are finite.
  private static let checkEvery = 64
  /// Updates between two copies of all that changes.
  private static let copyEvery = 1024

  /// A training that begins with the settings' initial parameters.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when a setting is out of its range or does not fit the labels,
  ///   `kernel` when this processor cannot run the chosen kernel; and what reading throws, where the inputs are
  ///   standardised and the examples are read.
  public init(settings: TrainingSettings, examples: TrainingExamples, dev: TrainingExamples? = nil) throws {
    try self.init(settings: settings, examples: examples, dev: dev, ranks: OneRank())
  }

  /// The same by several ranks, all of which have the same settings and examples.
  package init(
    settings: TrainingSettings, examples: TrainingExamples, dev: TrainingExamples? = nil, ranks: any Ranks
  ) throws {
    try settings.validate()
    let sizes = [examples.inputCount] + settings.hiddenSizes + [examples.kind.unitCount]
    // Of all examples a rank holds its own.
    let held = settings.batchSize == nil ? (examples.exampleCount - 1) / ranks.count + 1 : examples.exampleCount
    try Trainer.checkMemory(sizes, settings, exampleCount: held)
    var network = try Network.initialized(
      layerSizes: sizes, seed: settings.seed, initialization: settings.initialization, activation: settings.activation,
      outputActivation: settings.loss.outputActivation)
    if settings.standardizes { network.inputScaling = try InputScaling.fitted(to: examples, ranks: ranks) }
    try self.init(settings: settings, examples: examples, dev: dev, initialNetwork: network, ranks: ranks)
  }

  /// A training that begins with the settings' initial parameters, on examples in memory.
  public init(settings: TrainingSettings, dataset: Dataset) throws {
    try self.init(settings: settings, examples: .memory(dataset))
  }

  /// A training that begins with the given network, whose sizes, activations and scaling of inputs replace those of the
  /// settings, on examples in memory.
  public init(settings: TrainingSettings, dataset: Dataset, initialNetwork: Network) throws(TrainingError) {
    try self.init(settings: settings, examples: .memory(dataset), initialNetwork: initialNetwork)
  }

  /// A training that begins with the given network, whose sizes, activations and scaling of inputs replace those of the
  /// settings.
  ///
  /// - Throws: ``TrainingError`` of code `settings` as for ``init(settings:examples:dev:)``, and of code `network` when
  ///   the network does not take the data's inputs or does not end as the loss needs it.
  public init(
    settings: TrainingSettings, examples: TrainingExamples, dev: TrainingExamples? = nil, initialNetwork: Network
  ) throws(TrainingError) {
    try self.init(settings: settings, examples: examples, dev: dev, initialNetwork: initialNetwork, ranks: OneRank())
  }

  /// The same by several ranks.
  package init(
    settings: TrainingSettings, examples: TrainingExamples, dev: TrainingExamples? = nil, initialNetwork: Network,
    ranks: any Ranks
  ) throws(TrainingError) {
    self.ranks = ranks
    var settings = settings
    settings.hiddenSizes = initialNetwork.layers.dropLast().map(\.outputCount)
    try settings.validate()
    _ = try settings.kernel.resolved()
    if initialNetwork.inputCount != examples.inputCount {
      throw TrainingError(
        .network, "the network takes \(initialNetwork.inputCount) inputs but the examples have \(examples.inputCount)")
    }
    guard settings.loss.takes(examples.kind) else {
      throw TrainingError(
        .settings, "the loss \(settings.loss.rawValue) does not take labels that are \(examples.kind)")
    }
    try Trainer.check(initialNetwork, settings.loss, units: examples.kind.unitCount)
    if settings.patience != nil && dev == nil {
      throw TrainingError(.settings, "patience needs a dev set, whose cost it looks at")
    }
    if let dev, dev.kind != examples.kind || dev.inputCount != examples.inputCount {
      throw TrainingError(.dataset, "the dev set has other inputs or labels than the training set")
    }
    self.settings = settings
    self.examples = examples
    self.dev = dev
    self.initialNetwork = initialNetwork
  }

  private static func check(_ network: Network, _ loss: Loss, units: Int) throws(TrainingError) {
    guard let last = network.layers.last, last.outputCount == units, last.activation == loss.outputActivation else {
      let number =
        units == 1 ? "one \(loss.outputActivation.name) unit" : "\(units) \(loss.outputActivation.name) units"
      let name = loss == .crossEntropy ? "cross-entropy" : "loss \(loss.rawValue)"
      throw TrainingError(.network, "the \(name) needs a network that ends in \(number)")
    }
    for (index, layer) in network.layers.dropLast().enumerated() where layer.activation == .softmax {
      throw TrainingError(
        .network, "layer \(index + 1) has the activation softmax, which is trained in the last layer only", layer: index
      )
    }
  }

  /// Trains.
  ///
  /// - Parameters:
  ///   - state: where a training of the same settings and examples stood, which goes on; nil begins. One of another size
  ///     is an error of code `settings`.
  ///   - reportEvery: `report` gets the cost at iterations 0, N, 2N …; 0 for none. Costs are computed at these and the
  ///     recorded iterations only.
  ///   - report: takes a cost, before the update of its iteration.
  ///   - progress: called after each iteration's update; says whether to go on.
  /// - Throws: ``TrainingError`` of code `divergence` when the cost is not finite before any update, `settings` when the
  ///   examples do not fit the settings; and what reading the examples or `progress` throws.
  /// - Returns: the network, also where cost or parameters stopped being finite: the last good one, and the reason.
  public func run(
    from state: TrainingState? = nil, reportEvery: Int = 0, report: (CostRecord) -> Void = { _ in },
    progress: (TrainingProgress) throws -> Progress = { _ in .continue }
  ) throws -> TrainingResult {
    let kernel = try settings.kernel.resolved()
    switch settings.precision {
    case .float64: return try run(Double.self, kernel, state, reportEvery, report, progress)
    case .float32: return try run(Float.self, kernel, state, reportEvery, report, progress)
    }
  }

  private func run<Scalar: KernelScalar>(
    _ scalar: Scalar.Type, _ kernel: Kernel, _ state: TrainingState?, _ reportEvery: Int,
    _ report: (CostRecord) -> Void, _ progress: (TrainingProgress) throws -> Progress
  ) throws -> TrainingResult {
    let loop = try TrainingLoop<Scalar>(self, kernel: kernel)
    if let state {
      try loop.check(state)
      loop.restore(state)
    }
    var result = TrainingResult(
      network: initialNetwork, costs: [], iterationsDone: 0, interrupted: false, kernel: kernel.rawValue)
    var copy = loop.state
    var isFinite = true
    // One for all iterations: short ones take less time than making it.
    var step = TrainingProgress(
      iterationsDone: 0, totalIterations: loop.totalIterations, iterationsPerEpoch: loop.iterationsPerEpoch,
      bestDevCost: nil, source: loop)
    loop: while loop.iterationsDone < loop.totalIterations {
      let iteration = loop.iterationsDone
      let isRecorded = settings.recordEvery > 0 && iteration % settings.recordEvery == 0
      let isReported = reportEvery > 0 && iteration % reportEvery == 0
      if let cost = try loop.differentiate(wantsCost: isRecorded || isReported) {
        isFinite = cost.isFinite
        guard isFinite else { break }
        let record = CostRecord(iteration: iteration, cost: cost)
        if isRecorded { loop.record(record) }
        if isReported { report(record) }
      }
      loop.update()
      let done = loop.iterationsDone
      if done % Trainer.checkEvery == 0 {
        isFinite = loop.isFinite
        guard isFinite else { break }
        if done % Trainer.copyEvery == 0 { copy = loop.state }
      }
      if try loop.evaluateDev() {
        result.stoppedEarly = true
        break
      }
      step.iterationsDone = done
      step.bestDevCost = loop.bestDevCost
      step.isStopping = loop.isAskedToStop
      let isAsking = try progress(step) == .stop
      // Several ranks stop together, one update after one of them has asked.
      if isAsking && ranks.count > 1 { loop.askToStop() }
      if ranks.count > 1 ? step.isStopping : isAsking {
        result.interrupted = loop.iterationsDone < loop.totalIterations
        break
      }
    }
    if !isFinite || !loop.isFinite {
      let error = try divergence(of: loop, from: copy)
      // Without a good update there is nothing to keep.
      if loop.iterationsDone == 0 {
        let kept = error.message.contains("before any update") ? "" : "; no parameters are kept, as no update was good"
        throw TrainingError(.divergence, error.message + kept, layer: error.layer, iteration: error.iteration)
      }
      result.divergence = error
      (result.stoppedEarly, result.interrupted) = (false, false)
    }
    let end = loop.state
    result.network = end.best?.network ?? end.network
    result.bestIteration = end.best?.iterationsDone
    result.costs = end.costs
    result.devCosts = end.devCosts
    result.iterationsDone = end.iterationsDone
    return result
  }

  /// Finds the first update after a copy after which cost or parameters are not finite, and leaves the loop before it.
  private func divergence<Scalar>(of loop: TrainingLoop<Scalar>, from copy: TrainingState) throws -> TrainingError {
    // Costs that were recorded in the meantime are recorded again.
    loop.restore(copy)
    var good = copy
    while true {
      let iteration = loop.iterationsDone
      if let cost = try loop.differentiate(wantsCost: true) {
        guard cost.isFinite else {
          loop.restore(good)
          return divergence("the cost is \(cost.isNaN ? "nan" : "\(cost)")", at: iteration, isBeforeAll: iteration == 0)
        }
        if settings.recordEvery > 0 && iteration % settings.recordEvery == 0 {
          loop.record(CostRecord(iteration: iteration, cost: cost))
        }
      }
      good = loop.state
      loop.update()
      if let layer = loop.network.layers.firstIndex(where: { !$0.isFinite }) {
        loop.restore(good)
        return divergence("the parameters of layer \(layer + 1) are not finite", at: iteration, layer: layer)
      }
      guard loop.isFinite else {
        loop.restore(good)
        return divergence("what the optimizer remembers is not finite", at: iteration)
      }
      _ = try loop.evaluateDev()
    }
  }

  /// The bytes that a training takes at least beside its examples: the initial network, a copy of all that changes, the
  /// parameters, their gradients, what the optimizer remembers, the inputs of a batch, and of wide networks the packed
  /// weights and activations.
  package static func memoryNeeded(layerSizes: [Int], _ settings: TrainingSettings, exampleCount: Int) -> Double {
    let parameters = zip(layerSizes, layerSizes.dropFirst()).reduce(0.0) { $0 + (Double($1.0) + 1) * Double($1.1) }
    let batch = min(exampleCount, settings.batchSize ?? .max)
    let scalar = settings.precision == .float64 ? 8.0 : 4.0
    let states = settings.optimizer.stateNames.count
    let isWide = WideGradient<Double>.suits(layerSizes)
    let gradients = isWide ? 1 : Slices.mostSlices(capacity: batch)
    let wide = isWide ? WideGradient<Double>.numbersNeeded(layerSizes, capacity: batch) : 0
    return parameters * (8 * Double(2 + states) + scalar * Double(1 + gradients + states))
      + scalar * (Double(batch) * Double(layerSizes.first ?? 0) + wide)
  }

  /// Refuses a network that, with what is kept of each parameter, is more than the machine's memory: an array that cannot
  /// be allocated ends the process.
  private static func checkMemory(
    _ sizes: [Int], _ settings: TrainingSettings, exampleCount: Int
  ) throws(TrainingError) {
    let memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    let needed = memoryNeeded(layerSizes: sizes, settings, exampleCount: exampleCount)
    guard memory <= 0 || needed < memory else {
      var one = settings
      one.batchSize = 1
      let isBatch = memoryNeeded(layerSizes: sizes, one, exampleCount: exampleCount) < memory
      let smaller = "fewer units in the hidden layers" + (isBatch ? " or smaller batches" : "")
      throw TrainingError(
        .settings,
        "the network needs at least \(UInt64(min(needed, 0x1p63))) bytes, this machine has \(UInt64(memory)); "
          + "\(smaller) fit")
    }
  }

  private func divergence(
    _ what: String, at iteration: Int, layer: Int? = nil, isBeforeAll: Bool = false
  ) -> TrainingError {
    TrainingError(
      .divergence, "\(what) at iteration \(iteration); \(isBeforeAll ? firstCause : laterCause)", layer: layer,
      iteration: iteration)
  }

  /// Why a cost is not finite before any update: only penalties or data can be at fault.
  private var firstCause: String {
    let layers = initialNetwork.layers
    let penalty =
      settings.l2.penalty(layers, exampleCount: examples.totalWeight)
      + L1(lambda: settings.l1).penalty(layers, exampleCount: examples.totalWeight)
    guard penalty.isFinite else { return "before any update: the penalty is too large, lambda is \(settings.lambda)" }
    guard case .memory(let dataset) = examples else { return "before any update: the features or labels are too large" }
    func largest(_ matrix: Matrix) -> Double { matrix.elements.lazy.map(abs).max() ?? 0 }
    if case .values = dataset.kind, largest(dataset.labels) > largest(dataset.features) {
      return "before any update: the labels are too large, the largest is \(largest(dataset.labels))"
    }
    return "before any update: the features are too large, the largest is \(largest(dataset.features))"
  }

  private var laterCause: String {
    // A step of the penalty alone that goes further than to the other side of 0 makes every weight larger.
    if settings.learningRate * settings.lambda / examples.totalWeight > 2 {
      return "lambda \(settings.lambda) is too large for the learning rate \(settings.learningRate)"
    }
    return "the learning rate \(settings.learningRate) is probably too high"
  }
}

extension Layer {
  fileprivate var isFinite: Bool { weights.firstNotFinite == nil && biases.firstNotFinite == nil }
}

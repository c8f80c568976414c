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

/// Trains a network by gradient descent on all examples at once.
///
/// Regularization notebook, `model(X, Y, learning_rate = 0.3, num_iterations = 30000, lambd = 0, keep_prob = 1)`.
public struct Trainer: Sendable {
  /// How to train.
  public let settings: TrainingSettings
  /// What to train with.
  public let dataset: Dataset
  /// The network before the first iteration.
  public let initialNetwork: Network

  /// A training that begins with the notebook's initial parameters.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when a setting is out of its range, `kernel` when this processor
  ///   cannot run the chosen kernel.
  public init(settings: TrainingSettings, dataset: Dataset) throws(TrainingError) {
    try settings.validate()
    let sizes = [dataset.inputCount] + settings.hiddenSizes + [1]
    try Trainer.checkMemory(sizes)
    try self.init(
      settings: settings, dataset: dataset,
      initialNetwork: .initialized(layerSizes: sizes, seed: settings.seed))
  }

  /// A training that begins with the given network, whose sizes replace the setting `hiddenSizes`.
  ///
  /// - Throws: ``TrainingError`` as for ``init(settings:dataset:)``, and of code `network` when the network does not
  ///   take the data's inputs or does not end in one sigmoid unit.
  public init(settings: TrainingSettings, dataset: Dataset, initialNetwork: Network) throws(TrainingError) {
    var settings = settings
    settings.hiddenSizes = initialNetwork.layers.dropLast().map(\.outputCount)
    try settings.validate()
    _ = try settings.kernel.resolved()
    if initialNetwork.inputCount != dataset.inputCount {
      throw TrainingError(
        .network, "the network takes \(initialNetwork.inputCount) inputs but the examples have \(dataset.inputCount)")
    }
    guard let last = initialNetwork.layers.last, last.outputCount == 1, last.activation == .sigmoid else {
      throw TrainingError(.network, "the cross-entropy needs a network that ends in one sigmoid unit")
    }
    for (index, layer) in initialNetwork.layers.enumerated() where layer.activation.kernelCode == nil {
      throw TrainingError(
        .network, "layer \(index + 1) has the activation \(layer.activation.name); relu and sigmoid are trained",
        layer: index)
    }
    guard initialNetwork.inputScaling == nil else {
      throw TrainingError(.network, "the network standardises its inputs, which is predicted and not trained")
    }
    self.settings = settings
    self.dataset = dataset
    self.initialNetwork = initialNetwork
  }

  /// Trains.
  ///
  /// - Parameters:
  ///   - reportEvery: `report` gets the cost at iterations 0, N, 2N …; 0 for none. Costs are computed at these and the
  ///     recorded iterations only.
  ///   - report: takes a cost, before the update of its iteration.
  ///   - progress: called after each iteration's update with the number of updates done; says whether to go on.
  /// - Throws: ``TrainingError`` of code `divergence` when a computed cost or a final parameter is NaN or infinite.
  public func run(
    reportEvery: Int = 0, report: (CostRecord) -> Void = { _ in }, progress: (Int) -> Progress = { _ in .continue }
  ) throws(TrainingError) -> TrainingResult {
    let kernel = try settings.kernel.resolved()
    switch settings.precision {
    case .float64: return try run(Double.self, kernel, reportEvery, report, progress)
    case .float32: return try run(Float.self, kernel, reportEvery, report, progress)
    }
  }

  private func run<Scalar: KernelScalar>(
    _ scalar: Scalar.Type, _ kernel: Kernel, _ reportEvery: Int, _ report: (CostRecord) -> Void,
    _ progress: (Int) -> Progress
  ) throws(TrainingError) -> TrainingResult {
    let descent = GradientDescent<Scalar>(
      network: initialNetwork, dataset: dataset, settings: settings, kernel: kernel)
    var costs: [CostRecord] = []
    var done = 0
    while done < settings.iterations {
      let isRecorded = settings.recordEvery > 0 && done % settings.recordEvery == 0
      let isReported = reportEvery > 0 && done % reportEvery == 0
      if let cost = descent.differentiate(iteration: done, wantsCost: isRecorded || isReported) {
        if !cost.isFinite { throw divergence("the cost is \(cost)", at: done) }
        let record = CostRecord(iteration: done, cost: cost)
        if isRecorded { costs.append(record) }
        if isReported { report(record) }
      }
      descent.update()
      done += 1
      if progress(done) == .stop { break }
    }
    let layers = descent.layers
    for (index, layer) in layers.enumerated() {
      if layer.weights.firstNotFinite != nil || layer.biases.firstNotFinite != nil {
        throw divergence("the parameters of layer \(index + 1) are not finite", at: done)
      }
    }
    return TrainingResult(
      network: try Network(
        layers: layers, inputNames: initialNetwork.inputNames, classNames: initialNetwork.classNames),
      costs: costs, iterationsDone: done, interrupted: done < settings.iterations, kernel: kernel.rawValue)
  }

  /// Refuses a network whose parameters alone, with one gradient beside them, are more than the machine's memory: an
  /// array that cannot be allocated ends the process.
  private static func checkMemory(_ sizes: [Int]) throws(TrainingError) {
    let memory = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    let parameters = zip(sizes, sizes.dropFirst()).reduce(0.0) { $0 + (Double($1.0) + 1) * Double($1.1) }
    guard memory <= 0 || parameters * 16 < memory else {
      let (needed, available) = (UInt64(min(parameters * 16, 0x1p63)), UInt64(memory))
      throw TrainingError(
        .settings,
        "the network needs at least \(needed) bytes, this machine has \(available); fewer units in the hidden layers fit"
      )
    }
  }

  private func divergence(_ what: String, at iteration: Int) -> TrainingError {
    // Before the first update only the data can be at fault.
    let largest = dataset.features.elements.lazy.map(abs).max() ?? 0
    let cause =
      iteration == 0
      ? "before any update: the features are too large, the largest is \(largest)"
      : "the learning rate \(settings.learningRate) is probably too high"
    return TrainingError(.divergence, "\(what) at iteration \(iteration); \(cause)", iteration: iteration)
  }
}

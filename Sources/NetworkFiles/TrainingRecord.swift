import Tensors
public import Training

/// How a network was trained: the group `training` of a parameter file.
///
/// Everything is optional, because files of other programs hold as much of it as they like.
public struct TrainingRecord: Sendable, Hashable {
  /// How well the network does on a set of examples.
  public struct Score: Sendable, Hashable {
    /// The number of examples.
    public var examples: Int?
    /// The metrics that are known.
    public var metrics: [Metric: Double] = [:]

    /// The part of the examples whose label is predicted.
    public var accuracy: Double? { metrics[.accuracy] }
    /// The mean loss, without the penalty and without dropout.
    public var cost: Double? { metrics[.cost] }

    /// A score.
    public init(examples: Int?, accuracy: Double? = nil, cost: Double? = nil) {
      self.examples = examples
      metrics[.accuracy] = accuracy
      metrics[.cost] = cost
    }

    /// What was measured on a set; what is the same number as the cost is kept as the cost.
    public init(_ evaluation: Evaluation) {
      examples = evaluation.examples
      metrics = evaluation.metrics
      if evaluation.logLoss == evaluation.cost { metrics[.logLoss] = nil }
    }
  }

  /// The settings, as they were asked for; only those that a file names are set.
  public var settings: Settings
  /// The updates that were done: fewer than asked for when the training was interrupted.
  public var iterationsDone: Int?
  /// Whether the training was stopped before its last iteration.
  public var isInterrupted = false
  /// Whether the dev set stopped it: `TrainingSettings.patience`.
  public var stoppedEarly = false
  /// The updates after which the network was the one that is kept, where the dev set chose it.
  public var bestIteration: Int?
  /// Why the training ended with the last good parameters, where cost or parameters stopped being finite.
  public var divergence: String?
  /// The costs that were recorded.
  public var costs: [CostRecord] = []
  /// The costs of the dev set, where it was looked at on the way.
  public var devCosts: [CostRecord] = []
  /// Which build of the kernels computed.
  public var kernel: String?
  /// The name of the data's file, without its folder.
  public var dataFile: String?
  /// The SHA-256 of the data's file, in hexadecimal.
  public var dataSHA256: String?
  /// The arrays or columns of the examples.
  public var features: String?
  /// The array or column of the labels.
  public var labels: String?
  /// How the examples were chosen beside that.
  public var selection = Selection()
  /// On the training set.
  public var train: Score?
  /// On the dev set, where there was one.
  public var dev: Score?
  /// On the test set, where there was one.
  public var test: Score?
  /// The search that chose the settings, where there was one.
  public var search: Search?

  /// The record of a training of which only settings are known.
  public init(settings: Settings) { self.settings = settings }

  /// The record of a training that has just ended.
  public init(settings: TrainingSettings, result: TrainingResult) {
    self.settings = Settings(settings)
    iterationsDone = result.iterationsDone
    isInterrupted = result.interrupted
    stoppedEarly = result.stoppedEarly
    bestIteration = result.bestIteration
    divergence = result.divergence?.description
    costs = result.costs
    // What a text has no number for is of no use in a curve.
    devCosts = result.devCosts.filter(\.cost.isFinite)
    kernel = result.kernel
  }

  static let group = "training"
  /// The arrays of the recorded costs.
  static let iterations = "\(group)/iteration"
  static let costs = "\(group)/cost"
  /// The arrays of the costs of the dev set.
  static let devIterations = "\(group)/dev_iteration"
  static let devCosts = "\(group)/dev_cost"

  /// Reads the group `training`; nil where there is none.
  init?(_ archive: TensorArchive) {
    func value(_ name: String) -> AttributeValue? { archive.attribute(name, of: TrainingRecord.group) }
    guard !archive.attributes(of: TrainingRecord.group).isEmpty else { return nil }
    settings = Settings(value)
    iterationsDone = value("iterations_done")?.integer
    isInterrupted = value("interrupted")?.integer == 1
    stoppedEarly = value("stopped_early")?.integer == 1
    bestIteration = value("best_iteration")?.integer
    divergence = value("diverged")?.text
    kernel = value("kernel")?.text
    dataFile = value("data_file")?.text
    dataSHA256 = value("data_sha256")?.text
    features = value("features")?.text
    labels = value("labels")?.text
    selection = Selection(value)
    func score(_ set: String) -> Score? {
      var score = Score(examples: value("\(set)_examples")?.integer)
      for metric in Metric.allCases {
        score.metrics[metric] = value("\(set)_\(metric.rawValue)")?.double.flatMap { $0.isNaN ? nil : $0 }
      }
      return score == Score(examples: nil) ? nil : score
    }
    train = score("train")
    dev = score("dev")
    test = score("test")
    search = Search { archive.attribute($0, of: TrainingRecord.group) }
    func curve(_ iterations: String, _ costs: String) -> [CostRecord] {
      func numbers(_ name: String) -> [Double] { archive[name].map { AttributeValue.numbers($0).doubles ?? [] } ?? [] }
      return zip(numbers(iterations), numbers(costs)).compactMap { iteration, cost in
        Int(exactly: iteration).map { CostRecord(iteration: $0, cost: cost) }
      }
    }
    costs = curve(TrainingRecord.iterations, TrainingRecord.costs)
    devCosts = curve(TrainingRecord.devIterations, TrainingRecord.devCosts)
  }

  /// Writes the group `training`; what an archive has there beside is kept.
  func write(into archive: inout TensorArchive) throws(TensorError) {
    func set(_ name: String, _ value: AttributeValue?) {
      if let value { archive.setAttribute(name, of: TrainingRecord.group, to: value) }
    }
    func set(_ name: String, _ value: Double?) throws(TensorError) {
      if let value { set(name, try AttributeValue.number(value)) }
    }
    func set(_ name: String, _ value: Int?) throws(TensorError) {
      if let value { set(name, try AttributeValue.integer(value)) }
    }
    func set(_ name: String, _ value: String?) {
      if let value { set(name, AttributeValue.text(value)) }
    }
    for (name, value) in try settings.attributes { set(name, value) }
    try set("iterations_done", iterationsDone)
    if isInterrupted { try set("interrupted", 1) }
    if stoppedEarly { try set("stopped_early", 1) }
    try set("best_iteration", bestIteration)
    set("diverged", divergence)
    set("kernel", kernel)
    set("data_file", dataFile)
    set("data_sha256", dataSHA256)
    set("features", features)
    set("labels", labels)
    for (name, value) in try selection.attributes { set(name, value) }
    for (name, score) in [("train", train), ("dev", dev), ("test", test)] {
      try set("\(name)_examples", score?.examples)
      for metric in Metric.allCases { try set("\(name)_\(metric.rawValue)", score?.metrics[metric]) }
    }
    for (name, value) in try search?.attributes ?? [] { set(name, value) }
    archive.set(TrainingRecord.iterations, to: try Tensor(costs.map { Int64($0.iteration) }))
    archive.set(TrainingRecord.costs, to: try Tensor(costs.map(\.cost)))
    if !devCosts.isEmpty {
      archive.set(TrainingRecord.devIterations, to: try Tensor(devCosts.map { Int64($0.iteration) }))
      archive.set(TrainingRecord.devCosts, to: try Tensor(devCosts.map(\.cost)))
    }
  }
}

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
  /// The costs that were recorded.
  public var costs: [CostRecord] = []
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
  /// On the training set.
  public var train: Score?
  /// On the dev set, where there was one.
  public var dev: Score?
  /// On the test set, where there was one.
  public var test: Score?
  /// The search that chose the settings, where there was one.
  public var search: Search?

  /// The settings that a file names.
  public struct Settings: Sendable, Hashable {
    /// ``TrainingSettings/learningRate``.
    public var learningRate: Double?
    /// ``TrainingSettings/iterations``.
    public var iterations: Int?
    /// ``TrainingSettings/lambda``.
    public var lambda: Double?
    /// ``TrainingSettings/keepProbabilities``.
    public var keepProbabilities: [Double]?
    /// For each layer, what the sum of its W² is multiplied by in the cost, as Keras counts its penalty: where lambda,
    /// which is 2m times that, is not known because the number m of examples is not.
    public var weightPenalties: [Double]?
    /// ``TrainingSettings/precision``.
    public var precision: String?
    /// ``TrainingSettings/seed``.
    public var seed: Int?
    /// ``TrainingSettings/dropoutSeed``.
    public var dropoutSeed: Int?
    /// ``TrainingSettings/dropoutMasks``.
    public var dropoutMasks: String?

    /// No settings.
    public init() {}

    /// The settings of a training.
    public init(_ settings: TrainingSettings) {
      learningRate = settings.learningRate
      iterations = settings.iterations
      lambda = settings.lambda
      keepProbabilities = settings.keepProbabilities
      precision = settings.precision.rawValue
      seed = Int(settings.seed)
      dropoutSeed = Int(settings.dropoutSeed)
      dropoutMasks = settings.dropoutMasks.rawValue
    }
  }

  /// The record of a training of which only settings are known.
  public init(settings: Settings) { self.settings = settings }

  /// The record of a training that has just ended.
  public init(settings: TrainingSettings, result: TrainingResult) {
    self.settings = Settings(settings)
    iterationsDone = result.iterationsDone
    isInterrupted = result.interrupted
    costs = result.costs
    kernel = result.kernel
  }

  static let group = "training"
  /// The arrays of the recorded costs.
  static let iterations = "\(group)/iteration"
  static let costs = "\(group)/cost"

  /// Reads the group `training`; nil where there is none.
  init?(_ archive: TensorArchive) {
    func value(_ name: String) -> AttributeValue? { archive.attribute(name, of: TrainingRecord.group) }
    guard !archive.attributes(of: TrainingRecord.group).isEmpty else { return nil }
    settings = Settings()
    settings.learningRate = value("learning_rate")?.double
    settings.iterations = value("iterations")?.integer
    settings.lambda = value("lambda")?.double
    settings.keepProbabilities = value("keep_prob")?.doubles
    settings.weightPenalties = value("weight_penalties")?.doubles
    settings.precision = value("precision")?.text
    settings.seed = value("seed")?.integer
    settings.dropoutSeed = value("dropout_seed")?.integer
    settings.dropoutMasks = value("dropout_masks")?.text
    iterationsDone = value("iterations_done")?.integer
    isInterrupted = value("interrupted")?.integer == 1
    kernel = value("kernel")?.text
    dataFile = value("data_file")?.text
    dataSHA256 = value("data_sha256")?.text
    features = value("features")?.text
    labels = value("labels")?.text
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
    let iterations = archive[TrainingRecord.iterations].map { AttributeValue.numbers($0).doubles ?? [] } ?? []
    let costs = archive[TrainingRecord.costs].map { AttributeValue.numbers($0).doubles ?? [] } ?? []
    self.costs = zip(iterations, costs).compactMap { iteration, cost in
      Int(exactly: iteration).map { CostRecord(iteration: $0, cost: cost) }
    }
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
    try set("learning_rate", settings.learningRate)
    try set("iterations", settings.iterations)
    try set("lambda", settings.lambda)
    if let keep = settings.keepProbabilities {
      set("keep_prob", keep.count == 1 ? try .number(keep[0]) : .numbers(try Tensor(keep)))
    }
    if let penalties = settings.weightPenalties { set("weight_penalties", .numbers(try Tensor(penalties))) }
    set("precision", settings.precision)
    try set("seed", settings.seed)
    try set("dropout_seed", settings.dropoutSeed)
    set("dropout_masks", settings.dropoutMasks)
    try set("iterations_done", iterationsDone)
    if isInterrupted { try set("interrupted", 1) }
    set("kernel", kernel)
    set("data_file", dataFile)
    set("data_sha256", dataSHA256)
    set("features", features)
    set("labels", labels)
    for (name, score) in [("train", train), ("dev", dev), ("test", test)] {
      try set("\(name)_examples", score?.examples)
      for metric in Metric.allCases { try set("\(name)_\(metric.rawValue)", score?.metrics[metric]) }
    }
    for (name, value) in try search?.attributes ?? [] { set(name, value) }
    archive.set(TrainingRecord.iterations, to: try Tensor(costs.map { Int64($0.iteration) }))
    archive.set(TrainingRecord.costs, to: try Tensor(costs.map(\.cost)))
  }
}

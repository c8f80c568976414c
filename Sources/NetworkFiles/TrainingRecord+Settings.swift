import Tensors
public import Training

extension TrainingRecord {
  /// The settings that a file names.
  ///
  /// Those that the notebook does not have are named only where they are not its own; a file of ours that does not name
  /// one has the notebook's.
  public struct Settings: Sendable, Hashable {
    /// `TrainingSettings.learningRate`.
    public var learningRate: Double?
    /// `TrainingSettings.iterations`; where there are ``epochs``, the updates that these are.
    public var iterations: Int?
    /// `TrainingSettings.lambda`.
    public var lambda: Double?
    /// `TrainingSettings.keepProbabilities`.
    public var keepProbabilities: [Double]?
    /// For each layer, what the sum of its W² is multiplied by in the cost, as Keras counts its penalty: where lambda,
    /// which is 2m times that, is not known because the number m of examples is not.
    public var weightPenalties: [Double]?
    /// `TrainingSettings.precision`.
    public var precision: String?
    /// `TrainingSettings.seed`.
    public var seed: Int?
    /// `TrainingSettings.dropoutSeed`.
    public var dropoutSeed: Int?
    /// `TrainingSettings.dropoutMasks`.
    public var dropoutMasks: String?
    /// `TrainingSettings.optimizer`.
    public var optimizer: String?
    /// `TrainingSettings.loss`.
    public var loss: String?
    /// `TrainingSettings.schedule`.
    public var schedule: String?
    /// `TrainingSettings.warmUp`.
    public var warmUp: Int?
    /// `TrainingSettings.batchSize`.
    public var batchSize: Int?
    /// `TrainingSettings.epochs`.
    public var epochs: Int?
    /// `TrainingSettings.shuffleSeed`.
    public var shuffleSeed: Int?
    /// `TrainingSettings.l1`.
    public var l1: Double?
    /// `TrainingSettings.maxNorm`.
    public var maxNorm: Double?
    /// `TrainingSettings.inputKeepProbability`.
    public var inputKeepProbability: Double?
    /// `TrainingSettings.patience`.
    public var patience: Int?
    /// `TrainingSettings.initialization`.
    public var initialization: String?
    /// `TrainingSettings.recordEvery`.
    public var recordEvery: Int?

    /// No settings.
    public init() {}

    /// The settings of a training.
    ///
    /// Activations, the sizes of layers and whether inputs are standardised are told by the network.
    public init(_ settings: TrainingSettings) {
      let usual = TrainingSettings()
      func unusual<Value: Equatable>(_ path: KeyPath<TrainingSettings, Value>) -> Value? {
        settings[keyPath: path] == usual[keyPath: path] ? nil : settings[keyPath: path]
      }
      learningRate = settings.learningRate
      iterations = settings.iterations
      lambda = settings.lambda
      keepProbabilities = settings.keepProbabilities
      precision = settings.precision.rawValue
      seed = Int(settings.seed)
      dropoutSeed = Int(settings.dropoutSeed)
      dropoutMasks = settings.dropoutMasks.rawValue
      optimizer = unusual(\.optimizer)?.rawValue
      loss = unusual(\.loss)?.rawValue
      schedule = unusual(\.schedule)?.rawValue
      warmUp = unusual(\.warmUp)
      batchSize = settings.batchSize
      epochs = settings.epochs
      shuffleSeed = unusual(\.shuffleSeed).map(Int.init)
      l1 = unusual(\.l1)
      maxNorm = settings.maxNorm
      inputKeepProbability = unusual(\.inputKeepProbability)
      patience = settings.patience
      initialization = unusual(\.initialization)?.rawValue
      recordEvery = unusual(\.recordEvery)
    }
  }
}

extension TrainingRecord.Settings {
  /// Reads the attributes of the group `training`.
  init(_ value: (String) -> AttributeValue?) {
    learningRate = value("learning_rate")?.double
    iterations = value("iterations")?.integer
    lambda = value("lambda")?.double
    keepProbabilities = value("keep_prob")?.doubles
    weightPenalties = value("weight_penalties")?.doubles
    precision = value("precision")?.text
    seed = value("seed")?.integer
    dropoutSeed = value("dropout_seed")?.integer
    dropoutMasks = value("dropout_masks")?.text
    optimizer = value("optimizer")?.text
    loss = value("loss")?.text
    schedule = value("schedule")?.text
    warmUp = value("warmup")?.integer
    batchSize = value("batch_size")?.integer
    epochs = value("epochs")?.integer
    shuffleSeed = value("shuffle_seed")?.integer
    l1 = value("l1")?.double
    maxNorm = value("max_norm")?.double
    inputKeepProbability = value("input_keep_prob")?.double
    patience = value("patience")?.integer
    initialization = value("init")?.text
    recordEvery = value("record_every")?.integer
  }

  /// The attributes of the group `training`, in order.
  var attributes: [(name: String, value: AttributeValue)] {
    get throws(TensorError) {
      var result: [(String, AttributeValue)] = []
      func add(_ name: String, _ number: Double?) throws(TensorError) {
        if let number { result.append((name, try .number(number))) }
      }
      func add(_ name: String, _ number: Int?) throws(TensorError) {
        if let number { result.append((name, try .integer(number))) }
      }
      func add(_ name: String, _ text: String?) { if let text { result.append((name, .text(text))) } }
      try add("learning_rate", learningRate)
      try add("iterations", iterations)
      try add("lambda", lambda)
      if let keep = keepProbabilities {
        result.append(("keep_prob", keep.count == 1 ? try .number(keep[0]) : .numbers(try Tensor(keep))))
      }
      if let penalties = weightPenalties { result.append(("weight_penalties", .numbers(try Tensor(penalties)))) }
      add("precision", precision)
      try add("seed", seed)
      try add("dropout_seed", dropoutSeed)
      add("dropout_masks", dropoutMasks)
      add("optimizer", optimizer)
      add("loss", loss)
      add("schedule", schedule)
      try add("warmup", warmUp)
      try add("batch_size", batchSize)
      try add("epochs", epochs)
      try add("shuffle_seed", shuffleSeed)
      try add("l1", l1)
      try add("max_norm", maxNorm)
      try add("input_keep_prob", inputKeepProbability)
      try add("patience", patience)
      add("init", initialization)
      try add("record_every", recordEvery)
      return result
    }
  }
}

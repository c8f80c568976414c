/// The arithmetic of a training; the raw values are the names in files and on the command line.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  /// Double.
  case float64
  /// Float.
  case float32
}

/// Whether dropout masks change; the raw values are the names in files and on the command line.
public enum DropoutMasks: String, Sendable, Hashable, CaseIterable {
  /// New masks at each iteration.
  case fresh
  /// The same masks at each iteration, as in the notebook, which re-seeds inside its forward pass.
  case fixed
}

/// How to train; the initial values are the notebook's but for the dropout masks.
public struct TrainingSettings: Sendable, Hashable {
  /// The units of each hidden layer; empty is logistic regression.
  public var hiddenSizes: [Int] = [20, 3]
  /// The activation of the hidden layers; not ``Activation/softmax``.
  public var activation = Activation.relu
  /// How the initial weights are drawn.
  public var initialization = Initialization.notebook
  /// What is minimised.
  public var loss = Loss.crossEntropy
  /// Whether the inputs are standardised, with the means and deviations of the training set, which the network keeps.
  public var standardizes = false
  /// How parameters follow the gradient.
  public var optimizer = Optimizer.gradientDescent
  /// How far a step goes along the gradient.
  public var learningRate = 0.3
  /// How the learning rate changes with the iterations.
  public var schedule = Schedule.constant
  /// The iterations at the beginning in which the learning rate grows to its full size.
  public var warmUp = 0
  /// The number of updates, where ``epochs`` does not give it.
  public var iterations = 30_000
  /// The examples of an update; nil for all of them.
  public var batchSize: Int?
  /// How often every example is seen, where there is a batch size.
  public var epochs: Int?
  /// The seed of the order in which batches take the examples.
  public var shuffleSeed: UInt32 = 1
  /// The L2 penalty, ``L2``.
  public var lambda = 0.0
  /// The L1 penalty, ``L1``.
  public var l1 = 0.0
  /// The largest norm of a unit's weights, ``MaxNorm``; nil for none.
  public var maxNorm: Double?
  /// The probability of keeping a hidden unit: one for each hidden layer, or one for all.
  public var keepProbabilities = [1.0]
  /// The probability of keeping an input.
  public var inputKeepProbability = 1.0
  /// The evaluations of the dev set without a smaller cost after which training stops and the best parameters are
  /// kept: one after each epoch, which is one iteration without batches; nil never stops.
  public var patience: Int?
  /// The arithmetic.
  public var precision = Precision.float64
  /// The seed of the initial weights.
  public var seed: UInt32 = 3
  /// The seed of the dropout masks.
  public var dropoutSeed: UInt32 = 1
  /// Whether the dropout masks change.
  public var dropoutMasks = DropoutMasks.fresh
  /// The cost is kept at iterations 0, N, 2N …; 0 keeps none.
  public var recordEvery = 1000
  /// How many threads may work; the results are the same bits for every number.
  public var threads = 1
  /// Which build of the kernels computes; the last bits differ between them.
  public var kernel = Kernel.auto

  /// The notebook's settings, with masks drawn anew at each iteration.
  public init() {}

  /// The penalty.
  public var l2: L2 { L2(lambda: lambda) }

  /// The dropout, with one probability for each hidden layer.
  public var dropout: Dropout {
    let one = keepProbabilities.count == 1
    let keeps = one ? hiddenSizes.map { _ in keepProbabilities[0] } : keepProbabilities
    return Dropout(
      keepProbabilities: keeps, inputKeepProbability: inputKeepProbability, seed: dropoutSeed, masks: dropoutMasks)
  }

  /// Checks the range of every setting.
  ///
  /// - Throws: ``TrainingError`` of code `settings`, with a sentence that names the first setting out of its range.
  public func validate() throws(TrainingError) {
    func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(TrainingError) {
      if !condition { throw TrainingError(.settings, message()) }
    }
    for size in hiddenSizes {
      try require(size >= 1, "the size of a hidden layer must be at least 1, found \(size)")
      try require(size < 1 << 26, "the size of a hidden layer must be below \(1 << 26), found \(size)")
    }
    try require(hiddenSizes.count <= 255, "there may be at most 255 hidden layers, found \(hiddenSizes.count)")
    try require(
      learningRate > 0 && learningRate.isFinite, "learning_rate must be a positive number, found \(learningRate)")
    try require(iterations >= 0, "num_iterations must not be negative, found \(iterations)")
    try require(iterations < 1 << 32, "num_iterations must be below \(1 << 32), found \(iterations)")
    if let problem = optimizer.problem() ?? schedule.problem() { throw TrainingError(.settings, problem) }
    try require(warmUp >= 0, "the warm-up must not be negative, found \(warmUp)")
    if let batchSize { try require(batchSize >= 1, "the batch size must be at least 1, found \(batchSize)") }
    if let epochs {
      try require(batchSize != nil, "epochs need a batch size")
      try require(epochs >= 0, "the number of epochs must not be negative, found \(epochs)")
    }
    try require(activation != .softmax, "softmax is for the last layer, hidden layers need another activation")
    if case .huber(let delta) = loss {
      try require(delta > 0, "the delta of huber must be positive, found \(delta)")
    }
    try require(lambda >= 0 && lambda.isFinite, "lambda must be a number that is not negative, found \(lambda)")
    try require(l1 >= 0 && l1.isFinite, "l1 must be a number that is not negative, found \(l1)")
    if let maxNorm {
      try require(maxNorm > 0 && maxNorm.isFinite, "max_norm must be a positive number, found \(maxNorm)")
    }
    if let patience {
      try require(patience >= 1, "the patience must be at least 1 evaluation, found \(patience)")
      try require(patience < 1 << 32, "the patience must be below \(1 << 32), found \(patience)")
    }
    try require(
      inputKeepProbability > 0 && inputKeepProbability <= 1,
      "input_keep_prob must be greater than 0 and at most 1, found \(inputKeepProbability)")
    try require(
      inputKeepProbability == 1 || dropoutMasks == .fresh,
      "fixed masks are those of the notebook, which has none on the inputs; input_keep_prob needs fresh ones")
    try require(
      batchSize == nil || dropoutMasks == .fresh || keepProbabilities.allSatisfy { $0 == 1 },
      "fixed masks are those of all examples together, as in the notebook; batches need fresh ones")
    for keep in keepProbabilities {
      try require(keep > 0 && keep <= 1, "keep_prob must be greater than 0 and at most 1, found \(keep)")
    }
    try require(
      keepProbabilities.count == 1 || keepProbabilities.count == hiddenSizes.count,
      "keep_prob has \(keepProbabilities.count) values for \(hiddenSizes.count) hidden layers")
    try require(recordEvery >= 0, "the interval of recorded costs must not be negative, found \(recordEvery)")
    try require(threads >= 1, "the number of threads must be at least 1, found \(threads)")
  }
}

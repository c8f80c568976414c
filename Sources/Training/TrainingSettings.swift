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
  /// How far a step goes along the gradient.
  public var learningRate = 0.3
  /// The number of updates.
  public var iterations = 30_000
  /// The L2 penalty, ``L2``.
  public var lambda = 0.0
  /// The probability of keeping a hidden unit: one for each hidden layer, or one for all.
  public var keepProbabilities = [1.0]
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
    return Dropout(keepProbabilities: keeps, seed: dropoutSeed, masks: dropoutMasks)
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
    try require(lambda >= 0 && lambda.isFinite, "lambda must be a number that is not negative, found \(lambda)")
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

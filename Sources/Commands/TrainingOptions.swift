import ArgumentParser
import ToolSupport
import Training

/// How reg-train trains: the options that become `TrainingSettings`.
struct TrainingOptions: ParsableArguments {
  @OptionGroup var chosen: SettingOptions
  @OptionGroup var run: RunOptions

  @Option(help: "Report the cost at iterations 0, N, 2N ...; 0 reports none.")
  var reportEvery = 10_000

  func validate() throws {
    guard reportEvery >= 0 else {
      throw ValidationError("--report-every must not be negative, found \(reportEvery)")
    }
  }

  /// Whether a setting is given.
  var isGiven: Bool { chosen.isGiven || run.isGiven }

  /// The settings that the options make of others: those of another training, or the notebook's.
  func settings(from base: TrainingSettings = TrainingSettings(), threads: Int) -> TrainingSettings {
    var settings = run.settings(from: base, threads: threads)
    chosen.apply(to: &settings)
    return settings
  }
}

/// The settings of which reg-tune tries several values, with one value each: those of `SearchableSetting`.
///
/// What is not given is nil, so that it can come from another training; the defaults are those of `TrainingSettings`.
struct SettingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The sizes of the hidden layers; those of inputs and outputs follow from the data. (default: 20,3)",
      valueName: "hidden"))
  var hidden: CommaSeparated<Int>?

  @Option(help: ArgumentHelp("The activation of the hidden layers. (default: relu)", valueName: "name"))
  var activation: Activation?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "The initial weights, randn(out, in) times 1/sqrt(in) (notebook), sqrt(2/in) (he), sqrt(2/(in+out)) (xavier) or 0 "
        + "(zeros). (default: notebook)", valueName: "name"))
  var initialization: Initialization?

  @Option(
    help: ArgumentHelp(
      "The rule of the updates, with its numbers where they are not these: momentum(0.9) and nesterov(0.9): "
        + "v = 0.9 v + dW; adam(0.9,0.999,1e-8): dW over the root of its mean square; adamw(0.01): adam, and W loses "
        + "rate * 0.01 of itself. (default: gradient-descent: W -= rate * dW)", valueName: "rule"),
    completion: .words(Optimizer.allValueStrings), transform: RuleArguments.optimizer)
  var optimizer: Optimizer?

  @Option(help: ArgumentHelp("How far a step goes along the gradient. (default: 0.3)", valueName: "learning-rate"))
  var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "The learning rate on the way: constant; step(N,F): times F after each N iterations; cosine: times "
        + "(1 + cos(pi * part done)) / 2. (default: constant)", valueName: "schedule"),
    completion: .words(Schedule.allValueStrings), transform: RuleArguments.schedule)
  var schedule: Schedule?

  @Option(help: ArgumentHelp("The examples of an update, drawn without repetition. (default: all)", valueName: "n"))
  var batchSize: Int?

  @Option(
    help: ArgumentHelp(
      "The L2 penalty, (1/m)(lambda/2) times the sum of all W squared; biases are not penalised. m is the sum of the "
        + "weights of the training examples, which without weights is their number. (default: 0)",
      valueName: "lambda"))
  var lambda: Double?

  @Option(
    help: ArgumentHelp(
      "The L1 penalty, (1/m) l1 times the sum of all |W|, m as for --lambda. (default: 0)", valueName: "l1"))
  var l1: Double?

  @Option(
    help: ArgumentHelp(
      "The largest norm of a unit's weights, or none: after each update longer ones are scaled back. (default: "
        + "none)",
      valueName: "norm"))
  var maxNorm: NumberOrNone<Double>?

  @Option(
    help: ArgumentHelp(
      "The probability of keeping a hidden unit; a list gives one for each hidden layer. (default: 1)",
      valueName: "keep-prob"))
  var keepProb: CommaSeparated<Double>?

  @Option(help: ArgumentHelp("The probability of keeping an input. (default: 1)", valueName: "keep-prob"))
  var inputKeepProb: Double?

  var isGiven: Bool {
    let given: [Any?] = [
      hidden, activation, initialization, optimizer, learningRate, schedule, batchSize, lambda, l1, maxNorm, keepProb,
      inputKeepProb,
    ]
    return given.contains { $0 != nil }
  }

  func apply(to settings: inout TrainingSettings) {
    if let hidden { settings.hiddenSizes = hidden.values }
    if let activation { settings.activation = activation }
    if let initialization { settings.initialization = initialization }
    if let optimizer { settings.optimizer = optimizer }
    if let learningRate { settings.learningRate = learningRate }
    if let schedule { settings.schedule = schedule }
    if let batchSize { settings.batchSize = batchSize }
    if let lambda { settings.lambda = lambda }
    if let l1 { settings.l1 = l1 }
    if let maxNorm { settings.maxNorm = maxNorm.number }
    if let keepProb { settings.keepProbabilities = keepProb.values }
    if let inputKeepProb { settings.inputKeepProbability = inputKeepProb }
  }
}

/// The settings that all runs of a search share.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What is minimised: cross-entropy (one sigmoid unit, classes 0 and 1), softmax (any number of classes), squared "
        + "or huber (values: the mean over the outputs; huber(1) is linear beyond 1). auto: cross-entropy for labels of "
        + "two classes. (default: auto)", valueName: "loss"), completion: .words(LossChoice.allValueStrings),
    transform: RuleArguments.loss)
  var loss: LossChoice?

  @Option(
    help: ArgumentHelp("The number of updates. (default: 30000)", valueName: "iterations"),
    transform: RuleArguments.count)
  var iterations: Int?

  @Option(
    help: ArgumentHelp(
      "Instead of --iterations: how often every example is seen, in batches of --batch-size.", valueName: "n"),
    transform: RuleArguments.count)
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "In the first N updates the learning rate grows to its size, in equal steps. (default: 0)", valueName: "n"))
  var warmup: Int?

  @Option(
    help: ArgumentHelp(
      "Stop when the cost of the dev set was no smaller for N epochs, which are updates without --batch-size; the best "
        + "parameters are kept; or none. (default: none)", valueName: "n"))
  var patience: NumberOrNone<Int>?

  @Flag(
    inversion: .prefixedNo,
    help: "Standardise the inputs, (x - mean) / deviation of the training set; the model does it from then on.")
  var standardize: Bool?

  @Option(help: ArgumentHelp("The arithmetic. (default: float64)", valueName: "precision"))
  var precision: Precision?

  @Option(
    help: ArgumentHelp("The seed of the initial weights, as numpy.random.seed(S). (default: 3)", valueName: "seed"))
  var seed: UInt32?

  @Option(
    help: ArgumentHelp("The seed of the order in which batches take the examples. (default: 1)", valueName: "seed"))
  var shuffleSeed: UInt32?

  @Option(help: ArgumentHelp("The seed of the dropout masks. (default: 1)", valueName: "seed"))
  var dropoutSeed: UInt32?

  @Option(
    help: ArgumentHelp("New dropout masks at each iteration, or the same ones. (default: fresh)", valueName: "masks"))
  var dropoutMasks: DropoutMasks?

  @Option(
    help: ArgumentHelp(
      "Keep the cost at iterations 0, N, 2N ... for the cost curve; 0 keeps none. (default: 1000)",
      valueName: "record-every"))
  var recordEvery: Int?

  @Option(
    help: ArgumentHelp(
      "Which build of the arithmetic; they differ in the last bits. (default: auto)", valueName: "kernel"))
  var kernel: Kernel?

  @Flag(help: "All of the notebook's choices (fixed dropout masks); options beside it override their part.")
  var notebook = false

  func validate() throws {
    if iterations != nil && epochs != nil { throw ValidationError("--iterations and --epochs exclude each other") }
  }

  var isGiven: Bool {
    let given: [Any?] = [
      loss, iterations, epochs, warmup, patience, standardize, precision, seed, shuffleSeed, dropoutSeed, dropoutMasks,
      recordEvery, kernel,
    ]
    return notebook || given.contains { $0 != nil }
  }

  /// The settings that the options make of others: those of another training, or the notebook's.
  func settings(from base: TrainingSettings = TrainingSettings(), threads: Int) -> TrainingSettings {
    var settings = base
    if let loss { settings.loss = loss.loss ?? .crossEntropy }
    if let iterations { (settings.iterations, settings.epochs) = (iterations, nil) }
    if let epochs { (settings.iterations, settings.epochs) = (TrainingSettings().iterations, epochs) }
    if let warmup { settings.warmUp = warmup }
    if let patience { settings.patience = patience.number }
    if let standardize { settings.standardizes = standardize }
    if let precision { settings.precision = precision }
    if let seed { settings.seed = seed }
    if let shuffleSeed { settings.shuffleSeed = shuffleSeed }
    if let dropoutSeed { settings.dropoutSeed = dropoutSeed }
    // The notebook seeds the generator inside its forward pass, so its masks never change.
    if notebook { settings.dropoutMasks = .fixed }
    if let dropoutMasks { settings.dropoutMasks = dropoutMasks }
    if let recordEvery { settings.recordEvery = recordEvery }
    if let kernel { settings.kernel = kernel }
    settings.threads = threads
    return settings
  }
}

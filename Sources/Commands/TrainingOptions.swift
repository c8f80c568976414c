import ArgumentParser
import NetworkFiles
import ToolSupport
import Training

/// How reg-train trains: the options that become `TrainingSettings`.
struct TrainingOptions: ParsableArguments {
  @OptionGroup var chosen: SettingOptions
  @OptionGroup var run: RunOptions

  @Option(help: "Report the cost at iterations 0, N, 2N ...; 0 reports none.")
  var reportEvery = 10_000

  /// The sentence of a setting, with the option's name in the place of the notebook's.
  static func namingOptions(_ sentence: String) -> String {
    let options = [
      ("learning_rate", "--learning-rate"), ("num_iterations", "--iterations"), ("lambda", "--lambda"),
      ("keep_prob", "--keep-prob"), ("the size of a hidden layer", "--hidden: the size of a layer"),
      ("the interval of recorded costs", "--record-every"), ("input_keep_prob", "--input-keep-prob"),
      ("max_norm", "--max-norm"), ("l1", "--l1"), ("the batch size", "--batch-size"), ("epochs need", "--epochs needs"),
      ("the number of epochs", "--epochs"), ("the warm-up", "--warmup"), ("the patience", "--patience"),
    ]
    for (name, option) in options where sentence.hasPrefix(name) { return option + sentence.dropFirst(name.count) }
    return sentence
  }

  func settings(threads: Int) -> TrainingSettings {
    var settings = run.settings(threads: threads)
    chosen.apply(to: &settings)
    return settings
  }
}

/// The settings of which reg-tune tries several values, with one value each: those of `SearchableSetting`.
struct SettingOptions: ParsableArguments {
  @Option(help: "The sizes of the hidden layers; those of inputs and outputs follow from the data.")
  var hidden = CommaSeparated([20, 3])

  @Option(help: "The activation of the hidden layers: relu, tanh, leaky_relu, elu, gelu, swish, sigmoid and more.")
  var activation = Activation.relu

  @Option(name: .customLong("init"), help: "How the initial weights are drawn.")
  var initialization = Initialization.notebook

  @Option(
    help: ArgumentHelp(
      "The rule of the updates: gradient-descent, momentum(0.9), nesterov(0.9), adam(0.9,0.999,1e-8) or "
        + "adamw(0.9,0.999,1e-8,0.01); the numbers may be left out. (default: gradient-descent)", valueName: "rule"))
  var optimizer: Optimizer?

  @Option(help: "How far a step goes along the gradient.")
  var learningRate = 0.3

  @Option(
    help: ArgumentHelp(
      "How the learning rate changes: constant, step(10000,0.5) or cosine. (default: constant)", valueName: "schedule"))
  var schedule: Schedule?

  @Option(help: ArgumentHelp("The examples of an update. (default: all)", valueName: "n"))
  var batchSize: Int?

  @Option(help: "The L2 penalty, (1/m)(lambda/2) times the sum of all W squared; biases are not penalised.")
  var lambda = 0.0

  @Option(help: "The L1 penalty, (1/m) l1 times the sum of all |W|.")
  var l1 = 0.0

  @Option(help: ArgumentHelp("The largest norm of a unit's weights. (default: none)", valueName: "norm"))
  var maxNorm: Double?

  @Option(help: "The probability of keeping a hidden unit; a list gives one for each hidden layer.")
  var keepProb = CommaSeparated([1.0])

  @Option(help: "The probability of keeping an input.")
  var inputKeepProb = 1.0

  func apply(to settings: inout TrainingSettings) {
    settings.hiddenSizes = hidden.values
    settings.activation = activation
    settings.initialization = initialization
    settings.optimizer = optimizer ?? .gradientDescent
    settings.learningRate = learningRate
    settings.schedule = schedule ?? .constant
    settings.batchSize = batchSize
    settings.lambda = lambda
    settings.l1 = l1
    settings.maxNorm = maxNorm
    settings.keepProbabilities = keepProb.values
    settings.inputKeepProbability = inputKeepProb
  }
}

/// The settings that all runs of a search share.
struct RunOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The number of updates. (default: 30000)", valueName: "n"))
  var iterations: Int?

  @Option(help: ArgumentHelp("Instead of --iterations: how often every example is seen, in batches.", valueName: "n"))
  var epochs: Int?

  @Option(help: ArgumentHelp("The learning rate grows to its size over the first N updates.", valueName: "n"))
  var warmup = 0

  @Option(
    help: ArgumentHelp(
      "Stop when the cost of the dev set was no smaller for N epochs, which without batches are updates, and keep "
        + "the best parameters.", valueName: "n"))
  var patience: Int?

  @Option(
    help: ArgumentHelp(
      "What is minimised: cross-entropy for two classes, softmax for more, squared or huber(1) for values. "
        + "(default: cross-entropy)", valueName: "loss"))
  var loss: Loss?

  @Flag(help: "Standardise the inputs by the training set; the model does so with its inputs too.")
  var standardize = false

  @Option(help: "The arithmetic: float64 or float32.")
  var precision = Precision.float64

  @Option(help: "The seed of the initial weights, which are numpy.random.seed(S), randn(out, in) / sqrt(in).")
  var seed: UInt32 = 3

  @Option(help: "The seed of the order in which batches take the examples.")
  var shuffleSeed: UInt32 = 1

  @Option(help: "The seed of the dropout masks.")
  var dropoutSeed: UInt32 = 1

  @Option(help: "New dropout masks at each iteration, or the same ones: fresh or fixed. (default: fresh)")
  var dropoutMasks: DropoutMasks?

  @Option(help: "Keep the cost at iterations 0, N, 2N ... for the cost curve; 0 keeps none.")
  var recordEvery = 1000

  @Option(help: "Which build of the arithmetic: auto, avx2 or baseline; they differ in the last bits.")
  var kernel = Kernel.auto

  @Flag(help: "All of the notebook's choices (fixed dropout masks); options beside it override their part.")
  var notebook = false

  /// What labels the loss needs.
  var wantedLabels: WantedLabels {
    switch loss {
    case nil, .crossEntropy: .auto
    case .softmax: .classes
    case .squared, .huber: .values
    }
  }

  func validate() throws {
    if iterations != nil && epochs != nil { throw ValidationError("--iterations and --epochs exclude each other") }
  }

  func settings(threads: Int) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.iterations = iterations ?? settings.iterations
    settings.epochs = epochs
    settings.warmUp = warmup
    settings.patience = patience
    settings.standardizes = standardize
    settings.loss = loss ?? .crossEntropy
    settings.shuffleSeed = shuffleSeed
    settings.precision = precision
    settings.seed = seed
    settings.dropoutSeed = dropoutSeed
    // The notebook seeds the generator inside its forward pass, so its masks never change.
    settings.dropoutMasks = dropoutMasks ?? (notebook ? .fixed : .fresh)
    settings.recordEvery = recordEvery
    settings.kernel = kernel
    settings.threads = threads
    return settings
  }
}

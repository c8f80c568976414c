import ArgumentParser
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
      ("the interval of recorded costs", "--record-every"),
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

  @Option(help: "How far a step goes along the gradient.")
  var learningRate = 0.3

  @Option(help: "The L2 penalty, (1/m)(lambda/2) times the sum of all W squared; biases are not penalised.")
  var lambda = 0.0

  @Option(help: "The probability of keeping a hidden unit; a list gives one for each hidden layer.")
  var keepProb = CommaSeparated([1.0])

  func apply(to settings: inout TrainingSettings) {
    settings.hiddenSizes = hidden.values
    settings.learningRate = learningRate
    settings.lambda = lambda
    settings.keepProbabilities = keepProb.values
  }
}

/// The settings that all runs of a search share.
struct RunOptions: ParsableArguments {
  @Option(help: "The number of updates.")
  var iterations = 30_000

  @Option(help: "The arithmetic: float64 or float32.")
  var precision = Precision.float64

  @Option(help: "The seed of the initial weights, which are numpy.random.seed(S), randn(out, in) / sqrt(in).")
  var seed: UInt32 = 3

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

  func settings(threads: Int) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.iterations = iterations
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

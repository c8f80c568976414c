import ArgumentParser
import ToolSupport
import Training

extension TrainingOptions {
  /// The beginnings of the settings' sentences, and what stands in their place on the command line.
  private static let beginnings = [
    ("learning_rate", "--learning-rate"), ("num_iterations", "--iterations"), ("lambda", "--lambda"),
    ("l1 ", "--l1 "), ("max_norm", "--max-norm"), ("keep_prob", "--keep-prob"),
    ("input_keep_prob", "--input-keep-prob"), ("the size of a hidden layer", "--hidden: the size of a layer"),
    ("there may be at most 255 hidden", "--hidden: there may be at most 255 hidden"),
    ("the interval of recorded costs", "--record-every"), ("the warm-up", "--warmup"),
    ("the batch size", "--batch-size"), ("epochs need a batch size", "--epochs needs --batch-size"),
    (
      "the examples are read block by block because they are too many for the memory limit; that needs "
        + "a batch size",
      "the examples take more than --memory-limit, so they are read block by block, which needs "
        + "--batch-size"
    ),
    ("the epochs have", "--epochs: the epochs have"), ("the number of epochs", "--epochs"),
    ("the patience", "--patience"),
    (
      "patience needs a dev set, whose cost it looks at",
      "--patience needs a dev set, whose cost it looks at: --dev FILE or --dev-fraction F"
    ),
    (
      "softmax is for the last layer, hidden layers need another activation",
      "--activation softmax is for the last layer, where --loss softmax puts it"
    ),
    ("the delta of huber", "--loss: the delta of huber"), ("the schedule's", "--schedule: the schedule's"),
    ("fixed masks are", "--dropout-masks: fixed masks are"),
  ]

  /// The sentence of a setting, with the option's name in the place of the notebook's.
  static func namingOptions(_ sentence: String) -> String {
    for (name, option) in beginnings where sentence.hasPrefix(name) {
      return option + sentence.dropFirst(name.count).replacing("input_keep_prob", with: "--input-keep-prob")
    }
    // Those of the optimizers: `the beta1 of adam must be …`.
    if Optimizer.names.contains(where: { sentence.hasPrefix("the ") && sentence.contains(" of \($0) must ") }) {
      return "--optimizer: " + sentence
    }
    return sentence
  }

  /// Runs what may find that settings do not fit the data, and names the option.
  static func checking<Result>(_ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as TrainingError where error.code == .settings {
      throw TrainingError(.settings, namingOptions(error.description))
    }
  }
}

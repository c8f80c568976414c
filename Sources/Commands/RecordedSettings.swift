import NetworkFiles
import TensorFiles

extension TrainingRecord {
  /// What a model remembers of how it was trained, for people: the one list that reg-inspect and the page of reg-plot
  /// show. Settings that were not recorded are not in it, and control
  /// characters of the file are escaped.
  var recordedSettings: [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    func add(_ name: String, _ value: (some CustomStringConvertible)?) {
      if let value { result.append((name, value.description.escapingControls)) }
    }
    add("learning rate", settings.learningRate)
    add("iterations", settings.iterations)
    add("lambda", settings.lambda)
    if let penalties = settings.weightPenalties {
      // As other frameworks have it: lambda is 2m times that.
      let shown = Set(penalties).count == 1 ? Array(penalties.prefix(1)) : penalties
      add("l2", shown.map(\.description).joined(separator: ","))
    }
    add("keep_prob", settings.keepProbabilities?.map(\.description).joined(separator: ","))
    add("l1", settings.l1)
    add("max norm", settings.maxNorm)
    add("input keep_prob", settings.inputKeepProbability)
    add("loss", settings.loss)
    add("optimizer", settings.optimizer)
    add("schedule", settings.schedule)
    add("warm-up", settings.warmUp)
    add("batch size", settings.batchSize)
    add("epochs", settings.epochs)
    add("patience", settings.patience)
    add("init", settings.initialization)
    add("seed", settings.seed)
    if settings.batchSize != nil { add("shuffle seed", settings.shuffleSeed ?? 1) }
    if settings.keepProbabilities?.contains(where: { $0 < 1 }) == true {
      add("dropout seed", settings.dropoutSeed)
      add("masks", settings.dropoutMasks)
    }
    add("precision", settings.precision)
    add("kernel", kernel)
    for (option, value) in SettingList.choices(selection) {
      add(option.replacing("-", with: " "), value)
    }
    return result
  }
}

public import TensorFiles
public import Training

/// The settings with which a training can be done again.
extension TrainingRecord {
  /// The settings of the training that made a network.
  ///
  /// - Throws: `FormatError` with code `unsuitable` that says what the record lacks, `damaged` where a value is none.
  public func trainingSettings(of network: Network) throws(FormatError) -> TrainingSettings {
    var result = TrainingSettings()
    result.hiddenSizes = network.layers.dropLast().map(\.outputCount)
    if let first = network.layers.dropLast().first { result.activation = first.activation }
    if let other = network.layers.dropLast().first(where: { $0.activation != result.activation }) {
      throw FormatError(
        .unsuitable, at: .object("activations"),
        "hidden layers with both \(result.activation.rawValue) and \(other.activation.rawValue) are not trained here")
    }
    result.standardizes = network.inputScaling != nil
    result.learningRate = try known(settings.learningRate, "learning_rate")
    result.iterations = try known(settings.iterations, "iterations")
    result.lambda = try known(settings.lambda, "lambda")
    result.keepProbabilities = try known(settings.keepProbabilities, "keep_prob")
    result.precision = try choice(try known(settings.precision, "precision"), "precision")
    result.seed = try word(try known(settings.seed, "seed"), "seed")
    result.dropoutSeed = try word(try known(settings.dropoutSeed, "dropout_seed"), "dropout_seed")
    result.dropoutMasks = try choice(try known(settings.dropoutMasks, "dropout_masks"), "dropout_masks")
    if let optimizer = settings.optimizer { result.optimizer = try choice(optimizer, "optimizer") }
    if let loss = settings.loss { result.loss = try choice(loss, "loss") }
    if let schedule = settings.schedule { result.schedule = try choice(schedule, "schedule") }
    if let warmUp = settings.warmUp { result.warmUp = warmUp }
    result.batchSize = settings.batchSize
    result.epochs = settings.epochs
    // What the epochs are in updates follows from the examples.
    if result.epochs != nil { result.iterations = TrainingSettings().iterations }
    if let seed = settings.shuffleSeed { result.shuffleSeed = try word(seed, "shuffle_seed") }
    if let l1 = settings.l1 { result.l1 = l1 }
    result.maxNorm = settings.maxNorm
    if let keep = settings.inputKeepProbability { result.inputKeepProbability = keep }
    result.patience = settings.patience
    if let name = settings.initialization { result.initialization = try choice(name, "init") }
    if let recordEvery = settings.recordEvery { result.recordEvery = recordEvery }
    do { try result.validate() } catch {
      throw FormatError(.damaged, at: .object(TrainingRecord.group), error.description)
    }
    return result
  }

  /// The build of the kernels that computed.
  ///
  /// - Throws: as ``trainingSettings(of:)``.
  public func trainingKernel() throws(FormatError) -> Kernel {
    try choice(try known(kernel, "kernel"), "kernel")
  }

  private func known<Value>(_ value: Value?, _ name: String) throws(FormatError) -> Value {
    if let value { return value }
    throw FormatError(
      .unsuitable, at: .object(TrainingRecord.group),
      "the file does not say with which \(name) the network was trained; reg-train records it")
  }

  private func choice<Value: RawRepresentable>(
    _ text: String, _ name: String
  ) throws(FormatError) -> Value where Value.RawValue == String {
    if let value = Value(rawValue: text) { return value }
    throw FormatError(.damaged, at: .object("\(TrainingRecord.group)/\(name)"), "'\(text)' is no \(name) that is known")
  }

  private func word(_ number: Int, _ name: String) throws(FormatError) -> UInt32 {
    if let word = UInt32(exactly: number) { return word }
    throw FormatError(
      .damaged, at: .object("\(TrainingRecord.group)/\(name)"), "a seed is from 0 to \(UInt32.max), found \(number)")
  }
}

import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// A training that can begin: settings, examples, and what of them is recorded.
final class TrainSetup {
  let file: OpenFile
  let data: LoadedDataset
  /// What early stopping looks at.
  let dev: TrainingExamples?
  let trainer: Trainer
  /// Settings and data, without a result.
  let record: TrainingRecord

  var settings: TrainingSettings { trainer.settings }
  /// The updates of the whole training.
  var updateCount: Int { settings.updateCount(examples: data.train.exampleCount) }

  /// The network before the first update, with the record.
  var untrained: TrainedNetwork { TrainedNetwork(network: data.naming(trainer.initialNetwork), training: record) }

  /// Opens and reads the data.
  ///
  /// - Parameters:
  ///   - earlier: a training that is done again, goes on or is an example, whose choice of examples is taken.
  ///   - check: gets the SHA-256 of the data before they are read.
  init(
    _ path: String, _ options: DataOptions, _ settings: TrainingSettings, as earlier: EarlierTraining? = nil,
    check: (String) throws -> Void = { _ in }
  ) throws {
    let file = try options.open(path, threads: settings.threads)
    self.file = file
    let sha256 = try Job.ranks.fromFirst {
      try ProgressBar.whileReading(file.input, as: "hashing") { () throws(FormatError) in try file.input.sha256() }
    }
    var settings = settings
    settings.kernel = try Job.kernel(settings.kernel)
    try check(sha256)
    let wanted = settings.loss.wantedLabels
    let options = try earlier.map { try options.repeating($0, wanted: wanted, in: file) } ?? options
    data = try options.load(file, wanted: wanted, seed: settings.seed, threads: settings.threads)
    for note in data.notes { Message.note(note) }
    if let classes = data.classes { Message.note(classes.summary) }
    var dev = data.dev
    if settings.patience != nil, dev == nil, let test = data.test {
      dev = test
      Message.note(
        "there is no dev set, so the test set is one: what stops the training by it is no estimate for new data; --dev "
          + "or --dev-fraction keeps it apart")
    }
    if settings.patience != nil, dev == nil, let earlier { try TrainSetup.checkDev(earlier) }
    self.dev = dev
    let names = data.inputNames
    do {
      trainer = try TrainingOptions.checking { [data, dev] in
        try Trainer(settings: settings, examples: data.train, dev: dev, ranks: Job.ranks)
      }
    } catch let error as TrainingError where error.code == .dataset {
      let column = error.input.flatMap { names?[$0] } ?? data.names.features
      throw FormatError(.unsuitable, at: .object(column), error.description, file: file.input.name)
    }
    var record = TrainingRecord(settings: .init(settings))
    record.settings.iterations = settings.updateCount(examples: data.train.exampleCount)
    record.kernel = try settings.kernel.resolved().rawValue
    record.dataFile = file.input.baseName
    record.dataSHA256 = sha256
    record.features = data.names.features
    record.labels = data.names.labels
    record.selection = try options.selection
    self.record = record
    try checkRanks()
  }

  /// All ranks train the same network on the same examples.
  private func checkRanks() throws {
    let examples = data.train
    let counts = [examples.exampleCount, examples.inputCount, dev?.exampleCount ?? 0, file.input.knownSize ?? 0]
    let numbers = trainer.initialNetwork.layers.flatMap { $0.weights.elements } + [examples.totalWeight]
    try Job.check(
      counts.map { UInt64(bitPattern: Int64($0)) } + numbers.map(\.bitPattern), are: "the examples and settings")
  }

  /// Says where the dev set was that an earlier training was stopped by, and this one does not have.
  private static func checkDev(_ earlier: EarlierTraining) throws(FormatError) {
    guard let patience = earlier.record.settings.patience else { return }
    let selection = earlier.record.selection
    let sentence =
      if let file = selection.devFile {
        "it was trained with a dev set from another file, \(file); --dev names it"
      } else if selection.devFraction == nil, let file = selection.testFile {
        "it was trained with a test set from another file, \(file), that was its dev set; --test names it"
      } else {
        "it was trained with --patience \(patience), which needs a dev set: --dev FILE or --dev-fraction F"
      }
    throw FormatError(
      .unsuitable, sentence + (earlier.isBinding ? "" : "; --patience none goes on to the last iteration"),
      file: earlier.path)
  }
}

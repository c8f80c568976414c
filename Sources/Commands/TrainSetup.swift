import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// A training that can begin: settings, examples, and what of them is recorded.
struct TrainSetup {
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
  ///   - began: the record of a training that is done again or goes on, whose choice of examples is taken.
  ///   - check: gets the SHA-256 of the data before they are read.
  init(
    _ path: String, _ options: DataOptions, _ settings: TrainingSettings, as began: TrainingRecord? = nil,
    check: (String) throws -> Void = { _ in }
  ) throws {
    let file = try options.open(path)
    self.file = file
    let sha256 = try file.input.sha256()
    try check(sha256)
    let options = try began.map { try options.repeating($0, wanted: settings.loss.wantedLabels, in: file) } ?? options
    data = try options.load(file, wanted: settings.loss.wantedLabels, seed: settings.seed)
    for note in data.notes { Message.note(note) }
    if let classes = data.classes { Message.note(classes.summary) }
    var dev = data.dev
    if settings.patience != nil, dev == nil, let test = data.test {
      dev = test
      Message.note(
        "there is no dev set, so the test set is one: what stops the training by it is no estimate for new data; --dev "
          + "or --dev-fraction keeps it apart")
    }
    self.dev = dev
    trainer = try TrainingOptions.checking { [data, dev] in
      try Trainer(settings: settings, examples: data.train, dev: dev)
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
  }
}

extension DataOptions {
  /// What the options choose, for the record.
  var selection: TrainingRecord.Selection {
    get throws {
      var selection = TrainingRecord.Selection()
      selection.weights = weights
      selection.classWeights = classWeights?.description
      selection.testFeatures = testFeatures
      selection.testLabels = testLabels
      selection.testFraction = testFraction
      selection.devFraction = devFraction
      selection.examplesAxis = examples?.rawValue
      (selection.testFile, selection.testSHA256) = try DataOptions.identity(test)
      (selection.devFile, selection.devSHA256) = try DataOptions.identity(dev)
      return selection
    }
  }

  /// The name and the SHA-256 of a file; those of a pipe, which is read once, are not known.
  private static func identity(_ path: String?) throws -> (String?, String?) {
    guard let path, path != "-", !FilePaths.isSpecial(path) else { return (nil, nil) }
    let input = try FileFormats.open(path).input
    return (input.baseName, try input.sha256())
  }

  /// These options, with those that are not given as another training had them.
  fileprivate func repeating(_ record: TrainingRecord, wanted: WantedLabels, in file: OpenFile) throws -> DataOptions {
    var options = self
    let recorded = record.selection
    options.weights = weights ?? recorded.weights
    options.classWeights = classWeights ?? recorded.classWeights.flatMap { ClassWeights($0) }
    options.testFeatures = testFeatures ?? recorded.testFeatures
    options.testLabels = testLabels ?? recorded.testLabels
    if test == nil { options.testFraction = testFraction ?? recorded.testFraction }
    if dev == nil { options.devFraction = devFraction ?? recorded.devFraction }
    options.examples = examples ?? recorded.examplesAxis.flatMap { DatasetSelection.ExampleAxis(rawValue: $0) }
    // Names are only taken where the file's own are others: what was chosen by them was not chosen by an option.
    if features == nil && labels == nil {
      var selection = DatasetSelection()
      (selection.wanted, selection.weights, selection.examples) = (wanted, options.weights, options.examples)
      let usual = try? selection.names(in: file)
      if usual?.features != record.features || usual?.labels != record.labels {
        (options.features, options.labels) = (record.features, record.labels)
      }
    }
    return options
  }
}

import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// `reg-train`: data in, parameters and a report out.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-train",
    abstract: "Train a network on two classes, with L2 regularization and dropout.",
    discussion: """
      Examples:
        reg-train data.mat                                 train and report
        reg-train data.mat --lambda 0.7 -o l2.h5           with an L2 penalty, into a file
        reg-train data.mat --keep-prob 0.86 --notebook     with dropout, as in the notebook
        reg-train table.csv --labels kick --test-fraction 0.2
        reg-train data.mat -o - | reg-predict -m - rows.csv
      """,
    version: "reg-train (reg-tools) \(RegTools.version)")

  @Argument(
    help: "The examples: MAT, HDF5, NPZ, CSV and more (reg-inspect --formats), told by content; - is standard input.")
  var data: String

  @Option(
    name: .shortAndLong, help: "Where the parameters go; - is standard output. Without it there is only the report.")
  var output: String?

  @OptionGroup(title: "Data") var dataOptions: DataOptions
  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  @Option(help: "The report: text or json.")
  var format: ReportFormat = .text

  @Option(help: ArgumentHelp("The format of the output, when its ending does not tell it.", valueName: "format"))
  var to: NetworkOutputFormatName?

  func validate() throws {
    do { try training.settings(threads: threads.count).validate() } catch {
      throw ValidationError(TrainingOptions.namingOptions(error.description))
    }
    guard training.reportEvery >= 0 else {
      throw ValidationError("--report-every must not be negative, found \(training.reportEvery)")
    }
    for input in [data] + dataOptions.otherFiles
    where output.map({ FilePaths.areSame(input, $0) }) == true {
      throw ValidationError("\(input) is the data; the parameters would take its place, so name another output")
    }
  }

  func run() throws {
    let target = try output.map { try ParameterOutput(path: $0, format: to) }
    let file = try dataOptions.open(data)
    let dataset = try dataOptions.load(file, seed: training.run.seed)
    let train = try dataset.train.inMemory(of: file)
    for note in dataset.notes { Message.note(note) }
    if let classes = dataset.classes { Message.note(classes.summary) }
    try checkOutput(target, dataset, train)
    let start = ProgressBar.now()
    let report = try TrainReport(format: format, toStandardError: output == "-")
    let result = try self.train(train, of: file.input.name, report: report)
    var record = TrainingRecord(settings: training.settings(threads: threads.count), result: result)
    record.dataFile = file.input.baseName
    record.dataSHA256 = try file.input.sha256()
    record.features = dataset.names.features
    record.labels = dataset.names.labels
    record.train = try score(result.network, on: train)
    record.test = try dataset.test.map { try score(result.network, on: $0.inMemory(of: file)) }
    let parameters = TrainedNetwork(network: dataset.naming(result.network), training: record)
    try target?.write(parameters)
    try report.end(
      parameters, dataset: dataset, file: file.input.name, model: output, seconds: ProgressBar.now() - start)
    if result.interrupted, let code = Interruption.exitCode {
      let kept = output.map { "; the parameters so far are in \($0)" } ?? ""
      Message.error("interrupted after \(result.iterationsDone) of \(training.run.iterations) iterations\(kept)")
      throw ExitCode(code)
    }
  }

  /// Checks with the network before the training that its file can be written, so that no training is in vain.
  private func checkOutput(_ target: ParameterOutput?, _ dataset: LoadedDataset, _ train: Dataset) throws {
    guard let target else { return }
    let settings = training.settings(threads: threads.count)
    let network = try Trainer(settings: settings, dataset: train).initialNetwork
    try target.check(
      TrainedNetwork(network: dataset.naming(network), training: TrainingRecord(settings: .init(settings))))
  }

  private func train(_ dataset: Dataset, of file: String, report: TrainReport) throws -> TrainingResult {
    let trainer = try Trainer(settings: training.settings(threads: threads.count), dataset: dataset)
    let bar = ProgressBar("training", unit: "iterations", total: training.run.iterations)
    defer { bar.finish() }
    var outputFailure: (any Error)?
    let loop = {
      try trainer.run(
        reportEvery: training.reportEvery,
        report: { record in
          bar.finish()
          do { try report.cost(record) } catch { outputFailure = error }
        },
        progress: { progress in
          if progress.iterationsDone & 63 == 0 { bar.update(done: progress.iterationsDone) }
          return Interruption.isRequested || outputFailure != nil ? .stop : .continue
        })
    }
    // Only where there is a file to keep the iterations done is there something to finish.
    do {
      let result = output == nil ? try loop() : try Interruption.finishing(loop)
      if let outputFailure { throw outputFailure }
      if let divergence = result.divergence { throw divergence }
      return result
    } catch let error as TrainingError where error.code == .divergence {
      throw FormatError(.unsuitable, error.description, file: file)
    }
  }

  private func score(_ network: Network, on dataset: Dataset) throws -> TrainingRecord.Score {
    let predictor = try Predictor(network: network, kernel: training.run.kernel)
    let probabilities = predictor.probabilities(dataset.features)
    return TrainingRecord.Score(
      examples: dataset.exampleCount,
      accuracy: Metrics.accuracy(probabilities: probabilities, labels: dataset.labels),
      cost: predictor.cost(dataset))
  }
}

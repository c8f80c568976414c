import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// `reg-train`: data in, parameters and a report out.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-train",
    abstract: "Train a network on classes or values, with L2 regularization, dropout and more.",
    discussion: """
      Examples:
        reg-train data.mat                               train and report
        reg-train data.mat --lambda 0.7 -o l2.h5         with an L2 penalty
        reg-train data.mat --keep-prob 0.86 --notebook   dropout, as in the notebook
        reg-train table.csv --labels kick --test-fraction 0.2
        reg-train iris.csv --loss softmax --standardize  any number of classes
        reg-train big.h5 --batch-size 256 --epochs 5 --optimizer adam \\
          --checkpoint run.h5 -o model.h5                in batches, kept on the way
        reg-train big.h5 --resume run.h5 -o model.h5     after a power cut
        reg-train --verify model.h5 data.mat             the same bits again?
        mpirun -n 4 reg-train big.h5 -o model.h5         on several machines, where it is
                                                         built with MPI
        reg-train data.mat -o - | reg-predict -m - rows.csv
      """,
    version: "reg-train (reg-tools) \(RegTools.version)")

  @Argument(
    help: "The examples: MAT, HDF5, NPZ, CSV and more (reg-inspect --formats), told by content; - is standard input.",
    completion: .dataFile)
  var data: String

  @Option(
    name: .shortAndLong, help: "Where the parameters go; - is standard output. Without it there is only the report.",
    completion: .modelOutput)
  var output: String?

  @OptionGroup(title: "Data") var dataOptions: DataOptions
  @OptionGroup(title: "Training") var training: TrainingOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  @Option(
    help: ArgumentHelp(
      "Train a model again from the data, with all that it records, and compare every bit: exit 0 the same, 1 not, 69 "
        + "where this processor lacks its kernel.", valueName: "model"), completion: .modelFile)
  var verify: String?

  @Option(
    help: ArgumentHelp(
      "Take the settings of a model and its choice of examples; options beside it override them.", valueName: "model"),
    completion: .modelFile)
  var like: String?

  @Flag(help: "Open and check everything and say what would be trained; train and write nothing.")
  var dryRun = false

  @Flag(help: "The table of all metrics at the end of the text report.")
  var metrics = false

  @OptionGroup var evaluation: EvaluationOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  @Option(help: "The report: text or json.")
  var format: ReportFormat = .text

  @Option(help: ArgumentHelp("The format of the output, when its ending does not tell it.", valueName: "format"))
  var to: NetworkOutputFormatName?

  func validate() throws {
    // The settings of a file are checked when it is read.
    if like == nil && checkpoints.resume == nil && verify == nil {
      do { try training.settings(threads: threads.count).validate() } catch {
        throw ValidationError(TrainingOptions.namingOptions(error.description))
      }
    }
    try checkPaths()
    let sources = [("--verify", verify), ("--like", like), ("--resume", checkpoints.resume)].filter { $0.1 != nil }
    if sources.count > 1 { throw ValidationError("\(sources[0].0) and \(sources[1].0) exclude each other") }
    if verify != nil {
      if output != nil { throw ValidationError("--verify writes no model, so -o has nothing to do with it") }
      if checkpoints.path != nil { throw ValidationError("--verify and --checkpoint exclude each other") }
      if training.isGiven {
        throw ValidationError(
          "--verify takes all settings from the model; only --threads and the data, with --dev and --test, are given")
      }
    }
  }

  /// No file takes the place of another.
  private func checkPaths() throws {
    if output == "" { throw ValidationError("-o names no file: its value is empty") }
    let inputs = [data, verify, like, checkpoints.resume].compactMap(\.self) + dataOptions.otherFiles
    if inputs.count(where: { $0 == "-" }) > 1 { throw ValidationError(DataOptions.onlyOnce) }
    for input in [data] + dataOptions.otherFiles {
      if let output, FilePaths.areSame(input, output) {
        throw ValidationError("\(input) is the data; the parameters would take its place, so name another output")
      }
      if let checkpoint = checkpoints.path, FilePaths.areSame(input, checkpoint) {
        throw ValidationError("\(input) is the data; the checkpoint would take its place, so name another file")
      }
    }
    if let output, let checkpoint = checkpoints.path, FilePaths.areSame(output, checkpoint) {
      throw ValidationError("-o and the checkpoint are the same file \(output)")
    }
  }

  func run() throws {
    // A JSON report on standard error stands there alone.
    if format == .json && output == "-" { Message.silence() }
    try Job.begin()
    if Job.ranks.count > 1 { try checkFilesOfAll() }
    if let verify { return try runVerification(of: verify) }
    guard Job.isFirst else { return try follow() }
    // Before the checkpoint is read: nobody else may go on from the same one.
    let lock = dryRun ? nil : try checkpoints.path.flatMap { try CheckpointWriter.Lock(path: $0) }
    try checkpoints.checkReplaced()
    let target = try output.map { try ParameterOutput(path: $0, format: to) }
    let checkpoint = try checkpoints.resume.map { try Checkpoint(try Reading.open($0)) }
    let setup = try setup(checkpoint)
    try target?.check(setup.untrained)
    if dryRun { return try TrainPlan(setup).write(as: format, state: checkpoint?.state, output: output) }
    let session = TrainSession(
      setup: setup, target: target, output: output,
      checkpoints: try checkpoints.path.map {
        try CheckpointWriter(
          path: $0, every: checkpoints.checkpointEvery, setup.untrained, lock: lock,
          lastWritten: checkpoint?.state.iterationsDone)
      },
      report: try TrainReport(
        format: format, hasMetrics: metrics || evaluation.intervals != nil, toStandardError: output == "-"),
      reportEvery: training.reportEvery, bootstrap: evaluation.intervals)
    try session.run(from: checkpoint?.state)
  }

  /// Trains as another rank than the first, which writes and reports.
  private func follow() throws {
    let checkpoint = try checkpoints.resume.map { try Checkpoint(try Reading.open($0)) }
    let setup = try setup(checkpoint)
    guard !dryRun else { return }
    func train() throws {
      // A cost that rank 0 reports is made of the losses of all.
      _ = try setup.trainer.run(
        from: checkpoint?.state, reportEvery: training.reportEvery,
        progress: { _ in Interruption.isRequested ? .stop : .continue })
    }
    if output == nil && checkpoints.path == nil { try train() } else { try Interruption.finishing(train) }
  }

  /// Every rank reads the files itself.
  private func checkFilesOfAll() throws {
    let inputs = [data, verify, like, checkpoints.resume].compactMap(\.self) + dataOptions.otherFiles
    for path in inputs where path == "-" || FilePaths.isSpecial(path) {
      throw TrainingError(
        .settings,
        "\(path == "-" ? "standard input" : path) can be read once, and there are \(Job.ranks.count) ranks, each of which "
          + "reads its part: name a file that all of them see")
    }
  }

  /// Settings and data from the command line and from the file that it names for them.
  private func setup(_ checkpoint: Checkpoint?) throws -> TrainSetup {
    if let checkpoint, let path = checkpoints.resume {
      return try TrainResumption(checkpoint, path: path).setup(data, dataOptions, training, threads: threads.count)
    }
    var settings = TrainingSettings()
    var earlier: EarlierTraining?
    if let like {
      let model = try NetworkFormats.network(in: try Reading.open(like))
      do throws(FormatError) {
        let record = model.training ?? TrainingRecord(settings: .init())
        settings = try record.trainingSettings(of: model.network)
        earlier = EarlierTraining(path: like, record: record, isBinding: false)
      } catch {
        throw error.naming(like)
      }
    }
    settings = training.settings(from: settings, threads: threads.count)
    do { try settings.validate() } catch {
      throw TrainingError(.settings, TrainingOptions.namingOptions(error.description))
    }
    return try TrainSetup(data, dataOptions, settings, as: earlier)
  }

  private func runVerification(of model: String) throws {
    let verification = try TrainVerification(model)
    let isSame = try verification.run(data, dataOptions, threads: threads.count, format: format)
    if !isSame { throw ExitCode(ExitStatus.no) }
  }
}

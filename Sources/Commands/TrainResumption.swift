import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// A training that goes on from a checkpoint: with the settings and the data that it began with.
final class TrainResumption {
  private let checkpoint: Checkpoint
  private let path: String

  init(_ checkpoint: Checkpoint, path: String) {
    self.checkpoint = checkpoint
    self.path = path
  }

  /// The training, with what may differ as the command line has it.
  ///
  /// - Throws: ``FormatError`` that names what is not as it was.
  func setup(
    _ data: String, _ options: DataOptions, _ training: TrainingOptions, threads: Int
  ) throws -> TrainSetup {
    guard let record = checkpoint.trained.training else { throw failure("there is no record of the training") }
    var recorded: TrainingSettings
    do throws(FormatError) {
      recorded = try record.trainingSettings(of: checkpoint.trained.network)
      recorded.kernel = try record.trainingKernel()
    } catch {
      throw error.naming(path)
    }
    // `auto` may stand for another build on another machine; the last bits are those of the one that began.
    _ = try recorded.kernel.resolved()
    var settings = training.settings(from: recorded, threads: threads)
    settings.kernel = try settings.kernel.resolved()
    if let (option, given, began) = SettingList.firstDifference(settings, recorded) {
      throw failure(
        "the training began with --\(option) \(began), and goes on with it, not with \(given); --like begins anew with "
          + "other settings")
    }
    do { try settings.validate() } catch {
      throw TrainingError(.settings, TrainingOptions.namingOptions(error.description))
    }
    let setup = try TrainSetup(
      data, options, settings, as: EarlierTraining(path: path, record: record, isBinding: true)
    ) { sha256 in
      guard sha256 != record.dataSHA256 else { return }
      throw failure(
        "the training began with other data: \(record.dataFile ?? "a file") with the SHA-256 "
          + "\(record.dataSHA256 ?? "that is not known"), not \(data) with \(sha256)")
    }
    try checkData(setup.record, record)
    try checkNetwork(setup.trainer.initialNetwork)
    try checkLength(setup, recorded)
    Message.note("going on after \(checkpoint.state.iterationsDone) of \(setup.updateCount) iterations")
    return setup
  }

  private func failure(_ sentence: String) -> FormatError { FormatError(.unsuitable, sentence, file: path) }

  /// The same choice among the same bytes.
  private func checkData(_ now: TrainingRecord, _ began: TrainingRecord) throws(FormatError) {
    if let choice = TrainChoice.firstDifference(now, from: began) {
      throw failure(
        "the training began with \(choice.name) \(choice.before ?? "none"), found \(choice.now ?? "none")")
    }
    let (chosen, before) = (now.selection, began.selection)
    for (option, file, now, began) in [
      ("--test", before.testFile, chosen.testSHA256, before.testSHA256),
      ("--dev", before.devFile, chosen.devSHA256, before.devSHA256),
    ] where now != began {
      if let file, now == nil { throw failure("the training began with \(option) \(file), which is to be named again") }
      throw failure("the training began with another file of \(option): its SHA-256 was \(began ?? "none")")
    }
  }

  /// The parameters of the file are those of the network that the settings and the data make.
  private func checkNetwork(_ network: Network) throws(FormatError) {
    let found = checkpoint.trained.network
    guard found.layerSizes == network.layerSizes else {
      throw failure(
        "the network of the file has the layers \(found.layerSizes), that of the data \(network.layerSizes)")
    }
    guard found.layers.map(\.activation) == network.layers.map(\.activation) else {
      throw failure("the network of the file has other activations than its loss and its settings make")
    }
    guard found.inputScaling == network.inputScaling else {
      throw failure("the inputs are standardised in another way than by the mean and deviation of the data")
    }
  }

  /// A training can become longer where what was done does not depend on its length.
  private func checkLength(_ setup: TrainSetup, _ recorded: TrainingSettings) throws(FormatError) {
    let done = checkpoint.state.iterationsDone
    guard setup.updateCount >= done else {
      throw failure("\(done) iterations are done already, more than the \(setup.updateCount) that are asked for")
    }
    let began = recorded.updateCount(examples: setup.data.train.exampleCount)
    if case .cosine = recorded.schedule, began != setup.updateCount {
      throw failure(
        "the cosine schedule comes to 0 at the end, so its steps depend on the number of iterations: it stays \(began)")
    }
  }
}

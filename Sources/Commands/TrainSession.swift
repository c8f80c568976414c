import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One training of reg-train, from its first or any other iteration to the report.
struct TrainSession {
  let setup: TrainSetup
  /// Where the parameters go; nil where there is only the report.
  let target: ParameterOutput?
  let output: String?
  let checkpoints: CheckpointWriter?
  let report: TrainReport
  let reportEvery: Int
  let bootstrap: Bootstrap?

  func run(from state: TrainingState?) throws {
    let start = ProgressBar.now()
    let result = try train(from: state)
    var record = TrainingRecord(settings: setup.settings, result: result)
    record.settings = setup.record.settings
    record.dataFile = setup.record.dataFile
    record.dataSHA256 = setup.record.dataSHA256
    record.features = setup.record.features
    record.labels = setup.record.labels
    record.selection = setup.record.selection
    let scores = TrainScores(
      train: try score(result, setup.data.measuredTrain, "training"),
      dev: try setup.data.dev.flatMap { try score(result, $0, "dev") },
      test: try setup.data.test.flatMap { try score(result, $0, "test") })
    record.train = scores.train.map { .init($0) }
    record.dev = scores.dev.map { .init($0) }
    record.test = scores.test.map { .init($0) }
    let parameters = TrainedNetwork(network: setup.data.naming(result.network), training: record)
    try target?.write(parameters)
    try report.end(
      parameters, scores: scores, setup: setup, model: output, seconds: ProgressBar.now() - start)
    try end(result)
  }

  /// Exits where the training did not come to its end.
  private func end(_ result: TrainingResult) throws {
    if let divergence = result.divergence {
      let kept = output.map { "; the parameters after \(result.iterationsDone) iterations are in \($0)" } ?? ""
      throw FormatError(.unsuitable, divergence.description + kept, file: setup.file.input.name)
    }
    // Of several ranks another one may have got the signal.
    if result.interrupted, let code = Interruption.exitCode ?? (Job.ranks.count > 1 ? 128 + SIGTERM : nil) {
      var kept = output.map { "; the parameters so far are in \($0)" } ?? ""
      if let checkpoints, checkpoints.has(result.iterationsDone) { kept += "; --resume \(checkpoints.path) goes on" }
      if let failure = checkpoints?.failure { kept += "; the checkpoint is an older one: \(failure)" }
      Message.error("interrupted after \(result.iterationsDone) of \(setup.updateCount) iterations\(kept)")
      throw ExitCode(code)
    }
    try checkpoints?.end()
  }

  private func train(from state: TrainingState?) throws -> TrainingResult {
    // What was done before a break says nothing about the rate.
    let before = state?.iterationsDone ?? 0
    let bar = ProgressBar("training", unit: "iterations", total: setup.updateCount - before)
    defer { bar.finish() }
    var outputFailure: (any Error)?
    var cost: Double?
    let loop = {
      try setup.trainer.run(
        from: state, reportEvery: reportEvery,
        report: { record in
          bar.finish()
          cost = record.cost
          do { try report.cost(record) } catch { outputFailure = error }
        },
        progress: { progress in
          if progress.iterationsDone & 63 == 0 || progress.iterationsPerEpoch > 1 {
            bar.update(done: progress.iterationsDone - before, detail: detail(progress, cost))
          }
          let isStopping = Interruption.isRequested || outputFailure != nil || progress.isStopping
          try checkpoints?.update(progress, isStopping: isStopping)
          return isStopping ? .stop : .continue
        })
    }
    // Only where there is a file to keep the iterations done is there something to finish.
    do {
      let result = output == nil && checkpoints == nil ? try loop() : try Interruption.finishing(loop)
      if let outputFailure { throw outputFailure }
      if let divergence = result.divergence, output == nil { throw divergence }
      return result
    } catch let error as TrainingError where error.code == .divergence {
      throw FormatError(.unsuitable, error.description, file: setup.file.input.name)
    } catch let error as TrainingError where error.code == .settings {
      throw TrainingError(
        .settings, "\(setup.file.input.name): \(TrainingOptions.namingOptions(error.description))")
    }
  }

  /// What else is known on the way: `epoch 3 of 10, cost 0.21, dev cost 0.25`.
  private func detail(_ progress: TrainingProgress, _ cost: Double?) -> String {
    var parts: [String] = []
    if progress.iterationsPerEpoch > 1 {
      let epochs = (progress.totalIterations - 1) / progress.iterationsPerEpoch + 1
      parts.append("epoch \((progress.iterationsDone - 1) / progress.iterationsPerEpoch + 1) of \(epochs)")
    }
    if let cost { parts.append("cost \(cost.fourDigits)") }
    if let cost = progress.bestDevCost { parts.append("best dev cost \(cost.fourDigits)") }
    return parts.joined(separator: ", ")
  }

  /// How well a network does; nil, with a warning, where it gives no numbers for the examples.
  private func score(_ result: TrainingResult, _ examples: TrainingExamples, _ name: String) throws -> Evaluation? {
    let settings = setup.settings
    do {
      return try Evaluation.of(
        result.network, on: examples, loss: settings.loss, kernel: settings.kernel, threads: settings.threads,
        bootstrap: bootstrap)
    } catch let error as TrainingError where error.code == .divergence {
      if result.divergence == nil { Message.warning("the \(name) set is not measured: \(error)") }
      return nil
    }
  }
}

/// How well the network does on each set that there is.
final class TrainScores {
  let train: Evaluation?
  let dev: Evaluation?
  let test: Evaluation?

  init(train: Evaluation?, dev: Evaluation?, test: Evaluation?) {
    self.train = train
    self.dev = dev
    self.test = test
  }

  /// Those that there are, with their names.
  var all: [(name: String, evaluation: Evaluation)] {
    [("training", train), ("dev", dev), ("test", test)].compactMap { name, evaluation in
      evaluation.map { (name, $0) }
    }
  }
}

import Tensors
import ToolSupport
import Training

/// One training of a search.
struct TuneTraining {
  /// The settings, for one thread.
  let settings: TrainingSettings
  /// What to train with.
  let weightedTrain: Dataset
  /// The same as it is measured.
  let train: Dataset
  /// What to compare by.
  let dev: Dataset

  /// Where a training stands after a round.
  enum Standing {
    /// It can go on.
    case state(TrainingState)
    /// It has come to its end.
    case ended(SearchRun)
  }

  /// Trains to the end of a round.
  ///
  /// - Parameters:
  ///   - round: which part of the iterations is done at its end.
  ///   - standing: where the round before ended; nil begins anew.
  ///   - progress: gets the number of updates that were done since the last call; returns whether to go on.
  /// - Returns: nil where it was stopped.
  func run(
    _ key: SearchRun.Key, to round: SuccessiveHalving.Round, from standing: Standing?, progress: (Int) -> Bool
  ) throws -> (run: SearchRun, standing: Standing)? {
    let start = ProgressBar.now()
    var begin: TrainingState?
    switch standing {
    case .ended(var run):
      (run.key, run.seconds) = (key, 0)
      return (run, .ended(run))
    case .state(let state): begin = state
    case nil: break
    }
    var (told, isStopped) = (begin?.iterationsDone ?? 0, false)
    var end: TrainingState?
    let result: TrainingResult
    do {
      let trainer = try Trainer(
        settings: settings, examples: .memory(weightedTrain), dev: settings.patience == nil ? nil : .memory(dev))
      result = try trainer.run(
        from: begin,
        progress: { step in
          let isLast = step.iterationsDone >= round.iterations(of: step.totalIterations)
          if step.iterationsDone - told >= 64 || isLast {
            isStopped = !progress(step.iterationsDone - told)
            told = step.iterationsDone
          }
          if isLast { end = step.state }
          return isStopped || isLast ? .stop : .continue
        })
    } catch let error as TrainingError where error.code == .divergence {
      return ended(key, by: error, since: start)
    }
    if isStopped { return nil }
    if let error = result.divergence { return ended(key, by: error, since: start) }
    let train = try TuneTraining.score(result.network, on: train, settings)
    let dev = try TuneTraining.score(result.network, on: dev, settings)
    let run = SearchRun(
      key: key, iterations: result.iterationsDone, bestIteration: result.bestIteration ?? result.iterationsDone,
      train: train, dev: dev, seconds: ProgressBar.now() - start)
    return (run, result.stoppedEarly ? .ended(run) : end.map(Standing.state) ?? .ended(run))
  }

  /// A run without scores: those of the last good parameters would not be those of the settings.
  private func ended(
    _ key: SearchRun.Key, by error: TrainingError, since start: Double
  ) -> (run: SearchRun, standing: Standing) {
    let run = SearchRun(
      key: key, iterations: error.iteration ?? 0, bestIteration: 0, train: nil, dev: nil,
      divergence: error.description, seconds: ProgressBar.now() - start)
    return (run, .ended(run))
  }

  /// How a network does on a set.
  static func score(_ network: Network, on dataset: Dataset, _ settings: TrainingSettings) throws -> SearchScore {
    let found = try Evaluation.of(
      network, on: .memory(dataset), loss: settings.loss, kernel: settings.kernel, threads: settings.threads)
    let cost = found.cost ?? .infinity
    // A journal has no other number for what is not one.
    return SearchScore(
      accuracy: found.accuracy, cost: cost.isFinite ? cost : .infinity, r2: found.r2, rmse: found.rmse)
  }
}

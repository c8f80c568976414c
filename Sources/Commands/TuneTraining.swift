import Tensors
import ToolSupport
import Training

/// One training of a search.
struct TuneTraining {
  /// The settings, for one thread.
  let settings: TrainingSettings
  /// What to train with.
  let train: Dataset
  /// What to compare by.
  let dev: Dataset

  /// What a training left.
  struct Outcome {
    /// Its scores.
    let run: SearchRun
    /// Where it stands, for the next round; nil where there is nothing to go on from.
    let state: TrainingState?
  }

  /// Trains to the end of a round.
  ///
  /// - Parameters:
  ///   - round: which part of the iterations is done at its end.
  ///   - state: where the round before ended; nil begins anew.
  ///   - progress: gets the number of updates that were done since the last call; returns whether to go on.
  /// - Returns: nil where it was stopped.
  func run(
    _ key: SearchRun.Key, to round: SuccessiveHalving.Round, from state: TrainingState?, progress: (Int) -> Bool
  ) throws -> Outcome? {
    let start = ProgressBar.now()
    let end = round.iterations(of: settings.iterations)
    var (told, isStopped) = (0, false)
    let result: TrainingResult
    do {
      result = try Trainer(settings: settings, dataset: train).run(progress: { step in
        let done = step.iterationsDone
        if done - told >= 64 || done == end {
          isStopped = !progress(done - told)
          told = done
        }
        return isStopped || done >= end ? .stop : .continue
      })
    } catch let error as TrainingError where error.code == .divergence {
      let seconds = ProgressBar.now() - start
      let run = SearchRun(
        key: key, iterations: error.iteration ?? 0, bestIteration: 0, train: nil, dev: nil,
        divergence: error.description, seconds: seconds)
      return Outcome(run: run, state: nil)
    }
    if isStopped { return nil }
    let train = try TuneTraining.score(result.network, on: train, kernel: settings.kernel)
    let dev = try TuneTraining.score(result.network, on: dev, kernel: settings.kernel)
    let run = SearchRun(
      key: key, iterations: result.iterationsDone, bestIteration: result.bestIteration ?? result.iterationsDone,
      train: train, dev: dev, seconds: ProgressBar.now() - start)
    return Outcome(run: run, state: nil)
  }

  /// How a network does on a set.
  static func score(
    _ network: Network, on dataset: Dataset, kernel: Kernel
  ) throws(TrainingError) -> SearchScore {
    let predictor = try Predictor(network: network, kernel: kernel)
    let cost = predictor.cost(dataset)
    return SearchScore(
      accuracy: Metrics.accuracy(probabilities: predictor.probabilities(dataset.features), labels: dataset.labels),
      // A journal has no other number for what is not one.
      cost: cost.isFinite ? cost : .infinity)
  }
}

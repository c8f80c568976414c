import NetworkFiles
import Synchronization
import TensorFiles
import Tensors
import ToolSupport
import Training

/// A search: every point, with every fold held out, in every round that it reaches; one thread for each training.
final class TuneSearch: Sendable {
  private let data: TuneData
  private let points: [SearchSpace.Point]
  private let halving: SuccessiveHalving
  private let ranking: SearchRanking
  private let journal: SearchJournal?
  private let progress: TuneProgress
  /// Where the trainings of the last round stand, by point and fold.
  private let standings = Mutex<[SearchRun.Key: TuneTraining.Standing]>([:])
  private let hasFailed = Atomic<Bool>(false)

  init(
    _ data: TuneData, points: [SearchSpace.Point], halving: SuccessiveHalving, ranking: SearchRanking,
    journal: SearchJournal?
  ) {
    self.data = data
    self.points = points
    self.halving = halving
    self.ranking = ranking
    self.journal = journal
    progress = TuneProgress(
      runCount: halving.rounds.reduce(0) { $0 + $1.settingCount } * data.foldCount,
      finished: journal?.finished.count ?? 0,
      iterations: TuneSearch.remainingIterations(points, halving, data, journal), ranking: ranking)
  }

  /// What came of the search.
  struct Outcome {
    /// Best first; of an interrupted search, those points of which all folds are done.
    let results: [SearchResult]
    /// The runs that were done.
    let runCount: Int
    /// Whether a signal ended it.
    let isInterrupted: Bool
  }

  /// Trains on so many threads at once. What comes of it is the same for every number of them.
  func run(threads: Int) throws -> Outcome {
    defer { progress.finish() }
    var runs: [SearchRun.Key: SearchRun] = [:]
    var remaining = points
    for (number, round) in halving.rounds.enumerated() {
      let tasks = remaining.prefix(round.settingCount).flatMap { point in
        (0..<data.foldCount).map { Task(point: point, fold: $0, round: number) }
      }
      let outcomes = Workers.map(tasks, over: threads) { task in
        Result { try self.run(task, to: round, keepsState: number + 1 < self.halving.rounds.count) }
      }
      for outcome in outcomes {
        if let run = try outcome.get() { runs[run.key] = run }
      }
      if Interruption.isRequested { break }
      let results = results(runs).filter { $0.round == number && $0.divergence == nil }
      remaining = results.map(\.point)
    }
    return Outcome(results: results(runs), runCount: runs.count, isInterrupted: Interruption.isRequested)
  }

  private struct Task: Sendable {
    let point: SearchSpace.Point
    let fold: Int
    let round: Int
    var key: SearchRun.Key { SearchRun.Key(point: point.number, fold: fold, round: round) }
    /// The training, whatever round it is in.
    var training: SearchRun.Key { SearchRun.Key(point: point.number, fold: fold, round: 0) }
  }

  /// One run, from the journal where it is there; nil where the search is to end.
  private func run(_ task: Task, to round: SuccessiveHalving.Round, keepsState: Bool) throws -> SearchRun? {
    if let finished = journal?.finished[task.key] { return finished }
    func goesOn() -> Bool { !Interruption.isRequested && !hasFailed.load(ordering: .relaxed) }
    guard goesOn() else { return nil }
    do {
      let parts = try data.parts(holdingOut: task.fold)
      var settings = task.point.settings
      settings.threads = 1
      // The cost curves of a search are not kept.
      settings.recordEvery = 0
      let training = TuneTraining(
        settings: settings, weightedTrain: try data.weighted(parts.train), train: parts.train, dev: parts.dev)
      let standing = standings.withLock { $0.removeValue(forKey: task.training) }
      let outcome = try training.run(task.key, to: round, from: standing) { done in
        progress.add(iterations: done)
        return goesOn()
      }
      guard let outcome else { return nil }
      if keepsState { standings.withLock { $0[task.training] = outcome.standing } }
      try journal?.append(outcome.run, settings: TuneSettings.json(task.point.settings))
      progress.add(outcome.run)
      return outcome.run
    } catch {
      hasFailed.store(true, ordering: .relaxed)
      throw error
    }
  }

  /// What came of each point in the last round of which all its folds are done; best first.
  private func results(_ runs: [SearchRun.Key: SearchRun]) -> [SearchResult] {
    let all = points.compactMap { point -> SearchResult? in
      let rounds = halving.rounds.indices.map { round in
        (0..<data.foldCount).compactMap { runs[SearchRun.Key(point: point.number, fold: $0, round: round)] }
      }
      guard let last = rounds.last(where: { $0.count == data.foldCount }) else { return nil }
      return SearchResult(
        point: point, parameterCount: TuneSearch.parameterCount(point.settings, data.train), runs: last,
        seconds: rounds.joined().reduce(0) { $0 + $1.seconds })
    }
    return ranking.sorted(all)
  }

  /// The weights and biases of the network that settings describe.
  private static func parameterCount(_ settings: TrainingSettings, _ dataset: Dataset) -> Int {
    let sizes = [dataset.inputCount] + settings.hiddenSizes + [dataset.kind.unitCount]
    return zip(sizes, sizes.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
  }

  /// The updates that are still to be done, as far as can be known before: those of the journal are not.
  private static func remainingIterations(
    _ points: [SearchSpace.Point], _ halving: SuccessiveHalving, _ data: TuneData, _ journal: SearchJournal?
  ) -> Int {
    var (total, before) = (0.0, 0)
    let all = points.lazy.map { $0.settings.updateCount(examples: data.train.exampleCount) }.max() ?? 0
    for (number, round) in halving.rounds.enumerated() {
      let end = round.iterations(of: all)
      let runs = round.settingCount * data.foldCount
      let finished = journal?.finished.keys.count { $0.round == number } ?? 0
      total += Double(max(0, runs - finished)) * Double(end - before)
      before = end
    }
    return Int(min(total, 0x1p62))
  }
}

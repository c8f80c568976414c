import Synchronization
import ToolSupport
import Training

/// How far a search has come, said by any of its threads.
final class TuneProgress: Sendable {
  private struct State: ~Copyable {
    var iterations = 0
    var runs = 0
    var best: Double?
    /// Nil once the search has ended.
    let bar: ProgressBar
  }

  private let state: Mutex<State>
  private let runCount: Int
  private let ranking: SearchRanking

  /// - Parameters:
  ///   - runCount: the runs of the whole search.
  ///   - finished: those of them that are in the journal.
  ///   - iterations: the updates that are to be done.
  init(runCount: Int, finished: Int, iterations: Int, ranking: SearchRanking) {
    self.runCount = runCount
    self.ranking = ranking
    state = Mutex(State(runs: finished, bar: ProgressBar("tuning", unit: "iterations", total: iterations)))
  }

  /// Says that so many more updates were done.
  func add(iterations: Int) {
    state.withLock { state in
      state.iterations += iterations
      draw(state)
    }
  }

  /// Says that a run has ended.
  func add(_ run: SearchRun) {
    state.withLock { state in
      state.runs += 1
      switch ranking {
      case .accuracy: if let accuracy = run.dev?.accuracy { state.best = max(state.best ?? accuracy, accuracy) }
      case .cost: if let cost = run.dev?.cost { state.best = min(state.best ?? cost, cost) }
      }
      draw(state)
    }
  }

  /// Removes the line.
  func finish() { state.withLock { $0.bar.finish() } }

  private func draw(_ state: borrowing State) {
    let (runs, best) = (state.runs, state.best)
    state.bar.update(
      done: state.iterations,
      detail: "\(runs) of \(runCount) runs" + (best.map { ", best dev \(ranking.rawValue) \($0.fourDigits)" } ?? ""))
  }
}

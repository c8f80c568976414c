/// How a network does on a set of examples.
package struct SearchScore: Sendable, Hashable {
  /// The part of the examples whose class is predicted; nil where labels are values.
  package var accuracy: Double?
  /// The mean loss, without penalties and dropout.
  package var cost: Double
  /// Of values, ``Metric/r2``.
  package var r2: Double?
  /// Of values, ``Metric/rmse``.
  package var rmse: Double?

  /// A score.
  package init(accuracy: Double?, cost: Double, r2: Double? = nil, rmse: Double? = nil) {
    self.accuracy = accuracy
    self.cost = cost
    self.r2 = r2
    self.rmse = rmse
  }
}

/// One training of a search: the settings of a point, one fold held out, to the end of one round.
package struct SearchRun: Sendable, Hashable {
  /// Which run of a search it is.
  package struct Key: Sendable, Hashable {
    /// The number of the point.
    package let point: Int
    /// The fold that was held out, from 0; 0 where there are no folds.
    package let fold: Int
    /// The round, from 0.
    package let round: Int

    /// A run.
    package init(point: Int, fold: Int, round: Int) {
      (self.point, self.fold, self.round) = (point, fold, round)
    }
  }

  /// Which run it is.
  package var key: Key
  /// The updates that were done since the beginning of the training.
  package var iterations: Int
  /// The updates after which the network was the one that is scored.
  package var bestIteration: Int
  /// On the examples that were trained with; nil where the training diverged.
  package var train: SearchScore?
  /// On the examples that were not; nil where the training diverged.
  package var dev: SearchScore?
  /// Why there are no scores.
  package var divergence: String?
  /// How long it took.
  package var seconds: Double

  /// A run.
  package init(
    key: Key, iterations: Int, bestIteration: Int, train: SearchScore?, dev: SearchScore?, divergence: String? = nil,
    seconds: Double
  ) {
    self.key = key
    self.iterations = iterations
    self.bestIteration = bestIteration
    self.train = train
    self.dev = dev
    self.divergence = divergence
    self.seconds = seconds
  }
}

/// A number of each fold.
package struct FoldValues: Sendable, Hashable {
  /// The numbers, by fold.
  package let values: [Double]

  /// The numbers of the folds, at least one.
  init(_ values: [Double]) { self.values = values }

  /// Their mean.
  package var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// Their standard deviation, with n - 1 as the divisor; 0 for one number.
  package var deviation: Double {
    guard values.count > 1 else { return 0 }
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}

/// What came of one point.
package struct SearchResult: Sendable, Hashable {
  /// The settings.
  package let point: SearchSpace.Point
  /// The weights and biases of the network.
  package let parameterCount: Int
  /// The runs of the last round that it reached, by fold.
  package let runs: [SearchRun]
  /// The seconds of all its runs, also those of earlier rounds.
  package let seconds: Double

  /// What came of a point.
  package init(point: SearchSpace.Point, parameterCount: Int, runs: [SearchRun], seconds: Double) {
    self.point = point
    self.parameterCount = parameterCount
    self.runs = runs
    self.seconds = seconds
  }

  /// The last round, from 0.
  package var round: Int { runs.first?.key.round ?? 0 }
  /// The most updates that a run did.
  package var iterations: Int { runs.map(\.iterations).max() ?? 0 }
  /// Why a run has no scores; nil where all have.
  package var divergence: String? { runs.lazy.compactMap(\.divergence).first }

  /// A number of the scores on one of the sets, by fold; nil where a fold has none.
  package func values(
    _ set: KeyPath<SearchRun, SearchScore?>, _ number: (SearchScore) -> Double?
  ) -> FoldValues? {
    let values = runs.compactMap { $0[keyPath: set].flatMap(number) }
    return values.count == runs.count && !values.isEmpty ? FoldValues(values) : nil
  }

  /// The mean accuracy on the dev set.
  package var devAccuracy: Double? { values(\.dev, \.accuracy)?.mean }
  /// The mean cost on the dev set.
  package var devCost: Double? { values(\.dev, \.cost)?.mean }
}

/// By which number of the dev set results are compared; the raw values are those of the option.
///
/// On a few hundred examples many settings have the same accuracy, so the cost decides between them; then the smaller
/// network, then the order of the search. Values have no accuracy. Where a search had rounds, those that reached a later
/// one come first; those that diverged come last.
package enum SearchRanking: String, Sendable, Hashable, CaseIterable {
  /// The larger accuracy, then the smaller cost.
  case accuracy
  /// The smaller cost, then the larger accuracy.
  case cost

  /// The results, best first.
  package func sorted(_ results: [SearchResult]) -> [SearchResult] { results.sorted(by: isBefore) }

  private func isBefore(_ one: SearchResult, _ other: SearchResult) -> Bool {
    if (one.divergence == nil) != (other.divergence == nil) { return one.divergence == nil }
    if one.round != other.round { return one.round > other.round }
    let (first, second) = (numbers(one), numbers(other))
    for (a, b) in zip(first, second) where a != b { return a < b }
    return one.point.number < other.point.number
  }

  /// What is compared one after the other, smaller first.
  private func numbers(_ result: SearchResult) -> [Double] {
    let accuracy = -(result.devAccuracy ?? 0)
    // What diverged, and a cost that is NaN, is worse than any number.
    let cost = result.devCost.map { $0.isNaN ? .infinity : $0 } ?? .infinity
    let isWithout: Double = result.divergence == nil ? 0 : 1
    let size = Double(result.parameterCount)
    return self == .cost ? [isWithout, cost, accuracy, size] : [isWithout, accuracy, cost, size]
  }
}

/// The rounds of a search in which the better settings are trained on.
///
/// Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization" (2016), with a
/// factor of 3 as in Li et al., "Hyperband" (2018): of n settings, all are trained for the smallest part of the
/// iterations, the best third of them (rounded up) three times as long, and so on; the last round has all iterations.
/// A search without halving has this last round alone.
package struct SuccessiveHalving: Sendable, Hashable {
  /// One round.
  package struct Round: Sendable, Hashable {
    /// The settings that are trained.
    package let settingCount: Int
    /// All iterations divided by this are done at the end of it.
    package let divisor: Int

    /// The updates that are done at the end of the round.
    package func iterations(of total: Int) -> Int { total == 0 ? 0 : (total - 1) / divisor + 1 }
  }

  /// The rounds, in order.
  package let rounds: [Round]

  /// One setting in so many is kept.
  static let factor = 3

  /// The rounds for so many settings: as many as divide them by 3 and leave at least one, and leave at least one
  /// iteration.
  ///
  /// - Parameter iterations: of a whole training, as far as they are known.
  package init(settingCount: Int, iterations: Int) {
    var divisor = 1
    while settingCount / divisor >= SuccessiveHalving.factor, iterations / divisor >= SuccessiveHalving.factor {
      divisor *= SuccessiveHalving.factor
    }
    var (rounds, count) = ([Round](), settingCount)
    while divisor >= 1 {
      rounds.append(Round(settingCount: count, divisor: divisor))
      count = (count + SuccessiveHalving.factor - 1) / SuccessiveHalving.factor
      divisor /= SuccessiveHalving.factor
    }
    self.rounds = rounds
  }

  /// One round in which every setting has all iterations.
  package init(withoutHalving settingCount: Int) {
    rounds = [Round(settingCount: settingCount, divisor: 1)]
  }
}

/// The cost before the update of an iteration.
public struct CostRecord: Sendable, Hashable {
  /// The iteration, from 0.
  public let iteration: Int
  /// The cost, with the penalty, and with the dropout and on the batch of this iteration.
  public let cost: Double

  /// The cost at an iteration.
  public init(iteration: Int, cost: Double) {
    self.iteration = iteration
    self.cost = cost
  }
}

/// What a training made.
public struct TrainingResult: Sendable, Hashable {
  /// The trained network: the best one where early stopping keeps it.
  public var network: Network
  /// The costs at iterations 0, N, 2N … of the setting `recordEvery`.
  public var costs: [CostRecord]
  /// The costs of the dev set, where it was evaluated, by the number of updates that were done.
  public var devCosts: [CostRecord] = []
  /// The number of updates that were done.
  public var iterationsDone: Int
  /// The updates after which the network was the one that is kept.
  public var bestIteration: Int?
  /// Whether the caller stopped the training before its last iteration.
  public var interrupted: Bool
  /// Whether the dev set stopped it: ``TrainingSettings/patience``.
  public var stoppedEarly = false
  /// Why the training ended with the last good parameters where cost or parameters stopped being finite; nil where they
  /// did not.
  public var divergence: TrainingError?
  /// The build of the kernels that computed: the raw value of a ``Kernel``, never `auto`.
  public var kernel: String
}

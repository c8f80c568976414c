/// The cost before the update of an iteration.
public struct CostRecord: Sendable, Hashable {
  /// The iteration, from 0.
  public let iteration: Int
  /// The cost, with the penalty, and with the dropout of this iteration.
  public let cost: Double

  /// The cost at an iteration.
  public init(iteration: Int, cost: Double) {
    self.iteration = iteration
    self.cost = cost
  }
}

/// What a training made.
public struct TrainingResult: Sendable, Hashable {
  /// The trained network.
  public let network: Network
  /// The costs at iterations 0, N, 2N … of the setting `recordEvery`.
  public let costs: [CostRecord]
  /// The number of updates that were done.
  public let iterationsDone: Int
  /// Whether the caller stopped the training before its last iteration.
  public let interrupted: Bool
  /// The build of the kernels that computed: the raw value of a ``Kernel``, never `auto`.
  public let kernel: String
}

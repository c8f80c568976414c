/// Where a training stands between two iterations: all that the next iteration depends on beside settings and data.
///
/// Masks and the order of examples are functions of the iteration, so the number of it is all there is to them.
public struct TrainingState: Sendable, Hashable {
  /// The number of updates that were done.
  public var iterationsDone: Int
  /// The network after them.
  public var network: Network
  /// What the optimizer remembers, by name, in the order of the parameters: layer by layer W row by row, then b.
  public var optimizer: [String: [Double]]
  /// The recorded costs so far.
  public var costs: [CostRecord]
  /// The costs of the dev set so far.
  public var devCosts: [CostRecord]
  /// The network with the smallest cost of the dev set so far, where it is kept, and the iterations after which it was.
  public var best: Best?

  /// A network that was the best at some time.
  public struct Best: Sendable, Hashable {
    /// The network.
    public var network: Network
    /// The number of updates that were done.
    public var iterationsDone: Int
    /// Its cost on the dev set.
    public var devCost: Double

    /// A network and its cost.
    public init(network: Network, iterationsDone: Int, devCost: Double) {
      self.network = network
      self.iterationsDone = iterationsDone
      self.devCost = devCost
    }
  }

  /// A state.
  public init(
    iterationsDone: Int, network: Network, optimizer: [String: [Double]] = [:], costs: [CostRecord] = [],
    devCosts: [CostRecord] = [], best: Best? = nil
  ) {
    self.iterationsDone = iterationsDone
    self.network = network
    self.optimizer = optimizer
    self.costs = costs
    self.devCosts = devCosts
    self.best = best
  }
}

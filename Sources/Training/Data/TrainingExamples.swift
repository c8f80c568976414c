public import Tensors

/// The examples that a training, or the evaluation of a network, takes: in memory or read block by block.
public enum TrainingExamples: Sendable {
  /// In memory.
  case memory(Dataset)
  /// Read when they are needed.
  case rows(StreamedExamples)

  /// The number of inputs of an example.
  public var inputCount: Int {
    switch self {
    case .memory(let dataset): dataset.inputCount
    case .rows(let rows): rows.inputCount
    }
  }

  /// The number of examples, m.
  public var exampleCount: Int {
    switch self {
    case .memory(let dataset): dataset.exampleCount
    case .rows(let rows): rows.exampleCount
    }
  }

  /// What the labels are.
  public var kind: LabelKind {
    switch self {
    case .memory(let dataset): dataset.kind
    case .rows(let rows): rows.kind
    }
  }

  /// Whether examples count differently.
  public var hasWeights: Bool {
    switch self {
    case .memory(let dataset): dataset.weights != nil
    case .rows(let rows): rows.hasWeights
    }
  }

  /// The sum of the examples' weights.
  public var totalWeight: Double {
    switch self {
    case .memory(let dataset): dataset.totalWeight
    case .rows(let rows): rows.totalWeight
    }
  }
}

/// Examples that are read block by block because they may be larger than memory.
///
/// A row has the inputs, then the numbers of the label, then the weight where there are weights. Whoever makes the rows
/// has checked, or checks while reading, that they are as ``Dataset`` wants them.
public struct StreamedExamples: Sendable {
  /// The number of inputs of an example.
  public let inputCount: Int
  /// The number of examples.
  public let exampleCount: Int
  /// What the labels are.
  public let kind: LabelKind
  /// Whether the last number of a row is a weight.
  public let hasWeights: Bool
  /// The sum of the examples' weights.
  public let totalWeight: Double
  /// Whether each of several ranks has its part of them in memory, where that is of use.
  package var isHeldByRanks = false
  /// Opens the rows once more; sources of different openings may be read by different threads.
  public let open: @Sendable () throws -> any RowSource

  /// Examples that are read.
  public init(
    inputCount: Int, exampleCount: Int, kind: LabelKind, hasWeights: Bool = false, totalWeight: Double? = nil,
    open: @escaping @Sendable () throws -> any RowSource
  ) {
    self.inputCount = inputCount
    self.exampleCount = exampleCount
    self.kind = kind
    self.hasWeights = hasWeights
    self.totalWeight = totalWeight ?? Double(exampleCount)
    self.open = open
  }

  /// The numbers of a row.
  public var columnCount: Int { inputCount + kind.rowCount + (hasWeights ? 1 : 0) }
}

public import Tensors

/// Examples to train or to measure with, in memory.
public struct Dataset: Sendable {
  /// X, (inputs, examples).
  public let features: Matrix
  /// Y, (numbers of a label, examples).
  public let labels: Matrix
  /// What the labels are.
  public let kind: LabelKind
  /// How much each example counts, 0 or more; nil where all count the same.
  public let weights: [Double]?

  /// Features and labels of the same examples.
  ///
  /// - Parameters:
  ///   - features: (inputs, examples).
  ///   - labels: (numbers of a label, examples).
  ///   - kind: what the labels are.
  ///   - weights: how much each example counts; 0 is an example that is not there.
  /// - Throws: ``TrainingError`` of code `dataset` when there are no examples or no inputs, the numbers of examples
  ///   differ, a label is not of its kind, or a feature or weight is NaN, infinite or, for a weight, negative. Examples
  ///   and inputs count from 1 in the sentences, from 0 in the error's `example` and `input`.
  public init(
    features: Matrix, labels: Matrix, kind: LabelKind = .binary, weights: [Double]? = nil
  ) throws(DatasetError) {
    if labels.rows != kind.rowCount {
      throw DatasetError(.dataset, "the labels have \(labels.rows) rows, expected \(kind.rowCount)")
    }
    if features.columns != labels.columns {
      throw DatasetError(.dataset, "there are \(features.columns) examples but \(labels.columns) labels")
    }
    if features.rows == 0 { throw DatasetError(.dataset, "the examples have no inputs") }
    if features.columns == 0 { throw DatasetError(.dataset, "there are no examples") }
    if let (row, example) = labels.firstPlace(where: { !kind.contains($0) }) {
      throw DatasetError(
        .dataset, "the label of example \(example + 1) is \(labels[row, example]), expected \(kind.expectation)",
        example: example)
    }
    if let (input, example) = features.firstNotFinite {
      throw DatasetError(
        .dataset, "input \(input + 1) of example \(example + 1) is \(features[input, example]), not a finite number",
        example: example, input: input)
    }
    if let weights {
      if weights.count != labels.columns {
        throw DatasetError(.dataset, "there are \(labels.columns) examples but \(weights.count) weights")
      }
      if let example = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw DatasetError(
          .dataset,
          "the weight of example \(example + 1) is \(weights[example]), expected a number that is not negative",
          example: example)
      }
      if !weights.contains(where: { $0 > 0 }) { throw DatasetError(.dataset, "all examples have the weight 0") }
      if !weights.reduce(0, +).isFinite { throw DatasetError(.dataset, "the sum of the weights is infinite") }
    }
    self.features = features
    self.labels = labels
    self.kind = kind
    self.weights = weights
  }

  /// The number of inputs of an example.
  public var inputCount: Int { features.rows }
  /// The number of examples, m.
  public var exampleCount: Int { features.columns }
  /// The sum of the weights: the number of examples where all count the same.
  public var totalWeight: Double { weights?.reduce(0, +) ?? Double(exampleCount) }
}

extension LabelKind {
  /// Whether a number may be one of a label.
  public func contains(_ number: Double) -> Bool {
    switch self {
    case .binary: number == 0 || number == 1
    case .classes(let count): number >= 0 && number < Double(count) && number == number.rounded()
    case .values: number.isFinite
    }
  }

  /// What the numbers may be: `0 or 1`.
  public var expectation: String {
    switch self {
    case .binary: "0 or 1"
    case .classes(let count): "the number of a class from 0 to \(count - 1)"
    case .values: "a finite number"
    }
  }
}

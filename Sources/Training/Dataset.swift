public import Tensors

/// Examples to train or to measure with.
public struct Dataset: Sendable {
  /// X, (inputs, examples).
  public let features: Matrix
  /// Y, (1, examples), 0 or 1.
  public let labels: Matrix

  /// Features and labels of the same examples.
  ///
  /// - Throws: ``TrainingError`` of code `dataset` when there are no examples or no inputs, the numbers of examples
  ///   differ, a label is neither 0 nor 1, or a feature is NaN or infinite. Examples and inputs count from 1 in the
  ///   sentences, from 0 in the error's `example` and `input`.
  public init(features: Matrix, labels: Matrix) throws(DatasetError) {
    if labels.rows != 1 {
      throw DatasetError(.dataset, "the labels have \(labels.rows) rows, expected 1")
    }
    if features.columns != labels.columns {
      throw DatasetError(.dataset, "there are \(features.columns) examples but \(labels.columns) labels")
    }
    if features.rows == 0 { throw DatasetError(.dataset, "the examples have no inputs") }
    if features.columns == 0 { throw DatasetError(.dataset, "there are no examples") }
    if let example = labels.elements.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw DatasetError(
        .dataset, "the label of example \(example + 1) is \(labels.elements[example]), expected 0 or 1",
        example: example)
    }
    if let (input, example) = features.firstNotFinite {
      throw DatasetError(
        .dataset, "input \(input + 1) of example \(example + 1) is \(features[input, example]), not a finite number",
        example: example, input: input)
    }
    self.features = features
    self.labels = labels
  }

  /// The number of inputs of an example.
  public var inputCount: Int { features.rows }
  /// The number of examples, m.
  public var exampleCount: Int { features.columns }
}

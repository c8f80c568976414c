import TensorFiles
import Tensors

/// The shapes of features and labels, which tell along which dimensions the examples lie.
struct ArrayShapes {
  private let features: [Int]
  private let featuresName: String
  private let labels: [Int]
  private let labelsName: String

  /// Along which dimensions the examples lie, and how many numbers each has.
  struct Found {
    let features: ExampleDimension
    let labels: ExampleDimension
    let inputCount: Int
    let exampleCount: Int
    let labelWidth: Int
  }

  init(features: [Int], named featuresName: String, labels: [Int], named labelsName: String) {
    (self.features, self.featuresName, self.labels, self.labelsName) = (features, featuresName, labels, labelsName)
  }

  /// Where the numbers of one row or one column lie.
  static func dimension(ofVector shape: [Int]) -> ExampleDimension {
    shape.count == 2 && shape[1] != 1 ? .last : .first
  }

  /// Finds the dimension that features and labels have in common.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` that names the array and what to choose.
  func find(
    axis: DatasetSelection.ExampleAxis?, wanted: WantedLabels, inputCount: Int?
  ) throws(FormatError) -> Found {
    let isVector = labels.count <= 2 && labels.filter({ $0 != 1 }).count <= 1
    guard isVector || (labels.count == 2 && wanted != .auto) else {
      throw FormatError(
        .unsuitable, at: .object(labelsName),
        "the shape is \(Tensor.describe(labels)), labels are one row or one column"
          + (labels.count == 2 ? "; --loss softmax takes one-hot rows, --loss squared or huber several values" : ""))
    }
    // How many examples the labels may be, along which dimension, and how many numbers each then has.
    let counts: [(dimension: ExampleDimension, examples: Int, width: Int)] =
      isVector
      ? [(ArrayShapes.dimension(ofVector: labels), labels.reduce(1, *), 1)]
      : [(.first, labels[0], labels[1]), (.last, labels[1], labels[0])]
    if features.count > 2 { return try flattened(counts, inputCount) }
    let expected = counts.map { String($0.examples) }.joined(separator: " or ")
    guard features.count == 2 || (features.count == 1 && counts.contains { $0.examples == features[0] }) else {
      throw FormatError(
        .unsuitable, at: .object(featuresName),
        "the shape is \(Tensor.describe(features)), features need two dimensions, one of them \(expected) examples as in "
          + labelsName)
    }
    let (rows, columns) = (features[0], features.count == 2 ? features[1] : 1)
    var found: [Found] = []
    for (dimension, examples, inputs) in [(ExampleDimension.first, rows, columns), (.last, columns, rows)] {
      guard inputCount == nil || inputs == inputCount else { continue }
      for count in counts where count.examples == examples {
        found.append(
          Found(
            features: dimension, labels: count.dimension, inputCount: inputs, exampleCount: examples,
            labelWidth: count.width))
      }
    }
    if let axis, found.contains(where: { $0.features == axis.dimension }) {
      found.removeAll { $0.features != axis.dimension }
    }
    // Labels of several numbers lie as the features do, where both are possible.
    if !isVector, found.contains(where: { $0.features == $0.labels }) { found.removeAll { $0.features != $0.labels } }
    guard let first = found.first else {
      let inputs = inputCount.map { " of \($0) inputs" } ?? ""
      throw FormatError(
        .unsuitable, at: .object(featuresName),
        "the shape is \(Tensor.describe(features)), but \(labelsName) has \(expected) labels: one dimension must be as "
          + "long\(inputs)")
    }
    guard found.count == 1 else {
      throw FormatError(
        .unsuitable, at: .object(featuresName),
        "\(Tensor.describe(features)) does not tell whether an example is a row or a column; "
          + "--examples rows or --examples columns does")
    }
    return first
  }

  /// Examples of more than one dimension, such as pictures (examples, height, width, 3), each flattened to its inputs.
  private func flattened(
    _ counts: [(dimension: ExampleDimension, examples: Int, width: Int)], _ inputCount: Int?
  ) throws(FormatError) -> Found {
    guard let count = counts.first(where: { $0.examples == features[0] }) else {
      let isLast = counts.contains { $0.examples == features.last }
      throw FormatError(
        .unsuitable, at: .object(featuresName),
        "the shape is \(Tensor.describe(features)), but \(labelsName) has "
          + "\(counts.map { String($0.examples) }.joined(separator: " or ")) labels: the first dimension must be as long"
          + (isLast ? "; reg-convert --transpose \(featuresName) puts the last one first" : ""))
    }
    let example = Array(features.dropFirst())
    let inputs: Int
    do { inputs = try Tensor.elementCount(shape: example) } catch {
      throw FormatError(error, at: .object(featuresName))
    }
    if let inputCount, inputs != inputCount {
      throw FormatError(
        .unsuitable, at: .object(featuresName),
        "an example of \(Tensor.describe(example)) is not one of \(inputCount) inputs, as in training")
    }
    return Found(
      features: .first, labels: count.dimension, inputCount: inputs, exampleCount: count.examples,
      labelWidth: count.width)
  }
}

extension DatasetSelection.ExampleAxis {
  /// The dimension of features along which the examples lie.
  fileprivate var dimension: ExampleDimension { self == .rows ? .first : .last }
}

import TensorFiles
import Tensors
import Training

/// Examples in arrays: features of a row or a column each, labels, weights.
final class ArrayExamples: ExamplePlace {
  let input: InputFile
  let inputCount: Int
  let exampleCount: Int
  let labelWidth: Int
  let weightName: String?
  var memoryLimit: Int?
  var isSharedOut = false

  private let reader: any TensorReader
  private let features: Part
  private let labels: Part
  private let weights: Part?
  private let formatTitle: String
  /// Labels and weights that were read whole, by name.
  private var whole: [String: StoredRows] = [:]

  /// An array, and along which of its dimensions the examples lie.
  private struct Part {
    let name: String
    let dimension: ExampleDimension
    let width: Int
  }

  var labelName: String { labels.name }

  /// Finds the examples by the shapes of the arrays.
  ///
  /// - Parameter inputCount: how many inputs they must have, where another set has told it.
  init(
    _ file: OpenFile, features: String, labels: String, weights: String?, axis: DatasetSelection.ExampleAxis?,
    wanted: WantedLabels, inputCount: Int? = nil
  ) throws(FormatError) {
    input = file.input
    reader = file.reader
    formatTitle = file.format.title
    let shapes = ArrayShapes(
      features: try ArrayExamples.shape(of: features, in: reader), named: features,
      labels: try ArrayExamples.shape(of: labels, in: reader), named: labels)
    let found = try shapes.find(axis: axis, wanted: wanted, inputCount: inputCount)
    self.inputCount = found.inputCount
    exampleCount = found.exampleCount
    labelWidth = found.labelWidth
    self.features = Part(name: features, dimension: found.features, width: found.inputCount)
    self.labels = Part(name: labels, dimension: found.labels, width: found.labelWidth)
    weightName = weights
    guard let weights else {
      self.weights = nil
      return
    }
    let shape = try ArrayExamples.shape(of: weights, in: reader)
    guard shape.reduce(1, { $0 &* $1 }) == exampleCount, shape.filter({ $0 != 1 }).count <= 1 else {
      throw FormatError(
        .unsuitable, at: .object(weights),
        "the shape is \(Tensor.describe(shape)), weights are one row or one column of \(exampleCount) numbers, as many "
          + "as \(labels) has examples")
    }
    self.weights = Part(name: weights, dimension: ArrayShapes.dimension(ofVector: shape), width: 1)
  }

  private static func shape(of name: String, in reader: any TensorReader) throws(FormatError) -> [Int] {
    let entry = try reader.entry(name)
    guard entry.isNumeric else { throw reader.notNumeric(entry) }
    return entry.shape
  }

  /// What is to be known of the features: that they are flattened.
  var notes: [String] {
    get throws(FormatError) {
      let shape = try reader.entry(features.name).shape
      guard shape.count > 2 else { return [] }
      return [
        "\(features.name): \(Tensor.describe(shape)) is flattened example by example to "
          + "\(Tensor.describe([shape[0], inputCount])), the last index fastest"
      ]
    }
  }

  func coding(_ wanted: WantedLabels, _ training: LabelCoding?) throws(FormatError) -> LabelCoding {
    if let training {
      guard let coding = training.matching(width: labelWidth) else {
        throw FormatError(
          .unsuitable, at: .object(labels.name),
          "a label has \(labelWidth) numbers, but \(training.width) in the training examples")
      }
      return coding
    }
    let names = try classNames
    func classes(_ count: Int) -> ClassLabels {
      ClassLabels(column: labels.name, names: names ?? (0..<count).map(String.init))
    }
    switch wanted {
    case .values: return .values(labelWidth)
    case .auto:
      guard labelWidth == 1 else {
        throw FormatError(
          .unsuitable, at: .object(labels.name),
          "a label has \(labelWidth) numbers, expected one, 0 or 1; --loss softmax takes one-hot rows, --loss squared or "
            + "huber several values")
      }
      return .binary(names?.count == 2 ? classes(2) : nil)
    case .classes where labelWidth > 1:
      guard labelWidth <= ClassLabels.most else {
        throw FormatError(
          .unsuitable, at: .object(labels.name), "there are \(labelWidth) classes, more than \(ClassLabels.most)")
      }
      return .oneHot(
        names?.count == labelWidth
          ? classes(labelWidth)
          : ClassLabels(column: labels.name, names: (0..<labelWidth).map(String.init)))
    case .classes:
      if let names, names.count > 1 { return .places(classes(names.count)) }
      return .integers(try integerClasses(), column: labels.name)
    }
  }

  /// The names of the classes that the file keeps beside the labels: reg-convert writes them.
  private var classNames: [String]? {
    get throws(FormatError) {
      guard let attribute = try reader.attributes(of: labels.name).first(where: { $0.name == "classes" }),
        let names = attribute.value.texts, Set(names).count == names.count, names.count <= ClassLabels.most
      else { return nil }
      return names
    }
  }

  func rows(_ coding: LabelCoding) throws(FormatError) -> any RowSource {
    try join([features, labels] + (weights.map { [$0] } ?? []))
  }

  func labelRows(_ coding: LabelCoding) throws(FormatError) -> any RowSource {
    try join([labels] + (weights.map { [$0] } ?? []))
  }

  private func join(_ parts: [Part]) throws(FormatError) -> any RowSource {
    var sources: [any RowSource] = []
    for part in parts { sources.append(try open(part)) }
    return JoinedRows(sources, rowCount: exampleCount)
  }

  private func open(_ part: Part) throws(FormatError) -> any RowSource {
    guard let memoryLimit else { return try stored(part) }
    // A file may claim more numbers than an Int counts.
    let isLarge = part.width > memoryLimit / 8 / 4 / max(1, exampleCount)
    if isLarge || isSharedOut || part.name == features.name {
      // Where a part is small, what cannot be read in parts is read whole.
      do throws(FormatError) {
        if let rows = try (reader as? any PartialReader)?.examples(of: part.name, along: part.dimension) { return rows }
      } catch {
        guard !isLarge, error.code == .unsuitable else { throw error }
      }
    }
    guard !isLarge else { throw tooLarge(part, memoryLimit) }
    return try stored(part)
  }

  private func tooLarge(_ part: Part, _ limit: Int) -> FormatError {
    let (numbers, overflow) = part.width.multipliedReportingOverflow(by: exampleCount)
    let bytes = overflow || numbers > Int.max / 8 ? .max : numbers * 8
    let reason =
      part.dimension == .last && reader is any PartialReader
      ? "its examples are columns, which are not read one by one here: reg-convert --transpose \(part.name) makes them rows"
      : "\(formatTitle) is not read in parts here: reg-convert to .h5 or .npy makes a file that is"
    return FormatError(
      .limit, at: .object(part.name),
      "\(bytes) bytes of numbers are too many for --memory-limit (\(limit) bytes), and \(reason)")
  }

  /// An array whole, its examples as rows.
  private func stored(_ part: Part) throws(FormatError) -> StoredRows {
    if let known = whole[part.name] { return known.again }
    do {
      let rows = try StoredRows(try reader.tensor(part.name), examples: exampleCount, along: part.dimension)
      if part.name != features.name { whole[part.name] = rows }
      return rows
    } catch {
      throw FormatError.converted(error, at: part.name)
    }
  }

  func explained(_ error: FormatError, _ coding: LabelCoding) -> FormatError { error }

  func failure(
    _ number: BadNumber, example: Int, value: Double, expected: String
  ) -> FormatError {
    switch number {
    case .input(let input):
      FormatError(
        .unsuitable, at: .object(features.name),
        "input \(input + 1) of example \(example + 1) is \(value), not \(expected)")
    case .label(let index):
      FormatError(
        .unsuitable, at: .object(labels.name),
        "\(labelWidth > 1 ? "number \(index + 1) of the label" : "the label") of example \(example + 1) is \(value), "
          + "expected \(expected)")
    case .weight:
      FormatError(
        .unsuitable, at: .object(weightName ?? ""),
        "the weight of example \(example + 1) is \(value), expected \(expected)")
    }
  }
}

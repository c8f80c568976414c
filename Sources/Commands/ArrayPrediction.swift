import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// Predicts the rows of an array: MAT, HDF5.
struct ArrayPrediction {
  private let predictor: Predictor
  private let source: any RowSource
  private let labels: [Double]?
  private let options: PredictionOptions
  private let file: String
  private let name: String

  init(_ predictor: Predictor, _ file: OpenFile, _ rows: RowOptions, _ options: PredictionOptions) throws {
    self.predictor = predictor
    self.options = options
    self.file = file.input.name
    do {
      name = try ArrayPrediction.name(file.reader, rows)
      source = try ArrayPrediction.rows(file.reader, name, rows.examples, predictor.inputCount)
      labels = try rows.labels.map { try file.reader.tensor($0).doublesInStorageOrder() }
      if let labels, let count = source.rowCount, labels.count != count {
        throw FormatError(
          .unsuitable, at: .object(rows.labels ?? ""), "\(labels.count) labels for \(count) examples in \(name)")
      }
    } catch let error as FormatError {
      throw error.naming(file.input.name)
    } catch let error as TensorError {
      throw FormatError(error, at: .object(rows.labels ?? "")).naming(file.input.name)
    }
  }

  /// The array that the user names; else `X` or the only one with two dimensions.
  private static func name(_ reader: any TensorReader, _ rows: RowOptions) throws(FormatError) -> String {
    if let features = rows.features { return features }
    let candidates = reader.entries.filter { $0.isNumeric && $0.shape.count == 2 && !$0.shape.contains(1) }.map(\.name)
    if let name = candidates.first(where: { $0.lowercased() == "x" }) { return name }
    if candidates.count == 1 { return candidates[0] }
    if let damage = reader.damage { throw damage }
    throw FormatError(
      .missingArray,
      "which array are the inputs? --features names one of "
        + reader.entries.filter(\.isNumeric).map(\.name).joined(separator: ", "))
  }

  /// The array's rows: its own, or its columns where these are the examples.
  private static func rows(
    _ reader: any TensorReader, _ name: String, _ examples: DatasetSelection.ExampleAxis?, _ inputCount: Int
  ) throws -> any RowSource {
    let entry = try reader.entry(name)
    let shape = entry.shape.count == 1 && inputCount == 1 ? [entry.shape[0], 1] : entry.shape
    guard shape.count == 2, shape.contains(inputCount) else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the shape is \(Tensor.describe(entry.shape)), but the model has \(inputCount) inputs: one of two dimensions "
          + "must be \(inputCount)")
    }
    if shape[0] == shape[1] && shape[0] > 1 && examples == nil {
      throw FormatError(
        .unsuitable, at: .object(name),
        "\(Tensor.describe(shape)) does not tell whether an example is a row or a column; "
          + "--examples rows or --examples columns does")
    }
    if shape[1] == inputCount && examples != .columns { return try reader.rows(of: name) }
    return MatrixRows(try reader.tensor(name).matrix().transposed)
  }

  /// Rows that are computed together.
  private static let chunk = 4096

  func write(to sink: PredictionSink) throws {
    let output = OutputDialect(Dialect(), delimiter: sink.delimiter(for: Dialect()))
    let header = Array("probability".utf8) + [output.delimiter] + Array("label".utf8)
    try sink.begin(header, columnCount: 2, of: file)
    let numbers = options.digits.map(NumberFormat.fixed) ?? .shortest
    let scratch = predictor.makeScratch()
    let bar = ProgressBar("predicting", unit: "rows", total: source.rowCount)
    var inputs = [Double](repeating: 0, count: ArrayPrediction.chunk * predictor.inputCount)
    var probabilities = [Double](repeating: 0, count: ArrayPrediction.chunk)
    var done = 0
    while true {
      let count = try read(&inputs)
      if count == 0 { break }
      try check(inputs, count, from: done)
      predict(inputs, count, &probabilities, scratch)
      if let row = probabilities[..<count].firstIndex(where: \.isNaN) {
        throw FormatError(
          .unsuitable, at: .object(name),
          "the inputs of row \(done + row + 1) are so large that the network gives no number", file: file)
      }
      try sink.add(score(probabilities, count, from: done))
      done += count
      if sink.keepsArrays {
        sink.keep(Array(probabilities.prefix(count)))
      } else {
        var text: [UInt8] = []
        for probability in probabilities.prefix(count) {
          output.append(probability, numbers, to: &text)
          text += [output.delimiter, UInt8(ascii: probability > options.threshold ? "1" : "0"), UInt8(ascii: "\n")]
        }
        try sink.write(text)
      }
      bar.update(done: done)
    }
    bar.finish()
  }

  private func read(_ inputs: inout [Double]) throws -> Int {
    var block = inputs.mutableSpan
    return try source.nextRows(into: &block)
  }

  /// A missing input has no prediction.
  private func check(_ inputs: [Double], _ count: Int, from first: Int) throws(FormatError) {
    let width = predictor.inputCount
    guard let index = inputs[..<(count * width)].firstIndex(where: { !$0.isFinite }) else { return }
    throw FormatError(
      .unsuitable, at: .object(name),
      "input \(index % width + 1) of row \(first + index / width + 1) is \(inputs[index]), not a finite number",
      file: file)
  }

  private func predict(
    _ inputs: [Double], _ count: Int, _ probabilities: inout [Double], _ scratch: PredictionScratch
  ) {
    var outputs = probabilities.mutableSpan
    var results = outputs._mutatingExtracting(0..<count)
    predictor.predict(inputs.span.extracting(0..<count * predictor.inputCount), into: &results, scratch: scratch)
  }

  private func score(_ probabilities: [Double], _ count: Int, from first: Int) throws -> PredictionSink.Score {
    var score = PredictionSink.Score()
    guard let labels else { return score }
    for row in 0..<count {
      let label = labels[first + row]
      guard label == 0 || label == 1 else {
        throw FormatError(
          .unsuitable, "the label of row \(first + row + 1) is \(label.shortestText), expected 0 or 1", file: file)
      }
      score.confusion.add(probability: probabilities[row], label: label, threshold: options.threshold)
      score.logLoss += CrossEntropy.loss(probability: probabilities[row], label: label)
    }
    return score
  }
}

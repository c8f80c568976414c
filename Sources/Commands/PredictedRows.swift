import TensorFiles
import Tensors
import Training

/// Some rows that are computed together, in memory that is used again for the next ones.
struct PredictedRows {
  /// The rows that there are.
  private(set) var count = 0
  /// Where each row stands in its block of text.
  private(set) var records: [Range<Int>]
  /// What the network says of each row, one number for each unit of its last layer.
  private(set) var outputs: [Double]
  /// The same before the last activation, where it was asked for.
  private(set) var z: [Double]

  /// The numbers as they were read: the inputs and, where there are labels that are numbers, the labels.
  private(set) var values: [Double]
  /// The inputs alone, where there are labels.
  private var inputs: [Double]
  private let width: Int
  private let inputCount: Int
  private let outputCount: Int
  private let scratch: PredictionScratch

  /// Room for so many rows of `width` numbers, or for fewer where these are long.
  init(capacity wanted: Int, width: Int, _ predictor: Predictor) {
    let capacity = max(1, min(wanted, PredictedRows.most / max(width, predictor.outputCount, 1)))
    self.width = width
    inputCount = predictor.inputCount
    outputCount = predictor.outputCount
    scratch = predictor.makeScratch()
    records = Array(repeating: 0..<0, count: capacity)
    outputs = Array(repeating: 0, count: capacity * outputCount)
    z = Array(repeating: 0, count: capacity * outputCount)
    values = Array(repeating: 0, count: capacity * width)
    inputs = Array(repeating: 0, count: capacity * inputCount)
  }

  /// Numbers that there is room for, unless one row has more.
  private static let most = 1 << 15

  /// Reads the next rows of a block; false at its end.
  mutating func read(_ parser: inout RowParser) throws(FormatError) -> Bool {
    count = try PredictedRows.read(&parser, into: &values, &records)
    return count > 0
  }

  /// Reads the next rows of a source of inputs; false at its end.
  mutating func read(_ source: any RowSource) throws -> Bool {
    var numbers = values.mutableSpan
    count = try source.nextRows(into: &numbers)
    return count > 0
  }

  /// Forgets the rows from one on.
  mutating func cut(to count: Int) { self.count = count }

  /// Predicts the rows.
  ///
  /// - Parameter withZ: whether ``z`` is wanted too, which the loss of labels is computed from.
  mutating func compute(_ predictor: Predictor, withZ: Bool) {
    if width > inputCount {
      for row in 0..<count {
        for column in 0..<inputCount { inputs[row * inputCount + column] = values[row * width + column] }
      }
    }
    let rows = width > inputCount ? inputs : values
    if withZ {
      PredictedRows.compute(rows, count, predictor, into: &outputs, z: &z, scratch)
    } else {
      PredictedRows.compute(rows, count, predictor, into: &outputs, scratch)
    }
  }

  // The spans of two properties at once need both as parameters of their own.
  private static func read(
    _ parser: inout RowParser, into values: inout [Double], _ records: inout [Range<Int>]
  ) throws(FormatError) -> Int {
    var numbers = values.mutableSpan
    var ranges = records.mutableSpan
    return try parser.nextRows(into: &numbers, records: &ranges)
  }

  private static func compute(
    _ rows: [Double], _ count: Int, _ predictor: Predictor, into outputs: inout [Double], _ scratch: PredictionScratch
  ) {
    var room = outputs.mutableSpan
    var results = room._mutatingExtracting(0..<count * predictor.outputCount)
    predictor.predict(rows.span.extracting(0..<count * predictor.inputCount), into: &results, scratch: scratch)
  }

  private static func compute(
    _ rows: [Double], _ count: Int, _ predictor: Predictor, into outputs: inout [Double], z: inout [Double],
    _ scratch: PredictionScratch
  ) {
    var room = outputs.mutableSpan
    var results = room._mutatingExtracting(0..<count * predictor.outputCount)
    var roomOfZ = z.mutableSpan
    var resultsOfZ = roomOfZ._mutatingExtracting(0..<count * predictor.outputCount)
    predictor.predict(
      rows.span.extracting(0..<count * predictor.inputCount), into: &results, z: &resultsOfZ, scratch: scratch)
  }

  /// The inputs of a row.
  func inputs(of row: Int) -> ArraySlice<Double> { values[row * width..<row * width + inputCount] }

  /// The labels of a row that stand behind its inputs as numbers.
  func labels(of row: Int) -> ArraySlice<Double> { values[row * width + inputCount..<(row + 1) * width] }

  /// Whether every output of a row is a number: inputs that are too large give none.
  func isFinite(_ row: Int) -> Bool {
    guard outputCount > 1 else { return outputs[row].isFinite }
    return outputs[row * outputCount..<(row + 1) * outputCount].allSatisfy(\.isFinite)
  }

  /// Whether every number that was read is finite.
  var areInputsFinite: Bool { PredictedRows.areFinite(values, count * width) }

  /// Whether every number that was read and every output is finite.
  var areFinite: Bool {
    areInputsFinite && PredictedRows.areFinite(outputs, count * outputCount)
  }

  private static func areFinite(_ numbers: [Double], _ count: Int) -> Bool {
    // One more in the exponent carries into the sign where all its bits are set.
    var carry: UInt64 = 0
    for number in numbers[..<count] { carry |= number.magnitude.bitPattern &+ 1 << 52 }
    return carry >> 63 == 0
  }

  /// The numbers of all rows as they were read, row by row.
  var allInputs: ArraySlice<Double> { values[..<(count * width)] }

  /// The outputs of all rows, row by row.
  var allOutputs: ArraySlice<Double> { outputs[..<(count * outputCount)] }
}

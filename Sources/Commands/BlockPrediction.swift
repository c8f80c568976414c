import TensorFiles
import Tensors
import Training

/// What is done with one block, by any thread.
struct BlockPrediction: Sendable {
  let predictor: Predictor
  let selection: ColumnSelection
  let hasLabels: Bool
  let threshold: Double
  let numbers: NumberFormat
  let writesRows: Bool
  let goesOnAfterErrors: Bool
  var output = OutputDialect(Dialect(), delimiter: nil)
  var keepsArrays = false

  /// What became of a block.
  struct Result: Sendable {
    var count = 0
    var text: [UInt8] = []
    var probabilities: [Double] = []
    var score = PredictionSink.Score()
    var rejected: [(FormatError, Range<Int>)] = []
    /// The error that ends the work; what stands before it in the block is in ``text``.
    var failure: FormatError?
  }

  /// Rows that are computed together.
  private static let chunk = 512

  func predict(_ block: RecordBlock) -> Result {
    var result = Result()
    result.text.reserveCapacity(block.length + block.length / 2)
    var parser = RowParser(block, selection)
    let width = selection.columns.count
    var values = [Double](repeating: 0, count: BlockPrediction.chunk * width)
    var records = [Range<Int>](repeating: 0..<0, count: BlockPrediction.chunk)
    let scratch = predictor.makeScratch()
    var inputs = [Double](repeating: 0, count: BlockPrediction.chunk * predictor.inputCount)
    var probabilities = [Double](repeating: 0, count: BlockPrediction.chunk)
    while true {
      let count: Int
      do throws(FormatError) {
        count = try read(&parser, into: &values, &records)
      } catch {
        let error = parser.rejected.map { explain(error, block, $0) } ?? error
        guard goesOnAfterErrors, let record = parser.rejected else {
          result.failure = error
          return result
        }
        result.rejected.append((error, record))
        continue
      }
      if count == 0 { return result }
      compute(values, count, &inputs, &probabilities, scratch)
      for row in 0..<count {
        let numbers = values[row * width..<(row + 1) * width]
        if let error = check(numbers, probabilities[row], block, records[row])
          ?? score(probabilities[row], label: numbers.last, block, records[row], &result)
        {
          guard goesOnAfterErrors else {
            result.failure = error
            return result
          }
          result.rejected.append((error, records[row]))
          continue
        }
        append(probabilities[row], block, records[row], to: &result)
      }
    }
  }

  private func read(
    _ parser: inout RowParser, into values: inout [Double], _ records: inout [Range<Int>]
  ) throws(FormatError) -> Int {
    var numbers = values.mutableSpan
    var ranges = records.mutableSpan
    return try parser.nextRows(into: &numbers, records: &ranges)
  }

  /// Computes the probabilities of rows; the labels that stand behind the inputs are left out.
  private func compute(
    _ values: [Double], _ count: Int, _ inputs: inout [Double], _ probabilities: inout [Double],
    _ scratch: PredictionScratch
  ) {
    let (width, inputCount) = (selection.columns.count, predictor.inputCount)
    var outputs = probabilities.mutableSpan
    var results = outputs._mutatingExtracting(0..<count)
    if !hasLabels {
      predictor.predict(values.span.extracting(0..<count * width), into: &results, scratch: scratch)
      return
    }
    for row in 0..<count {
      for column in 0..<inputCount { inputs[row * inputCount + column] = values[row * width + column] }
    }
    predictor.predict(inputs.span.extracting(0..<count * inputCount), into: &results, scratch: scratch)
  }

  /// An input that is infinite, or so large that nothing can be computed from it, has no prediction.
  private func check(
    _ numbers: ArraySlice<Double>, _ probability: Double, _ block: RecordBlock, _ record: Range<Int>
  ) -> FormatError? {
    if let infinite = numbers.prefix(predictor.inputCount).firstIndex(where: { !$0.isFinite }) {
      let field = field(selection.columns[infinite - numbers.startIndex], block, record)
      return FormatError(
        .damaged, at: block.location(of: field.lowerBound),
        "'\(block.text(of: field).prefix(40))' is infinite, or more than a double can hold", file: block.file)
    }
    guard probability.isNaN else { return nil }
    return FormatError(
      .unsuitable, at: block.location(of: record.lowerBound),
      "the inputs are so large that the network gives no number", file: block.file)
  }

  private func field(_ column: Int, _ block: RecordBlock, _ record: Range<Int>) -> Range<Int> {
    var fields: [Range<Int>] = []
    block.split(record, into: &fields)
    return fields.indices.contains(column) ? fields[column] : record
  }

  /// Where the label of a record stands; nil without labels.
  private func labelLocation(_ block: RecordBlock, _ record: Range<Int>) -> FormatError.Location? {
    guard hasLabels, let column = selection.columns.last else { return nil }
    return block.location(of: field(column, block, record).lowerBound)
  }

  /// What a label must be, where it is the label that is no number.
  private func explain(_ error: FormatError, _ block: RecordBlock, _ record: Range<Int>) -> FormatError {
    guard error.location == labelLocation(block, record) else { return error }
    return FormatError(error.code, at: error.location, error.sentence + "; labels are 0 or 1", file: error.file)
  }

  /// Counts a prediction against its label; a label that is none is an error.
  private func score(
    _ probability: Double, label: Double?, _ block: RecordBlock, _ record: Range<Int>, _ result: inout Result
  ) -> FormatError? {
    guard hasLabels, let label else { return nil }
    guard label == 0 || label == 1 else {
      return FormatError(
        .unsuitable, at: labelLocation(block, record) ?? .file,
        "the label is \(label.shortestText), expected 0 or 1", file: block.file)
    }
    result.score.confusion.add(probability: probability, label: label, threshold: threshold)
    result.score.logLoss += CrossEntropy.loss(probability: probability, label: label)
    return nil
  }

  private func append(_ probability: Double, _ block: RecordBlock, _ record: Range<Int>, to result: inout Result) {
    result.count += 1
    if keepsArrays {
      result.probabilities.append(probability)
      return
    }
    if writesRows {
      output.append(block, record, to: &result.text)
      result.text.append(output.delimiter)
    }
    output.append(probability, numbers, to: &result.text)
    result.text.append(output.delimiter)
    result.text.append(probability > threshold ? UInt8(ascii: "1") : UInt8(ascii: "0"))
    result.text.append(UInt8(ascii: "\n"))
  }
}

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
  let output: OutputDialect
  let keepsArrays: Bool

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
    var writer = output.writer(numbers)
    predict(block, &writer, &result)
    result.text = writer.text
    return result
  }

  private func predict(_ block: RecordBlock, _ writer: inout RowWriter, _ result: inout Result) {
    var parser = RowParser(block, selection)
    var locator = RecordLocator(block)
    var rows = PredictedRows(capacity: BlockPrediction.chunk, width: selection.columns.count, predictor)
    while true {
      do throws(FormatError) {
        guard try rows.read(&parser) else { return }
      } catch {
        let error = parser.rejected.map { explain(error, block, $0, &locator) } ?? error
        guard goesOnAfterErrors, let record = parser.rejected else {
          result.failure = error
          return
        }
        result.rejected.append((error, record))
        continue
      }
      rows.compute(predictor, withZ: hasLabels)
      for row in 0..<rows.count {
        if let error = check(rows, row, &locator, block) ?? score(rows, row, &locator, block, &result) {
          guard goesOnAfterErrors else {
            result.failure = error
            return
          }
          result.rejected.append((error, rows.records[row]))
          continue
        }
        append(rows.probabilities[row], block, rows.records[row], to: &writer, &result)
      }
    }
  }

  /// An input that is infinite, or so large that nothing can be computed from it, has no prediction.
  private func check(
    _ rows: PredictedRows, _ row: Int, _ locator: inout RecordLocator, _ block: RecordBlock
  ) -> FormatError? {
    let (inputs, record) = (rows.inputs(of: row), rows.records[row])
    if let infinite = inputs.firstIndex(where: { !$0.isFinite }) {
      let field = field(selection.columns[infinite - inputs.startIndex], block, record)
      return FormatError(
        .damaged, at: locator.location(of: field.lowerBound),
        "'\(block.text(of: field).prefix(40))' is infinite, or more than a double can hold", file: block.file)
    }
    guard rows.probabilities[row].isNaN else { return nil }
    return FormatError(
      .unsuitable, at: locator.location(of: record.lowerBound),
      "the inputs are so large that the network gives no number", file: block.file)
  }

  private func field(_ column: Int, _ block: RecordBlock, _ record: Range<Int>) -> Range<Int> {
    var fields: [Range<Int>] = []
    block.split(record, into: &fields)
    return fields.indices.contains(column) ? fields[column] : record
  }

  /// Where the label of a record stands; nil without labels.
  private func labelLocation(
    _ block: RecordBlock, _ record: Range<Int>, _ locator: inout RecordLocator
  ) -> FormatError.Location? {
    guard hasLabels, let column = selection.columns.last else { return nil }
    return locator.location(of: field(column, block, record).lowerBound)
  }

  /// What a label must be, where it is the label that is no number.
  private func explain(
    _ error: FormatError, _ block: RecordBlock, _ record: Range<Int>, _ locator: inout RecordLocator
  ) -> FormatError {
    guard error.location == labelLocation(block, record, &locator) else { return error }
    return FormatError(
      error.code, at: error.location, error.sentence + "; labels are 0 or 1 (a model keeps no names of classes)",
      file: error.file)
  }

  /// Counts a prediction against its label; a label that is none is an error.
  private func score(
    _ rows: PredictedRows, _ row: Int, _ locator: inout RecordLocator, _ block: RecordBlock, _ result: inout Result
  ) -> FormatError? {
    guard hasLabels else { return nil }
    let label = rows.label(of: row)
    guard label == 0 || label == 1 else {
      return FormatError(
        .unsuitable, at: labelLocation(block, rows.records[row], &locator) ?? .file,
        "the label is \(label.shortestText), expected 0 or 1", file: block.file)
    }
    result.score.add(probability: rows.probabilities[row], z: rows.z[row], label: label, threshold: threshold)
    return nil
  }

  private func append(
    _ probability: Double, _ block: RecordBlock, _ record: Range<Int>, to writer: inout RowWriter,
    _ result: inout Result
  ) {
    result.count += 1
    if keepsArrays {
      result.probabilities.append(probability)
      return
    }
    if writesRows { output.append(record, of: block, to: &writer) }
    writer.append(probability: probability, threshold: threshold)
  }
}

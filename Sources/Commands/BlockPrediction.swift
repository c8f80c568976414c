import TensorFiles
import Tensors
import Training

/// What is done with one block, by any thread.
struct BlockPrediction: Sendable {
  let predictor: Predictor
  let selection: ColumnSelection
  /// The columns of the labels.
  let labelColumns: [Int]
  /// How the labels are read; nil without labels.
  let labels: TrueLabels?
  let columns: ModelColumns
  let text: PredictionText
  let writesRows: Bool
  let goesOnAfterErrors: Bool
  let output: OutputDialect
  let keepsArrays: Bool
  /// Whether intervals are wanted.
  let keepsPredictions: Bool

  /// Rows that are computed together.
  private static let chunk = 512

  /// What a thread does with its blocks, in memory of its own.
  func work() -> (TableJob) -> Void {
    var rows = PredictedRows(capacity: BlockPrediction.chunk, width: selection.columns.count, predictor)
    var classes: [Int32] = []
    return { job in
      job.empty(score: Evaluator(columns.task, keepsPredictions: keepsPredictions))
      if let block = job.block { predict(block, &rows, &classes, job) }
    }
  }

  private func predict(_ block: RecordBlock, _ rows: inout PredictedRows, _ classes: inout [Int32], _ job: TableJob) {
    var parser = RowParser(block, selection)
    var locator = RecordLocator(block)
    var fields: [Range<Int>] = []
    let needsZ = labels.map { !$0.areValues } ?? false
    while true {
      do throws(FormatError) {
        guard try rows.read(&parser) else { return }
      } catch {
        let error = parser.rejected.map { explain(error, block, $0, &locator) } ?? error
        guard goesOnAfterErrors, let record = parser.rejected else {
          job.failure = parser.rejected.map { error.quoting(block, $0) } ?? error
          return
        }
        job.rejected.append((error, record))
        continue
      }
      rows.compute(predictor, withZ: needsZ)
      // The first row that is good and not yet appended.
      var first = 0
      for row in 0..<(labels == nil && rows.areFinite ? 0 : rows.count) {
        guard let error = check(rows, row, &locator, block) ?? score(rows, row, &locator, block, &fields, &job.score)
        else { continue }
        append(rows, first..<row, block, &classes, to: job)
        first = row + 1
        guard goesOnAfterErrors else {
          job.failure = error.quoting(block, rows.records[row])
          return
        }
        job.rejected.append((error, rows.records[row]))
      }
      append(rows, first..<rows.count, block, &classes, to: job)
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
    guard !rows.isFinite(row) else { return nil }
    return FormatError(
      .unsuitable, at: locator.location(of: record.lowerBound),
      "the inputs are so large that the network gives no number", file: block.file)
  }

  private func field(_ column: Int, _ block: RecordBlock, _ record: Range<Int>) -> Range<Int> {
    var fields: [Range<Int>] = []
    block.split(record, into: &fields)
    return fields.indices.contains(column) ? fields[column] : record
  }

  /// Where a label of a record stands.
  private func location(
    ofLabel place: Int, _ block: RecordBlock, _ record: Range<Int>, _ locator: inout RecordLocator
  ) -> FormatError.Location {
    locator.location(of: field(labelColumns[place], block, record).lowerBound)
  }

  /// What a label must be, where it is a label that is no number.
  private func explain(
    _ error: FormatError, _ block: RecordBlock, _ record: Range<Int>, _ locator: inout RecordLocator
  ) -> FormatError {
    guard let labels, !labelColumns.isEmpty, error.location == location(ofLabel: 0, block, record, &locator) else {
      return error
    }
    return FormatError(error.code, at: error.location, error.sentence + labels.explanation, file: error.file)
  }

  /// Counts a prediction against its label; a label that is none is an error.
  private func score(
    _ rows: PredictedRows, _ row: Int, _ locator: inout RecordLocator, _ block: RecordBlock,
    _ fields: inout [Range<Int>], _ score: inout Evaluator
  ) -> FormatError? {
    guard let labels else { return nil }
    let record = rows.records[row]
    if labels.areValues {
      let values = rows.labels(of: row)
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        return FormatError(
          .unsuitable, at: location(ofLabel: bad - values.startIndex, block, record, &locator),
          "the label is \(values[bad].shortestText), expected \(labels.expectation)", file: block.file)
      }
      score.add(values: values, outputs: rows.outputs, row: row)
      return nil
    }
    var found = ""
    switch labels.reading {
    case .numbers:
      let label = rows.labels(of: row).first ?? .nan
      if let number = labels.classNumber(of: label) {
        score.add(class: number, outputs: rows.outputs, z: rows.z, row: row)
        return nil
      }
      found = label.shortestText
    case .names:
      block.split(record, into: &fields)
      let label = block.text(of: fields[labelColumns[0]])
      if let number = labels.classNumber(of: label) {
        score.add(class: number, outputs: rows.outputs, z: rows.z, row: row)
        return nil
      }
      found = label.isEmpty ? "missing" : "'\(label.prefix(40))'"
    }
    return FormatError(
      .unsuitable, at: location(ofLabel: 0, block, record, &locator),
      "the label is \(found), expected \(labels.expectation)", file: block.file)
  }

  private func append(
    _ rows: PredictedRows, _ range: Range<Int>, _ block: RecordBlock, _ classes: inout [Int32], to job: TableJob
  ) {
    job.count += range.count
    if keepsArrays {
      job.outputs += rows.outputs[range.lowerBound * columns.outputCount..<range.upperBound * columns.outputCount]
      return
    }
    guard writesRows, !output.isThatOfInput else {
      let beginnings = writesRows ? RowBeginnings.records(rows.records, block) : .numbers([], perRow: 0)
      text.append(range, beginnings, outputs: rows.outputs, classes: &classes, to: &job.writer)
      return
    }
    for row in range {
      output.append(rows.records[row], of: block, to: &job.writer)
      text.append(row..<row + 1, .numbers([], perRow: 0), outputs: rows.outputs, classes: &classes, to: &job.writer)
    }
  }
}

extension FormatError {
  /// The error with the row at which it is: where the input is a part of a table, its line tells nobody which row that is.
  fileprivate func quoting(_ block: RecordBlock, _ record: Range<Int>) -> FormatError {
    let row = block.shownText(of: record)
    return FormatError(code, at: location, "\(sentence); the row is '\(row)'", file: file)
  }
}

/// A block of a table and what became of it, in memory that is used again for further blocks.
final class TableJob {
  /// The block; nil before the first.
  private(set) var block: RecordBlock?
  /// The rows that were predicted.
  var count = 0
  /// Their text.
  var writer: RowWriter
  /// Their outputs, where arrays are kept.
  var outputs: [Double] = []
  var score: Evaluator
  var rejected: [(FormatError, Range<Int>)] = []
  /// The error that ends the work; what stands before it in the block is in ``writer``.
  var failure: FormatError?

  init(writer: RowWriter, score: Evaluator) {
    self.writer = writer
    self.score = score
  }

  /// Reads the next block in the memory of the one before; false at the end.
  func read(_ records: DelimitedRecords) throws(FormatError) -> Bool {
    var memory = block?.bytes ?? []
    block = nil
    block = try records.nextBlock(reusing: &memory)
    return block != nil
  }

  /// Forgets what became of the block before.
  func empty(score: Evaluator) {
    count = 0
    writer.removeAll()
    outputs.removeAll(keepingCapacity: true)
    self.score = score
    rejected = []
    failure = nil
  }
}

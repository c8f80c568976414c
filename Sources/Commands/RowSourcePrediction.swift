import TensorFiles
import Tensors
import ToolSupport
import Training

/// Predicts rows of numbers: those of an array, or the points of a grid.
struct RowSourcePrediction {
  let predictor: Predictor
  let columns: ModelColumns
  let source: any RowSource
  /// The true labels of the rows, row by row, if they are known.
  var labels: [Double]?
  /// The names of the inputs, where they are written before the prediction.
  var inputNames: [String]?
  /// The file in messages; nil for a grid.
  var file: String?
  /// The array of inputs in messages.
  var name: String?
  /// The array of labels in messages.
  var labelsName: String?
  let options: PredictionOptions
  let threads: Int

  /// Rows that are computed together.
  private static let chunk = 4096

  func write(to sink: PredictionSink) throws {
    let output = OutputDialect(Dialect(), delimiter: sink.delimiter(for: Dialect()))
    var header = output.writer()
    for name in inputNames ?? [] { header.append(name) }
    header.append(header: columns.names)
    try sink.begin(header.text, inputColumns: inputNames?.count ?? 0, of: file ?? "the grid")
    try sink.checkRoom(for: source.rowCount ?? 0, inputCount: inputNames?.count ?? 0)
    let bar = ProgressBar("predicting", unit: "rows", total: source.rowCount)
    let work = RowWork(self, PredictionText(columns, in: output), keepsArrays: sink.keepsArrays)
    let (source, predictor, numbers, task) = (source, predictor, options.numbers, columns.task)
    var done = 0
    try inTurn(
      threads: threads,
      job: {
        RowJob(
          PredictedRows(capacity: RowSourcePrediction.chunk, width: predictor.inputCount, predictor),
          writer: output.writer(numbers), score: Evaluator(task))
      },
      begin: { job in
        job.first = done
        guard try job.rows.read(source) else { return false }
        done += job.rows.count
        return true
      },
      work: { work.work() },
      end: { job in
        if work.hasLabels { try sink.add(job.score) }
        if sink.keepsArrays {
          try sink.keep(Array(job.rows.allOutputs), inputs: job.inputs)
        } else {
          try sink.write(job.writer)
        }
        if let failure = job.failure { throw failure }
        bar.update(done: job.first + job.rows.count)
      })
    bar.finish()
  }
}

/// Some rows and what became of them, in memory that is used again for further rows.
private final class RowJob {
  /// The number of the first row, counted from 0.
  var first = 0
  var rows: PredictedRows
  var writer: RowWriter
  var score: Evaluator
  /// What the outputs are made of, where that is kept too.
  var inputs: [Double] = []
  /// The error that ends the work; the rows before it are good.
  var failure: FormatError?

  init(_ rows: PredictedRows, writer: RowWriter, score: Evaluator) {
    self.rows = rows
    self.writer = writer
    self.score = score
  }
}

/// What is done with some rows, by any thread.
private struct RowWork: Sendable {
  private let predictor: Predictor
  private let columns: ModelColumns
  private let text: PredictionText
  private let labels: [Double]?
  private let wanted: TrueLabels
  private let writesInputs: Bool
  private let keepsArrays: Bool
  private let keepsPredictions: Bool
  private let file: String?
  private let name: String?
  private let labelsName: String?

  init(_ prediction: RowSourcePrediction, _ text: PredictionText, keepsArrays: Bool) {
    predictor = prediction.predictor
    columns = prediction.columns
    self.text = text
    labels = prediction.labels
    wanted = TrueLabels(prediction.columns)
    writesInputs = prediction.inputNames != nil
    self.keepsArrays = keepsArrays
    keepsPredictions = prediction.options.evaluation.intervals != nil
    (file, name, labelsName) = (prediction.file, prediction.name, prediction.labelsName)
  }

  var hasLabels: Bool { labels != nil }

  /// What a thread does with its rows.
  func work() -> (RowJob) -> Void {
    var classes: [Int32] = []
    return { job in predict(job, &classes) }
  }

  private func predict(_ job: RowJob, _ classes: inout [Int32]) {
    job.failure = cut(&job.rows, from: job.first)
    job.rows.compute(predictor, withZ: labels != nil && !wanted.areValues)
    if !job.rows.areFinite, let row = (0..<job.rows.count).first(where: { !job.rows.isFinite($0) }) {
      job.rows.cut(to: row)
      job.failure = failure(
        "the inputs of row \(job.first + row + 1) are so large that the network gives no number")
    }
    if labels != nil { job.score = score(job.rows, from: job.first) }
    guard !keepsArrays else {
      if writesInputs { job.inputs = Array(job.rows.allInputs) }
      return
    }
    job.writer.removeAll()
    let inputs: RowBeginnings =
      writesInputs ? .numbers(job.rows.values, perRow: predictor.inputCount) : .numbers([], perRow: 0)
    text.append(0..<job.rows.count, inputs, outputs: job.rows.outputs, classes: &classes, to: &job.writer)
  }

  /// Cuts the rows off before the first bad one: what is missing or infinite has no prediction, and a label must be one.
  ///
  /// - Returns: what is wrong with it; nil where all are good.
  private func cut(_ rows: inout PredictedRows, from first: Int) -> FormatError? {
    if labels == nil, rows.areInputsFinite { return nil }
    for row in 0..<rows.count {
      let inputs = rows.inputs(of: row)
      if let index = inputs.firstIndex(where: { !$0.isFinite }) {
        rows.cut(to: row)
        return failure(
          "input \(index - inputs.startIndex + 1) of row \(first + row + 1) is \(inputs[index]), not a finite number")
      }
      if let bad = labels(of: first + row)?.first(where: { label in
        wanted.areValues ? !label.isFinite : wanted.classNumber(of: label) == nil
      }) {
        rows.cut(to: row)
        return failure(
          "the label of row \(first + row + 1) is \(bad.shortestText), expected \(wanted.numberExpectation)",
          at: labelsName)
      }
    }
    return nil
  }

  private func labels(of row: Int) -> ArraySlice<Double>? {
    labels?[row * wanted.columnCount..<(row + 1) * wanted.columnCount]
  }

  private func score(_ rows: PredictedRows, from first: Int) -> Evaluator {
    var score = Evaluator(columns.task, keepsPredictions: keepsPredictions)
    for row in 0..<rows.count {
      guard let labels = labels(of: first + row) else { break }
      if wanted.areValues {
        score.add(values: labels, outputs: rows.outputs, row: row)
      } else if let number = labels.first.flatMap({ wanted.classNumber(of: $0) }) {
        score.add(class: number, outputs: rows.outputs, z: rows.z, row: row)
      }
    }
    return score
  }

  private func failure(_ sentence: String, at array: String? = nil) -> FormatError {
    FormatError(.unsuitable, at: (array ?? name).map(FormatError.Location.object) ?? .file, sentence, file: file)
  }
}

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

  /// Rows that are computed together.
  private static let chunk = 4096

  func write(to sink: PredictionSink) throws {
    let output = OutputDialect(Dialect(), delimiter: sink.delimiter(for: Dialect()))
    var writer = output.writer(options.numbers)
    for name in inputNames ?? [] { writer.append(name) }
    writer.append(header: columns.names)
    try sink.begin(writer.text, inputColumns: inputNames?.count ?? 0, of: file ?? "the grid")
    let text = PredictionText(columns, in: output)
    let wanted = TrueLabels(columns)
    try sink.checkRoom(for: source.rowCount ?? 0, inputCount: inputNames?.count ?? 0)
    let bar = ProgressBar("predicting", unit: "rows", total: source.rowCount)
    var rows = PredictedRows(capacity: RowSourcePrediction.chunk, width: predictor.inputCount, predictor)
    var done = 0
    while try rows.read(source) {
      // The rows before a bad one are given first.
      var failure = cut(&rows, from: done, wanted)
      rows.compute(predictor, withZ: labels != nil && !wanted.areValues)
      if let row = (0..<rows.count).first(where: { !rows.isFinite($0) }) {
        rows.cut(to: row)
        failure = self.failure("the inputs of row \(done + row + 1) are so large that the network gives no number")
      }
      if labels != nil { try sink.add(score(rows, from: done, wanted)) }
      if sink.keepsArrays {
        let inputs = inputNames == nil ? [] : (0..<rows.count).flatMap(rows.inputs)
        try sink.keep(Array(rows.allOutputs), inputs: inputs)
      } else {
        writer.removeAll()
        append(rows, text, to: &writer)
        try sink.write(writer.text)
      }
      if let failure { throw failure }
      done += rows.count
      bar.update(done: done)
    }
    bar.finish()
  }

  private func append(_ rows: PredictedRows, _ text: PredictionText, to writer: inout RowWriter) {
    for row in 0..<rows.count {
      if inputNames != nil {
        for input in rows.inputs(of: row) { writer.append(input, as: .shortest) }
      }
      text.append(rows.outputs, row: row, to: &writer)
    }
  }

  /// Cuts the rows off before the first bad one: what is missing or infinite has no prediction, and a label must be one.
  ///
  /// - Returns: what is wrong with it; nil where all are good.
  private func cut(_ rows: inout PredictedRows, from first: Int, _ wanted: TrueLabels) -> FormatError? {
    for row in 0..<rows.count {
      let inputs = rows.inputs(of: row)
      if let index = inputs.firstIndex(where: { !$0.isFinite }) {
        rows.cut(to: row)
        return failure(
          "input \(index - inputs.startIndex + 1) of row \(first + row + 1) is \(inputs[index]), not a finite number")
      }
      if let bad = labels(of: first + row, wanted)?.first(where: { label in
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

  private func labels(of row: Int, _ wanted: TrueLabels) -> ArraySlice<Double>? {
    labels?[row * wanted.columnCount..<(row + 1) * wanted.columnCount]
  }

  private func score(_ rows: PredictedRows, from first: Int, _ wanted: TrueLabels) -> Evaluator {
    var score = Evaluator(columns.task, keepsPredictions: options.evaluation.intervals != nil)
    for row in 0..<rows.count {
      guard let labels = labels(of: first + row, wanted) else { break }
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

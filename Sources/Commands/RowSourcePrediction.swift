import TensorFiles
import Tensors
import ToolSupport
import Training

/// Predicts rows of numbers: those of an array, or the points of a grid.
struct RowSourcePrediction {
  let predictor: Predictor
  let source: any RowSource
  /// The true labels of the rows, if they are known.
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
    writer.appendPredictionNames()
    try sink.begin(writer.text, columnCount: (inputNames?.count ?? 0) + 2, of: file ?? "the grid")
    try sink.checkRoom(for: source.rowCount ?? 0, inputCount: inputNames?.count ?? 0)
    let bar = ProgressBar("predicting", unit: "rows", total: source.rowCount)
    var rows = PredictedRows(capacity: RowSourcePrediction.chunk, width: predictor.inputCount, predictor)
    var done = 0
    while try rows.read(source) {
      // The rows before a bad one are given first.
      var failure = cut(&rows, from: done)
      rows.compute(predictor, withZ: labels != nil)
      if let row = rows.probabilities[..<rows.count].firstIndex(where: \.isNaN) {
        rows.cut(to: row)
        failure = self.failure("the inputs of row \(done + row + 1) are so large that the network gives no number")
      }
      sink.add(score(rows, from: done))
      if sink.keepsArrays {
        let inputs = inputNames == nil ? [] : (0..<rows.count).flatMap(rows.inputs)
        try sink.keep(Array(rows.probabilities.prefix(rows.count)), inputs: inputs)
      } else {
        writer.removeAll()
        append(rows, to: &writer)
        try sink.write(writer.text)
      }
      if let failure { throw failure }
      done += rows.count
      bar.update(done: done)
    }
    bar.finish()
  }

  private func append(_ rows: PredictedRows, to writer: inout RowWriter) {
    for row in 0..<rows.count {
      if inputNames != nil {
        for input in rows.inputs(of: row) { writer.append(input, as: .shortest) }
      }
      writer.append(probability: rows.probabilities[row], threshold: options.threshold)
    }
  }

  /// Cuts the rows off before the first bad one: what is missing or infinite has no prediction, and labels are 0 or 1.
  ///
  /// - Returns: what is wrong with it; nil where all are good.
  private func cut(_ rows: inout PredictedRows, from first: Int) -> FormatError? {
    for row in 0..<rows.count {
      let inputs = rows.inputs(of: row)
      if let index = inputs.firstIndex(where: { !$0.isFinite }) {
        rows.cut(to: row)
        return failure(
          "input \(index - inputs.startIndex + 1) of row \(first + row + 1) is \(inputs[index]), not a finite number")
      }
      if let label = labels?[first + row], label != 0 && label != 1 {
        rows.cut(to: row)
        return failure(
          "the label of row \(first + row + 1) is \(label.shortestText), expected 0 or 1", at: labelsName)
      }
    }
    return nil
  }

  private func score(_ rows: PredictedRows, from first: Int) -> PredictionSink.Score {
    var score = PredictionSink.Score()
    guard let labels else { return score }
    for row in 0..<rows.count {
      score.add(
        probability: rows.probabilities[row], z: rows.z[row], label: labels[first + row], threshold: options.threshold)
    }
    return score
  }

  private func failure(_ sentence: String, at array: String? = nil) -> FormatError {
    FormatError(.unsuitable, at: (array ?? name).map(FormatError.Location.object) ?? .file, sentence, file: file)
  }
}

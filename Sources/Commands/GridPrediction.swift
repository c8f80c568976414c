import TensorFiles
import ToolSupport
import Training

/// Predicts the points of a grid: the decision function, as a table.
struct GridPrediction {
  private let predictor: Predictor
  private let grid: DecisionGrid
  private let options: PredictionOptions

  init(_ predictor: Predictor, _ grid: DecisionGrid, _ options: PredictionOptions) {
    self.predictor = predictor
    self.grid = grid
    self.options = options
  }

  /// Points that are computed together.
  private static let chunk = 4096

  func write(to sink: PredictionSink) throws {
    let inputCount = predictor.inputCount
    let output = OutputDialect(Dialect(), delimiter: sink.delimiter(for: Dialect()))
    try sink.begin(header(output), columnCount: options.onlyPredictions ? 2 : inputCount + 2, of: "grid")
    let numbers = options.digits.map(NumberFormat.fixed) ?? .shortest
    let scratch = predictor.makeScratch()
    var points = [Double](repeating: 0, count: GridPrediction.chunk * inputCount)
    var probabilities = [Double](repeating: 0, count: GridPrediction.chunk)
    for first in stride(from: 0, to: grid.pointCount, by: GridPrediction.chunk) {
      let count = min(GridPrediction.chunk, grid.pointCount - first)
      fill(&points, &probabilities, first, count, scratch)
      guard !probabilities[..<count].contains(where: \.isNaN) else {
        throw FormatError(.unsuitable, "the bounds of the grid are so large that the network gives no number")
      }
      if sink.keepsArrays {
        sink.keep(Array(probabilities.prefix(count)))
        continue
      }
      var text: [UInt8] = []
      for row in 0..<count {
        if !options.onlyPredictions {
          for input in 0..<inputCount {
            output.append(points[row * inputCount + input], .shortest, to: &text)
            text.append(output.delimiter)
          }
        }
        output.append(probabilities[row], numbers, to: &text)
        text += [
          output.delimiter, UInt8(ascii: probabilities[row] > options.threshold ? "1" : "0"), UInt8(ascii: "\n"),
        ]
      }
      try sink.write(text)
    }
  }

  private func fill(
    _ points: inout [Double], _ probabilities: inout [Double], _ first: Int, _ count: Int,
    _ scratch: PredictionScratch
  ) {
    var rows = points.mutableSpan
    grid.points(from: first, count: count, into: &rows)
    var outputs = probabilities.mutableSpan
    var results = outputs._mutatingExtracting(0..<count)
    predictor.predict(
      points.span.extracting(0..<count * predictor.inputCount), into: &results, scratch: scratch)
  }

  private func header(_ output: OutputDialect) -> [UInt8] {
    let inputs = predictor.network.inputNames ?? (1...predictor.inputCount).map { "x\($0)" }
    var text: [UInt8] = []
    for name in (options.onlyPredictions ? [] : inputs) + ["probability", "label"] {
      if !text.isEmpty { text.append(output.delimiter) }
      output.append(name: name, to: &text)
    }
    return text
  }
}

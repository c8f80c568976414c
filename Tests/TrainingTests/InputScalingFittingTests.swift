import Tensors
import Testing
import Training

@Suite struct InputScalingFittingTests {
  /// An input of each difficulty: usual, small differences of large numbers, constant, huge, constant and whole.
  static let features: Matrix = {
    var random = NumPyRandom(seed: 11)
    var rows = random.rand(1000, 5)
    for row in 0..<1000 {
      rows[row, 1] = 1e6 + 1e-3 * rows[row, 1]
      rows[row, 2] = 0.1
      rows[row, 3] = rows[row, 3] * rows[row, 3] * 1e17
      rows[row, 4] = -3
    }
    return rows
  }()

  static let memory: TrainingExamples = {
    do {
      return .memory(
        try Dataset(features: features.transposed, labels: Matrix(rows: 1, columns: 1000), kind: .values(1)))
    } catch { fatalError("\(error)") }
  }()

  /// `StandardScaler().fit(x)` of scikit-learn 1.9.1, `mean_` and `scale_`.
  @Test func theNumbersAreThoseOfScikitLearn() throws {
    let mean = [0.5078630103156097, 1000000.0004921246, 0.09999999999999859, 3.2268463498302772e+16, -3.0]
    let scale = [0.29032748892705346, 0.0002840197053933919, 1.0, 2.927977091368366e+16, 1.0]
    let scaling = try InputScaling.fitted(to: Self.memory)
    for input in 0..<5 {
      // The sums are rounded in another order, and scikit-learn's mean of 0.1 is that far off.
      #expect(abs(scaling.mean[input] - mean[input]) <= 2e-14 * abs(mean[input]))
      #expect(abs(scaling.scale[input] - scale[input]) <= 1e-14 * scale[input])
    }
    #expect(scaling.scale[2] == 1 && scaling.scale[4] == 1)
  }

  /// Rows of features and one label, given in odd portions.
  private final class Portions: RowSource {
    let features: Matrix
    private var next = 0
    init(_ features: Matrix) { self.features = features }
    var columnCount: Int { features.columns + 1 }
    var rowCount: Int? { features.rows }
    func nextRows(into block: inout MutableSpan<Double>) -> Int {
      let count = min(block.count / columnCount, features.rows - next, 37)
      for row in 0..<count {
        for column in 0..<features.columns { block[row * columnCount + column] = features[next + row, column] }
        block[row * columnCount + features.columns] = 0
      }
      next += count
      return count
    }
    func seek(toRow row: Int) { next = row }
  }

  @Test func readExamplesHaveTheSameBits() throws {
    let streamed = StreamedExamples(inputCount: 5, exampleCount: 1000, kind: .values(1)) { Portions(Self.features) }
    #expect(try InputScaling.fitted(to: .rows(streamed)) == InputScaling.fitted(to: Self.memory))
    let short = StreamedExamples(inputCount: 5, exampleCount: 1001, kind: .values(1)) { Portions(Self.features) }
    let message = #expect(throws: TrainingError.self) { try InputScaling.fitted(to: .rows(short)) }?.description
    #expect(message == "the rows end after 1000 of 1001 examples")
  }

  @Test func whatIsTooLargeIsSaid() throws {
    let huge = TrainingExamples.memory(
      try Dataset(features: Matrix([[1, 2], [1e200, -1e200]]), labels: Matrix([[0, 1]])))
    let message = #expect(throws: TrainingError.self) { try InputScaling.fitted(to: huge) }?.description
    #expect(message == "input 2 is too large to be standardised: its deviation is no number")
  }
}

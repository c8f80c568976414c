import Tensors
import Testing
import Training

struct DecisionGridTests {
  /// Whole steps up to the upper end, which is a point when it is a whole number of decimal steps away.
  @Test(arguments: [
    (0.0, 1.0, 0.25, 5), (-1, 1, 0.01, 201), (0, 1, 0.3, 4), (0, 1, 0.4, 3), (2, 2, 0.1, 1), (-0.75, 0.4, 0.05, 24),
    (0, 0.1, 1, 1), (0, 0.9, 1, 1), (-0.75, 0.65, 0.05, 29), (-0.75, 0.65, 0.01, 141),
  ])
  func counts(_ lower: Double, _ upper: Double, _ step: Double, _ count: Int) throws {
    let grid = try DecisionGrid(bounds: [(lower, upper)], step: step)
    #expect(grid.pointCount == count)
    for (index, point) in grid.points.elements.enumerated() {
      #expect(abs(point - (lower + Double(index) * step)) <= 1e-15)
    }
  }

  @Test func decimalStepsGiveDecimals() throws {
    let grid = try DecisionGrid(bounds: [(-0.75, 0.65)], step: 0.05)
    #expect(grid.points.elements.suffix(3) == [0.55, 0.6, 0.65])
    // No power of ten makes a third whole: lower + i * step is all there is.
    let thirds = try DecisionGrid(bounds: [(0, 1)], step: 1.0 / 3)
    #expect(thirds.points.elements == [0, 1.0 / 3, 2.0 / 3, 1])
  }

  @Test func firstInputRunsFastest() throws {
    let grid = try DecisionGrid(bounds: [(0, 1), (10, 12)], step: 1)
    #expect(grid.points == Matrix([[0, 10], [1, 10], [0, 11], [1, 11], [0, 12], [1, 12]]))
    var part = [Double](repeating: 0, count: 4)
    var span = part.mutableSpan
    grid.points(from: 3, count: 2, into: &span)
    #expect(part == [1, 11, 0, 12])
  }

  @Test func values() throws {
    let network = try Network.initialized(layerSizes: [2, 4, 1], seed: 1)
    let grid = try DecisionGrid(bounds: [(-1, 1), (-1, 1)], step: 0.1)
    let values = grid.values(try Predictor(network: network))
    let expected = network.probabilities(grid.points.transposed).elements
    #expect(values.count == 441)
    for (a, b) in zip(values, expected) { #expect(abs(a - b) <= 1e-14) }
  }

  static let malformed: [([(lower: Double, upper: Double)], Double, String)] = [
    ([], 1, "a grid needs the bounds of at least one input"),
    ([(0, 1)], 0, "the step of a grid must be a positive number, found 0.0"),
    ([(0, 1), (1, 0)], 1, "the lower bound of input 2 is above the upper one: 1.0 and 0.0"),
    ([(0, .nan)], 1, "the bounds of input 1 must be finite, found 0.0 and nan"),
    ([(0, 1e10), (0, 1e10)], 1e-3, "a grid with step 0.001 has more points than can be counted"),
  ]

  @Test(arguments: malformed.indices)
  func rejected(_ index: Int) {
    let (bounds, step, message) = Self.malformed[index]
    let error = #expect(throws: TrainingError.self) { try DecisionGrid(bounds: bounds, step: step) }
    #expect(error?.message == message)
  }
}

import Tensors
import Testing
import Training

import Plotting

@Suite struct RegionsTests {
  private static let window = Window(x: -1...1, y: -1...1)
  private static let colors = (0..<4).map { Style.clear.color($0).light }

  /// Regions of a function of the place, one number for each class, or one for two classes.
  private func regions(_ width: Int = 1, step: Double = 0.05, _ scores: (Double, Double) -> [Double]) throws -> Regions
  {
    let grid = try Grid(RegionsTests.window, step: step)
    var all: [Double] = []
    for row in 0..<grid.rows { for column in 0..<grid.columns { all += scores(grid.x(column), grid.y(row)) } }
    return Regions(grid, scores: all, width: width, colors: RegionsTests.colors)
  }

  private func area(_ border: [Point]) -> Double {
    var sum = 0.0
    for (point, next) in zip(border, border.dropFirst() + border.prefix(1)) {
      sum += point.x * next.y - next.x * point.y
    }
    return sum / 2
  }

  @Test func aStraightLineIsTwoPoints() throws {
    let found = try regions { x, y in [x - 0.3] }
    #expect(found.areas.map(\.classNumber) == [0, 1])
    #expect(abs(area(found.areas[0].border) - 2.6) < 1e-9 && abs(area(found.areas[1].border) - 1.4) < 1e-9)
    #expect(found.lines.count == 1)
    let line = try #require(found.lines.first)
    #expect(line.count == 2 && line.allSatisfy { abs($0.x - 0.3) < 1e-9 } && Set(line.map(\.y)) == [-1, 1])
  }

  @Test func aDiscIsPaintedOverWhatIsAroundIt() throws {
    let found = try regions { x, y in [0.25 - x * x - y * y] }
    #expect(found.areas.map(\.classNumber) == [0, 1])
    // The region around it has no hole: it is the whole window.
    #expect(area(found.areas[0].border) == 4 && found.areas[0].border.count == 4)
    #expect(abs(area(found.areas[1].border) - .pi / 4) < 0.01)
    #expect(found.lines.count == 1 && found.lines[0].first == found.lines[0].last)
    #expect(found.lines[0].allSatisfy { abs($0.x * $0.x + $0.y * $0.y - 0.25) < 0.005 })
  }

  @Test func ringsInRingsComeInTheirOrder() throws {
    let found = try regions(step: 0.02) { x, y in [((x * x + y * y).squareRoot() * 5).rounded(.down) == 2 ? 1 : -1] }
    #expect(found.areas.map(\.classNumber) == [0, 1, 0])
  }

  @Test func oneClassAloneFillsTheWindow() throws {
    for (value, number) in [(1.0, 1), (-1, 0)] {
      let found = try regions { _, _ in [value] }
      #expect(found.areas.count == 1 && found.areas[0].classNumber == number && found.lines.isEmpty)
      #expect(area(found.areas[0].border) == 4)
    }
  }

  /// A probability of exactly 0.5 is not above it.
  @Test func zeroIsOfTheFirstClass() throws {
    let found = try regions { _, _ in [0] }
    #expect(found.areas.map(\.classNumber) == [0] && found.classNumber(at: Point(0, 0)) == 0)
  }

  @Test func threeClassesMeetInAPoint() throws {
    let found = try regions(3) { x, y in [y, -y + x, -y - x] }
    #expect(Set(found.areas.map(\.classNumber)) == [0, 1, 2])
    #expect(abs(found.areas.map { area($0.border) }.reduce(0, +) - 4) < 0.02)
    #expect(found.classNumber(at: Point(0, 0.5)) == 0 && found.classNumber(at: Point(0.5, -0.5)) == 1)
    #expect(found.classNumber(at: Point(-0.5, -0.5)) == 2)
  }

  @Test func infiniteScoresHaveBordersToo() throws {
    let found = try regions { x, _ in [x > 0.01 ? .infinity : -.infinity] }
    #expect(abs(area(found.areas[0].border) - 2) < 0.2 && found.lines.count == 1)
    #expect(found.lines[0].allSatisfy { $0.x.isFinite && $0.y.isFinite })
  }

  /// Each class is where it was computed to be, and every region's border goes around it to the left.
  @Test func randomFieldsAreCovered() throws {
    // Random numbers that are the same each time (Knuth's MMIX generator).
    var state: UInt64 = 1
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-52 - 1
    }
    for _ in 0..<20 {
      let seeds = (0..<6).map { _ in (random(), random()) }
      let found = try regions(4, step: 0.1) { x, y in
        (0..<4).map { index in
          let (a, b) = seeds[index]
          return -(x - a) * (x - a) - (y - b) * (y - b) + 0.1 * ((x * 7 + Double(index)).rounded() - x * 7)
        }
      }
      #expect(found.areas.allSatisfy { area($0.border) > 0 })
      #expect(found.areas.flatMap(\.border).allSatisfy { abs($0.x) <= 1 && abs($0.y) <= 1 })
    }
  }

  @Test func gridsFitTheirWindow() throws {
    let usual = try Grid(Window(x: -0.75...0.40, y: -0.75...0.65))
    #expect(usual.columns == 116 && usual.rows == 141)
    #expect(usual.x(0) == -0.75 && usual.x(115) == 0.40 && usual.y(140) == 0.65 && abs(usual.x(1) - -0.74) < 1e-12)
    let large = try Grid(Window(x: 0...1e6, y: 0...1e-6))
    #expect(large.columns == 401 && large.rows == 201)
    #expect(throws: PlotError.self) { try Grid(RegionsTests.window, step: 1e-5) }
  }

  @Test func aNetworkOfValuesHasNoBoundary() throws {
    let layer = Layer(weights: .init([[1, 1]]), biases: .init([[0]]), activation: .linear)
    let predictor = try Predictor(network: try Network(layers: [layer]))
    let grid = try Grid(RegionsTests.window, step: 0.5)
    #expect(throws: PlotError.self) {
      try DecisionBoundary.regions(
        of: predictor, in: .init(x: 0, y: 1, others: [0, 0]), on: grid, style: .clear)
    }
  }

  @Test func otherInputsStayWhereTheyAre() throws {
    let layer = Layer(weights: .init([[1, 0, 10]]), biases: .init([[0]]), activation: .sigmoid)
    let predictor = try Predictor(network: try Network(layers: [layer]))
    let grid = try Grid(RegionsTests.window, step: 0.01)
    let found = try DecisionBoundary.regions(
      of: predictor, in: .init(x: 0, y: 1, others: [99, 99, -0.05]), on: grid, style: .clear)
    #expect(found.lines.count == 1 && found.lines[0].allSatisfy { abs($0.x - 0.5) < 1e-9 })
  }
}

public import Tensors

/// The points of a grid over the inputs, to draw the decision function on.
///
/// Along each axis the points are lower + i · step for i = 0, 1 … up to the upper end, without accumulated rounding;
/// where lower and step are decimals of up to 12 places, they are the doubles nearest to the decimal results. The upper
/// end is among them when it is a whole number of steps away, whatever the rounding of decimal steps. The first input
/// runs fastest, as in the notebook's `numpy.meshgrid` followed by `ravel`.
public struct DecisionGrid: Sendable, Hashable {
  /// The range of one input.
  public struct Axis: Sendable, Hashable {
    /// Where the points begin.
    public let lower: Double
    /// Where the points end.
    public let upper: Double
    /// The number of points.
    public let count: Int
    private let step: Double
    /// A power of ten that makes lower and step whole; nil where none does.
    private let scale: Double?

    init(lower: Double, upper: Double, count: Int, step: Double) {
      self.lower = lower
      self.upper = upper
      self.count = count
      self.step = step
      let largest = max(abs(lower), abs(upper)) + step
      scale = (0...12).lazy.map { (0..<$0).reduce(1.0) { power, _ in power * 10 } }.first { power in
        largest * power < 0x1p52
          && [lower, step].allSatisfy { ($0 * power).rounded() / power == $0 }
      }
    }

    /// The coordinate of a point, counted from 0.
    public func coordinate(_ index: Int) -> Double {
      guard let scale else { return lower + Double(index) * step }
      return ((lower * scale).rounded() + Double(index) * (step * scale).rounded()) / scale
    }
  }

  /// One axis for each input.
  public let axes: [Axis]
  /// The distance of neighbouring points along every axis.
  public let step: Double
  /// The number of points.
  public let pointCount: Int

  /// A grid over the given ranges, one for each input.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when there is no range, a bound is not finite, a range ends before
  ///   it begins, the step is not a positive number, or there are more points than an Int counts.
  public init(bounds: [(lower: Double, upper: Double)], step: Double) throws(TrainingError) {
    if bounds.isEmpty { throw TrainingError(.settings, "a grid needs the bounds of at least one input") }
    if !(step > 0 && step.isFinite) {
      throw TrainingError(.settings, "the step of a grid must be a positive number, found \(step)")
    }
    var axes: [Axis] = []
    var points = 1
    for (index, (lower, upper)) in bounds.enumerated() {
      if !(lower.isFinite && upper.isFinite) {
        throw TrainingError(.settings, "the bounds of input \(index + 1) must be finite, found \(lower) and \(upper)")
      }
      if lower > upper {
        throw TrainingError(
          .settings, "the lower bound of input \(index + 1) is above the upper one: \(lower) and \(upper)")
      }
      // 1.4 / 0.05 is a little less than 28: a millionth of a step is not worth a point.
      let steps = ((upper - lower) / step + 1e-6).rounded(.down)
      let count = Int(exactly: steps + 1) ?? .max
      let (product, overflow) = points.multipliedReportingOverflow(by: count)
      if overflow || count == .max {
        throw TrainingError(.settings, "a grid with step \(step) has more points than can be counted")
      }
      points = product
      axes.append(Axis(lower: lower, upper: upper, count: count, step: step))
    }
    self.axes = axes
    self.step = step
    self.pointCount = points
  }

  /// Writes the inputs of consecutive points, row by row (count, inputs), the first point being number `first`.
  ///
  /// - Precondition: the points exist and `rows` holds count · inputs numbers.
  public func points(from first: Int, count: Int, into rows: inout MutableSpan<Double>) {
    precondition(first >= 0 && count >= 0 && first <= pointCount - count, "points outside the grid")
    for point in 0..<count {
      var rest = first + point
      for (index, axis) in axes.enumerated() {
        rows[point * axes.count + index] = axis.coordinate(rest % axis.count)
        rest /= axis.count
      }
    }
  }

  /// All points, (points, inputs).
  public var points: Matrix {
    var matrix = Matrix(rows: pointCount, columns: axes.count)
    var span = matrix.elements.mutableSpan
    points(from: 0, count: pointCount, into: &span)
    return matrix
  }

  /// The decision function, the probabilities of the points in their order.
  public func values(_ predictor: Predictor) -> [Double] {
    let inputs = points.elements
    var values = [Double](repeating: 0, count: pointCount * predictor.outputCount)
    var span = values.mutableSpan
    predictor.predict(inputs.span, into: &span, scratch: predictor.makeScratch())
    return values
  }
}

/// The points of a grid as rows of inputs, computed as they are asked for.
public final class DecisionGridRows: RowSource {
  private let grid: DecisionGrid
  private var next = 0

  /// The points of a grid, in its order.
  public init(_ grid: DecisionGrid) { self.grid = grid }

  public var columnCount: Int { grid.axes.count }
  public var rowCount: Int? { grid.pointCount }

  public func nextRows(into block: inout MutableSpan<Double>) -> Int {
    let count = min(block.count / columnCount, grid.pointCount - next)
    grid.points(from: next, count: count, into: &block)
    next += count
    return count
  }

  public func seek(toRow row: Int) { next = min(max(row, 0), grid.pointCount) }
}

/// From where to where the axes of a panel go.
package struct Window: Sendable, Hashable {
  /// The horizontal axis.
  package var x: ClosedRange<Double>
  /// The vertical axis.
  package var y: ClosedRange<Double>

  /// Axes.
  package init(x: ClosedRange<Double>, y: ClosedRange<Double>) { (self.x, self.y) = (x, y) }

  /// The width of the horizontal axis.
  var width: Double { x.upperBound - x.lowerBound }
  /// The length of the vertical axis.
  var height: Double { y.upperBound - y.lowerBound }

  /// The largest number that is drawn: the arithmetic of pictures needs room above.
  static let largest = 1e100

  /// An axis for numbers from one to another, with a margin of a twentieth.
  ///
  /// - Throws: ``PlotError`` of code `data` where they are too large, or no numbers.
  package static func axis(from low: Double, to high: Double, name: String) throws(PlotError) -> ClosedRange<Double> {
    try check(low, name)
    try check(high, name)
    let middle = low / 2 + high / 2
    let half = (high - low) / 2
    // What is all the same stands in the middle; the axis must have room for its numbers.
    let least = max(abs(middle) * 1e-9, 1e-100)
    let wide = half > least ? half * 1.05 : max(abs(middle) * 0.05, middle == 0 ? 1 : least)
    return middle - wide...middle + wide
  }

  /// - Throws: ``PlotError`` of code `data` where a number cannot be drawn.
  package static func check(_ number: Double, _ name: String) throws(PlotError) {
    guard !number.isNaN else { throw PlotError(.data, "\(name) is not a number, so there is nothing to draw") }
    guard abs(number) <= largest else {
      throw PlotError(.data, "\(name) goes to \(number); pictures are drawn of numbers up to \(largest)")
    }
  }

  /// Whether a place is between the axes' ends.
  func contains(_ point: Point) -> Bool { x.contains(point.x) && y.contains(point.y) }

  /// Whether both axes can have the same scale and still be read.
  var isBalanced: Bool { width / height < 2 && height / width < 2 }
}

/// The parts of a window that belong to classes, and the lines between them.
///
/// Each part is a polygon without holes: those that lie inside another one come after it and are painted over it. So
/// the pictures have no seams, which tiles beside one another would have.
package struct Regions: Sendable {
  /// A connected part of the window.
  package struct Area: Sendable {
    /// The class that it belongs to, counted from 0.
    package var classNumber: Int
    /// Its border.
    package var border: [Point]
  }

  /// The parts, the largest first.
  package private(set) var areas: [Area] = []
  /// The lines between parts, without the borders of the window.
  package private(set) var lines: [[Point]] = []
  /// The light colour of each class.
  package var colors: [Color]
  private let classes: [Int]
  private let grid: Grid

  /// The parts of a grid.
  ///
  /// - Parameters:
  ///   - grid: the places.
  ///   - scores: for each place, first row first, a number for each class: the greatest tells whose it is. Two classes
  ///     may have one number, which is above 0 where the place is of the second.
  ///   - width: the numbers of a place.
  ///   - colors: the light colour of each class.
  package init(_ grid: Grid, scores: [Double], width: Int, colors: [Color]) {
    self.grid = grid
    self.colors = colors
    let count = grid.columns * grid.rows
    precondition(scores.count == count * width && width > 0)
    func best(_ place: Int) -> Int {
      guard width > 1 else { return scores[place] > 0 ? 1 : 0 }
      var best = 0
      for index in 1..<width where scores[place * width + index] > scores[place * width + best] { best = index }
      return best
    }
    classes = (0..<count).map(best)
    var loops: [(area: Double, classNumber: Int, border: [Point])] = []
    for classNumber in Set(classes).sorted() {
      let field = (0..<count).map { place -> Double in
        guard width > 1 else { return classNumber == 1 ? scores[place] : -scores[place] }
        var others = -Double.infinity
        for index in 0..<width where index != classNumber { others = max(others, scores[place * width + index]) }
        let lead = scores[place * width + classNumber] - others
        // Equals belong to the first of them.
        return lead == 0 && classes[place] != classNumber ? -Double.leastNonzeroMagnitude : lead
      }
      for loop in ContourTracing(grid, field, isAboveZero: { classes[$0] == classNumber }).loops {
        let area = loop.area
        // Holes are painted by what fills them.
        if area > 0 { loops.append((area, classNumber, loop.corners)) }
        // Of two classes each line is the other's too.
        if width > 1 || classNumber == 1 { lines += loop.innerLines }
      }
    }
    areas = loops.sorted { $0.area > $1.area }.map { Area(classNumber: $0.classNumber, border: $0.border) }
  }

  /// The class of the place of the grid that is the nearest.
  package func classNumber(at point: Point) -> Int {
    classes[grid.nearestRow(to: point.y) * grid.columns + grid.nearestColumn(to: point.x)]
  }
}

/// Places in even rows and columns that fill a window to its borders.
package struct Grid: Sendable, Hashable {
  /// The window.
  package let window: Window
  /// The places of a row.
  package let columns: Int
  /// The rows.
  package let rows: Int

  /// The most places along an axis where their distance is not given.
  private static let most = 400
  /// The fewest.
  private static let fewest = 200
  /// The distance where the window is neither small nor large.
  private static let step = 0.01
  /// The most places where their distance is given.
  private static let limit = 4_000_000

  /// - Parameter step: how far places are from one another at most; nil for 0.01 where the window has a fit size for
  ///   that, and for 400 places along the axis where it is larger, 200 where it is smaller.
  /// - Throws: ``PlotError`` of code `data` where the step makes too many places.
  package init(_ window: Window, step: Double? = nil) throws(PlotError) {
    self.window = window
    func count(_ width: Double) -> Double {
      if let step { return max((width / step - 1e-6).rounded(.up), 1) }
      let intervals = (width / Grid.step - 1e-6).rounded(.up)
      if intervals > Double(Grid.most) { return Double(Grid.most) }
      return intervals < Double(Grid.fewest) / 2 ? Double(Grid.fewest) : intervals
    }
    let (columns, rows) = (count(window.width) + 1, count(window.height) + 1)
    guard columns * rows <= Double(Grid.limit) else {
      throw PlotError(
        .data, "a step of \(step ?? Grid.step) makes \(columns * rows) points; at most \(Grid.limit) are computed")
    }
    (self.columns, self.rows) = (Int(columns), Int(rows))
  }

  /// The distance of two columns.
  package var stepX: Double { window.width / Double(columns - 1) }
  /// The distance of two rows.
  package var stepY: Double { window.height / Double(rows - 1) }

  /// Where a column is; the last one is the border itself.
  package func x(_ column: Int) -> Double {
    column >= columns - 1 ? window.x.upperBound : window.x.lowerBound + Double(max(column, 0)) * stepX
  }

  /// Where a row is, counted from below.
  package func y(_ row: Int) -> Double {
    row >= rows - 1 ? window.y.upperBound : window.y.lowerBound + Double(max(row, 0)) * stepY
  }

  func nearestColumn(to x: Double) -> Int {
    Grid.nearest((x - window.x.lowerBound) / window.width, columns)
  }

  func nearestRow(to y: Double) -> Int {
    Grid.nearest((y - window.y.lowerBound) / window.height, rows)
  }

  private static func nearest(_ part: Double, _ count: Int) -> Int {
    Int((min(max(part, 0), 1) * Double(count - 1)).rounded())
  }
}

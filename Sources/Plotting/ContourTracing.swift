/// The closed lines around the places of a grid where a field is above 0: marching squares.
///
/// The grid is taken to have a ring of places below 0 around it, on its own borders, so that every line closes.
struct ContourTracing {
  /// A closed line, what is above 0 at its left.
  struct Loop {
    fileprivate(set) var points: [Point] = []
    /// For each point, whether it lies on the border of the window and on no line between parts.
    fileprivate(set) var isOnBorder: [Bool] = []

    /// What it encloses; below 0 where it goes around a hole.
    var area: Double {
      guard let origin = points.first else { return 0 }
      var sum = 0.0
      for (index, point) in points.enumerated() {
        let next = points[(index + 1) % points.count]
        sum += (point.x - origin.x) * (next.y - origin.y) - (next.x - origin.x) * (point.y - origin.y)
      }
      return sum / 2
    }

    /// The points without those on a straight line between their neighbours.
    var corners: [Point] { Loop.withoutStraights(points, isClosed: true) }

    /// The parts that do not lie on the border of the window.
    var innerLines: [[Point]] {
      guard let start = isOnBorder.firstIndex(of: true) else {
        return [Loop.withoutStraights(points + points.prefix(1), isClosed: false)]
      }
      var lines: [[Point]] = []
      var line: [Point] = []
      for index in (start..<start + points.count).map({ $0 % points.count }) + [start] {
        if isOnBorder[index] {
          if line.count > 1 { lines.append(Loop.withoutStraights(line, isClosed: false)) }
          line = []
        } else {
          line.append(points[index])
        }
      }
      return lines
    }

    private static func withoutStraights(_ points: [Point], isClosed: Bool) -> [Point] {
      guard points.count > 3 else { return points }
      var result: [Point] = []
      for (index, point) in points.enumerated() {
        let isEnd = !isClosed && (index == 0 || index == points.count - 1)
        if !isEnd, let last = result.last {
          let next = points[(index + 1) % points.count]
          let (ax, ay) = (point.x - last.x, point.y - last.y)
          let (bx, by) = (next.x - point.x, next.y - point.y)
          let turn = abs(ax * by - ay * bx)
          if turn <= 1e-9 * (abs(ax) + abs(ay)) * (abs(bx) + abs(by)) && ax * bx + ay * by >= 0 { continue }
        }
        result.append(point)
      }
      return result
    }
  }

  private let grid: Grid
  private let field: [Double]
  private let inside: [Bool]
  /// The columns and rows with the ring.
  private let (columns, rows): (Int, Int)

  /// - Parameters:
  ///   - field: the number of each place of the grid, first row first.
  ///   - isAboveZero: whether the number of a place counts as above 0, where that is not told by its sign.
  init(_ grid: Grid, _ field: [Double], isAboveZero: (Int) -> Bool) {
    self.grid = grid
    self.field = field
    inside = field.indices.map(isAboveZero)
    (columns, rows) = (grid.columns + 2, grid.rows + 2)
  }

  /// The lines, in the order of their first place.
  var loops: [Loop] {
    // From the edge of a square where a line enters to the one where it leaves. Edge 2n goes from node n to the right,
    // edge 2n + 1 from node n upwards.
    var next: [Int: Int] = [:]
    var order: [Int] = []
    func join(_ from: Int, _ to: Int) {
      next[from] = to
      order.append(from)
    }
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 {
        let corners = (
          isInside(column, row), isInside(column + 1, row), isInside(column + 1, row + 1), isInside(column, row + 1)
        )
        let code = (corners.0 ? 1 : 0) + (corners.1 ? 2 : 0) + (corners.2 ? 4 : 0) + (corners.3 ? 8 : 0)
        guard code != 0 && code != 15 else { continue }
        let node = row * columns + column
        let (bottom, top, left, right) = (2 * node, 2 * (node + columns), 2 * node + 1, 2 * (node + 1) + 1)
        switch code {
        case 1: join(bottom, left)
        case 2: join(right, bottom)
        case 3: join(right, left)
        case 4: join(top, right)
        case 6: join(top, bottom)
        case 7: join(top, left)
        case 8: join(left, top)
        case 9: join(bottom, top)
        case 11: join(right, top)
        case 12: join(left, right)
        case 13: join(bottom, right)
        case 14: join(left, bottom)
        default:
          // Two corners across: the middle tells whether they hang together.
          let isJoined = middle(column, row) > 0
          switch (code, isJoined) {
          case (5, true):
            join(bottom, right)
            join(top, left)
          case (5, false):
            join(bottom, left)
            join(top, right)
          case (_, true):
            join(left, bottom)
            join(right, top)
          default:
            join(right, bottom)
            join(left, top)
          }
        }
      }
    }
    var loops: [Loop] = []
    for start in order where next[start] != nil {
      var loop = Loop()
      var edge = start
      while let following = next.removeValue(forKey: edge) {
        let (point, isOnBorder) = crossing(edge)
        loop.points.append(point)
        loop.isOnBorder.append(isOnBorder)
        edge = following
      }
      loops.append(loop)
    }
    return loops
  }

  private func place(_ column: Int, _ row: Int) -> Int? {
    guard column > 0, row > 0, column < columns - 1, row < rows - 1 else { return nil }
    return (row - 1) * grid.columns + column - 1
  }

  private func isInside(_ column: Int, _ row: Int) -> Bool { place(column, row).map { inside[$0] } ?? false }

  private func middle(_ column: Int, _ row: Int) -> Double {
    var sum = 0.0
    for (column, row) in [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)] {
      guard let place = place(column, row) else { return -1 }
      sum += field[place] / 4
    }
    return sum
  }

  /// Where the field is 0 on an edge, as if it were straight between the edge's ends.
  private func crossing(_ edge: Int) -> (Point, isOnBorder: Bool) {
    let (column, row) = (edge / 2 % columns, edge / 2 / columns)
    let (otherColumn, otherRow) = edge % 2 == 0 ? (column + 1, row) : (column, row + 1)
    let (x, y) = (grid.x(column - 1), grid.y(row - 1))
    guard let one = place(column, row), let other = place(otherColumn, otherRow) else {
      return (Point(x, y), true)
    }
    let (a, b) = (abs(field[one]), abs(field[other]))
    var part = a / (a + b)
    if !part.isFinite { part = a.isFinite ? 0 : b.isFinite ? 1 : 0.5 }
    if a == 0 && b == 0 { part = 0.5 }
    let (otherX, otherY) = (grid.x(otherColumn - 1), grid.y(otherRow - 1))
    return (Point(x + (otherX - x) * part, y + (otherY - y) * part), false)
  }
}

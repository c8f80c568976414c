/// A panel in a part of a terminal.
struct TerminalPanel {
  private let panel: Panel
  private let hasColors: Bool

  init(_ panel: Panel, hasColors: Bool) {
    self.panel = panel
    self.hasColors = hasColors
  }

  /// Draws the panel in some columns and all rows.
  func draw(on canvas: inout TerminalCanvas, columns: Range<Int>) {
    var top = 0
    for text in [panel.title, panel.subtitle] where !text.isEmpty {
      canvas.write(text, row: top, around: columns)
      top += 1
    }
    let left = columns.lowerBound + TerminalPicture.leftMargin
    let area = Area(
      left: left, top: top, columns: max(columns.upperBound - left, 4), rows: max(canvas.rows - top - 2, 2))
    drawAxes(on: &canvas, area)
    for layer in panel.layers { draw(layer, on: &canvas, area) }
  }

  /// The places between the axes.
  private struct Area {
    let (left, top, columns, rows): (Int, Int, Int, Int)
  }

  // MARK: Axes

  private func drawAxes(on canvas: inout TerminalCanvas, _ area: Area) {
    let bottom = area.top + area.rows
    for row in area.top..<bottom { canvas[row, area.left - 1].character = "│" }
    canvas[bottom, area.left - 1].character = "└"
    for column in 0..<area.columns { canvas[bottom, area.left + column].character = "─" }
    let (from, to) = (panel.window.y.lowerBound, panel.window.y.upperBound)
    let vertical = Ticks(from: from, to: to)
    var last: Int?
    for number in vertical.numbers where panel.window.y.contains(number) {
      let part = (number - from) / panel.window.height
      let row = Int((Double(area.rows - 1) * (panel.hasCells ? part : 1 - part)).rounded())
      if let last, abs(last - row) < 2 { continue }
      if panel.hasCells, number != number.rounded() { continue }
      last = row
      let label = TerminalPanel.short(text(of: number, vertical), TerminalPicture.leftMargin - 2)
      canvas.write(label, row: area.top + row, column: area.left - 1 - label.count)
      canvas[area.top + row, area.left - 1].character = "┤"
    }
    let horizontal = Ticks(from: panel.window.x.lowerBound, to: panel.window.x.upperBound)
    var free = area.left - TerminalPicture.leftMargin
    let xLabel = " " + panel.xLabel
    let end = area.left + area.columns
    let room = end - (xLabel.count < area.columns / 2 ? xLabel.count : 0)
    for number in horizontal.numbers where panel.window.x.contains(number) {
      if panel.hasCells, number != number.rounded() { continue }
      let part = (number - panel.window.x.lowerBound) / panel.window.width
      let column = area.left + Int((Double(area.columns - 1) * part).rounded())
      let label = text(of: number, horizontal)
      let start = min(column - label.count / 2, end - label.count)
      guard start >= free, start + label.count <= room else { continue }
      canvas.write(label, row: bottom + 1, column: start)
      canvas[bottom, column].character = "┴"
      free = start + label.count + 2
    }
    if room < end { canvas.write(xLabel, row: bottom + 1, column: room) }
  }

  /// A number beside an axis; those of units are whole.
  private func text(of number: Double, _ ticks: Ticks) -> String {
    panel.hasCells ? Int(exactly: number).map(String.init) ?? "" : ticks.label(number)
  }

  private static func short(_ text: String, _ most: Int) -> String {
    text.count <= most ? text : String(text.prefix(most - 1)) + "…"
  }

  // MARK: Layers

  private func draw(_ layer: Layer, on canvas: inout TerminalCanvas, _ area: Area) {
    switch layer {
    case .regions(let regions): draw(regions, on: &canvas, area)
    case .points(let series):
      for point in series.points where panel.window.contains(point) {
        mark(series.mark.character, series.color, at: point, on: &canvas, area)
      }
    case .measured(let points):
      let (low, high) = (points.values.min() ?? 0, points.values.max() ?? 1)
      for (point, value) in zip(points.points, points.values) where panel.window.contains(point) {
        let part = high > low ? (value - low) / (high - low) : 0
        // Without colours the digits 0 to 9 tell how large a number is.
        let digit = Character("\(Int(min(part * 10, 9)))")
        mark(
          hasColors ? "●" : digit, points.colors.low.mixed(part, with: points.colors.high), at: point, on: &canvas, area
        )
      }
    case .lines(let series): draw(series, on: &canvas, area)
    case .bars(let bars): draw(bars, on: &canvas, area)
    case .cells(let cells): draw(cells, on: &canvas, area)
    }
  }

  /// A place of the window that is the middle of a part of the area.
  private func point(_ part: (x: Double, y: Double)) -> Point {
    Point(
      panel.window.x.lowerBound + part.x * panel.window.width, panel.window.y.upperBound - part.y * panel.window.height)
  }

  private func mark(
    _ character: Character, _ color: Color, at point: Point, on canvas: inout TerminalCanvas, _ area: Area
  ) {
    let x = (point.x - panel.window.x.lowerBound) / panel.window.width
    let y = (panel.window.y.upperBound - point.y) / panel.window.height
    let row = area.top + min(Int(y * Double(area.rows)), area.rows - 1)
    let column = area.left + min(Int(x * Double(area.columns)), area.columns - 1)
    var cell = canvas[row, column]
    // Of a place that two regions share, the lower one is behind the mark.
    cell.character = character
    cell.color = color
    canvas[row, column] = cell
  }

  /// Two regions in each place, one above the other; without colours shades, one for each class.
  private func draw(_ regions: Regions, on canvas: inout TerminalCanvas, _ area: Area) {
    let shades: [Character] = [" ", "░", "▒", "·", ":", "+"]
    for row in 0..<area.rows {
      for column in 0..<area.columns {
        func classNumber(_ half: Double) -> Int {
          regions.classNumber(
            at: point(
              ((Double(column) + 0.5) / Double(area.columns), (Double(row) + half) / Double(area.rows))))
        }
        let place = (area.top + row, area.left + column)
        guard hasColors else {
          canvas[place.0, place.1].character = shades[classNumber(0.5) % shades.count]
          continue
        }
        let (above, below) = (regions.colors[classNumber(0.25)], regions.colors[classNumber(0.75)])
        canvas[place.0, place.1] =
          above == below
          ? TerminalCanvas.Cell(character: " ", color: nil, background: below)
          : TerminalCanvas.Cell(character: "▀", color: above, background: below)
      }
    }
  }

  private func draw(_ series: LineSeries, on canvas: inout TerminalCanvas, _ area: Area) {
    var dots = BrailleDots(columns: area.columns, rows: area.rows)
    func place(_ point: Point) -> (x: Double, y: Double) {
      let x = (point.x - panel.window.x.lowerBound) / panel.window.width * Double(dots.width - 1)
      return (x, (panel.window.y.upperBound - point.y) / panel.window.height * Double(dots.height - 1))
    }
    for line in series.lines {
      if line.count == 1 { dots.line(from: place(line[0]), to: place(line[0])) }
      for (from, to) in zip(line, line.dropFirst()) { dots.line(from: place(from), to: place(to)) }
    }
    for row in 0..<area.rows {
      for column in 0..<area.columns {
        guard let character = dots.character(row: row, column: column) else { continue }
        canvas[area.top + row, area.left + column].character = character
        canvas[area.top + row, area.left + column].color = series.color
      }
    }
    // A few marks tell lines apart without colours.
    guard series.name != nil else { return }
    for line in series.lines {
      let count = min(line.count, 5)
      for index in 0..<count {
        let point = line[count == 1 ? 0 : index * (line.count - 1) / (count - 1)]
        if panel.window.contains(point) { mark(series.character, series.color, at: point, on: &canvas, area) }
      }
    }
  }

  private func draw(_ bars: Bars, on canvas: inout TerminalCanvas, _ area: Area) {
    for column in 0..<area.columns {
      let x = point(((Double(column) + 0.5) / Double(area.columns), 0)).x
      let bin = ((x - bars.start) / bars.width).rounded(.down)
      guard bin >= 0, bin < Double(bars.heights.count) else { continue }
      let part = min(bars.heights[Int(bin)] / panel.window.y.upperBound, 1)
      // What is there at all is seen.
      let eighths = max(Int((part * Double(area.rows) * 8).rounded()), bars.heights[Int(bin)] > 0 ? 1 : 0)
      for row in 0..<area.rows {
        let filled = min(max(eighths - 8 * row, 0), 8)
        guard filled > 0 else { break }
        let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        canvas[area.top + area.rows - 1 - row, area.left + column].character = blocks[filled]
        canvas[area.top + area.rows - 1 - row, area.left + column].color = bars.color
      }
    }
  }

  /// A colour for each number; without colours `+` and `-`, `#` and `=` where it is
  /// large, a point where it is small.
  private func draw(_ cells: Cells, on canvas: inout TerminalCanvas, _ area: Area) {
    func value(_ column: Int, _ part: Double) -> Double {
      let row = min(Int(part * Double(cells.rows)), cells.rows - 1)
      let place = (Double(column) + 0.5) / Double(area.columns)
      return cells.values[row * cells.columns + min(Int(place * Double(cells.columns)), cells.columns - 1)]
    }
    for row in 0..<area.rows {
      for column in 0..<area.columns {
        let place = (area.top + row, area.left + column)
        if hasColors {
          let above = cells.color(value(column, (Double(row) + 0.25) / Double(area.rows)))
          let below = cells.color(value(column, (Double(row) + 0.75) / Double(area.rows)))
          canvas[place.0, place.1] = TerminalCanvas.Cell(character: "▀", color: above, background: below)
        } else {
          let value = value(column, (Double(row) + 0.5) / Double(area.rows))
          let part = cells.largest > 0 ? abs(value) / cells.largest : 0
          let signs: [Character] = value < 0 ? ["·", "-", "="] : ["·", "+", "#"]
          canvas[place.0, place.1].character = signs[part < 0.1 ? 0 : part < 0.5 ? 1 : 2]
        }
      }
    }
  }
}

/// A picture of characters: half blocks, braille dots and marks, as large as a terminal.
package struct TerminalPicture {
  private let picture: Picture
  private let columns: Int
  private let rows: Int
  private let hasColors: Bool

  /// The characters beside the axes, for the numbers.
  static let leftMargin = 8
  /// The fewest characters of a panel that stands beside others.
  private static let narrowest = 38
  /// The fewest rows of a panel.
  private static let lowest = 8

  /// A picture of so many characters.
  package init(_ picture: Picture, columns: Int, rows: Int, hasColors: Bool) {
    self.picture = picture
    self.columns = max(columns, 24)
    self.rows = max(rows, TerminalPicture.lowest)
    self.hasColors = hasColors
  }

  /// The lines. Panels stand side by side where there is room, and below one another where there is none.
  package var text: String {
    var across = min(picture.columns, max(picture.panels.count, 1))
    while across > 1, columns / across < TerminalPicture.narrowest { across -= 1 }
    let legend = self.legend
    let legendRows = (legend.last?.row).map { $0 + 1 } ?? 0
    let fit = rows - legendRows
    let down = across == picture.columns ? (picture.panels.count + across - 1) / across : 1
    let panelRows = max(fit / max(down, 1), TerminalPicture.lowest)
    var text = ""
    for first in stride(from: 0, to: picture.panels.count, by: across) {
      var canvas = TerminalCanvas(columns: columns, rows: panelRows)
      let width = columns / across
      for (place, panel) in picture.panels[first..<min(first + across, picture.panels.count)].enumerated() {
        TerminalPanel(panel, hasColors: hasColors).draw(
          on: &canvas, columns: place * width..<(place + 1) * width - (across > 1 ? 1 : 0))
      }
      text += canvas.text(withColors: hasColors)
    }
    guard !legend.isEmpty else { return text }
    var canvas = TerminalCanvas(columns: columns, rows: legendRows)
    for entry in legend {
      canvas[entry.row, entry.column].character = entry.mark
      canvas[entry.row, entry.column].color = entry.color
      canvas.write(entry.name, row: entry.row, column: entry.column + 2)
    }
    return text + canvas.text(withColors: hasColors)
  }

  private struct LegendEntry {
    var mark: Character
    var color: Color
    var name: String
    var row = 0
    var column = 0
  }

  /// The names of all panels, each once, in rows.
  private var legend: [LegendEntry] {
    var entries: [LegendEntry] = []
    for layer in picture.panels.flatMap(\.layers) {
      var entry: LegendEntry?
      switch layer {
      case .points(let series):
        entry = series.name.map { LegendEntry(mark: series.mark.character, color: series.color, name: $0) }
      case .lines(let series):
        entry = series.name.map { LegendEntry(mark: series.character, color: series.color, name: $0) }
      default: break
      }
      if let entry, !entries.contains(where: { $0.name == entry.name && $0.color == entry.color }) {
        entries.append(entry)
      }
    }
    var (row, column) = (0, TerminalPicture.leftMargin)
    for index in entries.indices {
      let most = max(columns - TerminalPicture.leftMargin - 2, 4)
      if entries[index].name.count > most { entries[index].name = entries[index].name.prefix(most - 1) + "…" }
      let width = entries[index].name.count + 5
      if column + width - 3 > columns, column > TerminalPicture.leftMargin {
        (row, column) = (row + 1, TerminalPicture.leftMargin)
      }
      (entries[index].row, entries[index].column) = (row, column)
      column += width
    }
    return entries
  }
}

extension LineSeries {
  /// What tells the line from others in a terminal.
  var character: Character { isDashed ? "○" : mark?.character ?? "─" }
}

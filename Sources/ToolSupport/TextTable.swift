/// Rows of text whose columns stand under one another.
package struct TextTable {
  /// On which side of its column a text stands.
  package enum Alignment {
    case left, right
  }

  private let columns: [Alignment]
  private let indent: String
  private var rows: [[String]] = []

  /// A table of columns.
  package init(columns: [Alignment], indent: Int = 0) {
    self.columns = columns
    self.indent = String(repeating: " ", count: indent)
  }

  /// Adds a row: as many texts as there are columns.
  package mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, without blanks at their ends.
  package var text: String {
    let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for row in rows {
      var line = indent
      for (column, alignment) in columns.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        line += (column == 0 ? "" : "  ") + (alignment == .left ? row[column] + blanks : blanks + row[column])
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}

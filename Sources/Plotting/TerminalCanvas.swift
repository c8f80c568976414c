/// Characters with colours, in rows.
struct TerminalCanvas {
  /// One place.
  struct Cell: Hashable {
    var character: Character = " "
    var color: Color?
    var background: Color?
  }

  /// The characters of a row.
  let columns: Int
  /// The rows.
  let rows: Int
  private var cells: [Cell]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  /// A place; what is outside is lost.
  subscript(row: Int, column: Int) -> Cell {
    get { isInside(row, column) ? cells[row * columns + column] : Cell() }
    set { if isInside(row, column) { cells[row * columns + column] = newValue } }
  }

  private func isInside(_ row: Int, _ column: Int) -> Bool {
    (0..<rows).contains(row) && (0..<columns).contains(column)
  }

  /// Writes a text from a place to the right.
  mutating func write(_ text: String, row: Int, column: Int, color: Color? = nil) {
    for (index, character) in text.enumerated() { self[row, column + index] = Cell(character: character, color: color) }
  }

  /// Writes a text around the middle of some columns; what does not fit is cut.
  mutating func write(_ text: String, row: Int, around columns: Range<Int>) {
    let shown = text.count > columns.count ? String(text.prefix(max(columns.count - 1, 0))) + "…" : text
    write(shown, row: row, column: columns.lowerBound + (columns.count - shown.count) / 2)
  }

  /// The lines, without blanks at their ends.
  func text(withColors: Bool) -> String {
    var text = ""
    for row in 0..<rows {
      var line = cells[row * columns..<(row + 1) * columns]
      while let last = line.last, last.character == " ", last.background == nil || !withColors { line.removeLast() }
      var (color, background): (Color?, Color?) = (nil, nil)
      for cell in line {
        if withColors, cell.color != color || cell.background != background {
          var codes = ["0"]
          if let color = cell.color { codes.append("38;2;\(color.red);\(color.green);\(color.blue)") }
          if let color = cell.background { codes.append("48;2;\(color.red);\(color.green);\(color.blue)") }
          text += "\u{1B}[\(codes.joined(separator: ";"))m"
          (color, background) = (cell.color, cell.background)
        }
        text.append(cell.character)
      }
      if color != nil || background != nil { text += "\u{1B}[0m" }
      text += "\n"
    }
    return text
  }
}

/// Dots, eight in a character: two across and four down.
struct BrailleDots {
  /// The dots across and down.
  let (width, height): (Int, Int)
  private(set) var characters: [UInt8]
  private let columns: Int

  init(columns: Int, rows: Int) {
    (width, height, self.columns) = (2 * columns, 4 * rows, columns)
    characters = Array(repeating: 0, count: columns * rows)
  }

  /// The bits of the dots of a character, U+2800 and more.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Sets a dot, counted from the left and from above.
  mutating func set(_ x: Int, _ y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    characters[y / 4 * columns + x / 2] |= BrailleDots.bits[y % 4][x % 2]
  }

  /// Sets the dots of a straight line.
  mutating func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)
    guard steps.isFinite, steps < 1e6 else { return }
    for step in stride(from: 0, through: steps, by: 1) {
      let part = steps == 0 ? 0 : step / steps
      set(
        Int((start.x + (end.x - start.x) * part).rounded()), Int((start.y + (end.y - start.y) * part).rounded()))
    }
  }

  /// The character of a place; nil where no dot is set.
  func character(row: Int, column: Int) -> Character? {
    let bits = characters[row * columns + column]
    guard bits != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(bits)) else { return nil }
    return Character(scalar)
  }
}

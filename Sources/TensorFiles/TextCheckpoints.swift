/// A row of a text, and where the line begins on which it stands: reading can go on from there.
struct TextCheckpoint {
  let row: Int
  let byte: Int
  let line: Int
}

/// The places from which rows are sought: one for each so many bytes of text, so that they stay few in a long text and
/// near one another in one of long lines.
struct TextCheckpoints {
  private(set) var list: [TextCheckpoint] = []

  /// Bytes of text from one to the next.
  private static let distance = 1 << 18

  /// Takes the next row into account.
  mutating func pass(row: Int, byte: Int, line: Int) {
    guard list.last.map({ byte - $0.byte >= TextCheckpoints.distance }) ?? true else { return }
    list.append(TextCheckpoint(row: row, byte: byte, line: line))
  }
}

extension [TextCheckpoint] {
  /// The last one at or before a row.
  ///
  /// - Precondition: there is one at row 0.
  subscript(beforeRow row: Int) -> TextCheckpoint {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    return self[Swift.max(low - 1, 0)]
  }
}

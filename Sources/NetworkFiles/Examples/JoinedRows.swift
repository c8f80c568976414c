import TensorFiles
import Tensors

/// Rows of several sources side by side: the first numbers are those of the first source.
final class JoinedRows: RowSource {
  let columnCount: Int
  let rowCount: Int?
  private let parts: [any RowSource]

  /// Joins sources of equally many rows.
  init(_ parts: [any RowSource], rowCount: Int) {
    self.parts = parts
    self.rowCount = rowCount
    columnCount = parts.reduce(0) { $0 + $1.columnCount }
  }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    let capacity = columnCount == 0 ? 0 : block.count / columnCount
    var rows: Int?
    var column = 0
    for part in parts {
      let (width, wanted) = (part.columnCount, rows ?? capacity)
      var numbers = [Double](repeating: 0, count: wanted * width)
      var filled = 0
      while filled < wanted {
        var span = numbers.mutableSpan
        var rest = span._mutatingExtracting(filled * width..<wanted * width)
        let got = try part.nextRows(into: &rest)
        if got == 0 { break }
        filled += got
      }
      guard rows == nil || rows == filled else {
        throw FormatError(.truncated, "the file became shorter while it was read")
      }
      rows = filled
      for row in 0..<filled {
        for index in 0..<width { block[row * columnCount + column + index] = numbers[row * width + index] }
      }
      column += width
    }
    return rows ?? 0
  }

  func seek(toRow row: Int) throws {
    for part in parts { try part.seek(toRow: row) }
  }
}

package import Tensors

/// The whole of a table, read block by block.
final class TableSource: TensorSource {
  let shape: [Int]
  var elementType: ElementType { .float64 }
  private let reader: any TableReader

  /// - Parameter shape: (rows, columns).
  init(_ reader: any TableReader, shape: [Int]) {
    self.reader = reader
    self.shape = shape
  }

  func whole() throws -> Tensor { try reader.tensor(reader.entries[0].name) }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    RowBlocks(try reader.rows(of: reader.entries[0].name), rows: count)
  }
}

/// Rows of doubles as float64 tensors of shape (rows, columns).
package final class RowBlocks: TensorBlocks {
  private let rows: any RowSource
  private let blockRows: Int

  /// One pass over rows, `rows` of them in a block.
  package init(_ source: any RowSource, rows count: Int) {
    rows = source
    blockRows = max(1, count)
  }

  package func next() throws -> Tensor? {
    let columns = rows.columnCount
    let left = rows.rowCount.map { min($0, blockRows) } ?? blockRows
    var buffer = try TensorBuffer(byteCount: Tensor.byteCount(shape: [left, columns], elementType: .float64))
    var count = 0
    let rows = rows
    try buffer.withMutableElements(as: Double.self) { span in
      while count < left {
        var rest = span._mutatingExtracting(count * columns..<span.count)
        let got = try rows.nextRows(into: &rest)
        guard got > 0 else { break }
        count += got
      }
    }
    guard count > 0 else { return nil }
    let tensor = try Tensor(
      shape: [left, columns], elementType: .float64, order: .rowMajor, storage: buffer.finish())
    return try tensor.rows(0..<count)
  }
}

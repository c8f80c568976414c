package import Tensors

/// The whole of a table, or some of its columns, read block by block.
final class TableSource: TensorSource {
  let shape: [Int]
  var elementType: ElementType { .float64 }
  var comesByRows: Bool { true }
  private let reader: any TableReader
  private let columns: [Int]?
  private let classes: [Int: ClassLabels]

  /// - Parameters:
  ///   - shape: (rows, columns), or (rows,) for one column.
  ///   - columns: which ones; nil for all.
  ///   - classes: for columns whose fields are names, the classes whose numbers are read.
  init(_ reader: any TableReader, shape: [Int], columns: [Int]? = nil, classes: [Int: ClassLabels] = [:]) {
    self.reader = reader
    self.shape = shape
    self.columns = columns
    self.classes = classes
  }

  func whole() throws -> Tensor {
    guard columns != nil else { return try reader.tensor(reader.entries[0].name) }
    try Limits().charge(bytes: byteCount, at: .file)
    let blocks = try blocks(ofRows: max(1, shape[0]))
    // A table without rows has no block.
    guard let tensor = try blocks.next() else { return try Tensor([Double](), shape: shape) }
    return tensor
  }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    guard let columns else { return RowBlocks(try reader.rows(of: reader.entries[0].name), rows: count) }
    let rows = try reader.rows(ofColumns: columns, missing: .nan, classes: classes)
    return RowBlocks(rows, rows: count, isVector: shape.count == 1)
  }
}

/// Rows of doubles as float64 tensors of shape (rows, columns), or (rows,) where they are those of a vector.
package final class RowBlocks: TensorBlocks {
  private let rows: any RowSource
  private let blockRows: Int
  private let isVector: Bool

  /// One pass over rows, `rows` of them in a block.
  package init(_ source: any RowSource, rows count: Int, isVector: Bool = false) {
    rows = source
    blockRows = max(1, count)
    self.isVector = isVector
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
      shape: isVector ? [left] : [left, columns], elementType: .float64, order: .rowMajor, storage: buffer.finish())
    return try tensor.rows(0..<count)
  }
}

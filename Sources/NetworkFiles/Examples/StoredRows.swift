import TensorFiles
import Tensors

/// The examples of an array in memory, which may lie either way: nothing is turned around.
final class StoredRows: RowSource {
  let columnCount: Int
  let rowCount: Int?

  private let elements: [Double]
  private let count: Int
  /// Elements from one number of an example to the next, and from one example to the next.
  private let steps: (number: Int, example: Int)
  private var next = 0

  /// The examples along a dimension of a tensor.
  ///
  /// - Throws: ``TensorError`` for complex numbers and integers that no double holds.
  convenience init(
    _ tensor: Tensor, examples: Int, along dimension: ExampleDimension
  ) throws(TensorError) {
    // Of more than two dimensions the last index is to be the fastest.
    let tensor = tensor.shape.count > 2 ? try tensor.flattenedRows() : tensor
    let elements = try tensor.doublesInStorageOrder()
    let width = examples == 0 ? 0 : elements.count / examples
    let areInPieces = (dimension == .first) == (tensor.order == .rowMajor)
    self.init(elements, count: examples, width: width, steps: areInPieces ? (1, width) : (examples, 1))
  }

  private init(_ elements: [Double], count: Int, width: Int, steps: (number: Int, example: Int)) {
    self.elements = elements
    self.count = count
    columnCount = width
    rowCount = count
    self.steps = steps
  }

  /// The same rows from the first one on.
  var again: StoredRows { StoredRows(elements, count: count, width: columnCount, steps: steps) }

  func nextRows(into block: inout MutableSpan<Double>) -> Int {
    let rows = min(columnCount == 0 ? 0 : block.count / columnCount, count - next)
    for row in 0..<rows {
      let first = (next + row) * steps.example
      for number in 0..<columnCount { block[row * columnCount + number] = elements[first + number * steps.number] }
    }
    next += rows
    return rows
  }

  func seek(toRow row: Int) { next = min(max(row, 0), count) }
}

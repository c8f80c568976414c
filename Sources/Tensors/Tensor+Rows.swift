extension Tensor {
  /// Some rows: everything under a range of the first index, a tensor of shape (rows,) + the other dimensions.
  ///
  /// The rows of a scalar, `0..<1`, are the scalar. All rows are the tensor itself: nothing is copied.
  ///
  /// - Throws: ``TensorError`` with code `shape` when there are no such rows, `outOfMemory`.
  public func rows(_ range: Range<Int>) throws(TensorError) -> Tensor {
    let count = shape.first ?? 1
    guard range.lowerBound >= 0, range.upperBound <= count else {
      throw TensorError(.shape, "there are \(count) rows, none from \(range.lowerBound) to \(range.upperBound)")
    }
    if range.count == count { return self }
    let shape = [range.count] + self.shape.dropFirst()
    let bytes = try Tensor.byteCount(shape: shape, elementType: elementType)
    let width = elementType.byteCount
    // By rows they lie in one piece; by columns in one piece of every column.
    let pieces = order == .rowMajor ? 1 : max(1, elementCount / count)
    let length = bytes / pieces
    let (start, step) =
      order == .rowMajor
      ? (range.lowerBound * (bytes / max(range.count, 1)), 0)
      : (range.lowerBound * width, count * width)
    var buffer = try TensorBuffer(byteCount: bytes)
    for piece in 0..<(bytes > 0 ? pieces : 0) {
      buffer.copyBytes(from: storage, start + piece * step..<start + piece * step + length, to: piece * length)
    }
    return try Tensor(shape: shape, elementType: elementType, order: order, storage: buffer.finish())
  }

  /// The tensor with the shape (rows, elements of a row): every row flattened, its last index fastest.
  ///
  /// - Throws: ``TensorError`` with code `shape` for a scalar, `outOfMemory`.
  public func flattenedRows() throws(TensorError) -> Tensor {
    guard let rows = shape.first else { throw TensorError(.shape, "a scalar has no rows") }
    let width = try Tensor.elementCount(shape: Array(shape.dropFirst()))
    let storage = try stored(in: .rowMajor).storage
    return try Tensor(shape: [rows, width], elementType: elementType, order: .rowMajor, storage: storage)
  }
}

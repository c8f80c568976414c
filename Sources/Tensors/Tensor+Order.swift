/// The one place where numbers are moved from one order to the other.
extension Tensor {
  /// The same tensor with its numbers in the order asked for; they are moved only where the two orders differ.
  ///
  /// - Throws: ``TensorError`` with code `outOfMemory`.
  public func stored(in order: Order) throws(TensorError) -> Tensor {
    if self.order == order { return self }
    // With one length that is not 1, and without elements, both orders are the same.
    if elementCount == 0 || shape.count(where: { $0 != 1 }) <= 1 {
      return try Tensor(shape: shape, elementType: elementType, order: order, storage: storage)
    }
    var buffer = try TensorBuffer(byteCount: storage.byteCount)
    // Row-major is column-major of the reversed shape: there is one direction only.
    let lengths = self.order == .columnMajor ? shape : shape.reversed()
    switch elementType.byteCount {
    case 1: reverse(lengths, into: &buffer, of: UInt8.self)
    case 2: reverse(lengths, into: &buffer, of: UInt16.self)
    case 4: reverse(lengths, into: &buffer, of: UInt32.self)
    case 8: reverse(lengths, into: &buffer, of: UInt64.self)
    default: reverse(lengths, into: &buffer, of: UInt128.self)
    }
    return try Tensor(shape: shape, elementType: elementType, order: order, storage: buffer.finish())
  }

  /// Copies numbers whose first index runs fastest so that the last one does.
  ///
  /// The first and the last index go through tiles that fit in the cache; the ones between them are counted up.
  private func reverse<Element: BitwiseCopyable>(
    _ lengths: [Int], into buffer: inout TensorBuffer, of type: Element.Type
  ) {
    let (rows, columns) = (lengths[0], lengths[lengths.count - 1])
    let middle = Array(lengths.dropFirst().dropLast())
    let columnStep = elementCount / columns  // from column to column in the source
    let rowStep = elementCount / rows  // from row to row in the target
    let tile = 32
    storage.withElements(as: type) { source in
      buffer.withMutableElements(as: type) { target in
        forEachIndex(of: middle, first: rows, last: columns) { from, to in
          for rowTile in stride(from: 0, to: rows, by: tile) {
            for columnTile in stride(from: 0, to: columns, by: tile) {
              for row in rowTile..<min(rowTile + tile, rows) {
                for column in columnTile..<min(columnTile + tile, columns) {
                  target[to + row * rowStep + column] = source[from + row + column * columnStep]
                }
              }
            }
          }
        }
      }
    }
  }

  /// Counts through the indices between the first and the last one: where each combination begins in the source,
  /// whose first index runs fastest, and in the target, whose last one does.
  private func forEachIndex(
    of lengths: [Int], first: Int, last: Int, _ body: (_ source: Int, _ target: Int) -> Void
  ) {
    var index = [Int](repeating: 0, count: lengths.count)
    repeat {
      var (source, target) = (0, 0)
      for (length, position) in zip(lengths, index).reversed() { source = source * length + position }
      for (length, position) in zip(lengths, index) { target = target * length + position }
      body(source * first, target * last)
    } while advance(&index, lengths)
  }

  private func advance(_ index: inout [Int], _ lengths: [Int]) -> Bool {
    for dimension in index.indices {
      index[dimension] += 1
      if index[dimension] < lengths[dimension] { return true }
      index[dimension] = 0
    }
    return false
  }
}

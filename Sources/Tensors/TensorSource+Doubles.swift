extension TensorSource {
  /// Hands out all elements as doubles, block by block, in row-major order from block to block.
  ///
  /// - Parameters:
  ///   - bytes: about how many are read at a time.
  ///   - nearest: whether an integer beyond 2^53 is rounded; otherwise it is an error.
  ///   - body: gets the elements of each block.
  /// - Throws: ``TensorError`` for complex numbers; what reading and `body` throw.
  public func forEachBlockOfDoubles(
    bytes: Int = 1 << 22, nearest: Bool = false, _ body: ([Double]) throws -> Void
  ) throws {
    let blocks = try blocks(ofRows: rowCount(ofBytes: bytes))
    while let block = try blocks.next() {
      let ordered = try block.stored(in: .rowMajor)
      let isRounded = nearest && !ordered.elementType.isComplex
      let doubles = isRounded ? try ordered.converted(to: .float64, inexactness: .takesNearest) : ordered
      try body(try doubles.doublesInStorageOrder())
    }
  }
}

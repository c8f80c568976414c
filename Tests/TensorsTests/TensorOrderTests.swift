import Tensors
import Testing

@Suite struct TensorOrderTests {
  private func numbers(_ tensor: Tensor) throws -> [Double] { try tensor.doublesInStorageOrder() }

  @Test func matrix() throws {
    let rows = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let columns = try rows.stored(in: .columnMajor)
    #expect(try numbers(columns) == [1, 4, 2, 5, 3, 6])
    #expect(columns.shape == [2, 3] && columns.order == .columnMajor)
    #expect(try numbers(columns.stored(in: .rowMajor)) == [1, 2, 3, 4, 5, 6])
  }

  @Test func box() throws {
    let rows = try Tensor((0..<24).map { Int16($0) }, shape: [2, 3, 4])
    let columns = try rows.stored(in: .columnMajor)
    #expect(
      try numbers(columns)
        == [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23])
    #expect(try numbers(columns.stored(in: .rowMajor)) == (0..<24).map { Double($0) })
  }

  /// Larger than the tiles, and not a multiple of them.
  @Test(arguments: [[100, 3], [33, 65], [40, 2, 2, 35]])
  func tiles(shape: [Int]) throws {
    let count = try Tensor.elementCount(shape: shape)
    let rows = try Tensor((0..<count).map { Float($0) }, shape: shape)
    let columns = try rows.stored(in: .columnMajor)
    let found = try numbers(columns)
    for index in [0, 1, shape[0], count / 2, count - 1] {
      var rest = index
      var position = 0
      for (dimension, length) in shape.enumerated() {
        let step = shape[(dimension + 1)...].reduce(1, *)
        position += rest % length * step
        rest /= length
      }
      #expect(found[index] == Double(position))
    }
    #expect(try numbers(columns.stored(in: .rowMajor)) == (0..<count).map { Double($0) })
  }

  @Test(arguments: [[], [5], [1, 5], [5, 1, 1], [0, 3]])
  func nothingMoves(shape: [Int]) throws {
    let count = try Tensor.elementCount(shape: shape)
    let rows = try Tensor((0..<count).map { Double($0) }, shape: shape)
    let columns = try rows.stored(in: .columnMajor)
    #expect(columns.storage === rows.storage)
    #expect(columns.order == .columnMajor)
  }
}

import Tensors
import Testing

/// Arrays in memory give the same rows in blocks of any size, whatever their order.
@Suite struct TensorSourceTests {
  /// 1 … 24 as 4x3x2, where the element at (i, j, k) is 100 i + 10 j + k.
  static func tensor(_ order: Order) throws -> Tensor {
    var elements: [Double] = []
    switch order {
    case .rowMajor:
      for i in 0..<4 { for j in 0..<3 { for k in 0..<2 { elements.append(Double(100 * i + 10 * j + k)) } } }
    case .columnMajor:
      for k in 0..<2 { for j in 0..<3 { for i in 0..<4 { elements.append(Double(100 * i + 10 * j + k)) } } }
    }
    return try Tensor(elements, shape: [4, 3, 2], order: order)
  }

  @Test(arguments: [Order.rowMajor, .columnMajor], [1, 2, 3, 4, 9])
  func blocks(_ order: Order, _ rows: Int) throws {
    let source = StoredTensor(try TensorSourceTests.tensor(order))
    let blocks = source.blocks(ofRows: rows)
    var found: [Double] = []
    var counts: [Int] = []
    while let block = try blocks.next() {
      counts.append(block.shape[0])
      #expect(block.shape.dropFirst() == [3, 2])
      found += try block.stored(in: .rowMajor).doublesInStorageOrder()
    }
    #expect(found == (try TensorSourceTests.tensor(.rowMajor).doublesInStorageOrder()))
    #expect(counts.dropLast().allSatisfy { $0 == rows })
  }

  @Test func scalarIsOneRow() throws {
    let blocks = StoredTensor(try Tensor([7.0], shape: [])).blocks(ofRows: 5)
    #expect(try blocks.next()?.shape == [])
    #expect(try blocks.next() == nil)
  }

  @Test func withoutRowsThereIsNoBlock() throws {
    let blocks = StoredTensor(try Tensor([Double](), shape: [0, 3])).blocks(ofRows: 5)
    #expect(try blocks.next() == nil)
  }

  @Test func rowsWithoutColumns() throws {
    let rows = try Tensor([Double](), shape: [4, 0], order: .columnMajor).rows(1..<3)
    #expect(rows.shape == [2, 0])
  }

  @Test func rowsThatAreNotThere() throws {
    let tensor = try TensorSourceTests.tensor(.rowMajor)
    #expect(throws: TensorError.self) { try tensor.rows(2..<5) }
  }

  @Test func loadedOncePerPass() throws {
    var loads = 0
    let source = LoadedTensor(shape: [4, 3, 2], elementType: .float64) {
      loads += 1
      return try TensorSourceTests.tensor(.rowMajor)
    }
    let blocks = try source.blocks(ofRows: 1)
    while try blocks.next() != nil {}
    #expect(loads == 1)
  }
}

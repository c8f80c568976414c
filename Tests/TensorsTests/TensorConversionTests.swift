import Tensors
import Testing

/// Every type becomes every other where its values are there, and only there.
@Suite struct TensorConversionTests {
  @Test("0 and 1 are in every type", arguments: ElementType.allCases, ElementType.allCases)
  func zeroAndOne(_ from: ElementType, _ to: ElementType) throws {
    let start = try Tensor([0.0, 1.0], shape: [1, 2], order: .columnMajor)
    let there = try start.converted(to: from).converted(to: to)
    #expect(there.elementType == to && there.shape == [1, 2] && there.order == .columnMajor)
    #expect(try there.converted(to: .float64).doublesInStorageOrder() == [0, 1])
  }

  static let inexact: [(Double, ElementType, Double)] = [
    (0.1, .float32, Double(Float(0.1))), (1e39, .float32, .infinity), (0.5, .int8, 0), (1.5, .int8, 2),
    (300, .uint8, 255), (-1, .uint16, 0), (1e300, .int64, Double(Int64.max)), (.infinity, .int16, 32767),
    (2, .bool, 1), (65520, .float16, .infinity), (1 + 0x1p-11, .float16, 1), (1e-9, .float16, 0), (0.1, .complex64, 0),
  ]

  @Test(arguments: inexact)
  func valuesThatAreNotThere(_ value: Double, _ type: ElementType, _ nearest: Double) throws {
    let tensor = try Tensor([value])
    #expect {
      try tensor.converted(to: type)
    } throws: { error in
      (error as? TensorError)?.description == "the value \(value) has no exact \(type.rawValue)"
    }
    let taken = try tensor.converted(to: type, inexactness: .takesNearest)
    #expect(taken.elementType == type)
    guard !type.isComplex else { return }
    let found = try taken.converted(to: .float64, inexactness: .takesNearest).doublesInStorageOrder()
    #expect(found == [nearest])
  }

  @Test func largeIntegersAreNotRounded() throws {
    let large = try Tensor([Int64.max, Int64.min, 1 << 53 + 1])
    #expect(try large.converted(to: .int64).elementCount == 3)
    #expect(throws: TensorError.self) { try large.converted(to: .float64) }
    #expect(throws: TensorError.self) { try large.converted(to: .uint64) }
    #expect(throws: TensorError.self) { try Tensor([UInt64.max]).converted(to: .int64) }
    let nearest = try Tensor([UInt64.max]).converted(to: .int64, inexactness: .takesNearest)
    #expect(nearest.storage.withElements(as: Int64.self) { $0[0] } == .max)
  }

  @Test func specialValuesStayBetweenFloats() throws {
    let special = try Tensor([Double.infinity, -.infinity, -0.0, 0x1p-24])
    for type in [ElementType.float32, .float16] {
      let back = try special.converted(to: type).converted(to: .float64).doublesInStorageOrder()
      #expect(back.map(\.bitPattern) == [Double.infinity, -.infinity, -0.0, 0x1p-24].map(\.bitPattern))
      #expect(try Tensor([Double.nan]).converted(to: type).converted(to: .float64).doublesInStorageOrder()[0].isNaN)
    }
  }

  @Test func anImaginaryPartIsNotDropped() throws {
    let complex = try Tensor([0.0, 3.0]).converted(to: .complex128)
    #expect(try complex.converted(to: .float32).converted(to: .float64).doublesInStorageOrder() == [0, 3])
    var buffer = try TensorBuffer(byteCount: 16)
    buffer.withMutableElements(as: Double.self) { parts in
      parts[0] = 1
      parts[1] = -2
    }
    let one = try Tensor(shape: [1], elementType: .complex128, order: .rowMajor, storage: buffer.finish())
    #expect {
      try one.converted(to: .float64)
    } throws: { error in
      (error as? TensorError)?.description == "the value 1.0-2.0i has no exact float64"
    }
    #expect(throws: TensorError.self) { try one.converted(to: .float64, inexactness: .takesNearest) }
    for type in [ElementType.int32, .bool] {
      #expect {
        try Tensor([Double.nan]).converted(to: type, inexactness: .takesNearest)
      } throws: { error in
        (error as? TensorError)?.code == .elementType
      }
    }
  }

  @Test("every half comes back, and what lies between two goes to the nearer, or to the even one")
  func halves() {
    for bits in 0..<UInt16(0x7C00) {
      let value = Double(binary16: bits)
      #expect(value.binary16 == bits && (-value).binary16 == bits | 0x8000)
      let next = bits == 0x7BFF ? 65536 : Double(binary16: bits + 1)
      let middle = (value + next) / 2
      #expect(middle.binary16 == (bits & 1 == 0 ? bits : bits + 1))
      #expect(middle.nextDown.binary16 == bits && middle.nextUp.binary16 == bits + 1)
    }
  }

  @Test func convertedBlockByBlock() throws {
    let source = ConvertedTensor(StoredTensor(try Tensor([1.0, 2, 3], shape: [3, 1])), to: .int8)
    let blocks = try source.blocks(ofRows: 2)
    var rows: [Int] = []
    while let block = try blocks.next() {
      #expect(block.elementType == .int8)
      rows.append(block.shape[0])
    }
    #expect(rows == [2, 1])
  }
}

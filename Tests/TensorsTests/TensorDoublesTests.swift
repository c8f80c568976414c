import Tensors
import Testing

@Suite("Elements of any type as doubles") struct TensorDoublesTests {
  @Test func everyTypeWidensExactly() throws {
    #expect(try Tensor([1.5, -0.0, .infinity]).doublesInStorageOrder() == [1.5, 0, .infinity])
    #expect(try Tensor([Float(0.1)]).doublesInStorageOrder() == [0.10000000149011612])
    #expect(try Tensor([Int8.min, .max]).doublesInStorageOrder() == [-128, 127])
    #expect(try Tensor([UInt8.max]).doublesInStorageOrder() == [255])
    #expect(try Tensor([Int16.min]).doublesInStorageOrder() == [-32768])
    #expect(try Tensor([UInt16.max]).doublesInStorageOrder() == [65535])
    #expect(try Tensor([Int32.min]).doublesInStorageOrder() == [-2_147_483_648])
    #expect(try Tensor([UInt32.max]).doublesInStorageOrder() == [4_294_967_295])
    #expect(try Tensor([Int64(1) << 53, -(1 << 62)]).doublesInStorageOrder() == [0x1p53, -0x1p62])
    #expect(try Tensor([UInt64(1) << 63]).doublesInStorageOrder() == [0x1p63])
  }

  @Test func anIntegerWithoutADoubleIsAnError() throws {
    let signed = #expect(throws: TensorError.self) { try Tensor([Int64(1) << 53 + 1]).doublesInStorageOrder() }
    #expect(signed == TensorError(.inexact, "the integer 9007199254740993 has no exact double"))
    let unsigned = #expect(throws: TensorError.self) { try Tensor([UInt64.max]).doublesInStorageOrder() }
    #expect(unsigned?.code == .inexact)
  }

  @Test(
    "binary16",
    arguments: [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x0400, 0x1p-14), (0x0001, 0x1p-24),
      (0x83FF, -1023 * 0x1p-24),
      (0x7C00, .infinity), (0xFC00, -.infinity), (0x3555, 0.333251953125),
    ] as [(UInt16, Double)])
  func halves(_ bits: UInt16, _ value: Double) {
    #expect(Double(binary16: bits) == value)
  }

  @Test func halfNaN() {
    #expect(Double(binary16: 0x7E00).isNaN)
    #expect(Double(binary16: 0x8000).sign == .minus)
  }

  @Test func matricesFromEitherOrder() throws {
    let columns = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3], order: .columnMajor)
    #expect(try columns.matrix() == Matrix([[1, 3, 5], [2, 4, 6]]))
    #expect(try columns.transposed.matrix() == Matrix([[1, 2], [3, 4], [5, 6]]))
    #expect(try Tensor([1.0, 2]).matrix() == Matrix([[1], [2]]))
    #expect(try Tensor([7.0], shape: []).matrix() == Matrix([[7]]))
    #expect(throws: TensorError.self) { try Tensor([1.0, 2], shape: [1, 2, 1]).matrix() }
  }

  @Test func shapesThatCannotBe() {
    #expect(throws: TensorError.self) { try Tensor.elementCount(shape: [-1]) }
    #expect(throws: TensorError.self) { try Tensor.elementCount(shape: [1 << 40, 1 << 40]) }
    #expect(throws: TensorError.self) { try Tensor.byteCount(shape: [1 << 61], elementType: .float64) }
    #expect(throws: TensorError.self) { try Tensor([1.0, 2], shape: [3]) }
    #expect(throws: TensorError.self) { _ = try TensorBuffer(byteCount: -1) }
    #expect(throws: TensorError.self) { _ = try TensorBuffer(byteCount: .max - 64) }
  }
}

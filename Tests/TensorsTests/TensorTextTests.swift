import Tensors
import Testing

@Suite("Elements as text") struct TensorTextTests {
  private func texts(_ tensor: Tensor) -> [String] {
    var texts: [String] = []
    tensor.forEachElementText { index, text in
      #expect(index == texts.count)
      texts.append(text)
    }
    return texts
  }

  @Test func shortestDigits() throws {
    #expect(texts(try Tensor([1.0, 0.1, -2.5, .nan, .infinity])) == ["1", "0.1", "-2.5", "nan", "inf"])
    #expect(texts(try Tensor([Float(0.1)])) == ["0.1"])
    #expect(texts(try Tensor([UInt64.max])) == ["18446744073709551615"])
    #expect(texts(try Tensor([Int8.min])) == ["-128"])
  }

  @Test func columnMajorComesOutRowByRow() throws {
    let two = try Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3], order: .columnMajor)
    #expect(texts(two) == ["1", "3", "5", "2", "4", "6"])
    let three = try Tensor((0..<24).map(Double.init), shape: [2, 3, 4], order: .columnMajor)
    var expected: [String] = []
    for i in 0..<2 { for j in 0..<3 { for k in 0..<4 { expected.append("\(i + 2 * j + 6 * k)") } } }
    #expect(texts(three) == expected)
  }

  @Test func complexNumbers() throws {
    var buffer = try TensorBuffer(byteCount: 32)
    buffer.withMutableElements(as: Double.self) { span in
      span[0] = 1
      span[1] = -2.5
      span[2] = 0
      span[3] = 3
    }
    let tensor = try Tensor(shape: [2], elementType: .complex128, order: .rowMajor, storage: buffer.finish())
    #expect(texts(tensor) == ["1-2.5i", "0+3i"])
    #expect(throws: TensorError.self) { try tensor.doublesInStorageOrder() }
  }
}

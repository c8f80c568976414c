import Tensors
import Testing

@Suite struct TensorStorageTests {
  private func address(_ storage: TensorStorage) -> UInt {
    storage.withBytes { bytes in unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) } }
  }

  /// Small memory is the allocator's, large the system's own.
  @Test(arguments: [0, 1, 63, 4096, (4 << 20) - 1, 4 << 20, (6 << 20) + 5])
  func memoryIsZeroAndAligned(byteCount: Int) throws {
    let storage = try TensorBuffer(byteCount: byteCount).finish()
    #expect(storage.byteCount == byteCount)
    #expect(address(storage) % 64 == 0)
    #expect(storage.withElements(as: UInt8.self) { bytes in bytes.indices.allSatisfy { bytes[$0] == 0 } })
  }

  /// What follows others is aligned, and outlives the storage that it is a part of.
  @Test(arguments: [0, 1, 64, 136], [8, 1 << 12, 5 << 20])
  func aPartIsAlignedAndLives(lead: Int, byteCount: Int) throws {
    func part() throws -> TensorStorage {
      var buffer = try TensorBuffer(byteCount: byteCount, behind: lead)
      #expect(buffer.byteCount == lead + byteCount)
      buffer.withMutableElements(as: UInt8.self) { span in
        for index in span.indices { span[index] = UInt8(truncatingIfNeeded: index &* 31) }
      }
      return buffer.finish().slice(lead..<lead + byteCount)
    }
    let part = try part()
    let inner = part.slice(3..<8)
    #expect(address(part) % 64 == 0 && part.byteCount == byteCount)
    #expect(inner.withElements(as: UInt8.self) { $0[4] } == UInt8(truncatingIfNeeded: (lead + 7) &* 31))
    #expect(
      part.withElements(as: UInt8.self) { bytes in
        bytes.indices.allSatisfy { bytes[$0] == UInt8(truncatingIfNeeded: (lead + $0) &* 31) }
      })
  }

  @Test func impossibleSizesAreErrors() {
    for count in [-1, Int.max, Int.max - (2 << 20), 1 << 60] {
      #expect(throws: TensorError.self) { _ = try TensorBuffer(byteCount: count).finish() }
      #expect(throws: TensorError.self) { _ = try TensorBuffer(byteCount: count, behind: 9).finish() }
    }
  }
}

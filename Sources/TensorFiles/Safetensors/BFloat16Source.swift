import Tensors

/// Numbers that are the upper halves of float32 numbers, widened exactly as they are read.
final class BFloat16Source: TensorSource {
  /// The halves, as integers of 16 bits.
  private let halves: NPYSource

  init(_ halves: NPYSource) { self.halves = halves }

  var shape: [Int] { halves.shape }
  var elementType: ElementType { .float32 }

  func whole() throws -> Tensor { try tensor() }

  func tensor() throws(FormatError) -> Tensor { try BFloat16Source.widened(try halves.tensor(), at: halves.name) }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    BFloat16Blocks(try halves.blocks(ofRows: count), name: halves.name)
  }

  func rows() throws(FormatError) -> any RowSource { BFloat16Rows(try halves.rows()) }

  fileprivate static func widened(_ tensor: Tensor, at name: String) throws(FormatError) -> Tensor {
    do throws(TensorError) {
      var buffer = try TensorBuffer(byteCount: Tensor.byteCount(shape: tensor.shape, elementType: .float32))
      tensor.storage.withElements(as: UInt16.self) { halves in
        buffer.withMutableElements(as: UInt32.self) { words in
          for index in 0..<tensor.elementCount { words[index] = UInt32(halves[index]) << 16 }
        }
      }
      return try Tensor(shape: tensor.shape, elementType: .float32, order: tensor.order, storage: buffer.finish())
    } catch {
      throw FormatError(error, at: .object(name))
    }
  }
}

private final class BFloat16Blocks: TensorBlocks {
  private let halves: any TensorBlocks
  private let name: String

  init(_ halves: any TensorBlocks, name: String) {
    self.halves = halves
    self.name = name
  }

  func next() throws -> Tensor? {
    guard let block = try halves.next() else { return nil }
    return try BFloat16Source.widened(block, at: name)
  }
}

private final class BFloat16Rows: RowSource {
  private let halves: any RowSource

  init(_ halves: any RowSource) { self.halves = halves }

  var columnCount: Int { halves.columnCount }
  var rowCount: Int? { halves.rowCount }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    let count = try halves.nextRows(into: &block)
    for index in 0..<count * columnCount {
      // An integer of 16 bits that came as a double.
      block[index] = Double(Float(bitPattern: UInt32(block[index]) << 16))
    }
    return count
  }

  func seek(toRow row: Int) throws { try halves.seek(toRow: row) }
}

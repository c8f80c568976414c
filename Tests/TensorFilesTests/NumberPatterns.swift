import Tensors
import Testing

/// Tensors whose bytes are all different enough, for round trips.
enum NumberPatterns {
  /// Scalars, vectors, boxes, and shapes without elements.
  static let shapes = [
    [], [1], [5], [0], [3, 2], [1, 4], [4, 1], [0, 3], [3, 0], [2, 3, 4], [2, 1, 3, 1], [1, 1, 1],
  ]

  /// A pattern of bytes, or 0 and 1 for truth values.
  static func tensor(_ shape: [Int], _ type: ElementType, _ order: Order) throws -> Tensor {
    var buffer = try TensorBuffer(byteCount: Tensor.byteCount(shape: shape, elementType: type))
    buffer.withMutableBytes { bytes in
      for index in 0..<bytes.byteCount {
        let value = type == .bool ? UInt8(index % 3 == 0 ? 1 : 0) : UInt8(truncatingIfNeeded: 37 &* index &+ 11)
        bytes.storeBytes(of: value, toByteOffset: index, as: UInt8.self)
      }
    }
    return try Tensor(shape: shape, elementType: type, order: order, storage: buffer.finish())
  }

  /// Every type in every shape and both orders.
  static func archive() throws -> TensorArchive {
    var archive = TensorArchive()
    for type in ElementType.allCases {
      for (index, shape) in shapes.enumerated() {
        archive.set("\(type.rawValue)_\(index)_rows", to: try tensor(shape, type, .rowMajor))
        archive.set("\(type.rawValue)_\(index)_columns", to: try tensor(shape, type, .columnMajor))
      }
    }
    return archive
  }
}

extension TensorSource {
  /// All rows, taken in blocks, by rows.
  func inBlocks(ofRows count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let blocks = try blocks(ofRows: count)
    while let block = try blocks.next() {
      #expect(block.elementType == elementType)
      #expect(Array(block.shape.dropFirst()) == Array(shape.dropFirst()))
      #expect(block.elementCount == 0 || (block.shape.first ?? 1) <= count)
      bytes += try block.bytesByRows
    }
    return bytes
  }
}

extension RowSource {
  /// All rows from the next one on, taken in blocks.
  func inBlocks(ofRows count: Int) throws -> [Double] {
    var all: [Double] = []
    var block = [Double](repeating: 0, count: max(1, count * columnCount))
    while true {
      var span = block.mutableSpan
      let got = try nextRows(into: &span)
      if got == 0 { return all }
      all += block.prefix(got * columnCount)
    }
  }
}

extension Tensor {
  /// The bytes of the numbers, row by row.
  var bytesByRows: [UInt8] {
    get throws {
      try stored(in: .rowMajor).storage.withElements(as: UInt8.self) { span in span.indices.map { span[$0] } }
    }
  }
}

import TensorFiles
import Tensors

/// Tensors of every type and shape, for the tests of writing MAT files.
enum MATTensors {
  static let shapes = [
    [], [1], [5], [0], [0, 0], [3, 2], [1, 4], [4, 1], [0, 3], [3, 0], [2, 3, 4], [2, 1, 3, 1], [1, 1, 1], [2, 0, 3],
  ]
  /// What MATLAB has.
  static let types = ElementType.allCases.filter { $0 != .float16 }

  /// A tensor whose bytes are all different enough: a pattern, or 0 and 1 for logicals.
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

  /// A tensor of each type and shape, and numbers that are special in floating point.
  ///
  /// - Parameter most: the most dimensions.
  static func archive(of types: [ElementType], _ order: Order, dimensions most: Int = .max) throws -> TensorArchive {
    var archive = TensorArchive()
    for type in types {
      for (index, shape) in shapes.enumerated() where shape.count <= most {
        archive.set("\(type.rawValue)_\(index)", to: try tensor(shape, type, order))
      }
    }
    let special = [Double.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    archive.set("special", to: try Tensor(special, shape: [2, 3], order: order))
    if types.contains(.float32) {
      archive.set("special_single", to: try Tensor(special.map { Float($0) }, shape: [3, 2], order: order))
    }
    var buffer = try TensorBuffer(byteCount: 96)
    buffer.withMutableElements(as: Double.self) { parts in
      for index in 0..<12 { parts[index] = special[index * 5 % 6] }
    }
    archive.set(
      "special_complex",
      to: try Tensor(shape: [2, 3], elementType: .complex128, order: order, storage: buffer.finish()))
    return archive
  }

  /// As MATLAB has it: a scalar is 1x1, a vector is a column.
  static func matlabShape(_ shape: [Int]) -> [Int] { shape + [Int](repeating: 1, count: max(0, 2 - shape.count)) }
}

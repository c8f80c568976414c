import Tensors

extension Tensor {
  /// The numbers by columns, as MATLAB has them; of complex ones, the real parts, then the imaginary ones.
  func partsByColumns() throws(TensorError) -> [TensorStorage] {
    let ordered = try stored(in: .columnMajor)
    return switch elementType {
    case .complex128: [try part(0, of: ordered, as: Double.self), try part(1, of: ordered, as: Double.self)]
    case .complex64: [try part(0, of: ordered, as: Float.self), try part(1, of: ordered, as: Float.self)]
    default: [ordered.storage]
    }
  }

  private func part<Part: TensorElement>(
    _ part: Int, of tensor: Tensor, as type: Part.Type
  ) throws(TensorError) -> TensorStorage {
    var buffer = try TensorBuffer(byteCount: tensor.storage.byteCount / 2)
    tensor.storage.withElements(as: type) { source in
      buffer.withMutableElements(as: type) { target in
        for index in target.indices { target[index] = source[2 * index + part] }
      }
    }
    return buffer.finish()
  }
}

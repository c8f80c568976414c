import Tensors

/// What writing is the same in every level of MAT files that has no place for attributes.
extension ArchiveSource {
  /// A sentence for the archive and for each array or group whose attributes are not kept.
  func attributeLosses(in format: String) -> [String] {
    attributes.paths.compactMap { path in
      let names = attributes[path].map(\.name)
      guard !names.isEmpty else { return nil }
      let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
      let what = names.count == 1 ? "the attribute \(shown) is" : "the attributes \(shown) are"
      return (path.isEmpty ? "" : "\(path): ")
        + "\(what) not kept: \(format) has no place for \(names.count == 1 ? "it" : "them")"
    }
  }
}

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

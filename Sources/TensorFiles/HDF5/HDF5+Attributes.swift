import HDF5
import Tensors

extension HDF5Store {
  /// The attributes of the object at a path; those of the file itself have the path "".
  func attributes(of path: String) throws(FormatError) -> [Attribute] {
    do {
      if path.isEmpty { return try attributes(root.attributes()) }
      switch try root.object(at: path) {
      case .group(let group): return try attributes(group.attributes())
      case .dataset(let dataset): return try attributes(dataset.attributes())
      case .datatype: return []
      }
    } catch {
      throw FormatError.converted(error, at: path)
    }
  }

  private func attributes(_ attributes: borrowing HDF5Attributes) throws -> [Attribute] {
    var result: [Attribute] = []
    // For all of them together.
    var left = HDF5Attribute.defaultLimit
    for name in try attributes.names(limit: limits.objects) {
      let attribute = try attributes.attribute(name)
      guard let value = try value(of: attribute, limit: left) else { continue }
      switch value {
      case .text(let text): left -= text.utf8.count
      case .texts(let texts): left -= texts.reduce(0) { $0 + $1.utf8.count }
      case .numbers(let tensor): left -= tensor.storage.byteCount
      }
      result.append(Attribute(name: name, value: value))
    }
    return result
  }

  /// Texts and numbers; what is neither, such as a reference, is passed over.
  private func value(of attribute: borrowing HDF5Attribute, limit: Int) throws -> AttributeValue? {
    if case .string = attribute.datatype {
      let texts = try attribute.readStrings(limit: limit)
      return attribute.dataspace == .scalar ? texts.first.map(AttributeValue.text) : .texts(texts)
    }
    guard let type = attribute.datatype.elementType else { return nil }
    let shape = attribute.dataspace.shape
    let elementType = ElementType(type)
    let count = try Tensor.byteCount(shape: shape, elementType: elementType)
    guard count <= limit else {
      throw FormatError(
        .limit, at: .object(attribute.name),
        "the attribute has \(count) bytes, \(HDF5Attribute.defaultLimit) is the limit for all at one place")
    }
    var buffer = try TensorBuffer(byteCount: count)
    if count > 0 { try buffer.withMutableBytes { bytes in try attribute.read(as: type, into: &bytes) } }
    return .numbers(try Tensor(shape: shape, elementType: elementType, order: .rowMajor, storage: buffer.finish()))
  }
}

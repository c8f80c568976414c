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
    for name in try attributes.names(limit: limits.objects) where !bookkeeping.contains(name) {
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

  /// Texts and numbers; what is neither, such as a reference, is passed over, and so is what has no value at all.
  private func value(of attribute: borrowing HDF5Attribute, limit: Int) throws -> AttributeValue? {
    if attribute.dataspace == .null { return nil }
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

  /// The attributes by which PyTables and netCDF-4 know their own objects: beside arrays that were taken out of such a
  /// file they would claim what is not there, and these programs could not open the copy.
  static func bookkeeping(of root: borrowing HDF5Attributes) throws(HDF5Error) -> Set<String> {
    var names: Set<String> = []
    if try root.contains("PYTABLES_FORMAT_VERSION") {
      names = [
        "CLASS", "VERSION", "FLAVOR", "EXTDIM", "NROWS", "PYTABLES_FORMAT_VERSION", "pandas_type", "pandas_version",
        "encoding", "errors",
      ]
    }
    if try root.contains("_NCProperties") {
      names.formUnion([
        "_NCProperties", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_nc3_strict", "CLASS", "NAME", "DIMENSION_LIST",
        "REFERENCE_LIST",
      ])
    }
    return names
  }
}

internal import CHDF5

extension HDF5Dataspace {
  /// Reads the shape behind an identifier. Throws `tooLarge` if its elements cannot be counted in an `Int`.
  init(_ space: borrowing Identifier, object: String) throws(HDF5Error) {
    let id = space.value
    let kind = try Library.call("H5Sget_simple_extent_type", on: object) { H5Sget_simple_extent_type(id).rawValue }
    guard kind == H5S_SIMPLE.rawValue else {
      self = kind == H5S_NULL.rawValue ? .null : .scalar
      return
    }
    let rank = Int(
      try Library.call("H5Sget_simple_extent_ndims", on: object) { H5Sget_simple_extent_ndims(id) })
    var dimensions = [hsize_t](repeating: 0, count: rank)
    var maximum = dimensions
    try Library.call("H5Sget_simple_extent_dims", on: object) {
      unsafe H5Sget_simple_extent_dims(id, &dimensions, &maximum)
    }
    let shape = dimensions.map { Int(exactly: $0) ?? -1 }
    guard Self.product(shape) != nil else {
      throw HDF5Error(
        .tooLarge, call: "H5Sget_simple_extent_dims", object: object,
        reason: "has the shape (\(dimensions.map(String.init).joined(separator: ", "))), more than memory can hold")
    }
    self = .simple(shape: shape, maximum: maximum.map { $0 == chdf5_unlimited() ? nil : Int(exactly: $0) })
  }

  /// A new identifier for this shape.
  func makeIdentifier(for object: String) throws(HDF5Error) -> Identifier {
    switch self {
    case .null: return try Identifier("H5Screate", on: object) { H5Screate(H5S_NULL) }
    case .scalar: return try Identifier("H5Screate", on: object) { H5Screate(H5S_SCALAR) }
    case .simple(let shape, let maximum):
      guard !shape.isEmpty, maximum.count == shape.count, Self.product(shape) != nil,
        zip(shape, maximum).allSatisfy({ size, limit in size <= limit ?? .max })
      else {
        let limits = maximum.map { $0.map(String.init) ?? "unlimited" }.joined(separator: ", ")
        throw HDF5Error(
          .invalidArgument, call: "H5Screate_simple", object: object,
          reason: "cannot have the shape \(shape) with the maximum [\(limits)]")
      }
      let dimensions = shape.map { hsize_t($0) }
      let limits = maximum.map { $0.map { hsize_t($0) } ?? chdf5_unlimited() }
      return try Identifier("H5Screate_simple", on: object) {
        unsafe H5Screate_simple(Int32(clamping: dimensions.count), dimensions, limits)
      }
    }
  }
}

extension Identifier {
  /// Selects a part, known to lie inside, of the dataspace that this identifier names.
  borrowing func select(_ part: HDF5Hyperslab, of object: String) throws(HDF5Error) {
    let id = value
    let offset = part.offset.map { hsize_t($0) }
    let count = part.count.map { hsize_t($0) }
    try Library.call("H5Sselect_hyperslab", on: object) {
      unsafe H5Sselect_hyperslab(id, H5S_SELECT_SET, offset, nil, count, nil)
    }
  }
}

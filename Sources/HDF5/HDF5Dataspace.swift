/// The shape of a dataset or of an attribute.
public enum HDF5Dataspace: Sendable, Hashable {
  /// No elements and no shape at all (`H5S_NULL`, h5py's `Empty`).
  case null
  /// One element, no dimensions.
  case scalar
  /// Dimensions, the slowest first, and how far each can grow: `nil` for without limit.
  case simple(shape: [Int], maximum: [Int?])

  /// Dimensions that do not grow; none for a scalar.
  public static func fixed(_ shape: [Int]) -> HDF5Dataspace {
    shape.isEmpty ? .scalar : .simple(shape: shape, maximum: shape)
  }

  /// The dimensions, the slowest first: empty for a scalar, `[0]` for a null dataspace.
  public var shape: [Int] {
    switch self {
    case .null: [0]
    case .scalar: []
    case .simple(let shape, _): shape
    }
  }

  /// The number of elements; `Int.max` where the product of the dimensions does not fit.
  ///
  /// What this module reads from a file always fits: reading throws `tooLarge` otherwise.
  public var elementCount: Int { Self.product(shape) ?? .max }

  /// The product of dimensions, `nil` if one is negative or if it does not fit. A zero anywhere makes it zero.
  static func product(_ shape: [Int]) -> Int? {
    if shape.contains(where: { $0 < 0 }) { return nil }
    if shape.contains(0) { return 0 }
    var product = 1
    for dimension in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      product = next
    }
    return product
  }
}

/// A rectangular part of a dataset: where it starts and how many elements it spans along each dimension.
public struct HDF5Hyperslab: Sendable, Hashable {
  /// The first index along each dimension.
  public var offset: [Int]
  /// The number of indices along each dimension, adjacent ones.
  public var count: [Int]

  /// A part from its first indices and its extents; both have one entry a dimension.
  public init(offset: [Int], count: [Int]) {
    self.offset = offset
    self.count = count
  }

  /// Some rows (indices of the first dimension), whole, of a dataset of the given shape.
  public init(rows: Range<Int>, of shape: [Int]) {
    offset = [rows.lowerBound] + shape.dropFirst().map { _ in 0 }
    count = [rows.count] + shape.dropFirst()
  }

  /// The number of elements once the part is known to lie inside of `shape`.
  func checkedElementCount(
    within shape: [Int], call: String, object: String
  ) throws(HDF5Error) -> Int {
    guard offset.count == shape.count, count.count == shape.count else {
      throw HDF5Error(
        .outOfBounds, call: call, object: object,
        reason: "has \(shape.count) dimensions, but the part asked for has \(max(offset.count, count.count))")
    }
    for axis in shape.indices {
      let (end, overflow) = offset[axis].addingReportingOverflow(count[axis])
      guard offset[axis] >= 0, count[axis] >= 0, !overflow, end <= shape[axis] else {
        throw HDF5Error(
          .outOfBounds, call: call, object: object,
          reason: "has \(shape[axis]) indices along dimension \(axis + 1), but \(count[axis]) from \(offset[axis]) on "
            + "were asked for")
      }
    }
    guard let elements = HDF5Dataspace.product(count) else {
      throw HDF5Error(.tooLarge, call: call, object: object, reason: "has more elements than memory can hold")
    }
    return elements
  }
}

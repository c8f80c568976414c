internal import CHDF5

/// A dataset of an open file: an array of elements of one type. It is closed when its owner goes away.
public struct HDF5Dataset: ~Copyable, Sendable {
  let identifier: Identifier
  let access: FileAccess
  private let storage: StorageDescription
  /// The path by which the dataset was reached, from the root.
  public let path: String
  /// The type of the elements in the file. `datatype.elementType` is what they are best read as.
  public let datatype: HDF5Datatype

  init(_ identifier: consuming Identifier, path: String, access: FileAccess) throws(HDF5Error) {
    let id = identifier.value
    let type = try Identifier("H5Dget_type", on: path) { H5Dget_type(id) }
    let datatype = try HDF5Datatype(type, object: path)
    let storage = try StorageDescription(dataset: identifier, object: path)
    self.init(identifier, path: path, access: access, datatype: datatype, storage: storage)
  }

  private init(
    _ identifier: consuming Identifier, path: String, access: FileAccess, datatype: HDF5Datatype,
    storage: StorageDescription
  ) {
    self.identifier = identifier
    self.path = path
    self.access = access
    self.datatype = datatype
    self.storage = storage
  }

  /// How the elements lie in the file.
  public var layout: HDF5Layout { storage.layout }

  /// The steps that each chunk went through when it was written; empty if chunks are stored as they are.
  public var filters: [HDF5Filter] { storage.filters }

  /// Whether every chunk went through all filters, but for those that the chunk itself names: a writer can choose to
  /// store those that reach over the border as they are.
  var filtersAllChunks: Bool { storage.filtersAllChunks }

  /// The number of other files that hold the elements; 0 for ordinary datasets.
  public var externalFileCount: Int { storage.externalFileCount }

  /// The attributes of the dataset.
  public func attributes() throws(HDF5Error) -> HDF5Attributes {
    HDF5Attributes(try Identifier(sharing: identifier, of: path), of: path)
  }

  /// Where the dataset lies: equal for two paths that lead to the same one.
  public var identity: HDF5ObjectIdentity {
    get throws(HDF5Error) { try HDF5ObjectIdentity(identifier, object: path) }
  }

  /// The shape now, and how far it can grow.
  ///
  /// Throws `refused` for a virtual dataset of a file that was not opened with `opensOtherFiles`: its shape can depend
  /// on other files.
  ///
  /// Related HDF5 function: `H5Dget_space`.
  public var dataspace: HDF5Dataspace {
    get throws(HDF5Error) {
      let space = try currentSpace()
      return try HDF5Dataspace(space, object: path)
    }
  }

  /// The dimensions now, the slowest first: empty for a scalar, `[0]` for a null dataspace.
  public var shape: [Int] {
    get throws(HDF5Error) { try dataspace.shape }
  }

  /// The bytes that the elements take in the file, compressed; 0 before anything was written, and for virtual datasets.
  ///
  /// Related HDF5 function: `H5Dget_storage_size`.
  public var storedByteCount: UInt64 {
    let id = identifier.value
    return layout == .virtual ? 0 : Library.perform { H5Dget_storage_size(id) }
  }

  /// Changes the dimensions, within the maximum of the dataspace. New elements are zero, cut ones are lost.
  ///
  /// Related HDF5 function: `H5Dset_extent`.
  public func extend(to shape: [Int]) throws(HDF5Error) {
    let current = try self.shape
    let dimensions = shape.compactMap { hsize_t(exactly: $0) }
    // The library reads as many numbers as the dataset has dimensions.
    guard dimensions.count == shape.count, shape.count == current.count, !shape.isEmpty else {
      throw HDF5Error(
        .invalidArgument, call: "H5Dset_extent", object: path,
        reason: "has the shape \(current) and cannot get the shape \(shape)")
    }
    let id = identifier.value
    try Library.call("H5Dset_extent", on: path) { unsafe H5Dset_extent(id, dimensions) }
  }

  func currentSpace() throws(HDF5Error) -> Identifier {
    let id = identifier.value
    if layout == .virtual { try refuseOtherFiles("H5Dget_space") }
    return try Identifier("H5Dget_space", on: path) { H5Dget_space(id) }
  }

  /// Throws if reading or writing would touch other files and the opener of this one did not allow that.
  ///
  /// Such a file shows whatever the user can read; and where a source is missing, the library returns fill values
  /// without an error.
  func refuseOtherFiles(_ call: String) throws(HDF5Error) {
    guard !access.opensOtherFiles else { return }
    if layout == .virtual {
      throw HDF5Error(
        .refused, call: call, object: path,
        reason: "is a virtual dataset: its elements lie in other files, which are not opened")
    }
    if externalFileCount > 0 {
      throw HDF5Error(
        .refused, call: call, object: path, reason: "has its elements in another file, which is not opened")
    }
  }

  /// Throws if what a damaged file says of its storage does not fit the dataset.
  ///
  /// The library (1.10.8) believes it: it reads on behind what is kept in the header, counts dimensions of chunks that
  /// are not there, and takes a chunk as it comes out of a filter, to read on behind one that is too small.
  func checkStorage(_ call: String) throws(HDF5Error) {
    switch layout {
    case .contiguous, .virtual: return
    case .compact:
      let needed = HDF5Dataspace.product(try shape + [try elementSize])
      guard let needed, needed <= storedByteCount else {
        throw HDF5Error(
          .invalidValue, call: call, object: path,
          reason: "has \(storedByteCount) bytes in its header, fewer than the shape \(try shape) needs")
      }
    case .chunked(let chunk):
      let rank = try shape.count
      guard chunk.count == rank else {
        throw HDF5Error(
          .invalidValue, call: call, object: path,
          reason: "has \(rank) dimensions, but is stored in chunks of \(chunk.count)")
      }
      guard filters.count(where: { $0.id == HDF5Filter.deflate }) <= 1 else {
        throw HDF5Error(
          .refused, call: call, object: path,
          reason: "is compressed with deflate more than once: a small file could stand for any number of bytes")
      }
      guard let filter = filters.first(where: { $0.id == Int(LZFFilter.id) }), filter.values.count >= 3 else { return }
      let size = HDF5Dataspace.product(chunk + [try elementSize])
      guard size == Int(filter.values[2]) else {
        throw HDF5Error(
          .invalidValue, call: call, object: path,
          reason: "is compressed with lzf in chunks of \(filter.values[2]) bytes, but chunks of the shape "
            + "\(chunk) have " + (size.map { "\($0)" } ?? "more"))
      }
    }
  }

  /// The bytes of an element in the file.
  private var elementSize: Int {
    get throws(HDF5Error) {
      let id = identifier.value
      let type = try Identifier("H5Dget_type", on: path) { H5Dget_type(id) }
      return Library.perform { Int(clamping: H5Tget_size(type.value)) }
    }
  }

  /// A failed transfer, explained by the filters that are missing if some are.
  func explained(_ error: HDF5Error) -> HDF5Error {
    let missing = filters.filter { !$0.isAvailable }
    guard error.code == .failedCall, !missing.isEmpty else { return error }
    let names = missing.map(\.description).joined(separator: " and ")
    return HDF5Error(
      .missingFilter, call: error.call, object: error.object,
      reason:
        "is compressed with \(names), which this build lacks; h5repack -f GZIP=4 in.h5 out.h5, where the filter is "
        + "installed, rewrites it", stack: error.stack)
  }
}

internal import CHDF5

extension HDF5Dataset {
  /// Reads all texts of a dataset of strings, the last dimension fastest; empty for a null dataspace.
  ///
  /// Padding is taken off, as the format says. Bytes that are no UTF-8 become U+FFFD; `readStringBytes` keeps them.
  ///
  /// - Parameter limit: The most bytes of all texts together; more throw `tooLarge`, before they are allocated.
  ///
  /// Related HDF5 function: `H5Dread`.
  public func readStrings(limit: Int = HDF5Attribute.defaultLimit) throws(HDF5Error) -> [String] {
    try readStringBytes(limit: limit).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads all texts as their bytes, whatever their encoding is.
  ///
  /// Related HDF5 function: `H5Dread`.
  public func readStringBytes(limit: Int = HDF5Attribute.defaultLimit) throws(HDF5Error) -> [[UInt8]] {
    try refuseOtherFiles("H5Dread")
    try checkStorage("H5Dread")
    let id = identifier.value
    let type = try Identifier("H5Dget_type", on: path) { H5Dget_type(id) }
    let space = try currentSpace()
    let transfer = try StringTransfer(
      datatype, elements: HDF5Dataspace(space, object: path).elementCount, limit: limit, call: "H5Dread", object: path)
    let list = try Identifier("H5Pcreate", on: path) { H5Pcreate(chdf5_dataset_transfer()) }
    let arena = StringArena(limit: limit)
    let context = unsafe Unmanaged.passUnretained(arena).toOpaque()
    let listID = list.value
    try Library.call("H5Pset_vlen_mem_manager", on: path) {
      unsafe H5Pset_vlen_mem_manager(listID, StringArena.allocate, context, StringArena.free, context)
    }
    do throws(HDF5Error) {
      let bytes = try unsafe transfer.read(type, space: nil) { typeID, buffer in
        unsafe H5Dread(id, typeID, chdf5_default(), chdf5_default(), listID, buffer)
      }
      // The strings lived in the arena until here.
      return withExtendedLifetime(arena) { bytes }
    } catch {
      if arena.isOverLimit {
        throw HDF5Error(
          .tooLarge, call: "H5Dread", object: path, reason: "has texts of more than the limit of \(limit) bytes")
      }
      throw explained(error)
    }
  }

  /// Writes all texts of a dataset of strings, the last dimension fastest.
  ///
  /// Throws `invalidArgument` if one does not fit the format: too long, not ASCII, or with a zero byte inside.
  ///
  /// Related HDF5 function: `H5Dwrite`.
  public func writeStrings(_ texts: [String]) throws(HDF5Error) {
    try refuseOtherFiles("H5Dwrite")
    let id = identifier.value
    let type = try Identifier("H5Dget_type", on: path) { H5Dget_type(id) }
    let transfer = try StringTransfer(
      datatype, elements: dataspace.elementCount, limit: .max, call: "H5Dwrite", object: path)
    do throws(HDF5Error) {
      try unsafe transfer.write(texts, type) { typeID, buffer in
        unsafe H5Dwrite(id, typeID, chdf5_default(), chdf5_default(), chdf5_default(), buffer)
      }
    } catch {
      throw explained(error)
    }
  }
}

/// Where the library puts texts of variable length while a dataset is read: counted, and freed together, so that a
/// read that fails in the middle loses nothing.
@safe private final class StringArena {
  private let limit: Int
  private var byteCount = 0
  private var blocks: [UnsafeMutableRawPointer] = unsafe []
  private(set) var isOverLimit = false

  init(limit: Int) { self.limit = limit }

  deinit {
    while let block = unsafe blocks.popLast() { unsafe block.deallocate() }
  }

  private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    let (sum, overflow) = byteCount.addingReportingOverflow(size)
    guard !overflow, sum <= limit else {
      isOverLimit = true
      return nil
    }
    byteCount = sum
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(size, 1), alignment: 16)
    unsafe blocks.append(block)
    return unsafe block
  }

  static let allocate: H5MM_allocate_t = { size, context in
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<StringArena>.fromOpaque(context).takeUnretainedValue().allocate(size)
  }
  /// Everything is freed with the arena.
  static let free: H5MM_free_t = { _, _ in }
}

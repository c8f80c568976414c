internal import CHDF5

/// An open HDF5 file. It is closed when its owner goes away; what was written is only known to be safe after `close()`.
///
/// Opening never follows a file's wish to read another file, unless `opensOtherFiles` is true: external links do not
/// resolve, and datasets with external or virtual storage throw `refused` when they are read.
///
/// Several files may be open at once and be used from any thread; the library works on one call at a time.
public struct HDF5File: ~Copyable, Sendable {
  let identifier: Identifier
  let access: FileAccess
  private let isWritable: Bool

  /// The path as it was given, or the name that was given to a file in memory.
  public var name: String { access.name }

  init(_ identifier: consuming Identifier, access: FileAccess, isWritable: Bool) {
    self.identifier = identifier
    self.access = access
    self.isWritable = isWritable
  }

  /// Opens a file for reading.
  ///
  /// No lock is taken: it would only keep out writers that ask for one, and where locks are missing (read-only media,
  /// some network disks) the file could not be opened at all.
  ///
  /// Related HDF5 function: `H5Fopen`.
  public init(reading path: String, opensOtherFiles: Bool = false) throws(HDF5Error) {
    let list = try Self.accessList(for: path, locks: false)
    try self.init(
      "H5Fopen", path, access: FileAccess(name: path, opensOtherFiles: opensOtherFiles), isWritable: false
    ) { unsafe H5Fopen(path, chdf5_read_only(), list.value) }
  }

  /// Opens an existing file for reading and writing, with a lock where the file system has locks.
  ///
  /// Related HDF5 function: `H5Fopen`.
  public init(
    updating path: String, oldest: HDF5FormatVersion = .earliest, newest: HDF5FormatVersion = .v18,
    opensOtherFiles: Bool = false
  ) throws(HDF5Error) {
    let list = try Self.accessList(for: path, locks: true)
    try Self.setVersions(list, oldest, newest, path)
    try self.init(
      "H5Fopen", path, access: FileAccess(name: path, opensOtherFiles: opensOtherFiles), isWritable: true
    ) { unsafe H5Fopen(path, chdf5_read_write(), list.value) }
  }

  /// Creates a file.
  ///
  /// The same content written in the same order gives the same bytes: no times are stored.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - replacing: Whether a file that is there is emptied first; otherwise it is an error.
  ///   - userBlockSize: Bytes left free at the start for the caller: 0, or a power of two from 512 on. They are zero
  ///     until the caller writes them, after `close()`.
  ///   - oldest: The oldest format for new objects. Attributes of more than 64 KiB need `v18`.
  ///   - newest: The newest format that may be used.
  ///
  /// Related HDF5 function: `H5Fcreate`.
  public init(
    creating path: String, replacing: Bool = false, userBlockSize: Int = 0,
    oldest: HDF5FormatVersion = .earliest, newest: HDF5FormatVersion = .v18
  ) throws(HDF5Error) {
    let list = try Self.accessList(for: path, locks: true)
    try Self.setVersions(list, oldest, newest, path)
    let creation = try Self.creationList(for: path, userBlockSize: userBlockSize)
    try self.init(
      "H5Fcreate", path, access: FileAccess(name: path, opensOtherFiles: false), isWritable: true
    ) {
      unsafe H5Fcreate(path, replacing ? chdf5_truncate() : chdf5_exclusive(), creation.value, list.value)
    }
  }

  init(
    _ call: String, _ path: String, access: FileAccess, isWritable: Bool, _ body: () -> hid_t
  ) throws(HDF5Error) {
    try Library.checkName(path, call: call, object: access.name)
    self.init(try Identifier(call, on: access.name, body), access: access, isWritable: isWritable)
  }

  /// The group that everything in the file is below of.
  ///
  /// Related HDF5 function: `H5Gopen`.
  public func root() throws(HDF5Error) -> HDF5Group {
    let id = identifier.value
    let root = try Identifier("H5Gopen2", on: "/") { unsafe H5Gopen2(id, "/", chdf5_default()) }
    return HDF5Group(root, path: "/", access: access)
  }

  /// The bytes before the HDF5 data that belong to the file's user.
  ///
  /// Related HDF5 function: `H5Pget_userblock`.
  public var userBlockSize: Int {
    get throws(HDF5Error) {
      let id = identifier.value
      let list = try Identifier("H5Fget_create_plist", on: name) { H5Fget_create_plist(id) }
      var size: hsize_t = 0
      try Library.call("H5Pget_userblock", on: name) { unsafe H5Pget_userblock(list.value, &size) }
      return Int(clamping: size)
    }
  }

  /// The size of the file in bytes, with the user block.
  ///
  /// Related HDF5 function: `H5Fget_filesize`.
  public var byteCount: Int {
    get throws(HDF5Error) {
      let id = identifier.value
      var size: hsize_t = 0
      try Library.call("H5Fget_filesize", on: name) { unsafe H5Fget_filesize(id, &size) }
      return Int(clamping: size)
    }
  }

  /// Hands everything written so far to the operating system, which may still keep it in memory (no `fsync`).
  ///
  /// Related HDF5 function: `H5Fflush`.
  public func flush() throws(HDF5Error) {
    let id = identifier.value
    try Library.call("H5Fflush", on: name) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
  }

  /// Writes what is left, closes the file and says whether that worked. A file that was not read-only is only known
  /// to be complete after this, and only if no earlier write threw: HDF5 reports a full disk once, at the write.
  ///
  /// Objects of the file that are still open are closed with it; using one afterwards throws `failedCall`.
  ///
  /// Related HDF5 functions: `H5Fflush`, `H5Fget_obj_ids`, `H5Fclose`.
  public consuming func close() throws(HDF5Error) {
    let id = identifier.value
    let name = access.name
    if isWritable {
      try flush()
      // With an object open the library would keep the file open and report nothing.
      try Library.call("H5Fget_obj_ids", on: name) { Self.closeObjects(of: id) }
    }
    try identifier.close("H5Fclose", on: name)
  }

  /// Closes whatever of the file is still open; the number of objects, or negative on failure. Inside the lock.
  private static func closeObjects(of file: hid_t) -> Int {
    let count = H5Fget_obj_count(file, chdf5_local_objects())
    guard count > 0 else { return count }
    var objects = [hid_t](repeating: 0, count: count)
    let found = unsafe H5Fget_obj_ids(file, chdf5_local_objects(), count, &objects)
    guard found >= 0 else { return found }
    for object in objects.prefix(found) {
      // Once for each owner: attribute lists share the identifier of their object.
      while H5Iis_valid(object) > 0, Identifier.close(object) >= 0 {}
    }
    return found
  }
}

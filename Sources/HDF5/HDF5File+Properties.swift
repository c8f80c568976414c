internal import CHDF5

extension HDF5File {
  /// How a file is opened: with or without a lock.
  static func accessList(for name: String, locks: Bool) throws(HDF5Error) -> Identifier {
    let list = try Identifier("H5Pcreate", on: name) { H5Pcreate(chdf5_file_access()) }
    let id = list.value
    try Library.call("H5Pset_file_locking", on: name) { chdf5_set_locking(id, locks, true) }
    return list
  }

  static func setVersions(
    _ list: borrowing Identifier, _ oldest: HDF5FormatVersion, _ newest: HDF5FormatVersion, _ name: String
  ) throws(HDF5Error) {
    let id = list.value
    try Library.call("H5Pset_libver_bounds", on: name) { H5Pset_libver_bounds(id, oldest.bound, newest.bound) }
  }

  /// How a file is made: with a user block, and without the times that would make equal files differ.
  static func creationList(for name: String, userBlockSize: Int) throws(HDF5Error) -> Identifier {
    guard let size = hsize_t(exactly: userBlockSize) else {
      throw HDF5Error(
        .invalidArgument, call: "H5Pset_userblock", object: name,
        reason: "cannot have a user block of \(userBlockSize) bytes")
    }
    let list = try Identifier("H5Pcreate", on: name) { H5Pcreate(chdf5_file_create()) }
    let id = list.value
    try Library.call("H5Pset_userblock", on: name) { H5Pset_userblock(id, size) }
    try Library.call("H5Pset_obj_track_times", on: name) { H5Pset_obj_track_times(id, false) }
    return list
  }
}

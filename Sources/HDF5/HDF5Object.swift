internal import CHDF5

/// What a name in a group leads to.
public enum HDF5Object: ~Copyable, Sendable {
  case group(HDF5Group)
  case dataset(HDF5Dataset)
  /// A type that was given a name of its own.
  case datatype(HDF5Datatype)

  init(_ identifier: consuming Identifier, path: String, access: FileAccess) throws(HDF5Error) {
    let id = identifier.value
    switch Library.perform({ H5Iget_type(id) }) {
    case H5I_GROUP: self = .group(HDF5Group(identifier, path: path, access: access))
    case H5I_DATASET: self = .dataset(try HDF5Dataset(identifier, path: path, access: access))
    case H5I_DATATYPE: self = .datatype(try HDF5Datatype(identifier, object: path))
    default:
      throw HDF5Error(.wrongKind, call: "H5Oopen", object: path, reason: "is neither a group, a dataset nor a type")
    }
  }
}

/// Where an object lies: the same for all names of one object, as long as its file is open.
public struct HDF5ObjectIdentity: Sendable, Hashable {
  private let file: UInt
  private let high: UInt64
  private let low: UInt64

  /// Related HDF5 function: `H5Oget_info`.
  init(_ identifier: borrowing Identifier, object: String) throws(HDF5Error) {
    let id = identifier.value
    var place = chdf5_object_place()
    try Library.call("H5Oget_info", on: object) { unsafe chdf5_place(id, &place) }
    file = UInt(place.file)
    high = place.high
    low = place.low
  }
}

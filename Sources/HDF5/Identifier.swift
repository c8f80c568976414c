internal import CHDF5

/// One identifier of the HDF5 library, owned: it is closed when its owner goes away.
struct Identifier: ~Copyable, Sendable {
  let value: hid_t

  /// Takes the identifier that a call returns.
  init(_ call: String, on object: @autoclosure () -> String, _ body: () -> hid_t) throws(HDF5Error) {
    value = try Library.call(call, on: object(), body)
    Library.count(1)
  }

  /// A further owner of an open identifier, which stays open until both are gone.
  ///
  /// Related HDF5 function: `H5Iinc_ref`.
  init(sharing other: borrowing Identifier, of object: @autoclosure () -> String) throws(HDF5Error) {
    let id = other.value
    try Library.call("H5Iinc_ref", on: object()) { H5Iinc_ref(id) }
    value = id
    Library.count(1)
  }

  /// Closes now and says whether that worked; the identifier is gone in either case.
  consuming func close(_ call: String, on object: String) throws(HDF5Error) {
    let id = value
    discard self
    Library.count(-1)
    try Library.call(call, on: object) { Self.close(id) }
  }

  deinit {
    let id = value
    Library.count(-1)
    // Only files can lose data here, and `HDF5File.close()` is what reports that.
    _ = Library.perform { Self.close(id) }
  }

  /// Closes an identifier by the function for its kind: unlike `H5Idec_ref`, these let go of it even on failure.
  static func close(_ id: hid_t) -> herr_t {
    switch H5Iget_type(id) {
    case H5I_FILE: H5Fclose(id)
    case H5I_GROUP: H5Gclose(id)
    case H5I_DATASET: H5Dclose(id)
    case H5I_DATATYPE: H5Tclose(id)
    case H5I_DATASPACE: H5Sclose(id)
    case H5I_ATTR: H5Aclose(id)
    case H5I_GENPROP_LST: H5Pclose(id)
    default: H5Idec_ref(id)
    }
  }
}

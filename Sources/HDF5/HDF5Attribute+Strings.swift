internal import CHDF5

extension HDF5Attribute {
  /// Reads texts of every stored form, the last dimension fastest; empty for a null dataspace.
  ///
  /// Padding is taken off, as the format says. Bytes that are no UTF-8 become U+FFFD; `readStringBytes` keeps them.
  /// A sequence of one-byte strings for each element, as in MATLAB's `MATLAB_fields`, is read as one text.
  ///
  /// - Parameter limit: The most bytes of all texts together; more throw `tooLarge`. Texts of variable length are
  ///   only counted after the library has allocated them: it has no way to know before.
  ///
  /// Related HDF5 function: `H5Aread`.
  public func readStrings(limit: Int = HDF5Attribute.defaultLimit) throws(HDF5Error) -> [String] {
    try readStringBytes(limit: limit).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Reads texts as their bytes, whatever their encoding is.
  ///
  /// Related HDF5 function: `H5Aread`.
  public func readStringBytes(limit: Int = HDF5Attribute.defaultLimit) throws(HDF5Error) -> [[UInt8]] {
    let id = identifier.value
    let type = try Identifier("H5Aget_type", on: description) { H5Aget_type(id) }
    let space = try Identifier("H5Aget_space", on: description) { H5Aget_space(id) }
    let transfer = try StringTransfer(
      datatype, elements: dataspace.elementCount, limit: limit, call: "H5Aread", object: description)
    let spaceID = space.value
    return try unsafe transfer.read(type, space: spaceID) { typeID, buffer in unsafe H5Aread(id, typeID, buffer) }
  }

  /// Writes texts into an attribute of strings, the last dimension fastest.
  ///
  /// Throws `invalidArgument` if one does not fit the format: too long, not ASCII, or with a zero byte inside.
  ///
  /// Related HDF5 function: `H5Awrite`.
  public func writeStrings(_ texts: [String]) throws(HDF5Error) {
    let id = identifier.value
    let type = try Identifier("H5Aget_type", on: description) { H5Aget_type(id) }
    let transfer = try StringTransfer(
      datatype, elements: dataspace.elementCount, limit: .max, call: "H5Awrite", object: description)
    try unsafe transfer.write(texts, type) { typeID, buffer in unsafe H5Awrite(id, typeID, buffer) }
  }
}

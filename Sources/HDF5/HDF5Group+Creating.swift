internal import CHDF5

extension HDF5Group {
  /// Creates a group, and the groups on the way to it.
  ///
  /// Related HDF5 function: `H5Gcreate`.
  @discardableResult
  public func createGroup(_ path: String) throws(HDF5Error) -> HDF5Group {
    let full = absolute(path)
    try Library.checkName(path, call: "H5Gcreate2", object: full)
    try createParents(of: path)
    let links = try linkCreation(of: path, object: full)
    let creation = try Identifier("H5Pcreate", on: full) { H5Pcreate(chdf5_group_create()) }
    try Library.call("H5Pset_obj_track_times", on: full) { H5Pset_obj_track_times(creation.value, false) }
    let id = identifier.value
    let group = try Identifier("H5Gcreate2", on: full) {
      unsafe H5Gcreate2(id, path, links.value, creation.value, chdf5_default())
    }
    return HDF5Group(group, path: full, access: access)
  }

  /// Creates a dataset, and the groups on the way to it. Its elements are zero until they are written.
  ///
  /// - Parameters:
  ///   - path: The dataset's path, from this group.
  ///   - type: What the file stores; `HDF5Datatype(.float64)` for little-endian doubles.
  ///   - space: Shape and how far it can grow.
  ///   - storage: In one piece, or in chunks that can be compressed. What grows must be in chunks.
  ///
  /// Related HDF5 function: `H5Dcreate`.
  public func createDataset(
    _ path: String, type: HDF5Datatype, space: HDF5Dataspace, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    let full = absolute(path)
    try Library.checkName(path, call: "H5Dcreate2", object: full)
    let typeID = try type.makeIdentifier(for: full)
    let spaceID = try space.makeIdentifier(for: full)
    try createParents(of: path)
    let links = try linkCreation(of: path, object: full)
    let creation = try storage.creationList(rank: space.shape.count, for: full)
    let id = identifier.value
    let dataset = try Identifier("H5Dcreate2", on: full) {
      unsafe H5Dcreate2(id, path, typeID.value, spaceID.value, links.value, creation.value, chdf5_default())
    }
    return try HDF5Dataset(dataset, path: full, access: access)
  }

  /// Creates a dataset of numbers or booleans, in the little-endian form of their type, and writes it.
  ///
  /// - Parameters:
  ///   - values: The elements, the last dimension fastest.
  ///   - path: The dataset's path, from this group.
  ///   - shape: The dimensions, none for a scalar; their product is the number of values.
  ///   - storage: How the elements lie in the file.
  @discardableResult
  public func write<Element: HDF5Element>(
    _ values: [Element], to path: String, shape: [Int], storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    let dataset = try createDataset(
      path, type: HDF5Datatype(Element.elementType), space: .fixed(shape), storage: storage)
    try dataset.write(values)
    return dataset
  }

  /// Gives an object of the file a further name.
  ///
  /// Related HDF5 function: `H5Lcreate_hard`.
  public func createHardLink(_ path: String, to target: String) throws(HDF5Error) {
    try createLink("H5Lcreate_hard", path, target) { id, list in
      unsafe H5Lcreate_hard(id, target, id, path, list, chdf5_default())
    }
  }

  /// Creates a link to a path of the file, where an object may or may not be.
  ///
  /// Related HDF5 function: `H5Lcreate_soft`.
  public func createSoftLink(_ path: String, to target: String) throws(HDF5Error) {
    try createLink("H5Lcreate_soft", path, target) { id, list in
      unsafe H5Lcreate_soft(target, id, path, list, chdf5_default())
    }
  }

  /// Creates a link to a path of another file, which is not looked at.
  ///
  /// Related HDF5 function: `H5Lcreate_external`.
  public func createExternalLink(
    _ path: String, toFile file: String, target: String
  ) throws(HDF5Error) {
    try Library.checkName(file, call: "H5Lcreate_external", object: absolute(path))
    try createLink("H5Lcreate_external", path, target) { id, list in
      unsafe H5Lcreate_external(file, target, id, path, list, chdf5_default())
    }
  }

  /// Removes a name, and the object if that was its last one. The file does not become smaller.
  ///
  /// Related HDF5 function: `H5Ldelete`.
  public func removeLink(_ path: String) throws(HDF5Error) {
    try Library.checkName(path, call: "H5Ldelete", object: absolute(path))
    let (id, links) = (identifier.value, access.links.value)
    try Library.call("H5Ldelete", on: absolute(path)) { unsafe H5Ldelete(id, path, links) }
  }

  /// Creates the groups on the way to a path. The library could (`H5Pset_create_intermediate_group`), but would store
  /// the time in them.
  private func createParents(of path: String) throws(HDF5Error) {
    let parents = path.split(separator: "/").dropLast()
    var parent = path.hasPrefix("/") ? "/" : ""
    for name in parents {
      parent += name
      let exists = parent
      let (id, links) = (identifier.value, access.links.value)
      if try Library.call("H5Lexists", on: absolute(exists), { unsafe H5Lexists(id, exists, links) }) == 0 {
        try createGroup(exists)
      }
      parent += "/"
    }
  }

  private func createLink(
    _ call: String, _ path: String, _ target: String, _ body: (hid_t, hid_t) -> herr_t
  ) throws(HDF5Error) {
    let full = absolute(path)
    try Library.checkName(path, call: call, object: full)
    try Library.checkName(target, call: call, object: full)
    try createParents(of: path)
    let list = try linkCreation(of: path, object: full)
    let id = identifier.value
    try Library.call(call, on: full) { body(id, list.value) }
  }
}

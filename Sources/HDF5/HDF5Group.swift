internal import CHDF5

/// A group of named objects in an open file. It is closed when its owner goes away.
///
/// Paths are relative to the group, with `/` between the names; one that starts with `/` counts from the root.
public struct HDF5Group: ~Copyable, Sendable {
  let identifier: Identifier
  let access: FileAccess
  /// The path by which the group was reached, from the root.
  public let path: String

  init(_ identifier: consuming Identifier, path: String, access: FileAccess) {
    self.identifier = identifier
    self.path = path
    self.access = access
  }

  /// The attributes of the group.
  public func attributes() throws(HDF5Error) -> HDF5Attributes {
    HDF5Attributes(try Identifier(sharing: identifier, of: path), of: path)
  }

  /// Where the group lies: equal for two paths that lead to the same group, also in a circle.
  public var identity: HDF5ObjectIdentity {
    get throws(HDF5Error) { try HDF5ObjectIdentity(identifier, object: path) }
  }

  /// Opens the object at a path, of whatever kind it is.
  ///
  /// Related HDF5 function: `H5Oopen`.
  public func object(at path: String) throws(HDF5Error) -> HDF5Object {
    let full = absolute(path)
    try Library.checkName(path, call: "H5Oopen", object: full)
    let (id, links) = (identifier.value, access.links.value)
    let opened = try Identifier("H5Oopen", on: full) { unsafe H5Oopen(id, path, links) }
    return try HDF5Object(opened, path: full, access: access)
  }

  /// Opens the object that a link of this group leads to; also one whose name is no UTF-8.
  ///
  /// Related HDF5 function: `H5Oopen`.
  public func object(at link: HDF5Link) throws(HDF5Error) -> HDF5Object {
    guard let name = link.exactName else { return try object(at: link.name) }
    let full = absolute(link.name)
    let (id, links) = (identifier.value, access.links.value)
    let opened = try Identifier("H5Oopen", on: full) { unsafe H5Oopen(id, name, links) }
    return try HDF5Object(opened, path: full, access: access)
  }

  /// Opens a group. Throws `wrongKind` if there is another kind of object.
  public func group(at path: String) throws(HDF5Error) -> HDF5Group {
    switch try object(at: path) {
    case .group(let group): return group
    case .dataset: throw wrongKind(path, "is a dataset, not a group")
    case .datatype: throw wrongKind(path, "is a named datatype, not a group")
    }
  }

  /// Opens a dataset. Throws `wrongKind` if there is another kind of object.
  public func dataset(at path: String) throws(HDF5Error) -> HDF5Dataset {
    switch try object(at: path) {
    case .dataset(let dataset): return dataset
    case .group: throw wrongKind(path, "is a group, not a dataset")
    case .datatype: throw wrongKind(path, "is a named datatype, not a dataset")
    }
  }

  /// Opens a dataset of chunks with memory for some of them, so that parts that share a chunk decode it once.
  ///
  /// - Parameters:
  ///   - path: The dataset's path, from this group.
  ///   - cacheBytes: The memory for decoded chunks; the library's own is 1 MiB.
  ///   - chunkCount: About how many chunks that is.
  ///
  /// It has no effect on a dataset that is open already.
  ///
  /// Related HDF5 functions: `H5Dopen`, `H5Pset_chunk_cache`.
  public func dataset(at path: String, cacheBytes: Int, chunkCount: Int) throws(HDF5Error) -> HDF5Dataset {
    let full = absolute(path)
    try Library.checkName(path, call: "H5Dopen2", object: full)
    let list = try Identifier("H5Pcreate", on: full) { H5Pcreate(chdf5_dataset_access()) }
    let (id, listID) = (identifier.value, list.value)
    // The number of slots should be many times that of the chunks; collisions throw chunks out.
    let slots = min(max(chunkCount, 1), 1 << 14) * 32 + 1
    try Library.call("H5Pset_chunk_cache", on: full) { H5Pset_chunk_cache(listID, slots, max(cacheBytes, 0), 1) }
    try access.refuseExternalLinks(list)
    let opened = try Identifier("H5Dopen2", on: full) { unsafe H5Dopen2(id, path, listID) }
    return try HDF5Dataset(opened, path: full, access: access)
  }

  /// Whether a path leads to an object, by links that all resolve within the file.
  ///
  /// Related HDF5 functions: `H5Lexists`, `H5Oexists_by_name`.
  public func contains(_ path: String) throws(HDF5Error) -> Bool {
    try Library.checkName(path, call: "H5Lexists", object: absolute(path))
    let (id, links) = (identifier.value, access.links.value)
    // Asking for a path of which an earlier part is missing is an error, so it is asked part by part.
    var partial = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      partial += part
      let name = partial
      let exists = try Library.call("H5Lexists", on: absolute(name)) { unsafe H5Lexists(id, name, links) }
      guard exists > 0 else { return false }
      // A link that is there but cannot be followed is a failure to the library, an absence to us.
      guard Library.perform({ unsafe H5Oexists_by_name(id, name, links) }) > 0 else { return false }
      partial += "/"
    }
    return true
  }

  func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return self.path.hasSuffix("/") ? self.path + path : self.path + "/" + path
  }

  private func wrongKind(_ path: String, _ reason: String) -> HDF5Error {
    HDF5Error(.wrongKind, call: "H5Oopen", object: absolute(path), reason: reason)
  }
}

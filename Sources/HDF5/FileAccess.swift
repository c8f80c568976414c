internal import CHDF5

/// What every object of an open file shares: the file's name for errors, and how links are followed.
final class FileAccess: Sendable {
  /// The path of the file, or the name that its owner gave to a file in memory.
  let name: String
  let opensOtherFiles: Bool
  /// The property list that every opening of an object passes on.
  let links: Identifier

  init(name: String, opensOtherFiles: Bool) throws(HDF5Error) {
    self.name = name
    self.opensOtherFiles = opensOtherFiles
    links = try Identifier("H5Pcreate", on: name) { H5Pcreate(chdf5_link_access()) }
    try refuseExternalLinks(links)
  }

  /// Makes a property list of opening refuse links to other files, unless the opener allowed them.
  func refuseExternalLinks(_ list: borrowing Identifier) throws(HDF5Error) {
    guard !opensOtherFiles else { return }
    let id = list.value
    // An external link in an untrusted file reads any other HDF5 file that the user can read. The refusal is the
    // library's own traversal hook, so it also holds for links in the middle of a path and behind soft links.
    let refuse: H5L_elink_traverse_t = { _, _, _, _, _, _, _ in -1 }
    try Library.call("H5Pset_elink_cb", on: name) { unsafe H5Pset_elink_cb(id, refuse, nil) }
  }
}

/// The property list for creating links: names beyond ASCII are marked as UTF-8.
func linkCreation(of name: String, object: String) throws(HDF5Error) -> Identifier {
  let list = try Identifier("H5Pcreate", on: object) { H5Pcreate(chdf5_link_create()) }
  let id = list.value
  if !name.utf8.allSatisfy({ $0 < 0x80 }) {
    try Library.call("H5Pset_char_encoding", on: object) { H5Pset_char_encoding(id, H5T_CSET_UTF8) }
  }
  return list
}

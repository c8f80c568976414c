internal import CHDF5

/// The order in which a group tells its links.
public enum HDF5LinkOrder: Sendable, Hashable {
  /// By name, byte by byte.
  case name
  /// As they were created, where the file keeps that; by name elsewhere.
  case creation
}

extension HDF5Group {
  /// The links of the group. No object is opened, so one that cannot be opened does not hide the others.
  ///
  /// - Parameters:
  ///   - order: By name or by creation.
  ///   - limit: The most links to collect; more throw `tooLarge`.
  ///
  /// Related HDF5 functions: `H5Literate`, `H5Lget_info`, `H5Lget_val`.
  public func links(
    order: HDF5LinkOrder = .name, limit: Int = 1_000_000
  ) throws(HDF5Error) -> [HDF5Link] {
    let id = identifier.value
    var index = H5_INDEX_NAME
    if order == .creation, try tracksCreationOrder { index = H5_INDEX_CRT_ORDER }
    // Inside of the iteration the library must not be called: names first, the rest afterwards.
    var collected = CollectedLinks(limit: limit)
    try unsafe withUnsafeMutablePointer(to: &collected) { collected throws(HDF5Error) in
      let context = UnsafeMutableRawPointer(collected)
      try Library.call("H5Literate", on: path) {
        unsafe chdf5_iterate_links(id, index, H5_ITER_INC, CollectedLinks.collect, context)
      }
    }
    if collected.isOverLimit {
      throw HDF5Error(.tooLarge, call: "H5Literate", object: path, reason: "has more than \(limit) links")
    }
    var links: [HDF5Link] = []
    links.reserveCapacity(collected.names.count)
    for entry in collected.names { links.append(try link(entry)) }
    return links
  }

  /// The link of a name, `nil` if there is none. Does not follow it.
  ///
  /// Related HDF5 functions: `H5Lexists`, `H5Lget_info`.
  public func link(named name: String) throws(HDF5Error) -> HDF5Link? {
    try Library.checkName(name, call: "H5Lexists", object: absolute(name))
    let (id, access) = (identifier.value, access.links.value)
    guard try Library.call("H5Lexists", on: absolute(name), { unsafe H5Lexists(id, name, access) }) > 0 else {
      return nil
    }
    var information = chdf5_link_info()
    try Library.call("H5Lget_info", on: absolute(name)) {
      unsafe chdf5_link_information(id, name, access, &information)
    }
    return try link(
      .init(
        name: name.utf8CString.map { $0 }, type: information.type,
        valueSize: unsafe chdf5_link_value_size(&information),
        address: information.type == H5L_TYPE_HARD ? Int(exactly: unsafe chdf5_link_address(&information)) : nil))
  }

  private var tracksCreationOrder: Bool {
    get throws(HDF5Error) {
      let id = identifier.value
      let list = try Identifier("H5Gget_create_plist", on: path) { H5Gget_create_plist(id) }
      var flags: UInt32 = 0
      try Library.call("H5Pget_link_creation_order", on: path) {
        unsafe H5Pget_link_creation_order(list.value, &flags)
      }
      return chdf5_tracks_creation_order(flags)
    }
  }

  /// HDF5 itself stores these values in messages of at most 64 KiB.
  private static var maximumLinkValueSize: Int { 1 << 16 }

  private func link(_ entry: CollectedLinks.Entry) throws(HDF5Error) -> HDF5Link {
    let bytes = entry.name.dropLast().map { UInt8(bitPattern: $0) }
    let valid = String(validating: bytes, as: UTF8.self)
    let name = valid ?? String(decoding: bytes, as: UTF8.self)
    let object = absolute(name)
    let (id, access) = (identifier.value, access.links.value)
    var kind = HDF5Link.Kind.hard
    var isDangling = false
    if entry.type != H5L_TYPE_HARD {
      guard (0...Self.maximumLinkValueSize).contains(entry.valueSize) else {
        throw HDF5Error(
          .tooLarge, call: "H5Lget_val", object: object, reason: "is a link of \(entry.valueSize) bytes")
      }
      var value = [UInt8](repeating: 0, count: entry.valueSize)
      try Library.call("H5Lget_val", on: object) {
        unsafe H5Lget_val(id, entry.name, &value, entry.valueSize, access)
      }
      switch entry.type {
      case H5L_TYPE_SOFT:
        kind = .soft(target: String(decoding: value.prefix { $0 != 0 }, as: UTF8.self))
        isDangling = Library.perform { unsafe H5Oexists_by_name(id, entry.name, access) } <= 0
      case H5L_TYPE_EXTERNAL:
        // One byte of version and flags, the file's name and a zero, the object's path and a zero.
        let names = value.dropFirst().split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        kind = .external(
          file: String(decoding: names.first ?? [], as: UTF8.self),
          target: String(decoding: names.dropFirst().first ?? [], as: UTF8.self))
      default: kind = .userDefined(Int(entry.type.rawValue))
      }
    }
    return HDF5Link(
      name: name, kind: kind, isDangling: isDangling, exactName: valid == nil ? entry.name : nil,
      address: entry.address)
  }
}

/// What an iteration over links gathers.
private struct CollectedLinks {
  struct Entry {
    /// The name's bytes, with a zero at the end.
    var name: [CChar]
    var type: H5L_type_t
    var valueSize: Int
    /// Of hard links.
    var address: Int?
  }

  let limit: Int
  var names: [Entry] = []
  var isOverLimit = false

  static let collect:
    @convention(c) (hid_t, UnsafePointer<CChar>?, UnsafePointer<chdf5_link_info>?, UnsafeMutableRawPointer?) -> herr_t =
      { _, name, information, context in
        guard let name = unsafe name, let information = unsafe information, let context = unsafe context else {
          return -1
        }
        let collected = unsafe context.assumingMemoryBound(to: CollectedLinks.self)
        guard unsafe collected.pointee.names.count < collected.pointee.limit else {
          unsafe collected.pointee.isOverLimit = true
          return 1
        }
        // Up to the terminating zero and with it.
        var bytes: [CChar] = []
        var next = unsafe name
        while unsafe next.pointee != 0 {
          unsafe bytes.append(next.pointee)
          unsafe next += 1
        }
        bytes.append(0)
        let type = unsafe information.pointee.type
        unsafe collected.pointee.names.append(
          Entry(
            name: bytes, type: type,
            valueSize: type == H5L_TYPE_HARD ? 0 : unsafe chdf5_link_value_size(information),
            address: type == H5L_TYPE_HARD ? Int(exactly: unsafe chdf5_link_address(information)) : nil))
        return 0
      }
}

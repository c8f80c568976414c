internal import CHDF5

/// The attributes of a group or of a dataset: small named values beside its content.
public struct HDF5Attributes: ~Copyable, Sendable {
  let identifier: Identifier
  private let object: String

  init(_ identifier: consuming Identifier, of object: String) {
    self.identifier = identifier
    self.object = object
  }

  /// The names, byte by byte in order.
  ///
  /// - Parameter limit: The most names to collect; more throw `tooLarge`.
  ///
  /// Related HDF5 function: `H5Aiterate`.
  public func names(limit: Int = 1_000_000) throws(HDF5Error) -> [String] {
    let id = identifier.value
    // An iteration over an attribute that cannot be decoded frees memory that was never set (1.10.8: the process dies
    // in H5A__close). Looking for a name that no attribute has decodes all of them too, and says so when it fails.
    try Library.call("H5Aexists", on: object) { unsafe H5Aexists(id, "\u{1}") }
    var collected = CollectedNames(limit: limit)
    try unsafe withUnsafeMutablePointer(to: &collected) { collected throws(HDF5Error) in
      let context = UnsafeMutableRawPointer(collected)
      var position: hsize_t = 0
      try Library.call("H5Aiterate2", on: object) {
        unsafe H5Aiterate2(id, H5_INDEX_NAME, H5_ITER_INC, &position, CollectedNames.collect, context)
      }
    }
    if collected.isOverLimit {
      throw HDF5Error(.tooLarge, call: "H5Aiterate2", object: object, reason: "has more than \(limit) attributes")
    }
    return collected.names
  }

  /// Whether there is an attribute of a name.
  ///
  /// Related HDF5 function: `H5Aexists`.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    let id = identifier.value
    try Library.checkName(name, call: "H5Aexists", object: description(of: name))
    return try Library.call("H5Aexists", on: description(of: name)) { unsafe H5Aexists(id, name) } > 0
  }

  /// Opens an attribute.
  ///
  /// Related HDF5 function: `H5Aopen`.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute {
    let id = identifier.value
    let description = description(of: name)
    try Library.checkName(name, call: "H5Aopen", object: description)
    let attribute = try Identifier("H5Aopen", on: description) { unsafe H5Aopen(id, name, chdf5_default()) }
    return try HDF5Attribute(attribute, name: name, description: description)
  }

  /// Creates an attribute without a value yet; one of the same name is replaced.
  ///
  /// Values of more than 64 KiB throw `failedCall` in a file whose oldest format is `earliest`, and work with `v18`.
  ///
  /// Related HDF5 functions: `H5Adelete`, `H5Acreate`.
  public func create(_ name: String, type: HDF5Datatype, space: HDF5Dataspace) throws(HDF5Error) -> HDF5Attribute {
    let description = description(of: name)
    let typeID = try type.makeIdentifier(for: description)
    let spaceID = try space.makeIdentifier(for: description)
    let list = try Identifier("H5Pcreate", on: description) { H5Pcreate(chdf5_attribute_create()) }
    if !name.utf8.allSatisfy({ $0 < 0x80 }) {
      try Library.call("H5Pset_char_encoding", on: description) { H5Pset_char_encoding(list.value, H5T_CSET_UTF8) }
    }
    if try contains(name) { try remove(name) }
    let id = identifier.value
    let attribute = try Identifier("H5Acreate2", on: description) {
      unsafe H5Acreate2(id, name, typeID.value, spaceID.value, list.value, chdf5_default())
    }
    return try HDF5Attribute(attribute, name: name, description: description)
  }

  /// Removes an attribute.
  ///
  /// Related HDF5 function: `H5Adelete`.
  public func remove(_ name: String) throws(HDF5Error) {
    let id = identifier.value
    try Library.checkName(name, call: "H5Adelete", object: description(of: name))
    try Library.call("H5Adelete", on: description(of: name)) { unsafe H5Adelete(id, name) }
  }

  private func description(of name: String) -> String { "attribute \(name) of \(object)" }
}

extension HDF5Attributes {
  /// The only text of an attribute of one string. Throws `unsupportedType` if it is no text, `wrongSize` if it does not
  /// have exactly one element.
  public func string(_ name: String, limit: Int = HDF5Attribute.defaultLimit) throws(HDF5Error) -> String {
    let attribute = try attribute(name)
    return try attribute.only(try attribute.readStrings(limit: limit))
  }

  /// The texts of an attribute, the last dimension fastest.
  public func strings(_ name: String, limit: Int = HDF5Attribute.defaultLimit) throws(HDF5Error) -> [String] {
    try attribute(name).readStrings(limit: limit)
  }

  /// The only number or boolean of an attribute. Throws `wrongSize` if it does not have exactly one element.
  public func value<Element: HDF5Element>(
    _ name: String, as type: Element.Type = Element.self
  ) throws(HDF5Error) -> Element {
    let attribute = try attribute(name)
    return try attribute.only(try attribute.read(type))
  }

  /// The numbers or booleans of an attribute, the last dimension fastest; empty for a null dataspace.
  public func values<Element: HDF5Element>(
    _ name: String, as type: Element.Type = Element.self, limit: Int = HDF5Attribute.defaultLimit
  ) throws(HDF5Error) -> [Element] {
    try attribute(name).read(type, limit: limit)
  }

  /// Writes one number or boolean as a scalar; an attribute of the same name is replaced.
  public func write<Element: HDF5Element>(_ value: Element, to name: String) throws(HDF5Error) {
    try write([value], to: name, shape: [])
  }

  /// Writes numbers or booleans, in the little-endian form of their type; an attribute of the same name is replaced.
  ///
  /// - Parameters:
  ///   - values: The elements, the last dimension fastest.
  ///   - name: The attribute's name.
  ///   - shape: The dimensions, one of all values if nil.
  public func write<Element: HDF5Element>(
    _ values: [Element], to name: String, shape: [Int]? = nil
  ) throws(HDF5Error) {
    let attribute = try create(
      name, type: HDF5Datatype(Element.elementType), space: .fixed(shape ?? [values.count]))
    try attribute.write(values)
  }

  /// Writes one text as a scalar; an attribute of the same name is replaced.
  public func write(
    _ text: String, to name: String, as style: HDF5StringStyle = .variable
  ) throws(HDF5Error) {
    try write([text], to: name, shape: [], as: style)
  }

  /// Writes texts; an attribute of the same name is replaced.
  ///
  /// - Parameters:
  ///   - texts: The elements, the last dimension fastest.
  ///   - name: The attribute's name.
  ///   - shape: The dimensions, one of all texts if nil.
  ///   - style: How they are stored; `fixedASCII` is what MATLAB writes.
  public func write(
    _ texts: [String], to name: String, shape: [Int]? = nil, as style: HDF5StringStyle = .variable
  ) throws(HDF5Error) {
    let attribute = try create(
      name, type: .string(style.format(fitting: texts)), space: .fixed(shape ?? [texts.count]))
    try attribute.writeStrings(texts)
  }
}

/// What an iteration over attributes gathers.
private struct CollectedNames {
  let limit: Int
  var names: [String] = []
  var isOverLimit = false

  static let collect: H5A_operator2_t = { _, name, _, context in
    guard let name = unsafe name, let context = unsafe context else { return -1 }
    let collected = unsafe context.assumingMemoryBound(to: CollectedNames.self)
    guard unsafe collected.pointee.names.count < collected.pointee.limit else {
      unsafe collected.pointee.isOverLimit = true
      return 1
    }
    unsafe collected.pointee.names.append(String(cString: name))
    return 0
  }
}

internal import CHDF5

/// One attribute of an open object. It is closed when its owner goes away.
public struct HDF5Attribute: ~Copyable, Sendable {
  /// The most bytes that reading an attribute allocates unless the caller says otherwise: 64 MiB.
  public static var defaultLimit: Int { 64 << 20 }

  let identifier: Identifier
  /// What errors call it: `attribute units of /X`.
  let description: String
  /// The name, which is unique among the attributes of the object.
  public let name: String
  /// The type of the elements in the file.
  public let datatype: HDF5Datatype
  /// The shape, which an attribute never changes.
  public let dataspace: HDF5Dataspace

  init(_ identifier: consuming Identifier, name: String, description: String) throws(HDF5Error) {
    let id = identifier.value
    let type = try Identifier("H5Aget_type", on: description) { H5Aget_type(id) }
    let space = try Identifier("H5Aget_space", on: description) { H5Aget_space(id) }
    let datatype = try HDF5Datatype(type, object: description)
    let dataspace = try HDF5Dataspace(space, object: description)
    self.init(identifier, name: name, description: description, datatype: datatype, dataspace: dataspace)
  }

  private init(
    _ identifier: consuming Identifier, name: String, description: String, datatype: HDF5Datatype,
    dataspace: HDF5Dataspace
  ) {
    self.identifier = identifier
    self.name = name
    self.description = description
    self.datatype = datatype
    self.dataspace = dataspace
  }

  /// Reads the elements into memory of the caller, the last dimension fastest.
  ///
  /// - Parameters:
  ///   - element: What to read them as. It must hold every value of the stored type exactly.
  ///   - buffer: Where to; exactly as many bytes as the elements need.
  ///
  /// Related HDF5 function: `H5Aread`.
  public func read(as element: HDF5ElementType, into buffer: inout MutableRawSpan) throws(HDF5Error) {
    let call = "H5Aread"
    let type = try Transfer.typeForReading(datatype, as: element, call: call, object: description)
    try Transfer.checkSize(buffer.byteCount, of: dataspace.elementCount, element, call: call, object: description)
    guard dataspace.elementCount > 0 else { return }
    let (id, typeID) = (identifier.value, type.value)
    try unsafe buffer.withUnsafeMutableBytes { bytes throws(HDF5Error) in
      let start = bytes.baseAddress
      try Library.call(call, on: description) { unsafe H5Aread(id, typeID, start) }
    }
    if element == .boolean { try Transfer.checkBooleans(buffer.bytes, call: call, object: description) }
  }

  /// Reads the elements as an array, the last dimension fastest; empty for a null dataspace.
  ///
  /// - Parameters:
  ///   - type: The elements' type; it must hold every value of the stored type exactly.
  ///   - limit: The most bytes that the array may take; more throw `tooLarge`.
  ///
  /// Related HDF5 function: `H5Aread`.
  public func read<Element: HDF5Element>(
    _ type: Element.Type = Element.self, limit: Int = HDF5Attribute.defaultLimit
  ) throws(HDF5Error) -> [Element] {
    try Transfer.checkLimit(
      limit, elements: dataspace.elementCount, elementSize: Element.elementType.byteCount, call: "H5Aread",
      object: description)
    var elements = [Element](repeating: Element(), count: dataspace.elementCount)
    try elements.withMutableBytes { bytes throws(HDF5Error) in
      try read(as: Element.elementType, into: &bytes)
    }
    return elements
  }

  /// Writes all elements from memory of the caller, the last dimension fastest.
  ///
  /// Related HDF5 function: `H5Awrite`.
  public func write(as element: HDF5ElementType, from buffer: RawSpan) throws(HDF5Error) {
    let call = "H5Awrite"
    let type = try Transfer.typeForWriting(datatype, from: element, call: call, object: description)
    try Transfer.checkSize(buffer.byteCount, of: dataspace.elementCount, element, call: call, object: description)
    guard dataspace.elementCount > 0 else { return }
    if element == .boolean { try Transfer.checkBooleans(buffer, call: call, object: description) }
    let (id, typeID) = (identifier.value, type.value)
    try unsafe buffer.withUnsafeBytes { bytes throws(HDF5Error) in
      let start = bytes.baseAddress
      try Library.call(call, on: description) { unsafe H5Awrite(id, typeID, start) }
    }
  }

  /// Writes all elements from an array, the last dimension fastest.
  ///
  /// Related HDF5 function: `H5Awrite`.
  public func write<Element: HDF5Element>(_ elements: [Element]) throws(HDF5Error) {
    try elements.withBytes { bytes throws(HDF5Error) in
      try write(as: Element.elementType, from: bytes)
    }
  }

  /// The element of an array that must have one.
  func only<Element>(_ elements: [Element]) throws(HDF5Error) -> Element {
    guard let first = elements.first, elements.count == 1 else {
      throw HDF5Error(
        .wrongSize, call: "H5Aread", object: description,
        reason: "has \(elements.count) elements where one was expected")
    }
    return first
  }
}

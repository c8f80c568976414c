internal import CHDF5

extension HDF5Dataset {
  /// Reads elements, or a part of them, into memory of the caller.
  ///
  /// - Parameters:
  ///   - element: What to read them as. It must hold every value of the stored type exactly; `datatype.elementType`
  ///     does.
  ///   - part: Which; all of them if nil.
  ///   - buffer: Where to, the last dimension fastest. Exactly as many bytes as the elements need.
  ///
  /// Throws `missingFilter`, naming the filter, where data are compressed by one that is not there; `refused` where
  /// the elements lie in other files. The buffer's content is undefined then.
  ///
  /// Related HDF5 function: `H5Dread`.
  public func read(
    as element: HDF5ElementType, _ part: HDF5Hyperslab? = nil, into buffer: inout MutableRawSpan
  ) throws(HDF5Error) {
    let call = "H5Dread"
    let type = try Transfer.typeForReading(datatype, as: element, call: call, object: path)
    try read(type, bytesPerElement: element.byteCount, of: "\(element)", part, into: &buffer)
    if element == .boolean { try Transfer.checkBooleans(buffer.bytes, call: call, object: path) }
  }

  /// Reads elements, or a part of them, in a type of memory that was checked before.
  ///
  /// - Parameters:
  ///   - type: The type of memory.
  ///   - size: The bytes of one element in it.
  ///   - name: What errors call the type.
  func read(
    _ type: borrowing Identifier, bytesPerElement size: Int, of name: String, _ part: HDF5Hyperslab?,
    into buffer: inout MutableRawSpan
  ) throws(HDF5Error) {
    let call = "H5Dread"
    try refuseOtherFiles(call)
    try checkStorage(call)
    let selection = try Selection(self, part, call: call)
    try Transfer.checkSize(
      buffer.byteCount, of: selection.elementCount, elementSize: size, name, call: call, object: path)
    guard selection.elementCount > 0 else { return }
    let (id, typeID) = (identifier.value, type.value)
    let (memory, file) = (selection.memory.value, selection.file.value)
    do throws(HDF5Error) {
      try unsafe buffer.withUnsafeMutableBytes { bytes throws(HDF5Error) in
        let start = bytes.baseAddress
        try Library.call(call, on: path) { unsafe H5Dread(id, typeID, memory, file, chdf5_default(), start) }
      }
    } catch {
      throw explained(error)
    }
  }

  /// Reads elements, or a part of them, as an array, the last dimension fastest.
  ///
  /// - Parameters:
  ///   - type: The elements' type; it must hold every value of the stored type exactly.
  ///   - part: Which; all of them if nil.
  ///   - limit: The most bytes that the array may take; more throw `tooLarge`. A small file can declare huge shapes.
  ///
  /// Related HDF5 function: `H5Dread`.
  public func read<Element: HDF5Element>(
    _ type: Element.Type = Element.self, _ part: HDF5Hyperslab? = nil, limit: Int = 1 << 30
  ) throws(HDF5Error) -> [Element] {
    let space = try dataspace
    let count = try part?.checkedElementCount(within: space.shape, call: "H5Dread", object: path) ?? space.elementCount
    try Transfer.checkLimit(
      limit, elements: count, elementSize: Element.elementType.byteCount, call: "H5Dread", object: path)
    var elements = [Element](repeating: Element(), count: count)
    try elements.withMutableBytes { bytes throws(HDF5Error) in
      try read(as: Element.elementType, part, into: &bytes)
    }
    return elements
  }

  /// Writes elements, or a part of them, from memory of the caller.
  ///
  /// - Parameters:
  ///   - element: What the bytes are. The stored type must hold every value of it exactly.
  ///   - part: Which elements to replace; all if nil.
  ///   - buffer: The elements, the last dimension fastest. Exactly as many bytes as the elements need.
  ///
  /// Related HDF5 function: `H5Dwrite`.
  public func write(
    as element: HDF5ElementType, _ part: HDF5Hyperslab? = nil, from buffer: RawSpan
  ) throws(HDF5Error) {
    let call = "H5Dwrite"
    try refuseOtherFiles(call)
    let type = try Transfer.typeForWriting(datatype, from: element, call: call, object: path)
    let selection = try Selection(self, part, call: call)
    try Transfer.checkSize(buffer.byteCount, of: selection.elementCount, element, call: call, object: path)
    guard selection.elementCount > 0 else { return }
    if element == .boolean { try Transfer.checkBooleans(buffer, call: call, object: path) }
    let (id, typeID) = (identifier.value, type.value)
    let (memory, file) = (selection.memory.value, selection.file.value)
    do throws(HDF5Error) {
      try unsafe buffer.withUnsafeBytes { bytes throws(HDF5Error) in
        let start = bytes.baseAddress
        try Library.call(call, on: path) { unsafe H5Dwrite(id, typeID, memory, file, chdf5_default(), start) }
      }
    } catch {
      throw explained(error)
    }
  }

  /// Writes elements, or a part of them, from an array, the last dimension fastest.
  ///
  /// Related HDF5 function: `H5Dwrite`.
  public func write<Element: HDF5Element>(
    _ elements: [Element], _ part: HDF5Hyperslab? = nil
  ) throws(HDF5Error) {
    try elements.withBytes { bytes throws(HDF5Error) in
      try write(as: Element.elementType, part, from: bytes)
    }
  }
}

/// The elements of one transfer: the part of the file's dataspace, and the same number of elements in memory.
struct Selection: ~Copyable {
  let elementCount: Int
  let file: Identifier
  let memory: Identifier

  init(_ dataset: borrowing HDF5Dataset, _ part: HDF5Hyperslab?, call: String) throws(HDF5Error) {
    let path = dataset.path
    let file = try dataset.currentSpace()
    let space = try HDF5Dataspace(file, object: path)
    let count: Int
    if let part {
      count = try part.checkedElementCount(within: space.shape, call: call, object: path)
      if count > 0, case .simple = space { try file.select(part, of: path) }
    } else {
      count = space.elementCount
    }
    // Elements lie in memory one after the other. The library copies runs of them where both shapes are the same; where
    // they are not it goes from element to element, ten times as slow.
    let shape = space.shape.isEmpty ? [1] : part?.count ?? space.shape
    memory = try HDF5Dataspace.fixed(shape).makeIdentifier(for: path)
    self.file = file
    elementCount = count
  }
}

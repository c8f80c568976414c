internal import CHDF5

extension HDF5Datatype {
  /// One field of a record as elements of numbers; `nil` if the type is no record, has no such field, or the field is
  /// not read as numbers.
  ///
  /// - Returns: What a number is best read as, and the shape of the field in each record: empty for one number.
  public func numericField(_ name: String) -> (elementType: HDF5ElementType, shape: [Int])? {
    guard case .compound(let fields) = self, let field = fields.first(where: { $0.name == name }) else { return nil }
    if let elementType = field.type.elementType { return (elementType, []) }
    guard case .array(let element, let shape) = field.type, let elementType = element.elementType else { return nil }
    return (elementType, shape)
  }
}

extension HDF5Dataset {
  /// Reads one field of the records of a dataset, or of a part of them, into memory of the caller: for each record its
  /// number, or all numbers of an array, the last dimension fastest.
  ///
  /// - Parameters:
  ///   - field: The field's name.
  ///   - element: What to read its numbers as. It must hold every value of the stored type exactly;
  ///     `datatype.numericField(_:)` says which does.
  ///   - part: Which records; all of them if nil.
  ///   - buffer: Where to. Exactly as many bytes as the numbers need.
  ///
  /// Throws `unsupportedType` where there is no such field of numbers; otherwise as reading of elements does.
  ///
  /// Related HDF5 function: `H5Dread`.
  public func read(
    field: String, as element: HDF5ElementType, _ part: HDF5Hyperslab? = nil, into buffer: inout MutableRawSpan
  ) throws(HDF5Error) {
    let call = "H5Dread"
    guard case .compound(let fields) = datatype, let stored = fields.first(where: { $0.name == field })?.type else {
      throw HDF5Error(
        .unsupportedType, call: call, object: path, reason: "has the type \(datatype), which has no field \(field)")
    }
    let description = "field \(field) of \(path)"
    var shape: [Int] = []
    var number = stored
    if case .array(let element, let lengths) = stored { (number, shape) = (element, lengths) }
    guard let count = HDF5Dataspace.product(shape), count > 0,
      case let (size, overflow) = count.multipliedReportingOverflow(by: element.byteCount), !overflow
    else {
      throw HDF5Error(
        .tooLarge, call: call, object: description, reason: "has arrays of the shape \(shape) in each record")
    }
    let numberType = try Transfer.typeForReading(number, as: element, call: call, object: description)
    let memberType = try Self.array(of: numberType, shape: shape, object: description)
    try Library.checkName(field, call: "H5Tinsert", object: path)
    // The library finds the field by its name.
    let record = try Identifier("H5Tcreate", on: path) { H5Tcreate(H5T_COMPOUND, size) }
    let (recordID, memberID) = (record.value, memberType.value)
    try Library.call("H5Tinsert", on: path) { unsafe H5Tinsert(recordID, field, 0, memberID) }
    let name = shape.isEmpty ? "\(element)" : "\(count) numbers of \(element)"
    try read(record, bytesPerElement: size, of: name, part, into: &buffer)
    if element == .boolean { try Transfer.checkBooleans(buffer.bytes, call: call, object: description) }
  }

  /// The type of arrays of a shape; the type of the elements itself for none.
  private static func array(
    of element: consuming Identifier, shape: [Int], object: String
  ) throws(HDF5Error) -> Identifier {
    guard !shape.isEmpty else { return element }
    let (id, lengths) = (element.value, shape.map { hsize_t($0) })
    return try Identifier("H5Tarray_create2", on: object) {
      unsafe H5Tarray_create2(id, UInt32(lengths.count), lengths)
    }
  }
}

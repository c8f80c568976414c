internal import CHDF5

/// Decides the memory type of a transfer: the checks that are the same for datasets and attributes.
enum Transfer {
  /// The memory type to read stored elements as `element`. Throws unless every stored value has an exact equal there.
  static func typeForReading(
    _ stored: HDF5Datatype, as element: HDF5ElementType, call: String, object: String
  ) throws(HDF5Error) -> Identifier {
    guard let exact = stored.elementType else {
      throw HDF5Error(
        .unsupportedType, call: call, object: object, reason: "has the type \(stored), which is not read as numbers")
    }
    guard element.holds(exact) else {
      throw HDF5Error(
        .inexactConversion, call: call, object: object,
        reason: "has the type \(stored), which is read as \(exact); \(element) cannot hold every value of it")
    }
    switch stored {
    // The library finds the fields by their names.
    case .complex(_, let names):
      return try HDF5Datatype(element, order: .native, complexNames: names).makeIdentifier(for: object)
    case .bitfield:
      return try HDF5Datatype.bitfield(.init(bytes: element.byteCount, isSigned: false, order: .native))
        .makeIdentifier(for: object)
    // Enumerations become numbers only when the memory type is one.
    case .boolean where element == .boolean:
      return try HDF5Datatype(.uint8, order: .native).makeIdentifier(for: object)
    default: return try HDF5Datatype(element, order: .native).makeIdentifier(for: object)
    }
  }

  /// The memory type to write `element`s as the stored type. Throws unless the stored type holds every value of them.
  static func typeForWriting(
    _ stored: HDF5Datatype, from element: HDF5ElementType, call: String, object: String
  ) throws(HDF5Error) -> Identifier {
    let exact = stored.elementType
    switch stored {
    case .integer(let format) where format.isStandard && exact?.holds(element) == true && element != .boolean,
      .bitfield(let format) where format.isStandard && exact == element:
      if case .bitfield = stored {
        return try HDF5Datatype.bitfield(.init(bytes: format.bytes, isSigned: false, order: .native))
          .makeIdentifier(for: object)
      }
      return try HDF5Datatype(element, order: .native).makeIdentifier(for: object)
    case .float(let format) where format.kind != .bfloat16 && exact?.holds(element) == true && element != .boolean:
      return try HDF5Datatype(element, order: .native).makeIdentifier(for: object)
    case .complex(let format, let names)
    where (format.kind == .single || format.kind == .double) && exact?.holds(element) == true:
      return try HDF5Datatype(element, order: .native, complexNames: names).makeIdentifier(for: object)
    case .boolean where element == .boolean:
      return try HDF5Datatype(.boolean, order: .native).makeIdentifier(for: object)
    case .enumeration(var format, let members) where format.isStandard && exact == element:
      format.order = .native
      return try HDF5Datatype.enumeration(format, members: members).makeIdentifier(for: object)
    default:
      throw HDF5Error(
        exact == nil ? .unsupportedType : .inexactConversion, call: call, object: object,
        reason: "has the type \(stored), which cannot hold every value of \(element)")
    }
  }

  /// Throws unless a buffer has exactly the size of some elements.
  static func checkSize(
    _ byteCount: Int, of elements: Int, _ element: HDF5ElementType, call: String, object: String
  ) throws(HDF5Error) {
    try checkSize(
      byteCount, of: elements, elementSize: element.byteCount, "\(element)", call: call, object: object)
  }

  /// Throws unless a buffer has exactly the size of some elements of a size.
  static func checkSize(
    _ byteCount: Int, of elements: Int, elementSize: Int, _ element: String, call: String, object: String
  ) throws(HDF5Error) {
    let (needed, overflow) = elements.multipliedReportingOverflow(by: elementSize)
    guard !overflow else {
      throw HDF5Error(.tooLarge, call: call, object: object, reason: "has more elements than memory can hold")
    }
    guard byteCount == needed else {
      throw HDF5Error(
        .wrongSize, call: call, object: object,
        reason: "needs \(needed) bytes for \(elements) elements of \(element), but the buffer has \(byteCount)")
    }
  }

  /// Throws `tooLarge` unless some elements fit a limit in bytes.
  static func checkLimit(
    _ limit: Int, elements: Int, elementSize: Int, call: String, object: String
  ) throws(HDF5Error) {
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: elementSize)
    guard !overflow, bytes <= limit else {
      throw HDF5Error(
        .tooLarge, call: call, object: object,
        reason: "has \(elements) elements of \(elementSize) bytes, more than the limit of \(limit) bytes")
    }
  }

  /// Throws unless every byte is 0 or 1.
  static func checkBooleans(_ bytes: RawSpan, call: String, object: String) throws(HDF5Error) {
    for offset in 0..<bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      guard byte <= 1 else {
        throw HDF5Error(
          .invalidValue, call: call, object: object,
          reason: "has the boolean \(byte) as element \(offset + 1), which is neither 0 nor 1")
      }
    }
  }
}

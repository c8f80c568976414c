internal import CHDF5

extension HDF5Datatype {
  /// A new type in the library for this description.
  ///
  /// Throws `unsupportedType` for what this module only reads: compounds that are no complex numbers, references,
  /// sequences, opaque bytes, times and unusual numbers.
  func makeIdentifier(for object: String) throws(HDF5Error) -> Identifier {
    switch self {
    case .integer(let format): return try format.makeIdentifier(of: self, for: object)
    case .bitfield(let format):
      guard format.isStandard else { throw unsupported(object) }
      return try Self.copy(for: object, order: format.order) {
        switch format.bytes {
        case 1: chdf5_native_bits8()
        case 2: chdf5_native_bits16()
        case 4: chdf5_native_bits32()
        default: chdf5_native_bits64()
        }
      }
    case .float(let format): return try format.makeIdentifier(of: self, for: object)
    case .boolean(let format):
      let members = [HDF5EnumerationMember(name: "FALSE", value: 0), .init(name: "TRUE", value: 1)]
      return try Self.enumeration(format, members, of: self, for: object)
    case .enumeration(let format, let members):
      return try Self.enumeration(format, members, of: self, for: object)
    case .complex(let format, let names):
      let part = try format.makeIdentifier(of: self, for: object)
      let whole = try Identifier("H5Tcreate", on: object) { H5Tcreate(H5T_COMPOUND, 2 * format.bytes) }
      let (partID, wholeID) = (part.value, whole.value)
      try Library.checkName(names.real, call: "H5Tinsert", object: object)
      try Library.checkName(names.imaginary, call: "H5Tinsert", object: object)
      try Library.call("H5Tinsert", on: object) { unsafe H5Tinsert(wholeID, names.real, 0, partID) }
      try Library.call("H5Tinsert", on: object) { unsafe H5Tinsert(wholeID, names.imaginary, format.bytes, partID) }
      return whole
    case .string(let format): return try format.makeIdentifier(for: object)
    default: throw unsupported(object)
    }
  }

  fileprivate func unsupported(_ object: String) -> HDF5Error {
    HDF5Error(
      .unsupportedType, call: "H5Tcreate", object: object, reason: "cannot be written as \(self) by this module")
  }

  /// A copy of one of the library's own types, with another byte order.
  fileprivate static func copy(
    for object: String, order: HDF5ByteOrder, _ original: () -> hid_t
  ) throws(HDF5Error) -> Identifier {
    let copy = try Identifier("H5Tcopy", on: object) { H5Tcopy(original()) }
    let id = copy.value
    try Library.call("H5Tset_order", on: object) { H5Tset_order(id, order == .big ? H5T_ORDER_BE : H5T_ORDER_LE) }
    return copy
  }

  private static func enumeration(
    _ format: HDF5IntegerFormat, _ members: [HDF5EnumerationMember], of type: HDF5Datatype, for object: String
  ) throws(HDF5Error) -> Identifier {
    let base = try format.makeIdentifier(of: type, for: object)
    let baseID = base.value
    let whole = try Identifier("H5Tenum_create", on: object) { H5Tenum_create(baseID) }
    let id = whole.value
    for member in members {
      try Library.checkName(member.name, call: "H5Tenum_insert", object: object)
      guard let bytes = format.bytes(of: member.value) else {
        throw HDF5Error(
          .invalidArgument, call: "H5Tenum_insert", object: object,
          reason: "cannot have the enumeration value \(member.value) as a \(format)")
      }
      try Library.call("H5Tenum_insert", on: object) { unsafe H5Tenum_insert(id, member.name, bytes) }
    }
    return whole
  }
}

extension HDF5IntegerFormat {
  fileprivate func makeIdentifier(of type: HDF5Datatype, for object: String) throws(HDF5Error) -> Identifier {
    guard isStandard, order != .other else { throw type.unsupported(object) }
    return try HDF5Datatype.copy(for: object, order: order) {
      switch (bytes, isSigned) {
      case (1, true): chdf5_native_int8()
      case (2, true): chdf5_native_int16()
      case (4, true): chdf5_native_int32()
      case (_, true): chdf5_native_int64()
      case (1, false): chdf5_native_uint8()
      case (2, false): chdf5_native_uint16()
      case (4, false): chdf5_native_uint32()
      case (_, false): chdf5_native_uint64()
      }
    }
  }

  /// The bytes of a number in this format, `nil` if it is out of range.
  fileprivate func bytes(of value: Int128) -> [UInt8]? {
    let bits = bytes * 8
    let range: Range<Int128> = isSigned ? -(1 << (bits - 1))..<(1 << (bits - 1)) : 0..<(1 << bits)
    guard range.contains(value) else { return nil }
    let little = (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    return order == .big ? little.reversed() : little
  }
}

extension HDF5FloatFormat {
  fileprivate func makeIdentifier(of type: HDF5Datatype, for object: String) throws(HDF5Error) -> Identifier {
    guard order != .other else { throw type.unsupported(object) }
    switch kind {
    case .single: return try HDF5Datatype.copy(for: object, order: order) { chdf5_ieee_single() }
    case .double: return try HDF5Datatype.copy(for: object, order: order) { chdf5_ieee_double() }
    case .half, .bfloat16:
      // There is no such type in 1.10: a single is made narrower, the fields before the size.
      let float = try HDF5Datatype.copy(for: object, order: order) { chdf5_ieee_single() }
      let id = float.value
      let fields = Self.fields(of: kind)
      try Library.call("H5Tset_fields", on: object) {
        H5Tset_fields(id, fields[1], fields[2], fields[3], fields[4], fields[5])
      }
      try Library.call("H5Tset_size", on: object) { H5Tset_size(id, fields[0]) }
      try Library.call("H5Tset_ebias", on: object) { H5Tset_ebias(id, fields[6]) }
      return float
    case .other: throw type.unsupported(object)
    }
  }
}

extension HDF5StringFormat {
  fileprivate func makeIdentifier(for object: String) throws(HDF5Error) -> Identifier {
    let string = try Identifier("H5Tcopy", on: object) { H5Tcopy(chdf5_string()) }
    let id = string.value
    let size: Int
    switch length {
    case .variable: size = chdf5_variable()
    case .fixed(let bytes): size = bytes
    }
    guard length == .variable || size > 0 else {
      throw HDF5Error(
        .invalidArgument, call: "H5Tset_size", object: object, reason: "cannot have text of \(size) bytes")
    }
    try Library.call("H5Tset_size", on: object) { H5Tset_size(id, size) }
    try Library.call("H5Tset_cset", on: object) {
      H5Tset_cset(id, characterSet == .ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8)
    }
    try Library.call("H5Tset_strpad", on: object) {
      switch padding {
      case .nullTerminated: H5Tset_strpad(id, H5T_STR_NULLTERM)
      case .nullPadded: H5Tset_strpad(id, H5T_STR_NULLPAD)
      case .spacePadded: H5Tset_strpad(id, H5T_STR_SPACEPAD)
      }
    }
    return string
  }
}

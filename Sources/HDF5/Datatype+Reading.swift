internal import CHDF5

extension HDF5Datatype {
  /// Types nest; a hostile file can nest them without end.
  private static let maximumDepth = 32
  /// HDF5 itself stores member counts in 16 bits.
  private static let maximumMemberCount = 65_536

  /// Describes the type behind an identifier.
  init(_ type: borrowing Identifier, object: String, depth: Int = 0) throws(HDF5Error) {
    let id = type.value
    let classNumber = try Library.call("H5Tget_class", on: object) { H5Tget_class(id).rawValue }
    let size = try Library.call("H5Tget_size", on: object) {
      // Zero is the failure of this function.
      let size = H5Tget_size(id)
      return size == 0 ? -1 : Int(clamping: size)
    }
    guard depth < Self.maximumDepth else {
      self = .other(classNumber: Int(classNumber))
      return
    }
    switch H5T_class_t(rawValue: classNumber) {
    case H5T_INTEGER: self = .integer(try HDF5IntegerFormat(type, size: size, object: object))
    case H5T_BITFIELD: self = .bitfield(try HDF5IntegerFormat(type, size: size, object: object))
    case H5T_FLOAT: self = .float(try HDF5FloatFormat(type, size: size, object: object))
    case H5T_STRING: self = .string(try HDF5StringFormat(type, size: size, object: object))
    case H5T_ENUM: self = try Self.enumeration(type, object: object)
    case H5T_COMPOUND: self = try Self.compound(type, size: size, object: object, depth: depth)
    case H5T_REFERENCE: self = .reference(try HDF5ReferenceKind(type, object: object))
    case H5T_OPAQUE:
      let tag = Library.perform { unsafe Library.takeString(H5Tget_tag(id)) }
      self = .opaque(byteCount: size, tag: tag ?? "")
    case H5T_VLEN:
      let element = try Identifier("H5Tget_super", on: object) { H5Tget_super(id) }
      self = .variableLength(of: try HDF5Datatype(element, object: object, depth: depth + 1))
    case H5T_ARRAY:
      let element = try Identifier("H5Tget_super", on: object) { H5Tget_super(id) }
      let rank = try Library.call("H5Tget_array_ndims", on: object) { H5Tget_array_ndims(id) }
      var dimensions = [hsize_t](repeating: 0, count: Int(rank))
      try Library.call("H5Tget_array_dims2", on: object) { unsafe H5Tget_array_dims2(id, &dimensions) }
      self = .array(
        of: try HDF5Datatype(element, object: object, depth: depth + 1), shape: dimensions.map { Int(clamping: $0) })
    case H5T_TIME: self = .time(byteCount: size)
    default: self = .other(classNumber: Int(classNumber))
    }
  }

  private static func enumeration(_ type: borrowing Identifier, object: String) throws(HDF5Error) -> HDF5Datatype {
    let id = type.value
    let base = try Identifier("H5Tget_super", on: object) { H5Tget_super(id) }
    let baseID = base.value
    let size = Library.perform { Int(clamping: H5Tget_size(baseID)) }
    guard size <= 16 else { return .other(classNumber: Int(H5T_ENUM.rawValue)) }
    let format = try HDF5IntegerFormat(base, size: size, object: object)
    let count = try memberCount(type, object: object)
    var members: [HDF5EnumerationMember] = []
    var bytes = [UInt8](repeating: 0, count: 16)
    for index in 0..<count {
      try Library.call("H5Tget_member_value", on: object) { unsafe H5Tget_member_value(id, index, &bytes) }
      members.append(
        .init(name: try memberName(type, index, object: object), value: format.value(of: bytes.prefix(size))))
    }
    let isBoolean = Set(members) == [.init(name: "FALSE", value: 0), .init(name: "TRUE", value: 1)]
    return isBoolean ? .boolean(format) : .enumeration(format, members: members)
  }

  private static func compound(
    _ type: borrowing Identifier, size: Int, object: String, depth: Int
  ) throws(HDF5Error) -> HDF5Datatype {
    let id = type.value
    var fields: [HDF5CompoundField] = []
    for index in 0..<(try memberCount(type, object: object)) {
      let member = try Identifier("H5Tget_member_type", on: object) { H5Tget_member_type(id, index) }
      let offset = Library.perform { Int(clamping: H5Tget_member_offset(id, index)) }
      fields.append(
        .init(
          name: try memberName(type, index, object: object),
          type: try HDF5Datatype(member, object: object, depth: depth + 1), offset: offset))
    }
    if fields.count == 2, case .float(let format) = fields[0].type, fields[1].type == .float(format) {
      let names = HDF5ComplexNames(real: fields[0].name, imaginary: fields[1].name)
      if names == .h5py || names == .matlab { return .complex(format, names: names) }
    }
    return .compound(fields)
  }

  private static func memberCount(_ type: borrowing Identifier, object: String) throws(HDF5Error) -> UInt32 {
    let id = type.value
    let count = try Library.call("H5Tget_nmembers", on: object) { H5Tget_nmembers(id) }
    guard count <= maximumMemberCount else {
      throw HDF5Error(.tooLarge, call: "H5Tget_nmembers", object: object, reason: "has a type of \(count) members")
    }
    return UInt32(count)
  }

  private static func memberName(
    _ type: borrowing Identifier, _ index: UInt32, object: String
  ) throws(HDF5Error) -> String {
    let id = type.value
    guard let name = Library.perform({ unsafe Library.takeString(H5Tget_member_name(id, index)) }) else {
      throw HDF5Error(.failedCall, call: "H5Tget_member_name", object: object)
    }
    return name
  }
}

extension Library {
  /// Copies and frees a string that the library allocated. Called inside the lock.
  fileprivate static func takeString(_ string: UnsafeMutablePointer<CChar>?) -> String? {
    guard let string = unsafe string else { return nil }
    defer { unsafe H5free_memory(string) }
    return unsafe String(cString: string)
  }
}

extension HDF5ByteOrder {
  fileprivate init(_ type: borrowing Identifier, object: String) throws(HDF5Error) {
    let id = type.value
    switch try Library.call("H5Tget_order", on: object, { H5Tget_order(id).rawValue }) {
    case H5T_ORDER_LE.rawValue: self = .little
    case H5T_ORDER_BE.rawValue: self = .big
    default: self = .other
    }
  }
}

extension HDF5IntegerFormat {
  fileprivate init(_ type: borrowing Identifier, size: Int, object: String) throws(HDF5Error) {
    let id = type.value
    let (precision, isSigned) = Library.perform { (Int(clamping: H5Tget_precision(id)), H5Tget_sign(id) == H5T_SGN_2) }
    self.init(
      bytes: size, isSigned: isSigned, order: try HDF5ByteOrder(type, object: object), significantBits: precision)
  }

  /// The number that some bytes of this format stand for; 0 if they are more than an `Int128` has.
  fileprivate func value(of bytes: some BidirectionalCollection<UInt8>) -> Int128 {
    guard bytes.count <= 8 else { return 0 }
    var bits: UInt64 = 0
    if order == .big {
      for byte in bytes { bits = bits << 8 | UInt64(byte) }
    } else {
      for byte in bytes.reversed() { bits = bits << 8 | UInt64(byte) }
    }
    let unused = UInt64(64 - min(bytes.count, 8) * 8)
    guard unused < 64 else { return 0 }
    return isSigned ? Int128(Int64(bitPattern: bits << unused) >> Int64(unused)) : Int128(bits)
  }
}

extension HDF5FloatFormat {
  fileprivate init(_ type: borrowing Identifier, size: Int, object: String) throws(HDF5Error) {
    let id = type.value
    var (sign, exponent, exponentBits, fraction, fractionBits) = (0, 0, 0, 0, 0)
    try Library.call("H5Tget_fields", on: object) {
      unsafe H5Tget_fields(id, &sign, &exponent, &exponentBits, &fraction, &fractionBits)
    }
    let (bias, norm) = Library.perform { (Int(clamping: H5Tget_ebias(id)), H5Tget_norm(id)) }
    let order = try HDF5ByteOrder(type, object: object)
    let fields = [size, sign, exponent, exponentBits, fraction, fractionBits, bias]
    let kind: Kind? =
      switch fields {
      case Self.fields(of: .half): .half
      case Self.fields(of: .single): .single
      case Self.fields(of: .double): .double
      case Self.fields(of: .bfloat16): .bfloat16
      default: nil
      }
    // Without the hidden bit or in the order of the VAX the same fields mean other numbers.
    guard let kind, norm == H5T_NORM_IMPLIED, order != .other else {
      self.init(.other(byteCount: size, exponentBits: exponentBits, fractionBits: fractionBits), order: order)
      return
    }
    self.init(kind, order: order)
  }

  /// Bytes; the position of the sign; position and bits of the exponent; of the fraction; the exponent's bias.
  static func fields(of kind: Kind) -> [Int] {
    switch kind {
    case .half: [2, 15, 10, 5, 0, 10, 15]
    case .single: [4, 31, 23, 8, 0, 23, 127]
    case .double: [8, 63, 52, 11, 0, 52, 1023]
    case .bfloat16: [2, 15, 7, 8, 0, 7, 127]
    case .other: []
    }
  }
}

extension HDF5StringFormat {
  fileprivate init(_ type: borrowing Identifier, size: Int, object: String) throws(HDF5Error) {
    let id = type.value
    let isVariable = try Library.call("H5Tis_variable_str", on: object) { H5Tis_variable_str(id) } > 0
    let characterSet = try Library.call("H5Tget_cset", on: object) { H5Tget_cset(id).rawValue }
    let padding = try Library.call("H5Tget_strpad", on: object) { H5Tget_strpad(id).rawValue }
    self.init(
      length: isVariable ? .variable : .fixed(size),
      characterSet: characterSet == H5T_CSET_ASCII.rawValue ? .ascii : .utf8,
      padding: padding == H5T_STR_SPACEPAD.rawValue
        ? .spacePadded : padding == H5T_STR_NULLPAD.rawValue ? .nullPadded : .nullTerminated)
  }
}

extension HDF5ReferenceKind {
  fileprivate init(_ type: borrowing Identifier, object: String) throws(HDF5Error) {
    let id = type.value
    if try Library.call("H5Tequal", on: object, { H5Tequal(id, chdf5_object_reference()) }) > 0 {
      self = .object
    } else if try Library.call("H5Tequal", on: object, { H5Tequal(id, chdf5_region_reference()) }) > 0 {
      self = .region
    } else {
      self = .other
    }
  }
}

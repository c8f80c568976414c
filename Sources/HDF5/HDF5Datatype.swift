/// The type of stored elements, as the file describes it. Also says what a new dataset or attribute shall store.
public indirect enum HDF5Datatype: Sendable, Hashable {
  case integer(HDF5IntegerFormat)
  case float(HDF5FloatFormat)
  /// An enumeration of FALSE (0) and TRUE (1) over an integer: how h5py stores booleans.
  case boolean(HDF5IntegerFormat)
  /// Named values of an integer.
  case enumeration(HDF5IntegerFormat, members: [HDF5EnumerationMember])
  /// A compound of two equal floats, the real part first, by these names: `r, i` (h5py) or `real, imag` (MATLAB).
  case complex(HDF5FloatFormat, names: HDF5ComplexNames)
  case string(HDF5StringFormat)
  /// A record of named fields that is not a complex number.
  case compound([HDF5CompoundField])
  case reference(HDF5ReferenceKind)
  /// Uninterpreted bytes and a tag that should say what they are.
  case opaque(byteCount: Int, tag: String)
  case variableLength(of: HDF5Datatype)
  case array(of: HDF5Datatype, shape: [Int])
  /// Bits without a number's meaning; PyTables stores booleans as 8 of them. Read as unsigned integers.
  case bitfield(HDF5IntegerFormat)
  case time(byteCount: Int)
  /// A class that this module does not know, by its number in HDF5, or one that is nested too deeply.
  case other(classNumber: Int)

  /// The type that holds every stored value exactly and that elements are best read as; `nil` if there is none.
  ///
  /// Enumerations are read as their numbers, bits as unsigned integers. Floats of a form other than IEEE half, single
  /// and double have none, but for bfloat16, which is read as float32.
  public var elementType: HDF5ElementType? {
    switch self {
    case .integer(let format), .enumeration(let format, _), .bitfield(let format): format.elementType
    case .boolean: .boolean
    case .float(let format): format.elementType
    case .complex(let format, _):
      switch format.elementType {
      case .float16, .float32: .complexFloat32
      case .float64: .complexFloat64
      default: nil
      }
    default: nil
    }
  }

  /// The stored type of elements as they are in memory: IEEE floats, whole integers, `{r, i}`, FALSE and TRUE.
  public init(
    _ type: HDF5ElementType, order: HDF5ByteOrder = .little, complexNames: HDF5ComplexNames = .h5py
  ) {
    self =
      switch type {
      case .int8: .integer(.init(bytes: 1, isSigned: true, order: order))
      case .int16: .integer(.init(bytes: 2, isSigned: true, order: order))
      case .int32: .integer(.init(bytes: 4, isSigned: true, order: order))
      case .int64: .integer(.init(bytes: 8, isSigned: true, order: order))
      case .uint8: .integer(.init(bytes: 1, isSigned: false, order: order))
      case .uint16: .integer(.init(bytes: 2, isSigned: false, order: order))
      case .uint32: .integer(.init(bytes: 4, isSigned: false, order: order))
      case .uint64: .integer(.init(bytes: 8, isSigned: false, order: order))
      case .float16: .float(.init(.half, order: order))
      case .float32: .float(.init(.single, order: order))
      case .float64: .float(.init(.double, order: order))
      case .boolean: .boolean(.init(bytes: 1, isSigned: true, order: order))
      case .complexFloat32: .complex(.init(.single, order: order), names: complexNames)
      case .complexFloat64: .complex(.init(.double, order: order), names: complexNames)
      }
  }
}

/// The order in which the bytes of a number are stored.
public enum HDF5ByteOrder: Sendable, Hashable {
  case little, big
  /// The order of VAX floats, or one that differs between the parts of a type, or none at all.
  case other

  /// The order of this machine.
  public static var native: HDF5ByteOrder { UInt16(littleEndian: 1) == 1 ? .little : .big }
}

/// How integers are stored.
public struct HDF5IntegerFormat: Sendable, Hashable {
  /// The size in bytes.
  public var bytes: Int
  /// Whether negative values are stored, in two's complement.
  public var isSigned: Bool
  /// The order of the bytes.
  public var order: HDF5ByteOrder
  /// The bits that count, at most eight times `bytes`.
  public var significantBits: Int

  /// An integer that uses all of its bytes.
  public init(bytes: Int, isSigned: Bool, order: HDF5ByteOrder = .little) {
    self.init(bytes: bytes, isSigned: isSigned, order: order, significantBits: bytes * 8)
  }

  init(bytes: Int, isSigned: Bool, order: HDF5ByteOrder, significantBits: Int) {
    self.bytes = bytes
    self.isSigned = isSigned
    self.order = order
    self.significantBits = significantBits
  }

  /// Whether it is one of the eight whole integers of 1, 2, 4 or 8 bytes, with every bit used.
  var isStandard: Bool { [1, 2, 4, 8].contains(bytes) && significantBits == bytes * 8 }

  var elementType: HDF5ElementType? {
    switch (bytes, isSigned) {
    case (1, true): .int8
    case (2, true): .int16
    case (3...4, true): .int32
    case (5...8, true): .int64
    case (1, false): .uint8
    case (2, false): .uint16
    case (3...4, false): .uint32
    case (5...8, false): .uint64
    default: nil
    }
  }
}

/// How floating-point numbers are stored.
public struct HDF5FloatFormat: Sendable, Hashable {
  /// The division into sign, exponent and fraction.
  public enum Kind: Sendable, Hashable {
    /// IEEE 754 binary16, binary32 and binary64.
    case half, single, double
    /// The upper half of a binary32: 8 bits of exponent, 7 of fraction.
    case bfloat16
    /// Anything else, as the x87's 80 bits.
    case other(byteCount: Int, exponentBits: Int, fractionBits: Int)
  }

  /// The division into sign, exponent and fraction.
  public var kind: Kind
  /// The order of the bytes.
  public var order: HDF5ByteOrder

  /// A float of one of the kinds.
  public init(_ kind: Kind, order: HDF5ByteOrder = .little) {
    self.kind = kind
    self.order = order
  }

  /// The size in bytes.
  public var bytes: Int {
    switch kind {
    case .half, .bfloat16: 2
    case .single: 4
    case .double: 8
    case .other(let byteCount, _, _): byteCount
    }
  }

  var elementType: HDF5ElementType? {
    switch kind {
    case .half: .float16
    case .single, .bfloat16: .float32
    case .double: .float64
    case .other: nil
    }
  }
}

/// The names of the two fields of a complex number.
public struct HDF5ComplexNames: Sendable, Hashable {
  /// The name of the first field.
  public var real: String
  /// The name of the second field.
  public var imaginary: String

  /// Any two names; only `h5py` and `matlab` are taken for complex numbers when a file is read.
  public init(real: String, imaginary: String) {
    self.real = real
    self.imaginary = imaginary
  }

  /// `r` and `i`, as h5py and PyTables write.
  public static let h5py = HDF5ComplexNames(real: "r", imaginary: "i")
  /// `real` and `imag`, as MATLAB and Octave write.
  public static let matlab = HDF5ComplexNames(real: "real", imaginary: "imag")
}

/// One named value of an enumeration.
public struct HDF5EnumerationMember: Sendable, Hashable {
  /// The value's name.
  public var name: String
  /// What is stored for the name.
  public var value: Int128

  /// A name and its value.
  public init(name: String, value: Int128) {
    self.name = name
    self.value = value
  }
}

/// One field of a compound.
public struct HDF5CompoundField: Sendable, Hashable {
  /// The field's name.
  public var name: String
  /// The type of the field's value.
  public var type: HDF5Datatype
  /// Where the field starts, in bytes from the start of the record.
  public var offset: Int

  /// A field of a record.
  public init(name: String, type: HDF5Datatype, offset: Int) {
    self.name = name
    self.type = type
    self.offset = offset
  }
}

/// What a reference points to.
public enum HDF5ReferenceKind: Sendable, Hashable {
  /// A group, a dataset or a named type.
  case object
  /// Some elements of a dataset.
  case region
  /// The references of HDF5 1.12 and later.
  case other
}

/// How text is stored.
public struct HDF5StringFormat: Sendable, Hashable {
  /// How many bytes a text takes.
  public enum Length: Sendable, Hashable {
    /// As long as each text is.
    case variable
    /// The same number of bytes for each, at least 1.
    case fixed(Int)
  }
  /// What the bytes mean. Old writers put other encodings into `ascii` too.
  public enum CharacterSet: Sendable, Hashable {
    case ascii, utf8
  }
  /// What fills the bytes that a fixed length leaves over.
  public enum Padding: Sendable, Hashable {
    /// A zero byte ends the text if it is shorter than the length.
    case nullTerminated
    case nullPadded
    case spacePadded
  }

  /// How many bytes a text takes.
  public var length: Length
  /// What the bytes mean.
  public var characterSet: CharacterSet
  /// What fills the bytes that a fixed length leaves over.
  public var padding: Padding

  /// A format of text; the default is what h5py writes for a Python string.
  public init(
    length: Length = .variable, characterSet: CharacterSet = .utf8, padding: Padding = .nullTerminated
  ) {
    self.length = length
    self.characterSet = characterSet
    self.padding = padding
  }
}

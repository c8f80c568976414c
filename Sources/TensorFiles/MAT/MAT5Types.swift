import Tensors

/// The types of data elements (MAT-File Format, table 1-1).
enum MAT5Type: Int {
  case int8 = 1
  case uint8 = 2
  case int16 = 3
  case uint16 = 4
  case int32 = 5
  case uint32 = 6
  case single = 7
  case double = 9
  case int64 = 12
  case uint64 = 13
  case matrix = 14
  case compressed = 15
  case utf8 = 16
  case utf16 = 17
  case utf32 = 18

  /// The type of the numbers; nil for texts and for what contains other elements.
  var elementType: ElementType? {
    switch self {
    case .int8: .int8
    case .uint8: .uint8
    case .int16: .int16
    case .uint16: .uint16
    case .int32: .int32
    case .uint32: .uint32
    case .single: .float32
    case .double: .float64
    case .int64: .int64
    case .uint64: .uint64
    case .matrix, .compressed, .utf8, .utf16, .utf32: nil
    }
  }

  /// The type in which numbers are stored at their full width; nil for those that take two elements or have none.
  init?(storing type: ElementType) {
    switch type {
    case .int8: self = .int8
    case .uint8, .bool: self = .uint8
    case .int16: self = .int16
    case .uint16: self = .uint16
    case .int32: self = .int32
    case .uint32: self = .uint32
    case .int64: self = .int64
    case .uint64: self = .uint64
    case .float32, .complex64: self = .single
    case .float64, .complex128: self = .double
    case .float16: return nil
    }
  }
}

/// The classes of MATLAB arrays (MAT-File Format, table 1-3; function handles and opaque values came later).
enum MAT5Class: Int {
  case cell = 1
  case structure = 2
  case object = 3
  case char = 4
  case sparse = 5
  case double = 6
  case single = 7
  case int8 = 8
  case uint8 = 9
  case int16 = 10
  case uint16 = 11
  case int32 = 12
  case uint32 = 13
  case int64 = 14
  case uint64 = 15
  case function = 16
  case opaque = 17

  /// The type of the numbers of a real array; nil where the class has none.
  var elementType: ElementType? {
    switch self {
    case .double: .float64
    case .single: .float32
    case .int8: .int8
    case .uint8: .uint8
    case .int16: .int16
    case .uint16: .uint16
    case .int32: .int32
    case .uint32: .uint32
    case .int64: .int64
    case .uint64: .uint64
    case .cell, .structure, .object, .char, .sparse, .function, .opaque: nil
    }
  }

  /// The class that holds the numbers of a type; nil where MATLAB has none.
  init?(holding type: ElementType) {
    switch type {
    case .int8: self = .int8
    // MATLAB's logical is uint8 with a flag.
    case .uint8, .bool: self = .uint8
    case .int16: self = .int16
    case .uint16: self = .uint16
    case .int32: self = .int32
    case .uint32: self = .uint32
    case .int64: self = .int64
    case .uint64: self = .uint64
    case .float32, .complex64: self = .single
    case .float64, .complex128: self = .double
    case .float16: return nil
    }
  }
}

/// The bits of the first word of array flags, above the class.
enum MAT5Flags {
  static let complex: UInt32 = 0x0800
  static let logical: UInt32 = 0x0200
  static let classMask: UInt32 = 0x00FF
}

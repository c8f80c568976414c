/// The type of one element of a tensor, named as NumPy names it.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  case float64, float32, float16
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  /// One byte, 0 or 1.
  case bool
  /// Two float64, the real part first.
  case complex128
  /// Two float32, the real part first.
  case complex64

  /// Bytes that one element takes.
  public var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Whether an element is a pair of a real and an imaginary part.
  public var isComplex: Bool { self == .complex128 || self == .complex64 }

  /// Whether the elements are whole numbers; truth values are not.
  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    case .float64, .float32, .float16, .bool, .complex128, .complex64: false
    }
  }

  /// Whether float32 holds every element of the type.
  public var isExactInFloat32: Bool {
    switch self {
    case .float32, .float16, .int8, .int16, .uint8, .uint16, .bool: true
    case .float64, .int32, .int64, .uint32, .uint64, .complex128, .complex64: false
    }
  }
}

/// The order in which the elements of a tensor follow one another in memory.
public enum Order: Sendable, Hashable {
  /// The last index runs fastest, as in C, NumPy and HDF5.
  case rowMajor
  /// The first index runs fastest, as in MATLAB and Fortran.
  case columnMajor
}

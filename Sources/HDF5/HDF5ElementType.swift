/// A type of elements in memory, in the byte order of this machine: what data are read as and written from.
public enum HDF5ElementType: Sendable, Hashable, CaseIterable {
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  /// IEEE 754 binary16, binary32 and binary64.
  case float16, float32, float64
  /// One byte an element: 0 for false, 1 for true.
  case boolean
  /// Pairs of IEEE binary32 or binary64: the real part, then the imaginary one.
  case complexFloat32, complexFloat64

  /// The bytes of one element.
  public var byteCount: Int {
    switch self {
    case .int8, .uint8, .boolean: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complexFloat32: 8
    case .complexFloat64: 16
    }
  }

  /// Whether every value of `other` is also a value of this type.
  ///
  /// Integers fit a floating-point type when they have no more bits than its significand: 11, 24 and 53 bits.
  /// A boolean fits every integer and floating-point type as 0 or 1.
  public func holds(_ other: HDF5ElementType) -> Bool {
    if self == other { return true }
    switch (kind, other.kind) {
    case (.signed(let bits), .signed(let otherBits)): return otherBits <= bits
    case (.signed(let bits), .unsigned(let otherBits)): return otherBits < bits
    case (.unsigned(let bits), .unsigned(let otherBits)): return otherBits <= bits
    case (.float(let bits), .float(let otherBits)): return otherBits <= bits
    case (.float(let bits), .signed(let otherBits)), (.float(let bits), .unsigned(let otherBits)):
      return otherBits <= bits
    case (.complex(let bits), .complex(let otherBits)): return otherBits <= bits
    case (.signed, .boolean), (.unsigned, .boolean), (.float, .boolean): return true
    default: return false
    }
  }

  private enum Kind {
    /// Bits of an integer, bits of a significand.
    case signed(Int), unsigned(Int), float(Int), complex(Int)
    case boolean
  }

  private var kind: Kind {
    switch self {
    case .int8: .signed(8)
    case .int16: .signed(16)
    case .int32: .signed(32)
    case .int64: .signed(64)
    case .uint8: .unsigned(8)
    case .uint16: .unsigned(16)
    case .uint32: .unsigned(32)
    case .uint64: .unsigned(64)
    case .float16: .float(11)
    case .float32: .float(24)
    case .float64: .float(53)
    case .boolean: .boolean
    case .complexFloat32: .complex(24)
    case .complexFloat64: .complex(53)
    }
  }
}

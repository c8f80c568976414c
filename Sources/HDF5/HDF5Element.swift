/// A Swift type whose values HDF5 can read and write in bulk.
///
/// Conform a type of your own only if its memory is exactly that of `elementType`, for every bit pattern.
public protocol HDF5Element: BitwiseCopyable, Sendable {
  /// What the library reads this type as.
  static var elementType: HDF5ElementType { get }
  /// Zero, or false.
  init()
}

extension Int8: HDF5Element {
  /// `HDF5ElementType.int8`.
  public static var elementType: HDF5ElementType { .int8 }
}
extension Int16: HDF5Element {
  /// `HDF5ElementType.int16`.
  public static var elementType: HDF5ElementType { .int16 }
}
extension Int32: HDF5Element {
  /// `HDF5ElementType.int32`.
  public static var elementType: HDF5ElementType { .int32 }
}
extension Int64: HDF5Element {
  /// `HDF5ElementType.int64`.
  public static var elementType: HDF5ElementType { .int64 }
}
extension Int: HDF5Element {
  #if _pointerBitWidth(_64)
    /// `HDF5ElementType.int64`.
    public static var elementType: HDF5ElementType { .int64 }
  #else
    /// `HDF5ElementType.int32`.
    public static var elementType: HDF5ElementType { .int32 }
  #endif
}
extension UInt8: HDF5Element {
  /// `HDF5ElementType.uint8`.
  public static var elementType: HDF5ElementType { .uint8 }
}
extension UInt16: HDF5Element {
  /// `HDF5ElementType.uint16`.
  public static var elementType: HDF5ElementType { .uint16 }
}
extension UInt32: HDF5Element {
  /// `HDF5ElementType.uint32`.
  public static var elementType: HDF5ElementType { .uint32 }
}
extension UInt64: HDF5Element {
  /// `HDF5ElementType.uint64`.
  public static var elementType: HDF5ElementType { .uint64 }
}
extension Float: HDF5Element {
  /// `HDF5ElementType.float32`.
  public static var elementType: HDF5ElementType { .float32 }
}
extension Double: HDF5Element {
  /// `HDF5ElementType.float64`.
  public static var elementType: HDF5ElementType { .float64 }
}
// Bytes are checked to be 0 or 1 before they become a Bool.
extension Bool: HDF5Element {
  /// `HDF5ElementType.boolean`.
  public static var elementType: HDF5ElementType { .boolean }
}
#if !(os(macOS) && arch(x86_64))
  extension Float16: HDF5Element {
    /// `HDF5ElementType.float16`.
    public static var elementType: HDF5ElementType { .float16 }
  }
#endif

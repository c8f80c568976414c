/// A place in bytes that were read from a file, which knows where in the file it is and where the bytes end.
///
/// Every read is checked: what goes beyond the end throws with the offset in the file.
struct ByteCursor {
  private let bytes: [UInt8]
  /// The next byte, counted from the beginning of ``bytes``.
  private(set) var position = 0
  /// Where in the file the first of the bytes stands.
  private let base: Int
  private let isBigEndian: Bool

  init(_ bytes: [UInt8], at base: Int = 0, isBigEndian: Bool = false) {
    self.bytes = bytes
    self.base = base
    self.isBigEndian = isBigEndian
  }

  /// The next byte, counted from the beginning of the file.
  var offset: Int { base + position }
  /// The bytes that are left.
  var remaining: Int { bytes.count - position }

  mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(FormatError) -> Integer {
    let raw = try take(MemoryLayout<Integer>.size)
    var value: Integer = 0
    for byte in isBigEndian ? ArraySlice(raw) : ArraySlice(raw.reversed()) {
      value = value << 8 | Integer(truncatingIfNeeded: byte)
    }
    return value
  }

  mutating func take(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw FormatError(.truncated, at: .byte(offset), "\(count) bytes were expected, \(remaining) are left")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  mutating func skip(_ count: Int) throws(FormatError) {
    _ = try take(count)
  }
}

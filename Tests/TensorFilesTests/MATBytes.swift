/// MAT files made byte by byte, in either byte order, for the troubles that no program at hand writes.
struct MATBytes {
  var isBigEndian = false
  var bytes: [UInt8] = []

  /// A file with these variables.
  static func file(isBigEndian: Bool = false, _ variables: [UInt8]...) -> [UInt8] {
    var header = MATBytes(isBigEndian: isBigEndian, bytes: [UInt8](repeating: 0x20, count: 124))
    header.append(UInt16(0x0100))
    header.append(UInt16(0x4D49))
    return header.bytes + variables.flatMap { $0 }
  }

  /// A matrix of a class, its flags above the class, its dimensions and name, then what comes after them.
  static func matrix(
    _ name: String, class number: UInt32, flags: UInt32 = 0, dimensions: [Int32], isBigEndian: Bool = false,
    flagsType: UInt32 = 6, dimensionsType: UInt32 = 5, nameType: UInt32 = 1, _ parts: [UInt8]...
  ) -> [UInt8] {
    let content =
      element(flagsType, [number | flags, 0], isBigEndian: isBigEndian)
      + element(dimensionsType, dimensions, isBigEndian: isBigEndian)
      + element(nameType, Array(name.utf8), isBigEndian: isBigEndian) + parts.flatMap { $0 }
    return element(14, content, isBigEndian: isBigEndian)
  }

  /// A data element of integers with its padding.
  static func element<Integer: FixedWidthInteger>(
    _ type: UInt32, _ values: [Integer], isBigEndian: Bool = false
  ) -> [UInt8] {
    var result = MATBytes(isBigEndian: isBigEndian)
    result.append(type)
    result.append(UInt32(values.count * Integer.bitWidth / 8))
    for value in values { result.append(value) }
    result.bytes += [UInt8](repeating: 0, count: (8 - result.bytes.count % 8) % 8)
    return result.bytes
  }

  /// A data element of doubles.
  static func doubles(_ values: [Double], isBigEndian: Bool = false) -> [UInt8] {
    element(9, values.map(\.bitPattern), isBigEndian: isBigEndian)
  }

  mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
    let shifts = Array(stride(from: 0, to: Integer.bitWidth, by: 8))
    for shift in isBigEndian ? shifts.reversed() : shifts { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}

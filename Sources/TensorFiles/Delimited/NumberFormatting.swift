/// How numbers are written in text.
public enum NumberFormat: Sendable, Hashable {
  /// As few digits as read back as the same double: `1`, `0.1`, `1e-05`.
  case shortest
  /// So many digits after the decimal point (0 to 1100), rounded exactly, halves to even, as C's `%.3f`.
  case fixed(Int)
}

extension NumberFormat {
  /// Appends a number to text; `nan`, `inf` and `-inf` where it is none.
  public func append(_ value: Double, to text: inout [UInt8]) {
    append(value, point: UInt8(ascii: "."), to: &text)
  }

  /// Appends a number with another decimal point.
  ///
  /// In the shortest form it is Python's `repr` without its `.0`: an exponent below 1e-4 and from 1e16 on.
  func append(_ value: Double, point: UInt8, to text: inout [UInt8]) {
    var isWritten = true
    unsafe NumberFormat.extend(&text) { out in
      switch self {
      case .shortest:
        var misses = 0
        return unsafe NumberWriting.shortest(value, point: point, misses: &misses, to: out)
      case .fixed(let digits):
        if let end = unsafe NumberWriting.fixed(value, digits: digits, point: point, to: out) { return unsafe end }
        isWritten = false
        return unsafe out
      }
    }
    if !isWritten, case .fixed(let digits) = self { NumberFormat.appendFixedSlowly(value, digits, point, to: &text) }
  }

  /// Appends a whole number.
  static func appendInteger(_ value: UInt64, to text: inout [UInt8]) {
    unsafe extend(&text) { out in unsafe NumberWriting.integer(value, to: out) }
  }

  /// Appends what `write` leaves between the place that it is given and the one that it returns.
  @unsafe private static func extend(
    _ text: inout [UInt8], _ write: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
  ) {
    // Room in the array itself would be zeroed first, which takes longer than most numbers.
    unsafe withUnsafeTemporaryAllocation(byteCount: NumberWriting.room, alignment: 8) { room in
      guard let start = unsafe room.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      let end = unsafe write(start)
      unsafe text.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
    }
  }

  /// The number as a string, for messages and names.
  public func string(_ value: Double) -> String {
    var text: [UInt8] = []
    append(value, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The magnitude times 10^`digits`, rounded half to even, where it fits 64 bits.
  ///
  /// A double is m * 2^-s: m * 10^digits is computed in full and its last s bits are rounded away, so nothing is lost.
  @inline(__always)
  static func scaled(_ value: Double, digits: Int) -> UInt64? {
    guard value.isFinite, digits >= 0, digits < 20 else { return nil }
    let biased = Int(value.exponentBitPattern)
    let mantissa = biased == 0 ? value.significandBitPattern : value.significandBitPattern | 1 << 52
    let shift = 1075 - max(biased, 1)
    guard shift >= 0 else { return nil }
    let (high, low) = mantissa.multipliedFullWidth(by: integerPowers[digits])
    if shift == 0 { return high == 0 ? low : nil }
    // The product is below 2^117: from there on the shift leaves less than half of one.
    if shift >= 118 { return 0 }
    let quotient: UInt64
    let isAboveHalf: Bool
    let isHalf: Bool
    if shift < 64 {
      guard high >> UInt64(shift) == 0 else { return nil }
      quotient = high << UInt64(64 - shift) | low >> UInt64(shift)
      let rest = low & (1 << UInt64(shift) - 1)
      let half: UInt64 = 1 << UInt64(shift - 1)
      (isAboveHalf, isHalf) = (rest > half, rest == half)
    } else if shift == 64 {
      quotient = high
      (isAboveHalf, isHalf) = (low > 1 << 63, low == 1 << 63)
    } else {
      quotient = high >> UInt64(shift - 64)
      let rest = high & (1 << UInt64(shift - 64) - 1)
      let half: UInt64 = 1 << UInt64(shift - 65)
      (isAboveHalf, isHalf) = (rest > half || (rest == half && low > 0), rest == half && low == 0)
    }
    let (result, overflow) = quotient.addingReportingOverflow(isAboveHalf || (isHalf && quotient & 1 == 1) ? 1 : 0)
    return overflow ? nil : result
  }

  @inline(never)
  private static func appendFixedSlowly(_ value: Double, _ digits: Int, _ point: UInt8, to text: inout [UInt8]) {
    guard value.isFinite else {
      text += Array((value.isNaN ? "nan" : value > 0 ? "inf" : "-inf").utf8)
      return
    }
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    let digits = min(max(digits, 0), 1100)
    let decimals = WideDecimal.digits(of: value.magnitude, afterPoint: digits)
    text += decimals.dropLast(digits)
    guard digits > 0 else { return }
    text.append(point)
    text += decimals.suffix(digits)
  }

  static let integerPowers: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}

/// Decimal numbers as doubles, exactly rounded: to the nearest, halves to even.
enum DecimalToDouble {
  /// The double nearest to `digits` times 10^`exponent`, or nil in the rare cases that these 128 bits cannot decide.
  ///
  /// Clinger's exact products for short numbers, the method of Eisel and Lemire for the others (D. Lemire, Number
  /// Parsing at a Gigabyte per Second, 2021, §6).
  @inline(__always)
  static func nearest(_ digits: UInt64, exponent: Int) -> Double? {
    // Both numbers are exact doubles, so that the one operation rounds once. That holds up to 2^53, but numbers of 16 and
    // 17 digits come together, and a way that cannot be foreseen takes longer than the longer way.
    if digits < 1_000_000_000_000_000, exponent >= -22, exponent <= 22 {
      let number = Double(Int64(truncatingIfNeeded: digits))
      return exponent < 0 ? number / exactPowers[0 &- exponent] : number * exactPowers[exponent]
    }
    return nearestBy128Bits(digits, exponent: exponent)
  }

  /// The same where the first 128 bits of the product decide it and it is no subnormal; nil in the few other cases.
  @inline(__always)
  static func quickly(_ digits: UInt64, exponent: Int) -> Double? {
    let place = exponent &- PowersOfTen.first
    guard place >= 0, place <= 308 - PowersOfTen.first else { return nil }
    let zeros = digits.leadingZeroBitCount
    let w = digits &<< UInt64(truncatingIfNeeded: zeros)
    let high = w.multipliedFullWidth(by: PowersOfTen.words[2 &* place]).high
    let upper = Int(truncatingIfNeeded: high >> 63)
    let power = ((217_706 &* exponent) >> 16) &+ (63 + 1023) &+ upper &- zeros
    // The rest of the product is less than one in these bits: it matters when all are ones, and for halves when none is.
    guard (high &+ 1) & 0x1FF > 1, power > 0, power < 0x7FE else { return nil }
    let mantissa = high &>> UInt64(truncatingIfNeeded: upper &+ 9)
    // Rounding up to 2^53 adds one to the exponent.
    return Double(bitPattern: UInt64(truncatingIfNeeded: power &- 1) << 52 &+ (mantissa &+ mantissa & 1) >> 1)
  }

  @inline(never)
  private static func nearestBy128Bits(_ digits: UInt64, exponent q: Int) -> Double? {
    if digits == 0 || q < PowersOfTen.first { return 0 }
    if q > 308 { return .infinity }
    let zeros = digits.leadingZeroBitCount
    let w = digits << UInt64(zeros)
    let index = 2 * (q - PowersOfTen.first)
    var (high, low) = w.multipliedFullWidth(by: PowersOfTen.words[index])
    let undecided: UInt64 = 0x1FF
    if high & undecided == undecided {
      let second = w.multipliedFullWidth(by: PowersOfTen.words[index + 1])
      let carry: Bool
      (low, carry) = low.addingReportingOverflow(second.high)
      if carry { high &+= 1 }
    }
    if low == .max, q < -27 || q > 55 { return nil }
    let upper = Int(high >> 63)
    let shift = UInt64(upper + 9)
    var mantissa = high >> shift
    var power = ((217_706 * q) >> 16) + 63 + upper - zeros + 1023
    if power <= 0 {
      // Subnormal: the bits below the smallest exponent are rounded away.
      if 1 - power >= 64 { return 0 }
      mantissa >>= UInt64(1 - power)
      mantissa = (mantissa + (mantissa & 1)) >> 1
      return Double(bitPattern: mantissa)
    }
    // Exactly half way: only possible for these exponents, and then the product is exact.
    if low <= 1, q >= -4, q <= 23, mantissa & 3 == 1, mantissa << shift == high { mantissa &= ~1 }
    mantissa = (mantissa + (mantissa & 1)) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      power += 1
    }
    if power >= 0x7FF { return .infinity }
    return Double(bitPattern: UInt64(power) << 52 | mantissa & (1 << 52 - 1))
  }

  /// The powers of ten that are exact doubles.
  private static let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

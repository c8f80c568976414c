/// How numbers are written in text.
public enum NumberFormat: Sendable, Hashable {
  /// As few digits as read back as the same double: `1`, `0.1`, `1e-05`.
  case shortest
  /// So many digits after the decimal point (0 to 1100), rounded exactly, halves to even, as C's `%.3f`.
  case fixed(Int)
}

extension NumberFormat {
  /// Appends a number to text; `nan`, `inf` and `-inf` where it is none.
  @inline(__always)
  public func append(_ value: Double, to text: inout [UInt8]) {
    switch self {
    case .shortest: NumberFormat.appendShortest(value, to: &text)
    case .fixed(let digits): NumberFormat.appendFixed(value, digits: digits, to: &text)
    }
  }

  /// The number as a string, for messages and names.
  public func string(_ value: Double) -> String {
    var text: [UInt8] = []
    append(value, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the fewest digits that read back as the same double: Python's `repr`, without its `.0`.
  ///
  /// Below 1e-4 and from 1e16 on with an exponent: `1e-05`, `1e+16`.
  static func appendShortest(_ value: Double, to text: inout [UInt8]) {
    guard value.isFinite else { return appendWord(value, to: &text) }
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    // Small whole numbers, the labels and counts of most tables, need no search.
    if value.magnitude < 1e15, let whole = UInt64(exactly: value.magnitude) { return appendInteger(whole, to: &text) }
    let decimal = ShortestDecimal(value)
    let count = digitCount(decimal.digits)
    let leading = decimal.exponent + count - 1
    if leading < -4 || leading >= 16 { return appendScientific(decimal.digits, count, leading, to: &text) }
    if decimal.exponent >= 0 {
      appendInteger(decimal.digits, to: &text)
      appendZeros(decimal.exponent, to: &text)
    } else if leading >= 0 {
      let power = integerPowers[-decimal.exponent]
      let (whole, fraction) = decimal.digits.quotientAndRemainder(dividingBy: power)
      appendInteger(whole, to: &text)
      text.append(UInt8(ascii: "."))
      appendPadded(fraction, width: -decimal.exponent, to: &text)
    } else {
      text.append(UInt8(ascii: "0"))
      text.append(UInt8(ascii: "."))
      appendPadded(decimal.digits, width: -decimal.exponent, to: &text)
    }
  }

  private static func appendScientific(_ digits: UInt64, _ count: Int, _ leading: Int, to text: inout [UInt8]) {
    let power = integerPowers[count - 1]
    let (first, rest) = digits.quotientAndRemainder(dividingBy: power)
    text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: first))
    if count > 1 {
      text.append(UInt8(ascii: "."))
      appendPadded(rest, width: count - 1, to: &text)
    }
    text.append(UInt8(ascii: "e"))
    text.append(UInt8(ascii: leading < 0 ? "-" : "+"))
    let exponent = UInt64(leading.magnitude)
    if exponent < 10 { text.append(UInt8(ascii: "0")) }
    appendInteger(exponent, to: &text)
  }

  /// Appends a number with a fixed number of digits after the point, the exact binary value rounded half to even.
  @inline(__always)
  static func appendFixed(_ value: Double, digits: Int, to text: inout [UInt8]) {
    guard let scaled = scaled(value, digits: digits) else { return appendFixedSlowly(value, digits, to: &text) }
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    guard digits > 0 else { return appendInteger(scaled, to: &text) }
    let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: integerPowers[digits])
    appendInteger(whole, to: &text)
    text.append(UInt8(ascii: "."))
    appendPadded(fraction, width: digits, to: &text)
  }

  /// The magnitude times 10^`digits`, rounded half to even, where it fits 64 bits.
  ///
  /// A double is m * 2^-s: m * 10^digits is computed in full and its last s bits are rounded away, so nothing is lost.
  @inline(__always)
  private static func scaled(_ value: Double, digits: Int) -> UInt64? {
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
  private static func appendFixedSlowly(_ value: Double, _ digits: Int, to text: inout [UInt8]) {
    guard value.isFinite else { return appendWord(value, to: &text) }
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    let digits = min(max(digits, 0), 1100)
    let decimals = WideDecimal.digits(of: value.magnitude, afterPoint: digits)
    text += decimals.dropLast(digits)
    guard digits > 0 else { return }
    text.append(UInt8(ascii: "."))
    text += decimals.suffix(digits)
  }

  private static func appendWord(_ value: Double, to text: inout [UInt8]) {
    text += value.isNaN ? Array("nan".utf8) : Array((value > 0 ? "inf" : "-inf").utf8)
  }

  private static func appendZeros(_ count: Int, to text: inout [UInt8]) {
    for _ in 0..<count { text.append(UInt8(ascii: "0")) }
  }

  /// Appends a whole number.
  @inline(__always)
  static func appendInteger(_ value: UInt64, to text: inout [UInt8]) {
    if value < 10 { return text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
    appendPadded(value, width: digitCount(value), to: &text)
  }

  /// Appends the last `width` digits of a whole number, with zeros before them where there are fewer.
  @inline(__always)
  private static func appendPadded(_ value: UInt64, width: Int, to text: inout [UInt8]) {
    var rest = value
    let first = text.count
    for _ in 0..<width { text.append(UInt8(ascii: "0")) }
    var index = first + width
    while rest > 0, index > first {
      index -= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    }
  }

  /// The number of decimal digits; 1 for 0.
  @inline(__always)
  private static func digitCount(_ value: UInt64) -> Int {
    // 1233 / 4096 is just below log10(2): one less than the number of digits, or that number.
    let estimate = ((64 - (value | 1).leadingZeroBitCount) * 1233) >> 12
    return value >= integerPowers[min(estimate, 19)] || estimate == 0 ? estimate + 1 : estimate
  }

  static let integerPowers: [UInt64] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}

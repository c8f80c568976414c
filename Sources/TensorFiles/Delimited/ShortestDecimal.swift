/// The shortest decimal that reads back as the same double, and of those the nearest to it.
///
/// R. Giulietti, The Schubfach way to render doubles, 2020.
struct ShortestDecimal {
  /// The digits as an integer, not ending in 0 unless it is 0.
  private(set) var digits: UInt64
  /// The power of ten that the digits are multiplied by.
  private(set) var exponent: Int

  /// The decimal of a finite number's magnitude.
  init(_ value: Double) {
    (digits, exponent) = ShortestDecimal.unstripped(value)
    while digits >= 10 {
      let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: 10)
      guard remainder == 0 else { break }
      digits = quotient
      exponent += 1
    }
  }

  private static func unstripped(_ value: Double) -> (UInt64, Int) {
    let fraction = value.significandBitPattern
    let biased = Int(value.exponentBitPattern)
    guard biased != 0 || fraction != 0 else { return (0, 0) }
    let c = biased == 0 ? fraction : fraction | 1 << 52
    let q = max(biased, 1) - 1075
    if q <= 0, q > -53, c & ((1 << UInt64(-q)) - 1) == 0 { return (c >> UInt64(-q), 0) }

    // The interval that rounds to this double, in quarters of its last place: its ends belong to it if c is even.
    let isOdd = c & 1
    let isLowerCloser = fraction == 0 && biased > 1
    let k = (q * 1_262_611 - (isLowerCloser ? 524_031 : 0)) >> 22
    let h = UInt64(q + ((-k * 1_741_647) >> 19) + 1)
    let power = ceilingPower(-k)
    let lower = roundedToOdd(power, (4 * c - 2 + (isLowerCloser ? 1 : 0)) << h) + isOdd
    let middle = roundedToOdd(power, (4 * c) << h)
    let upper = roundedToOdd(power, (4 * c + 2) << h) - isOdd

    let s = middle / 4
    if s >= 10 {
      let tens = s / 10
      let isBelowInside = lower <= 40 * tens
      let isAboveInside = 40 * tens + 40 <= upper
      if isBelowInside != isAboveInside { return (tens + (isAboveInside ? 1 : 0), k + 1) }
    }
    let isBelowInside = lower <= 4 * s
    let isAboveInside = 4 * s + 4 <= upper
    if isBelowInside != isAboveInside { return (s + (isAboveInside ? 1 : 0), k) }
    let half = 4 * s + 2
    return (s + (middle > half || (middle == half && s & 1 == 1) ? 1 : 0), k)
  }

  /// 10^q in 128 bits, rounded up.
  @inline(__always)
  private static func ceilingPower(_ q: Int) -> (high: UInt64, low: UInt64) {
    let index = 2 * (q - PowersOfTen.first)
    let high = PowersOfTen.words[index]
    let low = PowersOfTen.words[index + 1]
    // The table is exact or rounded up already from -27 to 55. Its low words never overflow by the one added.
    return q >= -27 && q <= 55 ? (high, low) : (high, low &+ 1)
  }

  /// The high 64 bits of a 192-bit product, the last of them set when any lower one is.
  @inline(__always)
  private static func roundedToOdd(_ power: (high: UInt64, low: UInt64), _ factor: UInt64) -> UInt64 {
    let x = power.low.multipliedFullWidth(by: factor).high
    let y = power.high.multipliedFullWidth(by: factor)
    let (low, carry) = y.low.addingReportingOverflow(x)
    return (y.high &+ (carry ? 1 : 0)) | (low > 1 ? 1 : 0)
  }
}

/// The shortest decimal that reads back as the same double, and of those the nearest to it.
///
/// R. Giulietti, The Schubfach way to render doubles, 2020.
struct ShortestDecimal {
  /// The digits as an integer of 17 digits at most, which may end in zeros.
  let digits: UInt64
  /// The power of ten that the digits are multiplied by.
  let exponent: Int

  /// The decimal of a finite number's magnitude.
  @inline(__always)
  init(_ value: Double) { (digits, exponent) = ShortestDecimal.quickly(value) ?? ShortestDecimal.carefully(value) }

  /// The same with one product of 128 bits in place of three of 192: the interval's ends are as far from the number as
  /// half the power of ten, and shifts give that.
  ///
  /// - Returns: nil where the bits that are left out may matter, which no other than special numbers come near, and for
  ///   powers of two and subnormal numbers.
  @inline(__always)
  private static func quickly(_ value: Double) -> (UInt64, Int)? {
    let fraction = value.significandBitPattern
    let biased = Int(value.exponentBitPattern)
    guard biased != 0, fraction != 0 else { return nil }
    let q = biased &- 1075
    let k = (q &* 1_262_611) >> 22
    let h = UInt64(truncatingIfNeeded: q &+ ((0 &- k) &* 1_741_647) >> 19 &+ 1)
    let place = 2 &* (0 &- k &- PowersOfTen.first)
    let power = PowersOfTen.words[place]
    let factor = (fraction | 1 << 52) &<< h
    let high = factor.multipliedFullWidth(by: power)
    let (part, carry) = high.low.addingReportingOverflow(
      factor.multipliedFullWidth(by: PowersOfTen.words[place &+ 1]).high)
    let whole = high.high &+ (carry ? 1 : 0)

    // In units of 2^-59, of which ten fit 63 bits. What is cut off is less than two in each sum.
    let tens = whole / 10
    let above = (whole &- 10 &* tens) << 59 &+ part >> 5
    let half = power &>> (6 &- h)
    let below = 10 << 59 &- above
    let doubt: UInt64 = 4
    let nearest = min(above &- half &+ doubt, below &- half &+ doubt, part &- 1 << 63 &+ doubt)
    guard nearest > 2 &* doubt else { return nil }
    // Which of the candidates it is cannot be foreseen, so that nothing is left to a branch.
    let isTenBelow = isOrdered(above, half)
    let isTenAbove = isOrdered(below, half)
    let ones = whole &+ part >> 63
    return (ones ^ ((ones ^ (tens &+ isTenAbove) &* 10) & (0 &- (isTenBelow | isTenAbove))), k)
  }

  @inline(never)
  private static func carefully(_ value: Double) -> (UInt64, Int) {
    let fraction = value.significandBitPattern
    let biased = Int(value.exponentBitPattern)
    guard biased != 0 || fraction != 0 else { return (0, 0) }
    let c = biased == 0 ? fraction : fraction | 1 << 52
    let q = max(biased, 1) - 1075
    if q <= 0, q > -53, c & ((1 &<< UInt64(truncatingIfNeeded: -q)) &- 1) == 0 {
      return (c &>> UInt64(truncatingIfNeeded: -q), 0)
    }

    // The interval that rounds to this double, in quarters of its last place: its ends belong to it if c is even.
    let isOdd = c & 1
    let isLowerCloser = fraction == 0 && biased > 1
    let k = (q &* 1_262_611 &- (isLowerCloser ? 524_031 : 0)) >> 22
    let h = UInt64(truncatingIfNeeded: q &+ ((0 &- k) &* 1_741_647) >> 19 &+ 1)
    let power = ceilingPower(0 &- k)
    let lower = roundedToOdd(power, (4 &* c &- 2 &+ (isLowerCloser ? 1 : 0)) &<< h) &+ isOdd
    let middle = roundedToOdd(power, (4 &* c) &<< h)
    let upper = roundedToOdd(power, (4 &* c &+ 2) &<< h) &- isOdd

    // Which of the candidates it is cannot be foreseen, so that nothing is left to a branch.
    let s = middle / 4
    let tens = s / 10
    let (isTenBelow, isTenAbove) = (isOrdered(lower, 40 &* tens), isOrdered(40 &* tens &+ 40, upper))
    let (isBelow, isAbove) = (isOrdered(lower, 4 &* s), isOrdered(4 &* s &+ 4, upper))
    let isNearerAbove = isOrdered(4 &* s &+ 3, middle &+ s & 1)
    let ones = s &+ (isNearerAbove ^ ((isNearerAbove ^ isAbove) & (isBelow ^ isAbove)))
    let isTen = (isTenBelow ^ isTenAbove) & isOrdered(10, s)
    return (ones ^ ((ones ^ (tens &+ isTenAbove) &* 10) & (0 &- isTen)), k)
  }

  /// 1 where two numbers below 2^63 are in order or equal, else 0.
  @inline(__always)
  private static func isOrdered(_ first: UInt64, _ second: UInt64) -> UInt64 { (second &- first) >> 63 ^ 1 }

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

/// Writes numbers as text into memory that the caller has made room in: what ``NumberFormat`` and ``RowWriter`` stand on.
///
/// Digits are made eight at a time in one word; a number may write up to ``room`` bytes, however few it keeps.
enum NumberWriting {
  /// Bytes that one number may write, those behind its end included.
  static let room = 64

  /// Writes the fewest digits that read back as the same double: `1`, `0.1`, `1e-05`.
  ///
  /// - Parameter misses: how many numbers are left before few decimals are tried again; it changes the speed alone.
  /// - Returns: the byte after the last.
  @unsafe @inline(__always)
  static func shortest(
    _ value: Double, point: UInt8, misses: inout Int, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let magnitude = value.magnitude
    guard magnitude < .infinity else { return unsafe word(value, to: start) }
    unsafe start.pointee = UInt8(ascii: "-")
    let out = unsafe start + (value.sign == .minus ? 1 : 0)
    if magnitude < 1e15 {
      // Small whole numbers, the labels and counts of most tables, need no search.
      let whole = Int64(magnitude)
      if Double(whole) == magnitude { return unsafe integer(UInt64(truncatingIfNeeded: whole), to: out) }
      if misses == 0, magnitude < 1e7, magnitude >= 1e-4 {
        // Up to 8 decimals. The quotient of two exact doubles is rounded once, so that one which is this double has
        // digits that read back as it; and no others do: different decimals of up to 15 digits are different doubles.
        let scaled = (magnitude * 1e8 + 0x1p52) - 0x1p52
        if scaled / 1e8 == magnitude {
          return unsafe decimals(UInt64(truncatingIfNeeded: Int64(scaled)), point, to: out)
        }
        misses = 32
      }
    }
    if misses > 0 { misses &-= 1 }
    return unsafe search(magnitude, point, to: out)
  }

  /// Hundred-millionths as a number with a point, without the zeros at its end.
  @unsafe @inline(__always)
  private static func decimals(
    _ scaled: UInt64, _ point: UInt8, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let whole = scaled / 100_000_000
    let fraction = eightDigits(scaled &- whole &* 100_000_000)
    let out = unsafe integer(whole, to: start)
    unsafe out.pointee = point
    unsafe store(fraction &+ zeros, to: out + 1)
    return unsafe out + (9 &- fraction.leadingZeroBitCount / 8)
  }

  @unsafe @inline(__always)
  private static func search(
    _ magnitude: Double, _ point: UInt8, to out: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    let decimal = ShortestDecimal(magnitude)
    var (digits, leading) = (decimal.digits, decimal.exponent &+ 16)
    if digits < 1_000_000_000_000_000 {
      let count = digitCount(digits)
      digits &*= NumberFormat.integerPowers[16 &- count]
      leading &-= 16 &- count
    }
    // 17 digits: one and twice eight. Those that are zeros at the end are not kept.
    // Which of 16 and 17 digits they are cannot be foreseen.
    let isShort = (digits &- 10_000_000_000_000_000) >> 63
    digits &*= 9 &* isShort &+ 1
    leading &-= Int(truncatingIfNeeded: isShort)
    let first = digits / 10_000_000_000_000_000
    let rest = digits &- first &* 10_000_000_000_000_000
    let upper = rest / 100_000_000
    let (high, low) = (eightDigits(upper), eightDigits(rest &- upper &* 100_000_000))
    let kept = 17 &- (low != 0 ? low.leadingZeroBitCount / 8 : 8 &+ high.leadingZeroBitCount / 8)
    if leading >= 0, leading < 16 {
      unsafe out.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: first)
      unsafe store(high &+ zeros, to: out + 1)
      unsafe store(low &+ zeros, to: out + 9)
      let whole = unsafe out + (leading &+ 1)
      if kept <= leading &+ 1 { return unsafe whole }
      // What stands behind the point goes on by one.
      let (next, last) = unsafe (load(whole), load(whole + 8))
      unsafe whole.pointee = point
      unsafe store(next, to: whole + 1)
      unsafe store(last, to: whole + 9)
      return unsafe out + (kept &+ 1)
    }
    if leading < 0, leading >= -4 {
      unsafe store(zeros, to: out)
      unsafe (out + 1).pointee = point
      let start = unsafe out + (1 &- leading)
      unsafe start.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: first)
      unsafe store(high &+ zeros, to: start + 1)
      unsafe store(low &+ zeros, to: start + 9)
      return unsafe start + kept
    }
    unsafe out.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: first)
    unsafe (out + 1).pointee = point
    unsafe store(high &+ zeros, to: out + 2)
    unsafe store(low &+ zeros, to: out + 10)
    var end = unsafe out + (kept == 1 ? 1 : kept &+ 1)
    unsafe end.pointee = UInt8(ascii: "e")
    unsafe (end + 1).pointee = UInt8(ascii: leading < 0 ? "-" : "+")
    unsafe end += 2
    let power = UInt64(leading.magnitude)
    if power < 100 {
      unsafe end.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: power / 10)
      unsafe (end + 1).pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: power % 10)
      return unsafe end + 2
    }
    return unsafe integer(power, to: end)
  }

  /// Writes a number with up to 16 digits after the point, the exact binary value rounded half to even; nil, and
  /// nothing is written, for more digits and for what does not fit 64 bits.
  @unsafe @inline(__always)
  static func fixed(
    _ value: Double, digits: Int, point: UInt8, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8>? {
    guard digits >= 0, digits <= 16 else { return nil }
    let power = NumberFormat.integerPowers[digits]
    // Below 2^40 this product is off by 2^-14 at most: that far from a half the nearest whole number is certain.
    let product = value.magnitude * Double(Int64(truncatingIfNeeded: power))
    let nearest = (product + 0x1p52) - 0x1p52
    let scaled: UInt64
    if product < 0x1p40, (product - nearest).magnitude < 0.5 - 0x1p-12 {
      scaled = UInt64(truncatingIfNeeded: Int64(nearest))
    } else {
      guard let exact = NumberFormat.scaled(value, digits: digits) else { return nil }
      scaled = exact
    }
    unsafe start.pointee = UInt8(ascii: "-")
    var out = unsafe start + (value.sign == .minus ? 1 : 0)
    var fraction = scaled
    if scaled < power {
      unsafe out.pointee = UInt8(ascii: "0")
      unsafe out += 1
    } else {
      let (whole, rest) = scaled.quotientAndRemainder(dividingBy: power)
      unsafe out = integer(whole, to: out)
      fraction = rest
    }
    guard digits > 0 else { return unsafe out }
    unsafe out.pointee = point
    if digits <= 8 {
      unsafe store(eightDigits(fraction &* NumberFormat.integerPowers[8 &- digits]) &+ zeros, to: out + 1)
    } else {
      let sixteen = fraction &* NumberFormat.integerPowers[16 &- digits]
      let upper = sixteen / 100_000_000
      unsafe store(eightDigits(upper) &+ zeros, to: out + 1)
      unsafe store(eightDigits(sixteen &- upper &* 100_000_000) &+ zeros, to: out + 9)
    }
    return unsafe out + (digits &+ 1)
  }

  /// Writes a whole number.
  @unsafe @inline(__always)
  static func integer(_ value: UInt64, to out: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    if value < 10 {
      unsafe out.pointee = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value)
      return unsafe out + 1
    }
    return unsafe longInteger(value, to: out)
  }

  @unsafe @inline(never)
  private static func longInteger(
    _ value: UInt64, to start: UnsafeMutablePointer<UInt8>
  ) -> UnsafeMutablePointer<UInt8> {
    var out = unsafe start
    var rest = value
    if value >= 100_000_000 {
      let upper = value / 100_000_000
      unsafe out = upper < 10 ? integer(upper, to: out) : longInteger(upper, to: out)
      rest = value &- upper &* 100_000_000
      unsafe store(eightDigits(rest) &+ zeros, to: out)
      return unsafe out + 8
    }
    let word = eightDigits(rest)
    let blank = word.trailingZeroBitCount / 8
    unsafe store((word &+ zeros) >> UInt64(8 &* blank), to: out)
    return unsafe out + (8 &- blank)
  }

  @unsafe @inline(never)
  private static func word(_ value: Double, to start: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    var out = unsafe start
    for byte in (value.isNaN ? "nan" : value > 0 ? "inf" : "-inf").utf8 {
      unsafe out.pointee = byte
      unsafe out += 1
    }
    return unsafe out
  }

  /// Eight zeros as text.
  private static let zeros: UInt64 = 0x3030_3030_3030_3030

  /// The digits of a number below 10^8, a byte each, the first in the lowest byte: halves, then pairs, then digits, each
  /// division a multiplication in all lanes at once.
  @inline(__always)
  private static func eightDigits(_ value: UInt64) -> UInt64 {
    let upper = (value &* 109_951_163) >> 40
    let fours = upper | (value &- upper &* 10_000) << 32
    let hundreds = ((fours &* 10_486) >> 20) & 0x0000_007F_0000_007F
    let pairs = hundreds | (fours &- hundreds &* 100) << 16
    let tens = ((pairs &* 103) >> 10) & 0x000F_000F_000F_000F
    return tens | (pairs &- tens &* 10) << 8
  }

  /// The number of decimal digits; 1 for 0.
  @inline(__always)
  static func digitCount(_ value: UInt64) -> Int {
    // 1233 / 4096 is just below log10(2): one less than the number of digits, or that number.
    let estimate = ((64 &- (value | 1).leadingZeroBitCount) &* 1233) >> 12
    return value >= NumberFormat.integerPowers[min(estimate, 19)] || estimate == 0 ? estimate + 1 : estimate
  }

  @unsafe @inline(__always)
  private static func store(_ word: UInt64, to out: UnsafeMutablePointer<UInt8>) {
    unsafe UnsafeMutableRawPointer(out).storeBytes(of: word.littleEndian, as: UInt64.self)
  }

  @unsafe @inline(__always)
  private static func load(_ out: UnsafeMutablePointer<UInt8>) -> UInt64 {
    unsafe UInt64(littleEndian: UnsafeRawPointer(out).loadUnaligned(as: UInt64.self))
  }
}

/// Reads numbers where they stand in a text: the plain ones, which are all that most tables have.
package enum NumberReading {
  /// Reads the number that a text begins with as tables are read, and gives its length; nil where it is not plain. It is
  /// here for tests: the copy takes longer than the number.
  package static func plainNumber(_ text: [UInt8], decimalComma: Bool = false) -> (value: Double, length: Int)? {
    let padded = text + [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: "9"), count: RecordBlock.padding)
    return unsafe padded.withUnsafeBufferPointer { bytes in
      var value = 0.0
      guard let start = bytes.baseAddress,
        let end = unsafe number(start, UInt8(ascii: decimalComma ? "," : "."), into: &value)
      else { return nil }
      return unsafe (value, end - start)
    }
  }

  /// Reads a number of at most 19 significant digits, exactly rounded, and gives the byte after it; nil where it is not
  /// plain. Up to 8 bytes behind it are read, which ``RecordBlock/padding`` covers.
  @unsafe @inline(__always)
  static func number(
    _ start: UnsafePointer<UInt8>, _ point: UInt8, into value: UnsafeMutablePointer<Double>
  ) -> UnsafePointer<UInt8>? {
    var place = unsafe start
    let isNegative = unsafe place.pointee == UInt8(ascii: "-")
    if unsafe isNegative || place.pointee == UInt8(ascii: "+") { unsafe place += 1 }
    let first = unsafe place
    var digits: UInt64 = 0
    var digit = unsafe place.pointee &- 48
    while digit < 10 {
      digits = digits &* 10 &+ UInt64(digit)
      unsafe place += 1
      digit = unsafe place.pointee &- 48
    }
    var count = unsafe place - first
    var exponent = 0
    if unsafe place.pointee == point {
      unsafe place += 1
      let fraction = unsafe place
      while true {
        let word = unsafe nibbles(at: place)
        let others = nonDigits(word)
        if others == 0 {
          // The place is known before the digits are: the next ones need not wait for these.
          digits = digits &* 100_000_000 &+ eightDigits(word)
          unsafe place += 8
          continue
        }
        let length = others.trailingZeroBitCount / 8
        unsafe place += length
        // What is no digit is shifted out, which zeros take the place of before the first digit.
        let rest = (word &<< UInt64(truncatingIfNeeded: 56 &- 8 &* length)) &<< 8
        digits = digits &* NumberFormat.integerPowers[length] &+ eightDigits(rest)
        break
      }
      exponent = unsafe fraction - place
      count &-= exponent
    }
    if count > 19 {
      // Zeros before the first digit do not count.
      var zero = unsafe first
      while unsafe zero.pointee == 48 || zero.pointee == point {
        if unsafe zero.pointee == 48 { count &-= 1 }
        unsafe zero += 1
      }
    }
    guard count > 0, count <= 19 else { return nil }
    if unsafe place.pointee | 0x20 == UInt8(ascii: "e") {
      unsafe place += 1
      let isBelow = unsafe place.pointee == UInt8(ascii: "-")
      if unsafe isBelow || place.pointee == UInt8(ascii: "+") { unsafe place += 1 }
      let firstDigit = unsafe place
      var power = 0
      digit = unsafe place.pointee &- 48
      while digit < 10, power < 10_000 {
        power = power &* 10 &+ Int(digit)
        unsafe place += 1
        digit = unsafe place.pointee &- 48
      }
      guard unsafe place > firstDigit, digit >= 10 else { return nil }
      exponent &+= isBelow ? 0 &- power : power
    }
    guard let magnitude = DecimalToDouble.nearest(digits, exponent: exponent) else { return nil }
    unsafe value.pointee = isNegative ? -magnitude : magnitude
    return unsafe place
  }

  /// Eight bytes, each of them the value of its digit if it is one.
  @unsafe @inline(__always)
  private static func nibbles(at place: UnsafePointer<UInt8>) -> UInt64 {
    unsafe UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
  }

  /// The high bit of the first byte that is no digit, and bits above it that mean nothing; 0 where all are digits.
  @inline(__always)
  private static func nonDigits(_ word: UInt64) -> UInt64 {
    // A sum may carry into the bytes behind one that is no digit.
    (word &+ 0x7676_7676_7676_7676 | word) & 0x8080_8080_8080_8080
  }

  /// The value of eight digits, the first in the lowest byte: pairs, then fours, then all.
  @inline(__always)
  private static func eightDigits(_ word: UInt64) -> UInt64 {
    let pairs = word &* 10 &+ (word >> 8)
    let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (low &+ high) >> 32
  }
}

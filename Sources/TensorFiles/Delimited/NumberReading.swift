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

  /// The number that fills a text as a whole; nil where it is not plain, or longer than numbers are.
  static func whole(_ text: Span<UInt8>, _ point: UInt8) -> Double? {
    let count = text.count
    // A shorter one is read sooner than copied.
    guard count >= 12, count <= 32 else { return nil }
    return unsafe withUnsafeTemporaryAllocation(byteCount: 32 + RecordBlock.padding, alignment: 8) { copy in
      unsafe text.withUnsafeBytes { unsafe copy.copyMemory(from: $0) }
      // What follows is no digit.
      unsafe copy.storeBytes(of: SIMD16<UInt8>(repeating: 0), toByteOffset: count, as: SIMD16<UInt8>.self)
      guard let base = copy.baseAddress else { return nil }
      let start = unsafe UnsafePointer(base.assumingMemoryBound(to: UInt8.self))
      var value = 0.0
      guard let end = unsafe number(start, point, into: &value), unsafe end == start + count else { return nil }
      return value
    }
  }

  /// Reads a number of at most 19 significant digits, exactly rounded, and gives the byte after it; nil where it is not
  /// plain. Up to 8 bytes behind it are read, which ``RecordBlock/padding`` covers.
  @unsafe @inline(__always)
  static func number(
    _ start: UnsafePointer<UInt8>, _ point: UInt8, into value: UnsafeMutablePointer<Double>
  ) -> UnsafePointer<UInt8>? {
    // Signs and numbers of digits cannot be foreseen in most tables: they are counted, not branched on.
    let sign = unsafe start.pointee
    let isSigned: UInt8 = (sign &- 43) & 0xFD == 0 ? 1 : 0
    var place = unsafe start + Int(isSigned)
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
    var isLong = false
    if unsafe place.pointee == point {
      unsafe place += 1
      let fraction = unsafe place
      let word = unsafe nibbles(at: place)
      let others = nonDigits(word)
      if others != 0 {
        let length = others.trailingZeroBitCount / 8
        digits = digits &* NumberFormat.integerPowers[length] &+ eightDigits(leading(length, of: word))
        unsafe place += length
      } else {
        digits = digits &* 100_000_000 &+ eightDigits(word)
        let second = unsafe nibbles(at: place + 8)
        let ends = nonDigits(second)
        if ends != 0 {
          let more = ends.trailingZeroBitCount / 8
          digits = digits &* NumberFormat.integerPowers[more] &+ eightDigits(leading(more, of: second))
          unsafe place += 8 &+ more
        } else {
          let third = unsafe nibbles(at: place + 16)
          let most = nonDigits(third).trailingZeroBitCount / 8
          // As many digits have a slower way.
          if most == 8 { return nil }
          digits = digits &* 100_000_000 &+ eightDigits(second)
          digits = digits &* NumberFormat.integerPowers[most] &+ eightDigits(leading(most, of: third))
          unsafe place += 16 &+ most
        }
        isLong = true
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
    // Of the two signs it is the minus that has this bit.
    let signBit = UInt64(isSigned & sign >> 2) << 63
    let magnitude: Double
    if isLong, let quick = DecimalToDouble.quickly(digits, exponent: exponent) {
      magnitude = quick
    } else {
      guard let careful = DecimalToDouble.nearest(digits, exponent: exponent) else { return nil }
      magnitude = careful
    }
    unsafe value.pointee = Double(bitPattern: magnitude.bitPattern | signBit)
    return unsafe place
  }

  /// The first digits of eight, moved behind zeros.
  @inline(__always)
  private static func leading(_ count: Int, of word: UInt64) -> UInt64 {
    // In two steps, because a shift by 64 is none.
    let half = UInt64(truncatingIfNeeded: 32 &- 4 &* count)
    return (word &<< half) &<< half
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
    let pairs = ((word &* 2561) >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = ((pairs &* 6_553_601) >> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* 42_949_672_960_001) >> 32
  }
}

/// Decimal digits of any double to any place, with integers of any length: the slow way that is always right.
enum WideDecimal {
  /// The digits of a finite number that is not negative, times 10^`places`, rounded half to even; more than `places`.
  static func digits(of value: Double, afterPoint places: Int) -> [UInt8] {
    let biased = Int(value.exponentBitPattern)
    let mantissa = biased == 0 ? value.significandBitPattern : value.significandBitPattern | 1 << 52
    let exponent = max(biased, 1) - 1075
    // Little-endian words of the product.
    var words = [UInt32(truncatingIfNeeded: mantissa), UInt32(truncatingIfNeeded: mantissa >> 32)]
    for _ in 0..<places { multiply(&words, by: 10) }
    if exponent >= 0 {
      for _ in 0..<exponent { multiply(&words, by: 2) }
    } else {
      shiftRight(&words, by: -exponent)
    }
    var text: [UInt8] = []
    while words.contains(where: { $0 != 0 }) || text.count <= places {
      text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: divide(&words, by: 10)))
    }
    return text.reversed()
  }

  private static func multiply(_ words: inout [UInt32], by factor: UInt64) {
    var carry: UInt64 = 0
    for index in words.indices {
      let product = UInt64(words[index]) * factor + carry
      words[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { words.append(UInt32(truncatingIfNeeded: carry)) }
  }

  private static func divide(_ words: inout [UInt32], by divisor: UInt64) -> UInt64 {
    var remainder: UInt64 = 0
    for index in words.indices.reversed() {
      let dividend = remainder << 32 | UInt64(words[index])
      words[index] = UInt32(truncatingIfNeeded: dividend / divisor)
      remainder = dividend % divisor
    }
    while words.count > 1, words.last == 0 { words.removeLast() }
    return remainder
  }

  /// Divides by 2^`count`, rounding half to even.
  private static func shiftRight(_ words: inout [UInt32], by count: Int) {
    func bit(_ index: Int) -> Bool {
      index / 32 < words.count && words[index / 32] >> UInt32(index % 32) & 1 == 1
    }
    let isHalfSet = bit(count - 1)
    let isRestSet = (0..<count - 1).contains(where: bit)
    let isOdd = bit(count)
    let whole = count / 32
    let part = UInt32(count % 32)
    var result: [UInt32] = []
    for index in stride(from: whole, to: words.count, by: 1) {
      let above = part > 0 && index + 1 < words.count ? words[index + 1] << (32 - part) : 0
      result.append(words[index] >> part | above)
    }
    if isHalfSet, isRestSet || isOdd {
      var index = 0
      while true {
        if index == result.count { result.append(0) }
        result[index] &+= 1
        if result[index] != 0 { break }
        index += 1
      }
    }
    words = result.isEmpty ? [0] : result
  }
}

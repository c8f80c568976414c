import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reproducible random bits: SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Any finite double, all exponents equally likely.
  mutating func finite() -> Double {
    while true {
      let value = Double(bitPattern: next())
      if value.isFinite { return value }
    }
  }

  /// From 0 to 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// The kinds of text that parsers of numbers get wrong.
enum HardNumbers: String, CaseIterable {
  case anyBits = "any bits at 17 digits"
  case unit = "[-1, 1] at 17 decimals"
  case sixDecimals = "[-1, 1] at 6 decimals"
  case digits = "1 to 30 random digits, with and without exponent"
  case halfway = "half way between two doubles, and a digit beside"
  case subnormal = "subnormal at 17 digits"

  /// The next text of the kind, with a zero byte at its end for C.
  func next(_ random: inout SplitMix) -> [CChar] {
    switch self {
    case .anyBits: HardNumbers.printed("%.*g", 17, random.finite())
    case .unit: HardNumbers.printed("%.*f", 17, 2 * random.unit() - 1)
    case .sixDecimals: HardNumbers.printed("%.*f", 6, 2 * random.unit() - 1)
    case .digits: HardNumbers.randomDigits(&random)
    case .halfway: HardNumbers.halfway(&random)
    case .subnormal: HardNumbers.printed("%.*g", 17, Double(bitPattern: random.next() >> (12 + random.next() % 50)))
    }
  }

  private static func printed(_ format: String, _ digits: Int32, _ value: Double) -> [CChar] {
    unsafe [CChar](unsafeUninitializedCapacity: 400) { buffer, count in
      let base = buffer.baseAddress
      let length = unsafe withVaList([digits, value]) { unsafe vsnprintf(base, 400, format, $0) }
      count = Int(length) + 1
    }
  }

  private static func randomDigits(_ random: inout SplitMix) -> [CChar] {
    var text: [CChar] = []
    let count = Int(1 + random.next() % 30)
    let point = Int(random.next() % UInt64(count + 1))
    for index in 0..<count {
      if index == point { text.append(46) }
      text.append(CChar(48 + random.next() % 10))
    }
    if random.next() % 2 == 0 { text += "e\(Int(random.next() % 700) - 350)".utf8.map { CChar(bitPattern: $0) } }
    return text + [0]
  }

  /// A double of a moderate size plus half its last place, with all its digits: they end, as those of every binary
  /// fraction. One time in three a digit more stands at the end, one time in three the last digit is one less.
  private static func halfway(_ random: inout SplitMix) -> [CChar] {
    // 54 bits times a power of two: as a whole number times a power of ten where the power is negative.
    let odd = (random.next() >> 10 | 1 << 53) | 1
    let shift = Int(random.next() % 64)
    // odd / 2^shift = odd * 5^shift / 10^shift
    var digits = String(odd).utf8.reversed().map { UInt64($0 - 48) }
    for _ in 0..<shift {
      var carry: UInt64 = 0
      for index in digits.indices {
        let sum = digits[index] * 5 + carry
        digits[index] = sum % 10
        carry = sum / 10
      }
      if carry > 0 { digits.append(carry) }
    }
    var exponent = -shift
    switch random.next() % 3 {
    case 0: break
    case 1:
      digits.insert(1, at: 0)
      exponent -= 1
    default:
      // The last digit of an odd number times a power of five is not 0.
      digits[0] -= 1
    }
    return digits.reversed().map { CChar(48 + $0) } + "e\(exponent)".utf8.map { CChar(bitPattern: $0) } + [0]
  }
}

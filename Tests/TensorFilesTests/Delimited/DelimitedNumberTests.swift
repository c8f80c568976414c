import Testing

import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct DelimitedNumberTests {
  @Test(
    arguments: [
      ("1", 1), ("-1.5", -1.5), ("+2", 2), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-2", 0.01), (" 7\t", 7),
      ("inf", .infinity), ("-Infinity", -.infinity), ("1e400", .infinity), ("-1e400", -.infinity), ("1e-400", 0),
      ("0e99999999999999999999", 0), ("1e99999999999999999999", .infinity), ("1e-99999999999999999999", 0),
      ("00000000000000000000000000001", 1), ("0.00000000000000000000000000001e29", 1),
      ("9007199254740993", 9_007_199_254_740_992), ("4.9e-324", 0x1p-1074), ("2.4703282292062327208e-324", 0),
      ("2.2250738585072011e-308", Double(bitPattern: 0xF_FFFF_FFFF_FFFF)), ("1.7976931348623159e308", .infinity),
    ] as [(String, Double)])
  func reads(text: String, value: Double) {
    #expect(DelimitedTesting.parsed(text) == .number(value))
  }

  @Test func readsNaNAndSignedZero() throws {
    for text in ["nan", "NaN", "-NAN"] {
      guard case .number(let value) = DelimitedTesting.parsed(text) else { return #expect(Bool(false), "\(text)") }
      #expect(value.isNaN)
    }
    guard case .number(let zero) = DelimitedTesting.parsed("-0") else { return #expect(Bool(false)) }
    #expect(zero.sign == .minus)
  }

  @Test(arguments: [
    ("0x10", 1), ("1_000", 1), ("1D3", 1), ("1,5", 1), ("1.2.3", 3), ("x1", 0), ("1e", 2), ("1e+", 3), (".", 1),
    ("-", 1), ("+-1", 1), ("1 2", 1), ("infinit", 0), ("nan(1)", 0), ("1\0", 1), ("--1", 1), ("１", 0),
  ])
  func refuses(text: String, at position: Int) {
    #expect(DelimitedTesting.parsed(text) == .bad(at: position))
  }

  @Test func takesADecimalCommaWhenTold() {
    #expect(DelimitedTesting.parsed("-1,25e1", decimalComma: true) == .number(-12.5))
    #expect(DelimitedTesting.parsed("1.25", decimalComma: true) == .bad(at: 1))
    #expect(DelimitedTesting.parsed("  ") == .empty)
  }

  /// The careful parser and the fast loop against C's, on strings of ten kinds.
  @Test func agreesWithTheCLibraryOnAMillionHardStrings() throws {
    var random = DelimitedTesting.Random(state: 1)
    var mismatches: [String] = []
    for round in 0..<120 {
      var strings: [String] = []
      for step in 0..<1000 { strings += hardStrings(round + step, &random) }
      let input = InputFile(bytes: Array(strings.joined(separator: "\n").utf8), name: "numbers")
      let values = try DelimitedTesting.rows(input, TableOptions(header: .no)).map { $0[0] }
      #expect(values.count == strings.count)
      for (text, value) in zip(strings, values) {
        let expected = unsafe text.withCString { unsafe strtod($0, nil) }
        var careful = Double.nan
        if case .number(let value) = DelimitedTesting.parsed(text) { careful = value }
        if careful.bitPattern != expected.bitPattern { mismatches.append(text) }
        if value.bitPattern != expected.bitPattern { mismatches.append("in a table: " + text) }
      }
    }
    #expect(mismatches.prefix(10) == [])
  }

  private func hardStrings(_ round: Int, _ random: inout DelimitedTesting.Random) -> [String] {
    let any = random.finite()
    let unit = Double(random.next() >> 11) * 0x1p-53
    let subnormal = Double(bitPattern: random.next() >> (12 + random.next() % 50))
    let digits = (0..<Int(1 + random.next() % 30)).map { _ in String(random.next() % 10) }.joined()
    let exponent = Int(random.next() % 700) - 350
    var strings = [
      DelimitedTesting.printed("%.*e", 16, any), DelimitedTesting.printed("%.*f", 17, unit),
      DelimitedTesting.printed("%.*f", 6, unit * 2 - 1), DelimitedTesting.printed("%.*e", Int(random.next() % 40), any),
      DelimitedTesting.printed("%.*e", 17, subnormal), "\(digits)e\(exponent)", "0.\(digits)", "\(any)",
    ]
    if round % 4 == 0 {
      // Half way between two doubles: with all its digits, and a little beside.
      let middle = halfway(round % 8 == 0 ? random.finite().magnitude : unit)
      strings += [middle, middle.replacing("e", with: "1e")]
    }
    return strings
  }

  /// The exact decimal of the number between a double and the next one.
  private func halfway(_ value: Double) -> String {
    guard value.isNormal, value < 0x1p960, value > 0x1p-960 else { return DelimitedTesting.printed("%.*e", 800, value) }
    // Scaled down by a power of two the sum of both needs one bit more than a double has: printed in two parts.
    let step = value.ulp / 2
    return exactSum(value, step)
  }

  private func exactSum(_ value: Double, _ step: Double) -> String {
    // Both are multiples of the step: whole numbers below 2^54, times a power of two that printf writes exactly.
    let count = UInt64(value / step) + 1
    let power = DelimitedTesting.printed("%.*e", 760, step)
    return product(count, power)
  }

  /// A whole number times a decimal `d.ddde±x`, exactly.
  private func product(_ factor: UInt64, _ decimal: String) -> String {
    let parts = decimal.split(separator: "e")
    var digits = parts[0].utf8.filter { $0 != UInt8(ascii: ".") }.map { UInt64($0 - 48) }
    while digits.last == 0 { digits.removeLast() }
    let exponent = (Int(parts[1]) ?? 0) - (digits.count - 1)
    var carry: UInt64 = 0
    var result: [UInt8] = []
    for digit in digits.reversed() {
      let (sum, _) = (digit * factor).addingReportingOverflow(carry)
      result.append(UInt8(sum % 10) + 48)
      carry = sum / 10
    }
    while carry > 0 {
      result.append(UInt8(carry % 10) + 48)
      carry /= 10
    }
    return String(decoding: result.reversed(), as: UTF8.self) + "e\(exponent)"
  }
}

import Testing

import TensorFiles

@Suite struct DelimitedFormattingTests {
  @Test(
    arguments: [
      (0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (1e-4, "0.0001"), (1e-5, "1e-05"),
      (0x1p-1074, "5e-324"), (1e15, "1000000000000000"), (1e16, "1e+16"), (1e22, "1e+22"),
      (123456789.125, "123456789.125"),
      (1.7976931348623157e308, "1.7976931348623157e+308"), (9007199254740992, "9007199254740992"),
      (2.2250738585072014e-308, "2.2250738585072014e-308"), (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
      (0.3, "0.3"), (100, "100"), (1.25e-7, "1.25e-07"), (12345678901234567168, "1.2345678901234567e+19"),
    ] as [(Double, String)])
  func writesTheShortest(value: Double, text: String) {
    #expect(NumberFormat.shortest.string(value) == text)
  }

  @Test func theShortestIsAsShortAsSwiftsAndReadsBack() {
    var random = DelimitedTesting.Random(state: 2)
    var mismatches: [String] = []
    for round in 0..<1_000_000 {
      let value: Double =
        switch round % 4 {
        case 0: random.finite()
        case 1: Double(random.next() >> 11) * 0x1p-53
        case 2: (Double(random.next() % 2_000_000) - 1_000_000) / 1e6
        default: Double(sign: .plus, exponent: Int(random.next() % 2098) - 1074, significand: 1)
        }
      let text = NumberFormat.shortest.string(value)
      if DelimitedTesting.parsed(text) != .number(value), mismatches.count < 10 {
        mismatches.append("\(text) for \(value)")
      }
      // Swift's own digits, which are proven shortest and nearest, written without point and exponent.
      if significant(text) != significant(value.description), mismatches.count < 10 {
        mismatches.append("\(text) is not \(value)")
      }
    }
    #expect(mismatches == [])
  }

  private func significant(_ text: String) -> [UInt8] {
    var digits = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }.filter { $0 >= 48 }
    while digits.last == 48 { digits.removeLast() }
    return Array(digits.drop { $0 == 48 })
  }

  @Test func fixedDigitsAreThoseOfTheCLibrary() {
    var random = DelimitedTesting.Random(state: 3)
    var mismatches: [String] = []
    for round in 0..<1_000_000 {
      let digits = Int(random.next() % 20)
      let value: Double =
        switch round % 5 {
        case 0: Double(random.next() >> 11) * 0x1p-53
        case 1: (Double(random.next() % 2_000_001) - 1_000_000) / 1e6
        // Exact halves of the last digit.
        case 2: Double(Int64(bitPattern: random.next()) >> 40) / 1024
        case 3: Double(sign: .minus, exponent: Int(random.next() % 140) - 70, significand: 1 + Double(round) / 1e6)
        default: round % 50 == 4 ? random.finite() : Double(random.next() % 1000) / 8
        }
      let text = NumberFormat.fixed(digits).string(value)
      let expected = DelimitedTesting.printed("%.*f", digits, value)
      if text != expected, mismatches.count < 10 { mismatches.append("\(text) is not \(expected)") }
    }
    #expect(mismatches == [])
  }

  @Test func manyFixedDigitsAreExact() {
    for value in [0.1, 0x1p-1074, 1.7976931348623157e308, -2.5, 0x1p-1074 * 3, 1e22] {
      for digits in [0, 1, 20, 21, 60, 400, 1100] {
        #expect(NumberFormat.fixed(digits).string(value) == DelimitedTesting.printed("%.*f", digits, value))
      }
    }
    #expect(NumberFormat.fixed(3).string(.nan) == "nan")
    #expect(NumberFormat.fixed(0).string(-.infinity) == "-inf")
    #expect(NumberFormat.fixed(0).string(0.5) == "0")
    #expect(NumberFormat.fixed(0).string(1.5) == "2")
    #expect(NumberFormat.fixed(2).string(-0.001) == "-0.00")
  }
}

import ArgumentParser
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `reg-benchmark check-numbers`: parsing against `strtod` and shortest formatting against `description`, bit by bit.
struct CheckNumbers: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "check-numbers")

  @Option(help: "Texts of each kind.") var parsed = 1_000_000
  @Option(help: "Doubles that are formatted.") var formatted = 1_000_000
  @Option(help: "Another seed gives other numbers.") var seed: UInt64 = 1

  func run() throws {
    var mismatches = 0
    for kind in HardNumbers.allCases where parsed > 0 {
      let found = parsing(kind)
      print("check\tparsing, \(kind.rawValue)\t\(parsed)\t\(found)")
      mismatches += found
    }
    if formatted > 0 {
      let found = formatting()
      print("check\tshortest formatting\t\(formatted)\t\(found)")
      mismatches += found
    }
    if mismatches > 0 { throw WrongResult("\(mismatches) mismatches") }
  }

  private func parsing(_ kind: HardNumbers) -> Int {
    var random = SplitMix(state: seed)
    var mismatches = 0
    for _ in 0..<parsed {
      let text = kind.next(&random)
      let expected = unsafe strtod(text, nil)
      let bytes = text.dropLast().map { UInt8(bitPattern: $0) }
      if case .number(let value) = NumberParsing.parse(bytes.span), value.bitPattern == expected.bitPattern { continue }
      mismatches += 1
      if mismatches <= 3 { print("mismatch\t\(String(decoding: bytes, as: UTF8.self))") }
    }
    return mismatches
  }

  /// Swift's own digits are proven shortest and nearest; point and exponent stand elsewhere, and reading back tells
  /// that they are right.
  private func formatting() -> Int {
    var random = SplitMix(state: seed)
    var mismatches = 0
    var text: [UInt8] = []
    for round in 0..<formatted {
      let value: Double =
        switch round % 4 {
        case 0: random.finite()
        case 1: random.unit()
        case 2: (Double(random.next() % 2_000_001) - 1_000_000) / 1e6
        default: Double(bitPattern: random.next() >> (random.next() % 60))
        }
      guard value.isFinite else { continue }
      text.removeAll(keepingCapacity: true)
      NumberFormat.shortest.append(value, to: &text)
      var isRight = CheckNumbers.significant(text) == CheckNumbers.significant(Array(value.description.utf8))
      if case .number(let back) = NumberParsing.parse(text.span) {
        isRight = isRight && back.bitPattern == value.bitPattern
      } else {
        isRight = false
      }
      if isRight { continue }
      mismatches += 1
      if mismatches <= 3 { print("mismatch\t\(String(decoding: text, as: UTF8.self)) is not \(value)") }
    }
    return mismatches
  }

  /// The digits without sign, point, exponent and the zeros around them, as one number: seventeen at most.
  private static func significant(_ text: [UInt8]) -> UInt64 {
    var digits: UInt64 = 0
    for byte in text {
      if byte | 0x20 == UInt8(ascii: "e") { break }
      if byte &- 48 < 10 { digits = digits &* 10 &+ UInt64(byte - 48) }
    }
    while digits > 0, digits % 10 == 0 { digits /= 10 }
    return digits
  }
}

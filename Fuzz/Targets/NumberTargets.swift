import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers in text: read as the C library reads them, written so that they are read as the same.
extension FuzzTarget {
  /// Reading and writing of numbers.
  static let numbers: [FuzzTarget] = [
    FuzzTarget("number-parsing", mostBytes: 1200) { bytes in
      // The C library ends at a zero byte.
      guard !bytes.contains(0) else { return }
      let plain = NumberReading.plainNumber(bytes)
      if let plain { compare(plain.value, Array(bytes.prefix(plain.length))) }
      switch NumberParsing.parse(bytes.span) {
      case .number(let value): compare(value, bytes)
      case .bad(let place): guard (0...bytes.count).contains(place) else { broken("bad at \(place) of \(bytes.count)") }
      case .empty: guard bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { broken("a text is empty") }
      }
      // With a decimal comma the same digits are the same number.
      guard !bytes.contains(UInt8(ascii: ",")), !bytes.contains(UInt8(ascii: ";")) else { return }
      let withComma = bytes.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: ",") : $0 }
      let (one, other) = (NumberParsing.parse(bytes.span), NumberParsing.parse(withComma.span, decimalComma: true))
      if case .number(let value) = one, case .number(let same) = other, value.isNaN, same.isNaN { return }
      guard one == other else { broken("with a comma \(one) is \(other)") }
    },
    FuzzTarget("number-formatting", mostBytes: 64) { bytes in
      var bits: UInt64 = 0
      for byte in bytes.prefix(8) { bits = bits << 8 | UInt64(byte) }
      let value = Double(bitPattern: bits)
      let text = NumberFormat.shortest.string(value)
      guard let read = Double(text), read == value && read.sign == value.sign || value.isNaN else {
        broken("\(value) is written \(text)")
      }
      guard case .number(let same) = NumberParsing.parse(Array(text.utf8).span), same == value || value.isNaN else {
        broken("\(text) is not read as \(value)")
      }
      let digits = Int(bytes.count > 8 ? bytes[8] : 0) * (bytes.count > 9 ? 4 : 1)
      let fixed = NumberFormat.fixed(digits).string(value)
      var buffer = [CChar](repeating: 0, count: 1600)
      unsafe withVaList([Int32(digits), value]) { _ = unsafe vsnprintf(&buffer, buffer.count, "%.*f", $0) }
      let wanted = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard fixed == wanted || value.isNaN else { broken("\(value) with \(digits) digits is \(fixed), not \(wanted)") }
    },
  ]

  /// Compares a number with what the C library makes of the text.
  private static func compare(_ value: Double, _ text: [UInt8]) {
    let wanted = unsafe (text.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
      unsafe text.baseAddress.map { unsafe strtod($0, nil) }
    }
    guard let wanted, wanted == value && wanted.sign == value.sign || wanted.isNaN && value.isNaN else {
      broken("\(String(decoding: text, as: UTF8.self)) is \(value), not \(wanted ?? 0)")
    }
  }
}

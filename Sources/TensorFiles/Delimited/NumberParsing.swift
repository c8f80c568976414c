/// Numbers in UTF-8 text: exactly rounded, the same in every locale, without allocation.
public enum NumberParsing {
  /// What a text is.
  public enum Outcome: Sendable, Hashable {
    /// A number; `nan` and `inf` are numbers.
    case number(Double)
    /// Nothing, or blanks alone.
    case empty
    /// Not a number, from this byte on (counted from 0; the length of the text where it ends too early).
    case bad(at: Int)
  }

  /// Reads one number that fills the text, blanks around it aside.
  ///
  /// An optional sign, digits with at most one decimal point among or beside them, an optional exponent; or `nan`,
  /// `inf`, `infinity` in any case. Nothing else: no hexadecimal, no `1_000`, no `1D3`, no thousands.
  ///
  /// - Parameters:
  ///   - text: the characters of one number.
  ///   - decimalComma: whether the decimal point is a comma (and a point is an error).
  public static func parse(_ text: Span<UInt8>, decimalComma: Bool = false) -> Outcome {
    if let value = NumberReading.whole(text, UInt8(ascii: decimalComma ? "," : ".")) { return .number(value) }
    var start = 0
    var end = text.count
    while start < end, isBlank(text[start]) { start += 1 }
    while end > start, isBlank(text[end - 1]) { end -= 1 }
    if start == end { return .empty }
    let first = text[start]
    let isNegative = first == UInt8(ascii: "-")
    var index = isNegative || first == UInt8(ascii: "+") ? start + 1 : start
    let point = UInt8(ascii: decimalComma ? "," : ".")
    guard index < end else { return .bad(at: end) }
    if !isDigit(text[index]), text[index] != point {
      guard let value = word(text, index, end) else { return .bad(at: index) }
      return .number(isNegative ? -value : value)
    }

    var decimal = Decimal()
    var digitCount = 0
    while index < end, isDigit(text[index]) {
      decimal.append(text[index], afterPoint: false)
      index += 1
      digitCount += 1
    }
    if index < end, text[index] == point {
      index += 1
      while index < end, isDigit(text[index]) {
        decimal.append(text[index], afterPoint: true)
        index += 1
        digitCount += 1
      }
    }
    guard digitCount > 0 else { return .bad(at: index) }
    if index < end, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      var isExponentNegative = false
      if index < end, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
        isExponentNegative = text[index] == UInt8(ascii: "-")
        index += 1
      }
      guard index < end, isDigit(text[index]) else { return .bad(at: index) }
      var exponent = 0
      while index < end, isDigit(text[index]) {
        // Beyond this every number is zero or infinite, however many digits it has.
        if exponent < 1 << 40 { exponent = exponent * 10 + Int(text[index] - UInt8(ascii: "0")) }
        index += 1
      }
      decimal.exponent += isExponentNegative ? -exponent : exponent
    }
    guard index == end else { return .bad(at: index) }
    let value = decimal.value ?? exactly(text, start, end, point: point)
    return .number(isNegative ? -value.magnitude : value.magnitude)
  }

  /// `nan`, `inf` or `infinity`.
  private static func word(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Double? {
    func equals(_ word: StaticString) -> Bool {
      let count = word.utf8CodeUnitCount
      guard end - start == count else { return false }
      let letters = unsafe UnsafeBufferPointer(start: word.utf8Start, count: count)
      return (0..<count).allSatisfy { unsafe text[start + $0] | 0x20 == letters[$0] }
    }
    if equals("nan") { return .nan }
    return equals("inf") || equals("infinity") ? .infinity : nil
  }

  /// The slow way for the few numbers with so many digits that 128 bits do not decide; the grammar is checked already.
  @inline(never)
  private static func exactly(_ text: Span<UInt8>, _ start: Int, _ end: Int, point: UInt8) -> Double {
    var digits: [UInt8] = []
    digits.reserveCapacity(end - start)
    for index in start..<end { digits.append(text[index] == point ? UInt8(ascii: ".") : text[index]) }
    // The library's parser takes every text of this grammar and rounds exactly, in the C locale.
    return Double(String(decoding: digits, as: UTF8.self)) ?? .nan
  }

  @inline(__always)
  static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

/// The first 19 significant digits of a number, and where they stand.
private struct Decimal {
  var digits: UInt64 = 0
  var exponent = 0
  private var count = 0
  /// Whether digits other than zero follow the 19.
  private var isCut = false

  init() {}

  mutating func append(_ digit: UInt8, afterPoint: Bool) {
    if count < 19 {
      digits = digits * 10 + UInt64(digit - UInt8(ascii: "0"))
      if digits > 0 { count += 1 }
      if afterPoint { exponent -= 1 }
    } else {
      if digit != UInt8(ascii: "0") { isCut = true }
      if !afterPoint { exponent += 1 }
    }
  }

  /// The nearest double, or nil where the digits at hand do not decide it.
  var value: Double? {
    guard let below = DecimalToDouble.nearest(digits, exponent: exponent) else { return nil }
    guard isCut else { return below }
    let above = DecimalToDouble.nearest(digits + 1, exponent: exponent)
    return above == below ? below : nil
  }
}

/// Reads the JSON of a header from its first byte to its last, without a tree of it: a header may have 100 MB.
///
/// Errors are of code `damaged` and have no place.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var index = 0

  /// Levels of objects and arrays inside one another that are read.
  private static let deepest = 100
  /// The most numbers of one list.
  private static let mostNumbers = 1000

  /// - Parameter bytes: UTF-8.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func invalid(_ expected: String) -> FormatError {
    FormatError(
      .damaged,
      index < bytes.count
        ? "no valid JSON: \(expected) was expected at byte \(index)"
        : "no valid JSON: it ends where \(expected) was expected")
  }

  /// The next byte that is no blank.
  private mutating func next() -> UInt8? {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return bytes[index]
      }
    }
    return nil
  }

  /// Passes over a character, if it is the next one.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Checks that nothing follows.
  mutating func end() throws(FormatError) {
    guard next() == nil else { throw invalid("the end") }
  }

  /// Reads an object, whose values a function takes; or passes over another value and gives false.
  mutating func object(
    _ member: (inout HeaderScanner, String) throws(FormatError) -> Void
  ) throws(FormatError) -> Bool {
    guard take("{") else {
      try skip(levels: 1)
      return false
    }
    var names: Set<String> = []
    if take("}") { return true }
    repeat {
      guard next() == UInt8(ascii: "\"") else { throw invalid("a name") }
      let start = index + 1
      let name = try text()
      guard names.insert(name).inserted else {
        throw FormatError(
          .damaged, "the name '\(name.prefix(80))' stands twice in one JSON object, at byte \(start)")
      }
      guard take(":") else { throw invalid("':'") }
      try member(&self, name)
    } while take(",")
    guard take("}") else { throw invalid("',' or '}'") }
    return true
  }

  /// Whether the next value is null.
  var isNull: Bool {
    mutating get { next() == UInt8(ascii: "n") }
  }

  /// A text; nil for another value, which is passed over.
  mutating func textValue() throws(FormatError) -> String? {
    if next() == UInt8(ascii: "\"") { return try text() }
    try skip(levels: 2)
    return nil
  }

  /// A list of whole numbers from 0 on, with nil for what is none; nil for another value, which is passed over.
  mutating func numbers() throws(FormatError) -> [Int?]? {
    guard take("[") else {
      try skip(levels: 2)
      return nil
    }
    var numbers: [Int?] = []
    if take("]") { return numbers }
    repeat {
      guard numbers.count < HeaderScanner.mostNumbers else {
        throw FormatError(.damaged, "a list of more than \(HeaderScanner.mostNumbers) numbers, at byte \(index)")
      }
      _ = next()
      let start = index
      try skip(levels: 3)
      let digits = bytes[start..<index]
      let isWhole = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      numbers.append(isWhole ? Int(String(decoding: digits, as: UTF8.self)) : nil)
    } while take(",")
    guard take("]") else { throw invalid("',' or ']'") }
    return numbers
  }

  /// Passes over a value.
  ///
  /// - Parameter levels: the objects and lists that are open around it.
  mutating func skip(levels: Int) throws(FormatError) {
    /// The brackets that will close what is open.
    var open: [UInt8] = []
    repeat {
      switch next() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard levels + open.count < HeaderScanner.deepest else {
          throw FormatError(.damaged, "JSON of more than \(HeaderScanner.deepest) levels, at byte \(index)")
        }
        let isObject = bytes[index] == UInt8(ascii: "{")
        open.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        index += 1
        if next() == open.last { break }
        if isObject { try skipName() }
        continue
      case UInt8(ascii: "\""): try skipText()
      case UInt8(ascii: "t"): try word("true")
      case UInt8(ascii: "f"): try word("false")
      case UInt8(ascii: "n"): try word("null")
      default: try number()
      }
      // Behind a value: the end of what is open, or another one.
      while let close = open.last, next() == close {
        index += 1
        open.removeLast()
      }
      guard let close = open.last else { return }
      guard take(",") else { throw invalid("',' or a closing bracket") }
      if close == UInt8(ascii: "}") { try skipName() }
    } while true
  }

  private mutating func skipName() throws(FormatError) {
    guard next() == UInt8(ascii: "\"") else { throw invalid("a name") }
    try skipText()
    guard take(":") else { throw invalid("':'") }
  }

  private mutating func word(_ word: String) throws(FormatError) {
    guard bytes[index...].starts(with: word.utf8) else { throw invalid("a value") }
    index += word.utf8.count
  }

  /// A number: RFC 8259 §6.
  private mutating func number() throws(FormatError) {
    func isDigit(_ place: Int) -> Bool { place < bytes.count && bytes[place] >= 0x30 && bytes[place] <= 0x39 }
    func digits() throws(FormatError) {
      guard isDigit(index) else { throw invalid("a digit") }
      while isDigit(index) { index += 1 }
    }
    guard let first = next(), first == UInt8(ascii: "-") || isDigit(index) else { throw invalid("a value") }
    if first == UInt8(ascii: "-") { index += 1 }
    if index < bytes.count, bytes[index] == UInt8(ascii: "0") { index += 1 } else { try digits() }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      try digits()
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[index]) { index += 1 }
      try digits()
    }
  }

  /// A text; its first quotation mark is the next byte.
  private mutating func text() throws(FormatError) -> String {
    let start = index
    try skipText()
    let raw = bytes[start + 1..<index - 1]
    guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
    // Escapes are seldom: the document of this text alone.
    guard let text = try JSONValue(parsing: Array(bytes[start..<index])).textValue else { throw invalid("a text") }
    return text
  }

  private mutating func skipText() throws(FormatError) {
    index += 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      guard bytes[index] >= 0x20 else { throw invalid("a character") }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard index < bytes.count else { throw invalid("a quotation mark") }
    index += 1
  }
}

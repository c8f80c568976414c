/// The text of a header: a literal of a Python dictionary with the keys `descr`, `fortran_order` and `shape`.
///
/// The keys may stand in any order and in either kind of quotes, a comma may stand after the last one, Python 2 on
/// Windows wrote whole numbers as `2L`. Anything else is an error: nothing is evaluated.
struct NPYHeaderText {
  /// What `descr` holds.
  enum Description: Equatable {
    /// A type by its name: `<f8`.
    case type(String)
    /// A list or tuple: records of some fields.
    case records([String])
  }

  private let bytes: [UInt8]
  private let isUTF8: Bool

  /// The most dimensions that NumPy has.
  static let mostDimensions = 64
  /// Lists and tuples inside one another in the description of records.
  private static let mostLevels = 64

  init(_ bytes: [UInt8], isUTF8: Bool) {
    self.bytes = bytes
    self.isUTF8 = isUTF8
  }

  /// The values of the three keys.
  ///
  /// - Throws: ``FormatError`` without a place, with code `damaged`.
  func fields() throws(FormatError) -> (descr: Description, isFortran: Bool, shape: [Int]) {
    var descr: Description?
    var isFortran: Bool?
    var shape: [Int]?
    var tokens = Tokens(bytes, isUTF8: isUTF8)
    try tokens.expect("{", "'{', which begins the dictionary,")
    while try !tokens.skip("}") {
      guard case .text(let key) = try tokens.next() else { throw tokens.failure("a key in quotes") }
      try tokens.expect(":", "':' and the value of '\(key)'")
      switch key {
      case "descr" where descr == nil: descr = try tokens.description()
      case "fortran_order" where isFortran == nil: isFortran = try tokens.truth()
      case "shape" where shape == nil: shape = try tokens.shape()
      case "descr", "fortran_order", "shape": throw damaged("the header has the key '\(key)' twice")
      default: throw damaged("the header has the key '\(key)'; there are descr, fortran_order and shape")
      }
      guard try !tokens.skip(",") else { continue }
      try tokens.expect("}", "a comma or '}'")
      break
    }
    guard try tokens.next() == .end else { throw tokens.failure("nothing after the dictionary") }
    guard let descr, let isFortran, let shape else {
      let missing = descr == nil ? "descr" : shape == nil ? "shape" : "fortran_order"
      throw damaged("the header has no key '\(missing)'")
    }
    return (descr, isFortran, shape)
  }

  private func damaged(_ sentence: String) -> FormatError { FormatError(.damaged, sentence) }

  private enum Token: Equatable {
    case mark(UInt8)
    case text(String)
    /// A whole number, or nil for one that does not fit.
    case number(Int?)
    case word(String)
    case end
  }

  /// The tokens of a text, one after another.
  private struct Tokens {
    private let bytes: [UInt8]
    private let isUTF8: Bool
    private var position = 0
    /// Where the last token began.
    private var start = 0

    init(_ bytes: [UInt8], isUTF8: Bool) {
      self.bytes = bytes
      self.isUTF8 = isUTF8
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func next() throws(FormatError) -> Token {
      while let byte = current, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
      start = position
      guard let byte = current else { return .end }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): return .text(try quoted(by: byte))
      case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
        let word = take { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        // A text of Python 2 that says that it is Unicode.
        if word == "u", let quote = current, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
          return .text(try quoted(by: quote))
        }
        return .word(word)
      default:
        position += 1
        return .mark(byte)
      }
    }

    /// Passes over a mark, if it is the next token.
    mutating func skip(_ mark: Unicode.Scalar) throws(FormatError) -> Bool {
      let before = position
      if case .mark(let byte) = try next(), UInt32(byte) == mark.value { return true }
      position = before
      return false
    }

    mutating func expect(_ mark: Unicode.Scalar, _ what: String) throws(FormatError) {
      guard try skip(mark) else {
        _ = try next()
        throw failure(what)
      }
    }

    /// An error at the last token.
    func failure(_ expected: String) -> FormatError {
      let found = bytes[start...].prefix(16)
      let text = found.isEmpty ? "its end" : "'\(decode(found))'"
      return FormatError(
        .damaged, "the header has \(text) at its character \(start + 1), where \(expected) was expected")
    }

    private func decode(_ bytes: ArraySlice<UInt8>) -> String {
      // Versions 1.0 and 2.0 are Latin-1, whose bytes are the first characters of Unicode.
      if isUTF8 { return String(decoding: bytes, as: UTF8.self) }
      var text = ""
      for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
      return text
    }

    private mutating func take(while isWanted: (UInt8) -> Bool) -> String {
      let first = position
      while let byte = current, isWanted(byte) { position += 1 }
      return decode(bytes[first..<position])
    }

    /// A text to its closing quote. Escapes are met in names of fields only, and kept as they are.
    private mutating func quoted(by quote: UInt8) throws(FormatError) -> String {
      position += 1
      let first = position
      while let byte = current, byte != quote, byte != 0x0A {
        position += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      guard position < bytes.count, bytes[position] == quote else {
        throw FormatError(.damaged, "the quote at character \(start + 1) of the header is never closed")
      }
      defer { position += 1 }
      return decode(bytes[first..<position])
    }

    private mutating func number() throws(FormatError) -> Token {
      let digits = take { (0x30...0x39).contains($0) }
      guard digits.utf8.count == 1 || !digits.hasPrefix("0") else { throw failure("a number without leading zeros") }
      if current == UInt8(ascii: "L") { position += 1 }
      return .number(Int(digits))
    }

    mutating func truth() throws(FormatError) -> Bool {
      switch try next() {
      case .word("True"): return true
      case .word("False"): return false
      default: throw failure("True or False for 'fortran_order'")
      }
    }

    /// `()`, `(3,)`, `(3, 2)`: one number in parentheses without a comma is no tuple.
    mutating func shape() throws(FormatError) -> [Int] {
      try expect("(", "'(', which begins the shape,")
      var shape: [Int] = []
      while try !skip(")") {
        guard case .number(let length) = try next() else { throw failure("a length, a whole number from 0 on,") }
        guard let length else { throw FormatError(.damaged, "the header has a length that does not fit 63 bits") }
        guard shape.count < NPYHeaderText.mostDimensions else {
          throw FormatError(.damaged, "the header has more than \(NPYHeaderText.mostDimensions) dimensions")
        }
        shape.append(length)
        guard try !skip(",") else { continue }
        guard shape.count > 1 else {
          _ = try next()
          throw failure("a comma, which makes a tuple of one length,")
        }
        try expect(")", "a comma or ')'")
        break
      }
      return shape
    }

    mutating func description() throws(FormatError) -> Description {
      let token = try next()
      if case .text(let type) = token { return .type(type) }
      guard token == .mark(UInt8(ascii: "[")) || token == .mark(UInt8(ascii: "(")) else {
        throw failure("a type in quotes or a list of fields")
      }
      return .records(try fieldNames(isList: token == .mark(UInt8(ascii: "["))))
    }

    /// Passes over a list or tuple to its end. In a list of tuples, the first text of each is the name of a field; in
    /// the place of a name may stand a tuple of a title and the name.
    private mutating func fieldNames(isList: Bool) throws(FormatError) -> [String] {
      var names: [String] = []
      var open: [UInt8] = [UInt8(ascii: isList ? "]" : ")")]
      var isNameNext = false
      while let closing = open.last {
        let token = try next()
        if case .text(let text) = token, isNameNext, isList {
          // Padding between fields has no name.
          if !text.isEmpty { names.append(text) }
          isNameNext = false
        }
        switch token {
        case .mark(UInt8(ascii: "[")):
          open.append(UInt8(ascii: "]"))
          isNameNext = false
        case .mark(UInt8(ascii: "(")):
          // The tuple of a title and a name: its first text is passed over.
          if isNameNext { guard case .text = try next() else { throw failure("a title in quotes") } }
          isNameNext = isNameNext || open.count == 1
          open.append(UInt8(ascii: ")"))
        case .mark(closing): open.removeLast()
        case .mark(UInt8(ascii: ",")), .text, .number: break
        case .mark, .word, .end: throw failure("the rest of the description")
        }
        guard open.count <= NPYHeaderText.mostLevels else {
          throw FormatError(
            .damaged, "the fields of the header are more than \(NPYHeaderText.mostLevels) levels deep")
        }
      }
      return names
    }
  }
}

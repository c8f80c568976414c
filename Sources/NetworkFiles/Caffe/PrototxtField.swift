import TensorFiles

/// A field of a message in the text format of protocol buffers: `name: value` or `name { … }`.
struct PrototxtField {
  /// What stands behind the name.
  enum Value {
    /// A number, a word or a text without its quotation marks.
    case scalar(String)
    case message([PrototxtField])
  }

  let name: String
  let value: Value
  /// Where it begins, counted from 1.
  let line: Int
}

extension [PrototxtField] {
  /// The values of a field that are no messages.
  func scalars(_ name: String) -> [String] {
    compactMap { if $0.name == name, case .scalar(let text) = $0.value { text } else { nil } }
  }

  /// The value of a field; of several the last one counts.
  func scalar(_ name: String) -> String? { scalars(name).last }

  /// The messages of a field.
  func messages(_ name: String) -> [[PrototxtField]] {
    compactMap { if $0.name == name, case .message(let fields) = $0.value { fields } else { nil } }
  }

  /// The message of a field, empty where there is none.
  func message(_ name: String) -> [PrototxtField] { messages(name).last ?? [] }
}

/// Reads the text format of protocol buffers: fields, messages in braces, lists in brackets, comments from `#` on.
struct PrototxtParser {
  private let bytes: [UInt8]
  private var index = 0
  private var line = 1

  /// Messages inside one another.
  private static let deepest = 32

  /// The fields of a text.
  ///
  /// - Throws: ``FormatError`` with code `damaged` at a line.
  static func fields(_ bytes: [UInt8]) throws(FormatError) -> [PrototxtField] {
    var parser = PrototxtParser(bytes: bytes)
    return try parser.fields(until: nil, depth: 0)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func damaged(_ sentence: String) -> FormatError {
    FormatError(.damaged, at: .line(line, column: nil), sentence)
  }

  private mutating func fields(until end: UInt8?, depth: Int) throws(FormatError) -> [PrototxtField] {
    guard depth <= PrototxtParser.deepest else {
      throw damaged("there are more than \(PrototxtParser.deepest) messages inside one another")
    }
    var fields: [PrototxtField] = []
    while true {
      skipBlanks()
      guard index < bytes.count else {
        guard end == nil else { throw damaged("the text ends within a message: a brace is missing") }
        return fields
      }
      if bytes[index] == end {
        index += 1
        return fields
      }
      if bytes[index] == UInt8(ascii: ";") || bytes[index] == UInt8(ascii: ",") {
        index += 1
        continue
      }
      let start = line
      let name = try word("the name of a field")
      skipBlanks()
      let hasColon = take(UInt8(ascii: ":"))
      skipBlanks()
      for value in try values(hasColon: hasColon, depth: depth) {
        fields.append(PrototxtField(name: name, value: value, line: start))
      }
    }
  }

  private mutating func values(hasColon: Bool, depth: Int) throws(FormatError) -> [PrototxtField.Value] {
    if take(UInt8(ascii: "{")) { return [.message(try fields(until: UInt8(ascii: "}"), depth: depth + 1))] }
    if take(UInt8(ascii: "<")) { return [.message(try fields(until: UInt8(ascii: ">"), depth: depth + 1))] }
    guard hasColon else { throw damaged("':' or '{' was expected behind the name of a field") }
    guard take(UInt8(ascii: "[")) else { return [.scalar(try scalar())] }
    var values: [PrototxtField.Value] = []
    while true {
      skipBlanks()
      if take(UInt8(ascii: "]")) { return values }
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "{")) {
        values.append(.message(try fields(until: UInt8(ascii: "}"), depth: depth + 1)))
      } else {
        values.append(.scalar(try scalar()))
      }
    }
  }

  private mutating func scalar() throws(FormatError) -> String {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") else {
      return try word("a value")
    }
    let quote = bytes[index]
    index += 1
    var text: [UInt8] = []
    while index < bytes.count, bytes[index] != quote, bytes[index] != 10 {
      // Of the escapes only those that stand for the character itself occur in names.
      if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
      text.append(bytes[index])
      index += 1
    }
    guard take(quote) else { throw damaged("a text without its closing quotation mark") }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func word(_ what: String) throws(FormatError) -> String {
    let start = index
    while index < bytes.count, PrototxtParser.isWord(bytes[index]) { index += 1 }
    guard index > start else {
      throw damaged(
        index < bytes.count
          ? "\(what) was expected, not '\(Character(Unicode.Scalar(bytes[index])))'" : "\(what) is missing")
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "/"):
      true
    default: false
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 10:
        line += 1
        index += 1
      case 9, 13, 32: index += 1
      case UInt8(ascii: "#"): while index < bytes.count, bytes[index] != 10 { index += 1 }
      default: return
      }
    }
  }
}

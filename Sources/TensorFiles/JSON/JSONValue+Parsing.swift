import FoundationEssentials

extension JSONValue {
  /// Levels of objects and arrays inside one another that are read.
  private static let deepest = 100

  /// The document that bytes of UTF-8 hold, and nothing beside it.
  ///
  /// Numbers that are whole and fit are ``integer(_:)``, all others the nearest double.
  ///
  /// - Throws: ``FormatError`` with code `damaged`: no JSON, a name that stands twice in one object (of which readers
  ///   keep different ones), more than 100 levels.
  package init(parsing bytes: [UInt8]) throws(FormatError) {
    if let sentence = JSONValue.objection(to: bytes) { throw FormatError(.damaged, sentence) }
    let decoder = JSONDecoder()
    do { self = try decoder.decode(JSONValue.self, from: Data(bytes)) } catch DecodingError.dataCorrupted(let context) {
      let reason = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      throw FormatError(.damaged, "no valid JSON: \(reason)")
    } catch {
      // Every other value has a type of ours.
      throw FormatError(.damaged, "no valid JSON: a number is beyond the range of doubles")
    }
  }

  /// What is wrong with the names and levels of a document: the decoder keeps the last of two equal names, and goes
  /// down as deep as the document does.
  ///
  /// Whether the rest is JSON is the decoder's to say, so this looks at brackets and texts alone.
  private static func objection(to bytes: [UInt8]) -> String? {
    /// The names so far of each open object; nil for an array.
    var open: [Set<ArraySlice<UInt8>>?] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"): open.append([])
      case UInt8(ascii: "["): open.append(nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: "\""):
        let start = index + 1
        index = end(ofTextFrom: start, in: bytes)
        let next = bytes[min(index + 1, bytes.count)...].first { !NumberParsing.isBlank($0) && $0 != 10 && $0 != 13 }
        if next == UInt8(ascii: ":"), let names = open.last, names != nil {
          let isNew = open[open.count - 1]?.insert(bytes[start..<min(index, bytes.count)]).inserted ?? true
          if !isNew {
            let name = String(decoding: bytes[start..<index].prefix(80), as: UTF8.self)
            return "the name '\(name)' stands twice in one JSON object, at byte \(start)"
          }
        }
      default: break
      }
      if open.count > deepest { return "JSON of more than \(deepest) levels, at byte \(index)" }
      index += 1
    }
    return nil
  }

  /// Where the quotation mark stands that ends a text; the end of the bytes where there is none.
  private static func end(ofTextFrom start: Int, in bytes: [UInt8]) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index, bytes.count)
  }
}

extension JSONValue: Decodable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let members = try? container.decode([String: JSONValue].self) {
      self = .object(members)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let integer = try? container.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let bool = try? container.decode(Bool.self) {
      self = .bool(bool)
    } else {
      self = .array(try container.decode([JSONValue].self))
    }
  }
}

import FoundationEssentials

/// A JSON document: what the reports build, and what files hold as their description.
package indirect enum JSONValue: Hashable, Sendable, ExpressibleByStringLiteral {
  case object([String: JSONValue])
  case array([JSONValue])
  case text(String)
  /// A number; JSON has no NaN and no infinity, so these become null.
  case number(Double)
  case integer(Int)
  case bool(Bool)
  case null

  package init(stringLiteral value: String) { self = .text(value) }

  /// A text, or null.
  package init(_ text: String?) { self = text.map(JSONValue.text) ?? .null }
  /// A number, or null.
  package init(_ number: Double?) { self = number.map(JSONValue.number) ?? .null }
  /// An integer, or null.
  package init(_ integer: Int?) { self = integer.map(JSONValue.integer) ?? .null }

  /// The member of an object; nil where there is none and for other values.
  package subscript(name: String) -> JSONValue? { objectValue?[name] }

  /// The members, if it is an object.
  package var objectValue: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
  /// The elements, if it is an array.
  package var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  /// The text, if it is one.
  package var textValue: String? { if case .text(let text) = self { text } else { nil } }
  /// The truth value, if it is one.
  package var boolValue: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  /// The number, if it is one.
  package var doubleValue: Double? {
    switch self {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }
  /// The number, if it is a whole one.
  package var integerValue: Int? {
    switch self {
    case .number(let number): Int(exactly: number)
    case .integer(let integer): integer
    default: nil
    }
  }

  /// The document on one line, with the keys in alphabetical order, so that equal documents are equal texts.
  package var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      // JSON may have C1 controls and the characters that turn the writing direction as they are; a terminal may not.
      var text = ""
      for scalar in String(decoding: try encoder.encode(self), as: UTF8.self).unicodeScalars {
        if scalar.steersTerminals {
          let hex = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      return text
    }
  }
}

extension JSONValue: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .object(let members): try container.encode(members)
    case .array(let elements): try container.encode(elements)
    case .text(let text): try container.encode(text)
    case .number(let number) where number.isFinite: try container.encode(number)
    case .number: try container.encodeNil()
    case .integer(let integer): try container.encode(integer)
    case .bool(let bool): try container.encode(bool)
    case .null: try container.encodeNil()
    }
  }
}

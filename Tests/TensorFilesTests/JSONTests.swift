import TensorFiles
import Testing

/// Documents are read as they are, or refused.
@Suite struct JSONTests {
  private func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

  @Test func everyKindOfValue() throws {
    let document = try parsed(#" {"a": [1, 2.5, -3e2, true, false, null, "x\"y\\"], "b": {"c": {}}, "big": 1e300} "#)
    #expect(
      document
        == .object([
          "a": .array([.integer(1), .number(2.5), .integer(-300), .bool(true), .bool(false), .null, .text("x\"y\\")]),
          "b": .object(["c": .object([:])]), "big": .number(1e300),
        ]))
    #expect(document["b"]?["c"]?.objectValue == [:])
    #expect(document["a"]?.arrayValue?[1].doubleValue == 2.5)
    #expect(document["a"]?.arrayValue?[0].doubleValue == 1)
    #expect(document["a"]?.arrayValue?[3].boolValue == true)
    #expect(document["a"]?.arrayValue?[6].textValue == "x\"y\\")
    #expect(document["nothing"] == nil)
  }

  @Test(arguments: [
    0.1, 1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 123456789.123456789, -2.2250738585072014e-308,
  ])
  func doublesComeBack(_ number: Double) throws {
    #expect(try parsed(try JSONValue.array([.number(number)]).text) == .array([.number(number)]))
  }

  @Test(arguments: [
    (#"{"a": 1, "a": 2}"#, "the name 'a' stands twice in one JSON object, at byte 10"),
    (#"{"b": {"a": 1, "c": [1, {"a": 1}], "a" : 2}}"#, "the name 'a' stands twice in one JSON object, at byte 36"),
    (String(repeating: "[", count: 200), "JSON of more than 100 levels, at byte 100"),
    (#"{"a": 1e999}"#, "no valid JSON: a number is beyond the range of doubles"),
  ])
  func objections(_ text: String, _ sentence: String) throws {
    let error = #expect(throws: FormatError.self) { try parsed(text) }
    #expect(error?.sentence == sentence)
  }

  @Test(arguments: ["", "{", "{\"a\"", "{\"a\": }", "[1,]x", "nul", "\"", "\"\\", "{} {}", "\u{0}"])
  func brokenDocuments(_ text: String) throws {
    let error = #expect(throws: FormatError.self) { try parsed(text) }
    #expect(error?.sentence.hasPrefix("no valid JSON: ") == true)
  }

  @Test func equalNamesInDifferentObjectsAndTexts() throws {
    _ = try parsed(#"[{"a": "a"}, {"a": ["a", "a"]}, {"a": {"a": "b\": 1, \"a\": 2"}}]"#)
  }
}

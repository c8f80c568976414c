import TensorFiles
import Testing

@Suite("Text that reaches a terminal") struct EscapingTests {
  @Test(
    "control characters and direction marks are written as escapes",
    arguments: [
      ("plain ü 漢", "plain ü 漢"), ("\u{1B}[31mred", "\\x1b[31mred"), ("a\nb\tc\r", "a\\nb\\tc\\r"),
      ("\u{7F}\u{9B}", "\\x7f\\x9b"), ("\u{202E}gpj", "\\u{202e}gpj"), ("\u{0}", "\\x00"),
    ])
  func escapes(_ text: String, _ escaped: String) {
    #expect(text.escapingControls == escaped)
  }
}

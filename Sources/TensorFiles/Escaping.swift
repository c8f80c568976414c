extension String {
  /// The text with everything that could steer a terminal written as an escape: control characters (C0, DEL, C1) and
  /// the characters that turn the writing direction. Line feeds become `\n` too: one message is one line.
  public var escapingControls: String {
    guard unicodeScalars.contains(where: \.steersTerminals) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.steersTerminals:
        let hex = String(scalar.value, radix: 16)
        result += scalar.value < 0x100 ? "\\x" + (hex.count < 2 ? "0" : "") + hex : "\\u{\(hex)}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Whether the character could steer a terminal: control characters (C0, DEL, C1) and those that turn the writing
  /// direction.
  public var steersTerminals: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

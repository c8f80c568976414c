import TensorFiles

/// Text in the language of manual pages, roff.
enum Roff {
  /// A text as it is to be read: what means something to roff is escaped, and what is not ASCII is written as its code.
  static func text(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\(rs"
      // A hyphen of roff is another character than the one that options begin with.
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default:
        result += "\\[u\(String(repeating: "0", count: max(0, 4 - hexadecimal(scalar).count)) + hexadecimal(scalar))]"
      }
    }
    // A line that begins with a full stop would be a request.
    return result.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(".") ? "\\&" + $0 : String($0) }.joined(separator: "\n")
  }

  /// A text in lines of 80 characters at most, as far as its words let it, and a line end: for what roff fills again.
  static func filled(_ sentences: String) -> String {
    var lines: [String] = []
    for word in text(sentences).split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= 80 {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append((word.hasPrefix(".") ? "\\&" : "") + word)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// `reg-train(1)` with the name in bold letters.
  static func reference(_ page: String) -> String {
    let name = page.prefix { $0 != "(" }
    return "\\fB\(text(String(name)))\\fR\(page.dropFirst(name.count))"
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    String(scalar.value, radix: 16, uppercase: true)
  }
}

/// The discussion of a command's help: paragraphs, and a list of examples.
struct Discussion {
  /// A command line, and what it is an example of, where that is said.
  struct Example: Equatable {
    var lines: [String]
    var comment: String?

    /// The example in the language of manual pages.
    var roff: String {
      let lines = (comment.map { ["# " + $0] } ?? []) + lines
      return ".EX\n" + lines.map { Roff.text($0) + "\n" }.joined() + ".EE\n"
    }
  }

  /// What stands around the examples, each paragraph in one line.
  private(set) var paragraphs: [String] = []
  private(set) var examples: [Example] = []

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for block in lines.split(separator: "") {
      if block.first == "Examples:" {
        for line in block.dropFirst() { add(line) }
      } else {
        paragraphs.append(block.joined(separator: " "))
      }
    }
  }

  /// A line of the list: two blanks and more are between a command and its comment, and a backslash at the end goes on.
  private mutating func add(_ line: Substring) {
    let body = line.drop { $0 == " " }
    var command = body
    var comment: String?
    if let gap = body.firstRange(of: "  ") {
      command = body[..<gap.lowerBound]
      comment = String(body[gap.upperBound...].drop { $0 == " " })
    }
    if let last = examples.last, last.lines.last?.hasSuffix("\\") == true {
      examples[examples.count - 1].lines.append("  " + command)
      if let comment { examples[examples.count - 1].comment = comment }
    } else {
      examples.append(Example(lines: [String(command)], comment: comment))
    }
  }
}

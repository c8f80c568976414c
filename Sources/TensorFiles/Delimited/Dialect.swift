/// How a delimited text is written: what separates the fields, and what the decimal point is.
public struct Dialect: Sendable, Hashable {
  /// What separates the fields of a record.
  public enum Delimiter: Sendable, Hashable {
    /// One ASCII character.
    case character(UInt8)
    /// One or more blanks or tabs; those at the ends of a line separate nothing.
    case blanks

    /// A comma.
    public static let comma = Delimiter.character(UInt8(ascii: ","))
    /// A semicolon.
    public static let semicolon = Delimiter.character(UInt8(ascii: ";"))
    /// A tab.
    public static let tab = Delimiter.character(UInt8(ascii: "\t"))
    /// A vertical bar.
    public static let bar = Delimiter.character(UInt8(ascii: "|"))

    /// A delimiter as it is named on a command line: one character, `\t` or `tab`, or `blanks` (also `space` and one
    /// blank); nil for a letter, a digit and whatever else can stand in a number or ends a line.
    public init?(_ name: String) {
      switch name {
      case "blanks", "space", " ": self = .blanks
      case "tab", "\\t": self = .tab
      case "comma": self = .comma
      case "semicolon": self = .semicolon
      default:
        guard name.utf8.count == 1, let byte = name.utf8.first, byte == 9 || (33...126).contains(byte) else {
          return nil
        }
        let isAlphanumeric = NumberParsing.isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26
        guard !isAlphanumeric, !"+-.\"#".utf8.contains(byte) else { return nil }
        self = .character(byte)
      }
    }
  }

  /// What separates the fields.
  public var delimiter: Delimiter
  /// Whether the decimal point is a comma.
  public var hasDecimalComma: Bool
  /// Whether a line that begins with `#` is a comment.
  public var hasComments: Bool

  /// A dialect; comma-separated with decimal points and comments unless it is told otherwise.
  public init(delimiter: Delimiter = .comma, hasDecimalComma: Bool = false, hasComments: Bool = true) {
    self.delimiter = delimiter
    self.hasDecimalComma = hasDecimalComma
    self.hasComments = hasComments
  }
}

extension Dialect: CustomStringConvertible {
  /// `comma-separated`, `semicolon-separated, decimal comma`.
  public var description: String {
    let separation =
      switch delimiter {
      case .comma: "comma-separated"
      case .semicolon: "semicolon-separated"
      case .tab: "tab-separated"
      case .bar: "bar-separated"
      case .blanks: "blank-separated"
      case .character(let byte): "'\(Unicode.Scalar(byte))'-separated"
      }
    return separation + (hasDecimalComma ? ", decimal comma" : "")
  }
}

/// Whether the first record of a table names the columns.
public enum HeaderChoice: String, Sendable, Hashable, CaseIterable {
  /// It does when it looks like it.
  case auto
  /// It does.
  case yes
  /// It is data.
  case no
}

/// What is known about a table before it is opened; what is nil is found from the first rows.
public struct TableOptions: Sendable, Hashable {
  /// What separates the fields.
  public var delimiter: Dialect.Delimiter?
  /// Whether the decimal point is a comma.
  public var decimalComma: Bool?
  /// Whether a line that begins with `#` is a comment.
  public var comments: Bool
  /// Whether the first record names the columns.
  public var header: HeaderChoice

  /// Options; by default everything is found from the first rows.
  public init(
    delimiter: Dialect.Delimiter? = nil, decimalComma: Bool? = nil, comments: Bool = true, header: HeaderChoice = .auto
  ) {
    self.delimiter = delimiter
    self.decimalComma = decimalComma
    self.comments = comments
    self.header = header
  }
}

/// Octave's own text files, what its `save` writes where nothing else is asked for: Formats/octave-text/README.md.
public struct OctaveTextFormat: FileFormat {
  public let name = "octave-text"
  public let title = "Octave text"
  public let pathExtensions: [String] = []
  public var isText: Bool { true }
  public let writes = false

  /// The format.
  public init() {}

  /// The file begins with Octave's own comment, or with a comment that names a variable and one that names its type.
  public func recognizes(prefix: [UInt8], size: Int?) -> Bool {
    let lines = prefix.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count > 1, let first = OctaveTextFormat.comment(lines[0]) else { return false }
    if first.starts(with: "Created by Octave".utf8) { return true }
    return first.starts(with: "name:".utf8)
      && OctaveTextFormat.comment(lines[1])?.starts(with: "type:".utf8) ?? false
  }

  public func open(_ input: InputFile, limits: Limits) throws(FormatError) -> any TensorReader {
    try OctaveTextReader(input, limits: limits)
  }

  /// The text of a line that is a comment, without the sign and the blanks before it; nil for other lines.
  static func comment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let sign = line.first, isComment(sign) else { return nil }
    return line.drop { isComment($0) || $0 == UInt8(ascii: " ") }
  }

  /// Whether a line that begins with this byte is a comment.
  static func isComment(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%") }
}

/// A place in text, which counts lines and gives lines, words and bytes.
struct OctaveTextScanner {
  /// A place that can be returned to.
  struct Place {
    let offset: Int
    let line: Int
  }

  private let input: InputFile
  private let size: Int
  private var window: [UInt8] = []
  /// The byte of the file at which the window begins, and the next byte in it.
  private var start: Int
  private var next = 0
  /// The number of the line, counted from 1.
  private(set) var line: Int

  private static let windowLength = 1 << 16
  /// The most bytes of a line of words, such as a name, and of a number.
  private static let mostLineBytes = 1 << 16
  private static let mostWordBytes = 1 << 12

  /// The text of an input from a place on.
  init(_ input: InputFile, at place: Place = Place(offset: 0, line: 1)) throws(FormatError) {
    self.input = input
    size = try input.size()
    start = place.offset
    line = place.line
  }

  /// The next byte's place.
  var place: Place { Place(offset: start + next, line: line) }
  /// The bytes from here to the end of the file.
  var remaining: Int { size - start - next }

  /// The next byte; nil at the end of the file.
  mutating func peek() throws(FormatError) -> UInt8? {
    if next == window.count {
      start += next
      next = 0
      window = try input.bytes(at: start, count: min(OctaveTextScanner.windowLength, size - start))
    }
    return next < window.count ? window[next] : nil
  }

  /// Passes over the next byte, which ``peek()`` has given.
  mutating func advance() {
    if window[next] == UInt8(ascii: "\n") { line += 1 }
    next += 1
  }

  /// Passes over bytes, whatever they are.
  mutating func skip(_ count: Int) throws(FormatError) {
    guard count <= remaining else {
      throw damaged("\(count) characters were expected, the file ends before", .truncated)
    }
    for _ in 0..<count where try peek() != nil { advance() }
  }

  /// Passes over the rest of the line.
  mutating func skipLine() throws(FormatError) {
    while let byte = try peek() {
      advance()
      if byte == UInt8(ascii: "\n") { return }
    }
  }

  /// Passes over lines up to the next comment or the end of the file.
  mutating func skipToComment() throws(FormatError) {
    while let byte = try peek(), !OctaveTextFormat.isComment(byte) { try skipLine() }
  }

  /// The text of a line, which must have its end; nil at the end of the file.
  mutating func takeLine() throws(FormatError) -> [UInt8]? {
    guard try peek() != nil else { return nil }
    let number = line
    var bytes: [UInt8] = []
    while let byte = try peek() {
      advance()
      if byte == UInt8(ascii: "\n") {
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
      }
      guard bytes.count < OctaveTextScanner.mostLineBytes else {
        throw FormatError(
          .damaged, at: .line(number, column: nil),
          "the line has more than \(OctaveTextScanner.mostLineBytes) characters")
      }
      bytes.append(byte)
    }
    throw FormatError(.truncated, at: .line(number, column: nil), "the file ends within this line")
  }

  /// The next word between blanks and ends of lines, which must follow it too: a number that the end of the file cuts
  /// would be another one.
  mutating func word() throws(FormatError) -> [UInt8] {
    while let byte = try peek(), OctaveTextScanner.isBlank(byte) { advance() }
    var bytes: [UInt8] = []
    while let byte = try peek() {
      if OctaveTextScanner.isBlank(byte) { return bytes }
      guard bytes.count < OctaveTextScanner.mostWordBytes else {
        throw damaged("a number has more than \(OctaveTextScanner.mostWordBytes) characters")
      }
      bytes.append(byte)
      advance()
    }
    throw damaged("the file ends where a number should follow", .truncated)
  }

  /// Whether nothing but blanks stands before the next comment or the end of the file.
  mutating func isAtComment() throws(FormatError) -> Bool {
    while let byte = try peek() {
      guard OctaveTextScanner.isBlank(byte) else { return OctaveTextFormat.isComment(byte) }
      advance()
    }
    return true
  }

  /// An error at this line.
  func damaged(_ sentence: String, _ code: FormatError.Code = .damaged) -> FormatError {
    FormatError(code, at: .line(line, column: nil), sentence)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) }
}

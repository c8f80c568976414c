/// The lines of a text in sequence, in constant memory: ended by LF, CR LF or CR, a byte order mark passed over.
///
/// What is read of the input is sought in: a pipe is kept first.
final class TextLines {
  /// Bytes in which the current line stands.
  private(set) var bytes: [UInt8] = []
  /// Where it stands there, without its end.
  private(set) var range = 0..<0
  /// Its number, counted from 1.
  private(set) var number: Int
  /// Where it begins in the input.
  private(set) var offset: Int

  private let input: InputFile
  private let size: Int
  /// Where in the input ``bytes`` begin.
  private var base: Int
  /// Where in ``bytes`` the next line begins.
  private var next = 0

  private static let windowLength = 1 << 18

  /// The lines from a byte on, at which a line of that number begins.
  init(_ input: InputFile, from offset: Int = 0, number: Int = 1) throws(FormatError) {
    self.input = input
    size = try input.size()
    let isMarked = offset == 0 ? try input.prefix(3) == [0xEF, 0xBB, 0xBF] : false
    base = isMarked ? 3 : offset
    self.offset = base
    self.number = number - 1
  }

  /// Goes to the next line; false at the end.
  ///
  /// - Throws: ``FormatError`` with code `limit` for a line over 64 MiB, or what reading the input throws.
  func advance() throws(FormatError) -> Bool {
    var index = next
    while true {
      if let end = endOfLine(from: index) {
        take(end.line, next: end.next)
        return true
      }
      // A carriage return at the end may be the first half of a line end.
      index = max(next, bytes.count - 1)
      guard base + bytes.count < size else { break }
      guard bytes.count - next <= DelimitedLimits.record else {
        throw FormatError(
          .limit, at: .line(number + 1, column: nil), "the line is longer than \(DelimitedLimits.record) bytes",
          file: input.name)
      }
      index -= next
      try refill()
    }
    guard next < bytes.count else { return false }
    take(bytes.count, next: bytes.count)
    return true
  }

  /// Where in the input the line after the current one begins.
  var offsetOfNext: Int { base + next }

  /// The place of a byte of the current line, or of ``bytes`` where it stands.
  func location(of index: Int) -> FormatError.Location {
    var column = 1
    for position in range.lowerBound..<min(index, range.upperBound) where bytes[position] & 0xC0 != 0x80 { column += 1 }
    return .line(number, column: column)
  }

  private func take(_ end: Int, next: Int) {
    range = self.next..<end
    offset = base + self.next
    number += 1
    self.next = next
  }

  /// The end of the line and the beginning of the next; nil where more must be read to know them.
  private func endOfLine(from start: Int) -> (line: Int, next: Int)? {
    let bytes = self.bytes
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") { return (index, index + 1) }
      if byte == UInt8(ascii: "\r") {
        if index + 1 < bytes.count { return (index, bytes[index + 1] == UInt8(ascii: "\n") ? index + 2 : index + 1) }
        return base + bytes.count == size ? (index, index + 1) : nil
      }
      index += 1
    }
    return nil
  }

  /// Drops the lines that are done and reads on.
  private func refill() throws(FormatError) {
    let count = min(max(TextLines.windowLength, bytes.count - next), size - base - bytes.count)
    let more = try input.bytes(at: base + bytes.count, count: count)
    base += next
    bytes = Array(bytes[next...]) + more
    next = 0
  }
}

extension [UInt8] {
  /// A part without the blanks and tabs at its ends.
  func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, NumberParsing.isBlank(self[start]) { start += 1 }
    while end > start, NumberParsing.isBlank(self[end - 1]) { end -= 1 }
    return start..<end
  }
}

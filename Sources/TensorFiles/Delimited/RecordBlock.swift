/// Some whole records of a delimited text: a value that any thread can parse.
public struct RecordBlock: Sendable {
  /// The text, ``length`` bytes of it; padding follows, which is not part of it.
  public let bytes: [UInt8]
  /// The bytes of text.
  public let length: Int
  /// The line of the first byte, counted from 1.
  public internal(set) var firstLine: Int
  /// How the text is written.
  public let dialect: Dialect
  /// The name of the input in messages.
  public let file: String
  /// Whether there is a quote anywhere in the text.
  let hasQuotes: Bool
  /// The number of records, where it was seen without looking at more than the lines' first bytes.
  var countedRecords: Int?

  /// Counts the lines that end in the text, and the records where that is seen by the way.
  mutating func countLines() -> Int {
    let (lines, areRecords) = DelimitedHotLoops.lines(bytes, 0..<length)
    let isEnded = length > 0 && bytes[length - 1] == UInt8(ascii: "\n")
    countedRecords = areRecords && !hasQuotes ? lines + (isEnded ? 0 : 1) : nil
    return lines
  }

  /// Bytes after the text that may be read, the first of them a line feed.
  static let padding = 16

  /// Calls `body` with each record, in order; blank lines and comments are passed over.
  public func forEachRecord<Failure: Error>(_ body: (Record) throws(Failure) -> Void) throws(Failure) {
    var cursor = RecordCursor(self)
    while let record = cursor.next() { try body(record) }
  }

  /// The number of records.
  public var recordCount: Int {
    if let countedRecords { return countedRecords }
    var cursor = RecordCursor(self)
    var count = 0
    while cursor.nextRange() != nil { count += 1 }
    return count
  }

  /// The bytes of a record, or of a part of one.
  public subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

  /// Where the fields of a record stand, quotes included; `fields` is emptied first.
  public func split(_ record: Range<Int>, into fields: inout [Range<Int>]) {
    FieldSplitter(dialect).split(bytes.span, record, into: &fields)
  }

  /// The text of a field, without its quotes, or without the blanks around it where it has none.
  public func text(of field: Range<Int>) -> String { FieldText.name(bytes.span, field) }

  /// The text of a record in messages: as it stands, shortened.
  package func shownText(of record: Range<Int>) -> String { FieldText.shown(bytes.span, record: record) }

  /// The line and the column of a byte, both counted from 1; columns are characters.
  public func location(of index: Int) -> FormatError.Location {
    var locator = RecordLocator(self)
    return locator.location(of: index)
  }

  /// The line of a byte, counted from 1.
  public func line(of index: Int) -> Int {
    var locator = RecordLocator(self)
    return locator.line(of: index)
  }
}

/// Finds the lines and columns of bytes in a block; it goes on from the last one, so that many in sequence take one
/// pass.
public struct RecordLocator: Sendable {
  private let block: RecordBlock
  /// A byte with which a line begins.
  private var start = 0
  /// That line.
  private var line: Int

  /// A locator at the beginning of a block.
  public init(_ block: RecordBlock) {
    self.block = block
    line = block.firstLine
  }

  /// The line and the column of a byte, both counted from 1; columns are characters.
  public mutating func location(of index: Int) -> FormatError.Location {
    let line = line(of: index)
    let bytes = block.bytes.span
    var column = 1
    for position in start..<min(index, block.length) where bytes[position] & 0xC0 != 0x80 { column += 1 }
    return .line(line, column: column)
  }

  /// The line of a byte, counted from 1.
  public mutating func line(of index: Int) -> Int {
    let new = lineStart(min(index, block.length))
    if new >= start {
      line += DelimitedHotLoops.lineCount(block.bytes, start..<new)
    } else {
      line -= DelimitedHotLoops.lineCount(block.bytes, new..<start)
    }
    start = new
    return line
  }

  private func lineStart(_ index: Int) -> Int {
    let bytes = block.bytes.span
    var start = index
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") {
      // The two bytes of one line end are not parted.
      let isBeforeFeed = start < block.length && bytes[start] == UInt8(ascii: "\n")
      if bytes[start - 1] == UInt8(ascii: "\r"), !isBeforeFeed { break }
      start -= 1
    }
    return start
  }
}

/// One record of a block.
public struct Record: Sendable, Hashable {
  /// Its bytes in the block, without the line end: the original text.
  public let range: Range<Int>
  /// The line on which it begins, counted from 1.
  public let line: Int
}

/// Goes through the records of a block.
public struct RecordCursor: Sendable {
  /// The block.
  public let block: RecordBlock
  /// Where the next line begins.
  private(set) var position = 0
  private var countedTo = 0
  private var line: Int

  /// A cursor before the first record.
  public init(_ block: RecordBlock) {
    self.block = block
    line = block.firstLine
  }

  /// The next record, or nil at the end of the block.
  public mutating func next() -> Record? {
    guard let range = nextRange() else { return nil }
    line += DelimitedHotLoops.lineCount(block.bytes, countedTo..<range.lowerBound)
    countedTo = range.lowerBound
    return Record(range: range, line: line)
  }

  /// The bytes of the next record, or nil at the end of the block.
  mutating func nextRange() -> Range<Int>? {
    while position < block.length {
      if !block.hasQuotes {
        let (range, next) = DelimitedHotLoops.line(block.bytes, from: position, to: block.length)
        position = next
        if !isNothing(range) { return range }
        continue
      }
      var scanner = RecordScanner(block.dialect, at: position)
      switch scanner.scan(block.bytes.span, to: block.length, isEnd: true) {
      case .record(let range, let next):
        position = next
        return range
      case .nothing(let next):
        position = next
      case .unfinished, .fieldTooLong, .tooManyColumns:
        // Blocks are cut so that this cannot be; the rest as one record is the harmless answer.
        defer { position = block.length }
        return position..<block.length
      }
    }
    return nil
  }

  /// Goes to where a line begins.
  mutating func move(to position: Int) { self.position = position }

  /// Whether a line is blank or a comment.
  private func isNothing(_ line: Range<Int>) -> Bool {
    let bytes = block.bytes.span
    let tabSeparates = block.dialect.delimiter == .tab
    for index in line {
      let byte = bytes[index]
      if byte == UInt8(ascii: " ") || (byte == UInt8(ascii: "\t") && !tabSeparates) { continue }
      return byte == UInt8(ascii: "#") && block.dialect.hasComments
    }
    return true
  }
}

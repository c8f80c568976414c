/// The records of a delimited text, in sequence, in blocks that end where a record ends: constant memory for any input,
/// also a pipe.
///
/// Finding the blocks is one cheap pass; parsing them (``RowParser``) can be done by several threads.
public final class DelimitedRecords {
  /// What the first rows told: the dialect, the header, the number of columns.
  public let layout: TableLayout

  private let input: InputFile
  private let blockLength: Int
  /// Where to go on reading, or nil where the input can only be read in sequence.
  private var offset: Int?
  /// What was read after the end of the last block.
  private var carry: [UInt8] = []
  private var line: Int
  private var isAtEnd = false
  /// Bytes at the beginning of a pipe that are not data.
  private var toSkip: Int

  /// Whether the lines of each block are counted, for its place in messages; it is changed before anything is read.
  var countsLines = true
  /// The blocks that were found when this input was read before.
  private var known: [TextCheckpoint] = []
  private var knownRows = 0
  /// Which of them is likely to come next.
  private var nextKnown = 0
  /// Which of them is read now.
  private var knownPlace: Int?

  /// Bytes of a block unless a record is longer.
  public static let defaultBlockLength = 1 << 18

  /// The records of an input from the first row of data on.
  ///
  /// - Parameters:
  ///   - input: the table.
  ///   - layout: what ``TableLayout/init(_:options:columns:)`` found in the same input.
  ///   - blockLength: bytes of a block; a longer record makes a longer block.
  public init(
    _ input: InputFile, layout: TableLayout, blockLength: Int = DelimitedRecords.defaultBlockLength
  ) {
    self.input = input
    self.layout = layout
    self.blockLength = max(blockLength, 1)
    line = layout.firstLine
    offset = input.knownSize == nil ? nil : layout.firstByte
    toSkip = input.knownSize == nil ? layout.firstByte : 0
  }

  /// Takes over what an earlier pass in blocks of the same length found, so that nothing is counted again.
  func remember(_ checkpoints: [TextCheckpoint], rowCount: Int) {
    known = checkpoints
    knownRows = rowCount
  }

  /// Goes to a place where a line begins.
  ///
  /// - Precondition: the input can be sought in.
  func seek(toByte byte: Int, line: Int) {
    precondition(offset != nil, "a pipe cannot be sought in")
    offset = byte
    self.line = line
    carry = []
    isAtEnd = false
  }

  /// The next block, or nil at the end.
  ///
  /// - Throws: ``FormatError``: `damaged` for a quote that is never closed, `limit` for a field over 1 MiB, a record
  ///   over 64 MiB or more than a million columns; or what reading the input throws.
  public func nextBlock() throws(FormatError) -> RecordBlock? {
    var memory: [UInt8] = []
    return try nextBlock(reusing: &memory)
  }

  /// The next block, in the memory of one that is no longer needed: nothing is allocated where it is long enough.
  package func nextBlock(reusing memory: inout [UInt8]) throws(FormatError) -> RecordBlock? {
    var bytes: [UInt8] = []
    swap(&bytes, &memory)
    findKnown()
    var room = max(blockLength, carry.count)
    // What one long record took is given back.
    if bytes.count > 4 * room { bytes = [] }
    DelimitedRecords.extend(&bytes, to: room)
    var length = carry.count
    DelimitedHotLoops.copy(carry, 0..<length, to: &bytes, at: 0)
    var scanner = RecordScanner(layout.dialect, at: 0)
    var border = 0
    var hasQuotes = false
    while true {
      let known = length
      try fill(&bytes, &length, room)
      if length == 0 { return nil }
      hasQuotes =
        hasQuotes
        || DelimitedHotLoops.contains(UInt8(ascii: "\""), bytes, (known == carry.count ? 0 : known)..<length)
      if let plain = plainBorder(bytes, length, hasQuotes) {
        border = plain
      } else {
        border = try scannedBorder(bytes, length, &scanner)
      }
      if border > 0 { break }
      // The first record is longer than the block.
      guard length < DelimitedLimits.record else {
        throw failure(
          bytes, length, at: 0, .limit, "the record is longer than \(DelimitedLimits.record) bytes; is a quote open?")
      }
      room = min(length * 2, DelimitedLimits.record)
      DelimitedRecords.extend(&bytes, to: room)
    }
    return block(&bytes, length, border, hasQuotes)
  }

  private static func extend(_ bytes: inout [UInt8], to room: Int) {
    let missing = room + RecordBlock.padding - bytes.count
    if missing > 0 { bytes += [UInt8](repeating: 0, count: missing) }
  }

  /// Reads until the block is full or the input ends, or where it is read line by line until there is a line.
  private func fill(_ bytes: inout [UInt8], _ length: inout Int, _ room: Int) throws(FormatError) {
    while !isAtEnd, length < room {
      let got = try read(into: &bytes, length..<room)
      if got == 0 { isAtEnd = true }
      length += got
      if input.isLineBuffered, DelimitedHotLoops.endOfLastLine(bytes, 0..<length) != nil { return }
    }
  }

  private func read(into bytes: inout [UInt8], _ range: Range<Int>) throws(FormatError) -> Int {
    var elements = bytes.mutableSpan
    var all = unsafe elements.mutableBytes
    var span = all._mutatingExtracting(range)
    if let offset {
      let count = min(range.count, (input.knownSize ?? 0) - offset)
      guard count > 0 else { return 0 }
      var part = span._mutatingExtracting(0..<count)
      try input.read(at: offset, into: &part)
      self.offset = offset + count
      return count
    }
    while toSkip > 0 {
      var part = span._mutatingExtracting(0..<min(toSkip, range.count))
      let got = try input.nextBytes(into: &part)
      if got == 0 { return 0 }
      toSkip -= got
    }
    return try input.nextBytes(into: &span)
  }

  /// Where the last record ends, for text without quotes that is too short for a field over the limit; 0 where none
  /// ends; nil where every byte must be looked at.
  private func plainBorder(_ bytes: [UInt8], _ length: Int, _ hasQuotes: Bool) -> Int? {
    guard length <= DelimitedLimits.field, !hasQuotes else { return nil }
    return isAtEnd ? length : DelimitedHotLoops.endOfLastLine(bytes, 0..<length) ?? 0
  }

  private func scannedBorder(
    _ bytes: [UInt8], _ length: Int, _ scanner: inout RecordScanner
  ) throws(FormatError) -> Int {
    while true {
      let start = scanner.start
      guard start < length else { return start }
      switch scanner.scan(bytes.span, to: length, isEnd: isAtEnd) {
      case .record(_, let next), .nothing(let next):
        scanner.restart(at: next)
      case .unfinished:
        // The records before it are given first.
        guard isAtEnd, start == 0 else { return start }
        throw failure(bytes, length, at: scanner.fieldStart, .damaged, "the quote that opens here is never closed")
      case .fieldTooLong(let field):
        if start > 0 { return start }
        throw failure(
          bytes, length, at: field, .limit,
          "the field is longer than \(DelimitedLimits.field) bytes; is the quote that opens here never closed?")
      case .tooManyColumns:
        if start > 0 { return start }
        throw failure(bytes, length, at: 0, .limit, "there are more than \(DelimitedLimits.columns) columns")
      }
    }
  }

  /// Cuts the block off; the rest is carried over to the next.
  private func block(_ bytes: inout [UInt8], _ length: Int, _ border: Int, _ hasQuotes: Bool) -> RecordBlock {
    carry.removeAll(keepingCapacity: true)
    DelimitedHotLoops.append(border..<length, of: bytes, to: &carry)
    // A last line without an end gets one that is not part of the text.
    bytes[border] = UInt8(ascii: "\n")
    var memory: [UInt8] = []
    swap(&memory, &bytes)
    var block = RecordBlock(
      bytes: memory, length: border, firstLine: line, dialect: layout.dialect, file: input.name, hasQuotes: hasQuotes)
    if let place = knownPlace, place + 1 == known.count || known[place + 1].byte - known[place].byte == border {
      let next = place + 1 < known.count ? known[place + 1] : nil
      block.countedRecords = (next?.row ?? knownRows) - known[place].row
      line = next?.line ?? line
    } else if countsLines {
      line += block.countLines()
    }
    return block
  }

  /// Looks whether the next block is one that is known: its line then is known too.
  private func findKnown() {
    knownPlace = nil
    guard let offset, !known.isEmpty else { return }
    let start = offset - carry.count
    // Blocks come in sequence, unless they are sought.
    if nextKnown >= known.count || known[nextKnown].byte != start {
      guard let place = known.firstIndex(where: { $0.byte >= start }), known[place].byte == start else { return }
      nextKnown = place
    }
    knownPlace = nextKnown
    line = known[nextKnown].line
    nextKnown += 1
  }

  private func failure(
    _ bytes: [UInt8], _ length: Int, at index: Int, _ code: FormatError.Code, _ sentence: String
  ) -> FormatError {
    let block = RecordBlock(
      bytes: bytes, length: length, firstLine: line, dialect: layout.dialect, file: input.name, hasQuotes: true)
    return FormatError(code, at: block.location(of: index), sentence, file: input.name)
  }
}

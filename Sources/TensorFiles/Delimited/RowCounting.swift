/// Counts the rows of a table, and finds the places from which they are sought.
struct RowCounting {
  /// One at the beginning of each block.
  private(set) var checkpoints: [TextCheckpoint] = []
  private(set) var rowCount = 0
  private var byte: Int
  private var line: Int

  /// Reads a table to its end, on several threads where it is long.
  ///
  /// - Throws: ``FormatError``: what ``DelimitedRecords`` throws.
  init(_ input: InputFile, _ layout: TableLayout, threads: Int) throws(FormatError) {
    (byte, line) = (layout.firstByte, layout.firstLine)
    if threads > 1, try input.size() >= RowsAhead.leastBytes {
      let records = DelimitedRecords(input, layout: layout)
      records.countsLines = false
      do {
        try inTurn(
          threads: threads, job: { CountedBlock() }, begin: { try $0.read(records) }, work: { { $0.count() } },
          end: { pass($0.byteCount, lines: $0.lineCount, records: $0.recordCount) })
        return
      } catch {
        // The line of an error is known to one thread only.
        self.checkpoints = []
        (byte, line, rowCount) = (layout.firstByte, layout.firstLine, 0)
      }
    }
    let records = DelimitedRecords(input, layout: layout)
    var memory: [UInt8] = []
    while let block = try records.nextBlock(reusing: &memory) {
      checkpoints.append(TextCheckpoint(row: rowCount, byte: byte, line: block.firstLine))
      rowCount += block.recordCount
      byte += block.length
      memory = block.bytes
    }
  }

  private mutating func pass(_ bytes: Int, lines: Int, records: Int) {
    checkpoints.append(TextCheckpoint(row: rowCount, byte: byte, line: line))
    rowCount += records
    byte += bytes
    line += lines
  }
}

/// A block whose lines are counted.
private final class CountedBlock {
  private var block: RecordBlock?
  private(set) var byteCount = 0
  private(set) var lineCount = 0
  private(set) var recordCount = 0

  /// Reads the next block in the memory of the one before; false at the end.
  func read(_ records: DelimitedRecords) throws(FormatError) -> Bool {
    var memory = block?.bytes ?? []
    block = nil
    block = try records.nextBlock(reusing: &memory)
    return block != nil
  }

  func count() {
    guard var block else { return }
    lineCount = block.countLines()
    (byteCount, recordCount) = (block.length, block.recordCount)
  }
}

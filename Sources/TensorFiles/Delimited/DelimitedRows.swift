public import Tensors

/// The rows of some columns of a table, read block by block.
public final class DelimitedRows: RowSource {
  public let rowCount: Int?

  private let records: DelimitedRecords
  private let selection: ColumnSelection
  private let checkpoints: [TextCheckpoint]
  private var parser: RowParser?
  /// That of the last block.
  private var memory: [UInt8] = []
  /// Blocks that several threads parse; nil where one thread does, and when they are over.
  private var ahead: RowsAhead?
  /// Threads that may parse.
  private var threads: Int
  /// What is said more of a field that cannot be read, by its column.
  private let hint: ((Int) -> String?)?

  init(
    _ input: InputFile, _ layout: TableLayout, _ selection: ColumnSelection, rowCount: Int,
    checkpoints: [TextCheckpoint], threads: Int, hint: ((Int) -> String?)? = nil
  ) {
    self.hint = hint
    records = DelimitedRecords(input, layout: layout)
    records.remember(checkpoints, rowCount: rowCount)
    // A short text is parsed before threads have begun.
    self.threads = input.knownSize ?? 0 >= RowsAhead.leastBytes ? threads : 1
    self.selection = selection
    self.rowCount = rowCount
    self.checkpoints = checkpoints
  }

  deinit { ahead?.cancel() }

  public var columnCount: Int { selection.columns.count }

  /// Reads the next rows, as many as fit.
  ///
  /// - Throws: ``FormatError`` at the first record that cannot be read, with its line and column.
  public func nextRows(into block: inout MutableSpan<Double>) throws(FormatError) -> Int {
    let width = columnCount
    guard width > 0 else { return 0 }
    var count = 0
    while count < block.count / width {
      if parser == nil {
        let some = try takeAhead(&block, from: count)
        count += some
        if some > 0 { continue }
      }
      if parser == nil {
        guard let next = try records.nextBlock(reusing: &memory) else { break }
        parser = RowParser(next, selection)
      }
      var rest = block._mutatingExtracting(count * width..<block.count)
      let got: Int
      do throws(FormatError) { got = try parser?.nextRows(into: &rest) ?? 0 } catch {
        guard let hint = parser?.rejectedColumn.flatMap({ hint?($0) }) else { throw error }
        throw FormatError(error.code, at: error.location, error.sentence + hint, file: error.file)
      }
      if got == 0 {
        memory = parser?.block.bytes ?? []
        parser = nil
      }
      count += got
    }
    return count
  }

  /// Takes rows of the next block that was parsed; 0 where there is none, or it is to be parsed in sequence.
  private func takeAhead(_ values: inout MutableSpan<Double>, from first: Int) throws(FormatError) -> Int {
    if ahead == nil, threads > 1, values.count >= RowsAhead.least {
      ahead = RowsAhead(records, selection, threads: threads)
    }
    while let ahead {
      let found: BlockAhead?
      do throws(FormatError) { found = try ahead.next() } catch {
        (self.ahead, threads) = (nil, 1)
        throw error
      }
      guard let found else {
        (self.ahead, threads) = (nil, 1)
        break
      }
      guard let rowCount = found.rowCount else {
        parser = found.block.map { RowParser($0, selection) }
        ahead.giveBack()
        break
      }
      let some = min(rowCount - found.taken, values.count / columnCount - first)
      let begin = found.taken * columnCount
      DelimitedHotLoops.copy(
        found.values, begin..<begin + some * columnCount, to: &values, at: first * columnCount)
      found.taken += some
      if found.taken == rowCount { ahead.giveBack() }
      // A block may have comments alone.
      if some > 0 { return some }
    }
    return 0
  }

  public func seek(toRow row: Int) throws(FormatError) {
    ahead?.cancel()
    ahead = nil
    parser = nil
    let row = min(max(row, 0), rowCount ?? 0)
    guard !checkpoints.isEmpty else { return }
    let checkpoint = checkpoints[beforeRow: row]
    records.seek(toByte: checkpoint.byte, line: checkpoint.line)
    guard row > checkpoint.row, let block = try records.nextBlock() else { return }
    var parser = RowParser(block, selection)
    parser.skip(row - checkpoint.row)
    self.parser = parser
  }

  /// Fills a span with all rows from the next one on.
  func fill(_ span: inout MutableSpan<Double>) throws(FormatError) {
    var done = 0
    while done < span.count {
      var rest = span._mutatingExtracting(done..<span.count)
      let got = try nextRows(into: &rest)
      guard got > 0 else {
        throw FormatError(.truncated, "the file became shorter while it was read", file: records.layout.file)
      }
      done += got * columnCount
    }
  }
}

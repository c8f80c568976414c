import Dispatch
import Synchronization

/// Parses the blocks of a text before they are asked for, on several threads, and hands them out in their order.
///
/// Whoever takes the rows parses too where none are ready; the others go on while it is busy with what it took. Only
/// blocks all of whose rows are good are parsed here: any other is handed out as it is, so that its errors, and the rows
/// before them, are found as by one thread.
final class RowsAhead: @unchecked Sendable {
  /// Taken in turn: each is one thread's alone from when it is claimed until it is ready, then the taker's.
  private let blocks: [BlockAhead]
  private let records: DelimitedRecords
  private let selection: ColumnSelection
  /// Threads besides that of the taker.
  private let helpers: Int

  private struct State {
    /// How many blocks were read, and how many were given back.
    var begun = 0
    var given = 0
    var isReady: [Bool]
    /// How many of the helpers are at work.
    var active = 0
    /// Whether no more blocks are read.
    var isOver = false

    init(room: Int) { isReady = [Bool](repeating: false, count: room) }

    /// Whether the next block can be taken.
    var isNextReady: Bool { isReady[given % isReady.count] }
    /// Whether there is none, and comes none.
    var isEmpty: Bool { isOver && begun == given }
    /// Whether one more can be read.
    var hasRoom: Bool { !isOver && begun - given < isReady.count }
  }
  private let state: Mutex<State>
  /// Held by whoever reads: blocks are begun in their order.
  private let reading = Mutex(())
  /// What reading ended with; written while blocks are read, taken when they are over.
  private var failure: FormatError?
  private let finished = DispatchSemaphore(value: 0)

  /// Numbers that must be asked for at once, for threads to be worth it.
  static let least = 1 << 14
  /// Bytes of text, likewise.
  static let leastBytes = 4 << 20

  init(_ records: DelimitedRecords, _ selection: ColumnSelection, threads: Int) {
    self.records = records
    self.selection = selection
    helpers = threads - 1
    blocks = (0..<threads + 2).map { _ in BlockAhead() }
    state = Mutex(State(room: blocks.count))
  }

  /// The next block, parsed or not; it is the caller's until ``giveBack()``. Nil at the end.
  ///
  /// - Throws: what reading throws, after the blocks before.
  func next() throws(FormatError) -> BlockAhead? {
    while true {
      callHelpers()
      let (place, isReady, isOver) = state.withLock { ($0.given, $0.isNextReady, $0.isEmpty) }
      if isReady { return blocks[place % blocks.count] }
      if isOver {
        guard let failure else { return nil }
        self.failure = nil
        throw failure
      }
      if let place = claim() {
        parse(place)
      } else if state.withLock({ $0.begun > $0.given && !$0.isNextReady }) {
        finished.wait()
      }
    }
  }

  /// Gives back the block that ``next()`` gave, whose memory is used again.
  func giveBack() {
    state.withLock { state in
      state.isReady[state.given % state.isReady.count] = false
      state.given += 1
    }
  }

  /// Ends reading: nothing is read any more when this returns.
  func cancel() {
    state.withLock { $0.isOver = true }
    reading.withLock { _ in }
  }

  private func callHelpers() {
    while state.withLock({ state in
      guard state.active < helpers, state.hasRoom else { return false }
      state.active += 1
      return true
    }) {
      DispatchQueue.global(qos: .userInitiated).async {
        while let place = self.claim() { self.parse(place) }
        self.state.withLock { $0.active -= 1 }
      }
    }
  }

  /// Reads the next block: its place in the order; nil where there is none, or no room for it.
  private func claim() -> Int? {
    reading.withLock { _ in
      guard let place = state.withLock({ $0.hasRoom ? $0.begun : nil }) else { return nil }
      do throws(FormatError) {
        if try blocks[place % blocks.count].read(records) {
          state.withLock { $0.begun += 1 }
          return place
        }
      } catch {
        failure = error
      }
      state.withLock { $0.isOver = true }
      return nil
    }
  }

  private func parse(_ place: Int) {
    blocks[place % blocks.count].parse(selection)
    state.withLock { $0.isReady[place % blocks.count] = true }
    finished.signal()
  }
}

/// A block of text, and its rows.
final class BlockAhead {
  /// The block; nil before the first.
  private(set) var block: RecordBlock?
  /// The rows, one after the other; their memory may be longer.
  private(set) var values: [Double] = []
  /// How many rows they are; nil where not all records are rows of numbers.
  private(set) var rowCount: Int?
  /// How many of them were taken.
  var taken = 0

  /// Reads the next block in the memory of the one before; false at the end.
  fileprivate func read(_ records: DelimitedRecords) throws(FormatError) -> Bool {
    var memory = block?.bytes ?? []
    block = nil
    rowCount = nil
    taken = 0
    block = try records.nextBlock(reusing: &memory)
    return block != nil
  }

  fileprivate func parse(_ selection: ColumnSelection) {
    guard let block else { return }
    let width = selection.columns.count
    let count = block.recordCount
    // Every number is a byte at least, but records that are no rows may be many.
    guard width > 0, count <= (block.length + 1) / width else { return }
    // With room for one row more, less than all that fit are those up to the end or up to an error.
    let room = (count + 1) * width
    if values.count < room || values.count > 4 * room { values = [Double](repeating: 0, count: room + room / 8) }
    rowCount = BlockAhead.parse(block, selection, count, into: &values)
  }

  /// Parses so many rows of a block; nil unless it has these alone.
  private static func parse(
    _ block: RecordBlock, _ selection: ColumnSelection, _ count: Int, into values: inout [Double]
  ) -> Int? {
    var parser = RowParser(block, selection)
    var rows = values.mutableSpan
    // Whatever is wrong is found again in sequence.
    guard (try? parser.nextRows(into: &rows)) == count else { return nil }
    var next = [Double](repeating: 0, count: selection.columns.count)
    var rest = next.mutableSpan
    return (try? parser.nextRows(into: &rest)) == 0 ? count : nil
  }
}

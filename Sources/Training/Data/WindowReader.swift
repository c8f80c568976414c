import Dispatch
import Synchronization
import Tensors

/// The shuffled examples of one window.
enum WindowExamples {
  /// Examples of a dataset, by number.
  case memory(Dataset, [UInt32])
  /// Rows one after the other, and the order in which they are taken.
  case rows(WindowRows, [UInt32])
}

/// The rows of a window, as they were read.
final class WindowRows: Sendable {
  let elements: [Double]
  init(_ elements: [Double]) { self.elements = elements }
}

/// Makes the windows of examples that are read, the next one while the present one is used. Of several ranks each reads
/// its own blocks and gets the others from those that have read them.
///
/// The source is used by one reading at a time, and by nobody else: that is why it may go to another thread.
final class WindowReader: @unchecked Sendable {
  private let examples: StreamedExamples
  private let order: ExampleOrder
  private let source: any RowSource
  private let queue = DispatchQueue(label: "reading ahead")
  private let finished = DispatchSemaphore(value: 0)
  private let result = Mutex<Result<Shuffled, any Error>?>(nil)
  private var asked: ExampleOrder.Window?
  private let ranks: any Ranks

  private struct Shuffled: Sendable {
    /// Of several ranks, with those of this one only.
    var rows: [Double]
    /// The numbers that each rank reads.
    let counts: [Int]
    let places: [UInt32]
  }

  init(_ examples: StreamedExamples, order: ExampleOrder, ranks: any Ranks) throws {
    self.examples = examples
    self.order = order
    self.ranks = ranks
    source = try ranks.together { place in
      guard ranks.count > 1, examples.isHeldByRanks else { return try examples.open() }
      return try HeldRows(examples, order.examples(of: ranks.part(of: order.blockCount)), readingAt: &place)
    }
  }

  deinit { if asked != nil { finished.wait() } }

  /// A window; `next` is read from now on.
  func window(_ window: ExampleOrder.Window, next: ExampleOrder.Window?) throws -> WindowExamples {
    if asked != window {
      wait()
      start(window)
    }
    finished.wait()
    asked = nil
    let read = result.withLock { result in
      defer { result = nil }
      return result
    }
    if let next { start(next) }
    let shuffled = try ranks.together { place in
      place = ranks.rank
      guard let shuffled = try read?.get() else { throw TrainingError(.dataset, "nothing was read") }
      return shuffled
    }
    guard ranks.count > 1 else { return .rows(WindowRows(shuffled.rows), shuffled.places) }
    var rows = shuffled.rows
    ranks.gather(&rows, counts: shuffled.counts)
    return .rows(WindowRows(rows), shuffled.places)
  }

  private func wait() {
    guard asked != nil else { return }
    finished.wait()
    asked = nil
  }

  private func start(_ window: ExampleOrder.Window) {
    asked = window
    @Sendable func work() {
      let read = Result { try self.read(window) }
      result.withLock { $0 = read }
      finished.signal()
    }
    // A queue waits without end for a thread that cannot be started.
    if Workers.startable(2) > 1 { queue.async { work() } } else { work() }
  }

  private func read(_ window: ExampleOrder.Window) throws -> Shuffled {
    let width = examples.columnCount
    var elements = [Double](repeating: 0, count: window.count * width)
    var span = elements.mutableSpan
    let layout = WindowLayout(window, order, ranks)
    for (block, first) in layout.blocks(of: ranks.rank) {
      try source.seek(toRow: block.lowerBound)
      var done = first * width
      let end = done + block.count * width
      while done < end {
        var rest = span._mutatingExtracting(done..<end)
        let count = try source.nextRows(into: &rest)
        guard count > 0 else { throw TrainingError(.dataset, "the data became shorter while they were read") }
        done += count * width
      }
    }
    return Shuffled(
      rows: elements, counts: layout.counts.map { $0 * width }, places: layout.places(order.places(in: window)))
  }
}

import Tensors

/// Hands out the examples of batch after batch.
final class BatchFeeder {
  /// The batches of an epoch; the last one may be smaller.
  let batchesPerEpoch: Int
  /// The last epoch, from 0, behind which nothing is read ahead.
  var lastEpoch = Int.max
  private let examples: TrainingExamples
  private let order: ExampleOrder
  private let batchSize: Int
  private let reader: WindowReader?
  private var windows: [ExampleOrder.Window] = []
  private var epoch = -1
  private var current: (number: Int, first: Int, examples: WindowExamples)?

  init(_ examples: TrainingExamples, batchSize: Int, seed: UInt32, ranks: any Ranks) throws {
    self.examples = examples
    self.batchSize = batchSize
    order = ExampleOrder(
      exampleCount: examples.exampleCount, numbersInExample: examples.inputCount + examples.kind.rowCount, seed: seed)
    batchesPerEpoch = (examples.exampleCount + batchSize - 1) / batchSize
    reader = if case .rows(let rows) = examples { try WindowReader(rows, order: order, ranks: ranks) } else { nil }
  }

  /// Puts the batch of an iteration into the memory of the kernels.
  func load<Scalar: KernelScalar>(iteration: Int, into batch: ChunkedExamples<Scalar>) throws {
    let (epoch, number) = iteration.quotientAndRemainder(dividingBy: batchesPerEpoch)
    if epoch != self.epoch {
      windows = order.windows(epoch: epoch)
      self.epoch = epoch
      current = nil
    }
    let first = number * batchSize
    let count = min(batchSize, order.exampleCount - first)
    batch.begin(count: count)
    // The weights of all examples are summed; the rest is needed where it is computed.
    let own = batch.hasWeights ? [0..<count] : batch.share.ranges(of: count)
    var done = 0
    while done < count {
      // All ranks come to all windows: they read them together.
      let window = try self.window(at: first + done)
      let place = first + done - window.first
      let some = min(count - done, windows[window.number].count - place)
      for range in own {
        let part = range.clamped(to: done..<done + some)
        let places = place + part.lowerBound - done..<place + part.upperBound - done
        if !part.isEmpty { take(window.examples, places, at: part.lowerBound, into: batch) }
      }
      done += some
    }
    batch.finish()
  }

  private func take<Scalar: KernelScalar>(
    _ window: WindowExamples, _ places: Range<Int>, at first: Int, into batch: ChunkedExamples<Scalar>
  ) {
    switch window {
    case .memory(let dataset, let order): batch.take(dataset, places, order: order, at: first)
    case .rows(let rows, let order):
      guard case .rows(let streamed) = examples else { return }
      batch.take(rows: rows.elements, width: streamed.columnCount, places, order: order, at: first)
    }
  }

  /// The window that holds an example of the epoch, counted in the epoch's order.
  private func window(at place: Int) throws -> (number: Int, first: Int, examples: WindowExamples) {
    if let current, place >= current.first, place < current.first + windows[current.number].count { return current }
    var (number, first) = current.map { $0.first <= place ? ($0.number, $0.first) : (0, 0) } ?? (0, 0)
    while place >= first + windows[number].count {
      first += windows[number].count
      number += 1
    }
    let found = (number: number, first: first, examples: try examples(of: number))
    current = found
    return found
  }

  private func examples(of number: Int) throws -> WindowExamples {
    let window = windows[number]
    switch examples {
    case .memory(let dataset):
      let all = window.blocks.flatMap { $0.map { UInt32(truncatingIfNeeded: $0) } }
      return .memory(dataset, order.places(in: window).map { all[Int($0)] })
    case .rows:
      var next = number + 1 < windows.count ? windows[number + 1] : nil
      if next == nil && epoch < lastEpoch { next = order.windows(epoch: epoch + 1).first }
      guard let window = try reader?.window(window, next: next) else {
        throw TrainingError(.dataset, "there is nothing to read from")
      }
      return window
    }
  }
}

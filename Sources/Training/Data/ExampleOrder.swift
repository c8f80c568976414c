/// The order in which the batches of an epoch take the examples: shuffled by blocks and within a window of them.
///
/// The examples are cut into blocks of 2¹⁷ numbers (1 MiB) of inputs and labels, of one example at least. Each epoch shuffles the blocks, takes 64 at a time
/// (a window, 64 MiB) and shuffles the examples of these. Data of one window are so shuffled as a whole, larger data can
/// be read block by block, and the order is the same whether the examples are in memory or not.
///
/// Shuffles are those of Fisher and Yates from the end: for n = 0, 1 … the place last = count - 1 - n is exchanged with
/// the place r (last + 1) / 2⁶⁴, rounded down. The numbers r of 64 bits come from ``Philox``: the key is (seed, 1), the
/// counter (n / 2, window + 1 or 0 for the blocks, epoch's low word, epoch's high word); the words 0 and 1, the high one,
/// are r for an even n, 2 and 3 for an odd one.
struct ExampleOrder: Sendable, Hashable {
  /// The number of examples, m.
  let exampleCount: Int
  /// The examples of every block but the last, which may have fewer.
  let blockLength: Int
  /// The seed of all epochs.
  let seed: UInt32

  private static let numbersInBlock = 1 << 17
  private static let blocksInWindow = 64

  init(exampleCount: Int, numbersInExample: Int, seed: UInt32) {
    self.exampleCount = exampleCount
    blockLength = max(1, Self.numbersInBlock / numbersInExample)
    self.seed = seed
  }

  /// The examples of one window, block by block, and what it is called in its epoch.
  struct Window: Sendable, Hashable {
    let epoch: Int
    let number: Int
    /// The examples of its blocks, in the order of the epoch.
    let blocks: [Range<Int>]
    /// The number of examples.
    var count: Int { blocks.reduce(0) { $0 + $1.count } }
  }

  /// The number of blocks.
  var blockCount: Int { (exampleCount + blockLength - 1) / blockLength }

  /// The examples of some blocks in a row.
  func examples(of blocks: Range<Int>) -> Range<Int> {
    min(exampleCount, blocks.lowerBound * blockLength)..<min(exampleCount, blocks.upperBound * blockLength)
  }

  /// The most examples of a window.
  var windowLength: Int { min(exampleCount, Self.blocksInWindow * blockLength) }

  /// The windows of an epoch, from 0.
  func windows(epoch: Int) -> [Window] {
    let count = blockCount
    let order = permutation(count: count, stream: 0, epoch: epoch)
    return stride(from: 0, to: count, by: Self.blocksInWindow).map { first in
      let blocks = order[first..<min(count, first + Self.blocksInWindow)].map { block in
        Int(block) * blockLength..<min(exampleCount, (Int(block) + 1) * blockLength)
      }
      return Window(epoch: epoch, number: first / Self.blocksInWindow, blocks: blocks)
    }
  }

  /// The order of a window's examples, as places in the row of its blocks.
  func places(in window: Window) -> [UInt32] {
    permutation(count: window.count, stream: UInt32(truncatingIfNeeded: window.number + 1), epoch: window.epoch)
  }

  /// 0 … count - 1 in random order.
  private func permutation(count: Int, stream: UInt32, epoch: Int) -> [UInt32] {
    let philox = Philox(key: SIMD2(seed, 1))
    var order = (0..<count).map { UInt32(truncatingIfNeeded: $0) }
    var words = SIMD4<UInt32>()
    for (number, last) in stride(from: count - 1, to: 0, by: -1).enumerated() {
      if number & 1 == 0 {
        words = philox.words(
          at: SIMD4(
            UInt32(truncatingIfNeeded: number >> 1), stream, UInt32(truncatingIfNeeded: epoch),
            UInt32(truncatingIfNeeded: epoch >> 32)))
      }
      let (low, high) = number & 1 == 0 ? (words.x, words.y) : (words.z, words.w)
      let random = UInt64(high) << 32 | UInt64(low)
      // The product's upper half is a number from 0 to last, as evenly as 64 bits allow.
      order.swapAt(last, Int(random.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }
}

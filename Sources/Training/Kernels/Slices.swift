/// How the examples are cut into slices, whose gradients are computed apart and summed in a fixed tree.
///
/// The borders depend on the number of examples alone, so the sums are the same bits however many threads compute them.
struct Slices: Sendable, Hashable {
  /// The number of examples, m.
  let exampleCount: Int
  /// The examples of every slice but the last, which may have fewer.
  let length: Int
  /// The number of slices, at most 64.
  let count: Int

  /// Whole chunks of either precision: 144 examples are 36 vectors of four and 18 vectors of eight.
  static let block = 144
  static let blocksPerSlice = 2
  static let maximumCount = 64

  init(exampleCount: Int) {
    let blocks = (exampleCount + Self.block - 1) / Self.block
    let wanted = max(1, min(Self.maximumCount, (blocks + Self.blocksPerSlice - 1) / Self.blocksPerSlice))
    let blocksEach = max(1, (blocks + wanted - 1) / wanted)
    self.exampleCount = exampleCount
    length = blocksEach * Self.block
    count = max(1, (exampleCount + length - 1) / length)
  }

  /// The most slices that so many examples or fewer are cut into.
  static func mostSlices(capacity: Int) -> Int {
    max(1, min(maximumCount, (capacity + block * blocksPerSlice - 1) / (block * blocksPerSlice)))
  }

  /// The examples of a slice.
  func range(_ slice: Int) -> Range<Int> { slice * length..<min(exampleCount, (slice + 1) * length) }
}

/// Where the blocks of a window lie when the ranks have read them: those of rank 0 first, in the order of the window, then
/// those of rank 1 and so on.
struct WindowLayout {
  /// The examples that each rank reads.
  let counts: [Int]
  /// The window's blocks, the rank of each, and where it begins.
  private let blocks: [(examples: Range<Int>, rank: Int, first: Int)]
  private let isInOrder: Bool

  init(_ window: ExampleOrder.Window, _ order: ExampleOrder, _ ranks: any Ranks) {
    let parts = (0..<ranks.count).map { order.examples(of: ranks.part(of: order.blockCount, for: $0)) }
    let owners = window.blocks.map { block in parts.firstIndex { $0.contains(block.lowerBound) } ?? 0 }
    var counts = parts.map { _ in 0 }
    for (block, rank) in zip(window.blocks, owners) { counts[rank] += block.count }
    var next = counts.indices.map { counts[..<$0].reduce(0, +) }
    var blocks: [(examples: Range<Int>, rank: Int, first: Int)] = []
    for (block, rank) in zip(window.blocks, owners) {
      blocks.append((block, rank, next[rank]))
      next[rank] += block.count
    }
    (self.counts, self.blocks, isInOrder) = (counts, blocks, ranks.count == 1)
  }

  /// The blocks that a rank reads, and where they begin.
  func blocks(of rank: Int) -> [(examples: Range<Int>, first: Int)] {
    blocks.filter { $0.rank == rank }.map { ($0.examples, $0.first) }
  }

  /// The places of examples, of which those in the order of the window's blocks are known.
  func places(_ places: [UInt32]) -> [UInt32] {
    if isInOrder { return places }
    var found: [UInt32] = []
    found.reserveCapacity(places.count)
    for block in blocks {
      for place in block.first..<block.first + block.examples.count { found.append(UInt32(place)) }
    }
    return places.map { found[Int($0)] }
  }
}

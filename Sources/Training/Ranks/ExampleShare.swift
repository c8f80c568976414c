/// Which examples of a batch a rank computes.
///
/// Narrow networks are computed slice by slice, and a rank has some slices in a row. Wide ones are computed block by block
/// of groups, whose gradients are summed one after the other: there a rank has its part of each block.
struct ExampleShare: Sendable, Hashable {
  let rank: Int
  let ranks: Int
  /// The examples of a chunk.
  let chunk: Int
  /// The chunks of a block; nil where shares are slices.
  let blockChunks: Int?

  /// The slices of this rank.
  func slices(of slices: Slices) -> Range<Int> { part(of: slices.count, rank) }

  /// The chunks of a rank in every block.
  func chunks(of rank: Int) -> Range<Int> { part(of: blockChunks ?? 0, rank) }

  private func part(of tasks: Int, _ rank: Int) -> Range<Int> {
    // Divisions are not for nothing, several in each short iteration.
    ranks == 1 ? 0..<tasks : rank * tasks / ranks..<(rank + 1) * tasks / ranks
  }

  /// The examples of a batch of so many, some in a row, ascending; whole chunks but for the last one of the batch.
  func ranges(of count: Int) -> [Range<Int>] {
    guard ranks > 1 else { return [0..<count] }
    guard let blockChunks else {
      let slices = Slices(exampleCount: count)
      let own = self.slices(of: slices)
      guard !own.isEmpty else { return [] }
      return [slices.range(own.lowerBound).lowerBound..<slices.range(own.upperBound - 1).upperBound]
    }
    let own = chunks(of: rank)
    return stride(from: 0, to: count, by: blockChunks * chunk).compactMap { first in
      let range = min(count, first + own.lowerBound * chunk)..<min(count, first + own.upperBound * chunk)
      return range.isEmpty ? nil : range
    }
  }
}

/// Where the examples of a batch lie in memory that has only those of one rank, or all.
struct ExamplePlaces: Sendable, Hashable {
  /// The number of examples that there is room for, in whole chunks.
  let room: Int
  private let first: Int
  private let blockLength: Int
  private let own: Range<Int>

  /// Room for all of so many examples.
  init(all count: Int, chunk: Int) {
    room = (count + chunk - 1) / chunk * chunk
    (first, blockLength, own) = (0, 0, 0..<0)
  }

  /// Room for those that a rank computes of so many.
  init(_ share: ExampleShare, of count: Int) {
    let ranges = share.ranges(of: count)
    let chunk = share.chunk
    room = ranges.reduce(0) { $0 + ($1.count + chunk - 1) / chunk * chunk }
    first = ranges.first?.lowerBound ?? 0
    guard let blockChunks = share.blockChunks, share.ranks > 1 else {
      (blockLength, own) = (0, 0..<0)
      return
    }
    let chunks = share.chunks(of: share.rank)
    blockLength = blockChunks * chunk
    own = chunks.lowerBound * chunk..<chunks.upperBound * chunk
  }

  /// The place of an example that there is room for.
  func callAsFunction(_ example: Int) -> Int {
    guard blockLength > 0 else { return example - first }
    let (block, place) = example.quotientAndRemainder(dividingBy: blockLength)
    return block * own.count + place - own.lowerBound
  }
}

/// How the sums of slices are put together across ranks: by the tree that one process alone takes.
///
/// A node is some slices in a row, which begin at a multiple of a power of two and are as many, or fewer at the end. A
/// rank sums the nodes that lie in its part and gives these; what is left of the tree, every rank sums.
package struct SliceTree: Sendable {
  /// The largest nodes of each rank's part.
  package let nodes: [[Range<Int>]]
  /// The additions that are left, in their order: to which slice's sum which one is added.
  package let additions: [(target: Int, source: Int)]

  /// - Parameters:
  ///   - count: the number of slices.
  ///   - parts: the slices of each rank.
  package init(count: Int, parts: [Range<Int>]) {
    nodes = parts.map { SliceTree.nodes(of: $0, count) }
    var additions: [(target: Int, source: Int)] = []
    var step = 1
    while step < count {
      for slice in stride(from: 0, to: count - step, by: 2 * step) {
        let node = slice..<min(slice + 2 * step, count)
        let isDone = parts.contains { $0.lowerBound <= node.lowerBound && node.upperBound <= $0.upperBound }
        if !isDone { additions.append((slice, slice + step)) }
      }
      step *= 2
    }
    self.additions = additions
  }

  private static func nodes(of part: Range<Int>, _ count: Int) -> [Range<Int>] {
    var nodes: [Range<Int>] = []
    var first = part.lowerBound
    while first < part.upperBound {
      var size = 1
      while first % (2 * size) == 0, size < count, min(first + 2 * size, count) <= part.upperBound { size *= 2 }
      nodes.append(first..<min(first + size, count))
      first += size
    }
    return nodes
  }

}

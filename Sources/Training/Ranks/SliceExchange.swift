/// Puts the sums of the slices of all ranks together, the same ones on every rank: gradients and losses.
///
/// What a rank gives is one message: whether it asks to stop, then of each node its gradient and its loss.
@safe
final class SliceExchange<Scalar: KernelScalar> {
  private let ranks: any Ranks
  private let parameterCount: Int
  private let recordBytes: Int
  private let messages: Memory<UInt8>
  private var tree = SliceTree(count: 0, parts: [])
  private var treeCount = 0
  private var sizes: [Int] = []

  private static var headerBytes: Int { 8 }

  /// - Parameter slices: the most slices.
  init(parameterCount: Int, _ slices: Int, _ ranks: any Ranks) {
    self.ranks = ranks
    self.parameterCount = parameterCount
    recordBytes = (parameterCount * MemoryLayout<Scalar>.stride + 7) / 8 * 8 + 8
    unsafe messages = Memory(count: ranks.count * Self.headerBytes + slices * recordBytes)
  }

  /// The sums of all slices go to the first.
  ///
  /// - Parameters:
  ///   - gradients: one for each slice, `pitch` numbers apart, of which this rank has computed its own.
  ///   - losses: one for each slice.
  ///   - slices: their number.
  /// - Returns: whether one of the ranks asks to stop.
  @unsafe
  func combine(
    _ gradients: Memory<Scalar>, pitch: Int, _ losses: Memory<Double>, slices: Int,
    _ functions: KernelFunctions<Scalar>, asksToStop: Bool
  ) -> Bool {
    if slices != treeCount {
      tree = SliceTree(count: slices, parts: (0..<ranks.count).map { ranks.part(of: slices, for: $0) })
      treeCount = slices
      sizes = tree.nodes.map { Self.headerBytes + $0.count * recordBytes }
    }
    for node in tree.nodes[ranks.rank] where node.count > 1 {
      unsafe functions.combineSlices(
        gradients.start + node.lowerBound * pitch, node.count, pitch, 0, parameterCount)
      var step = 1
      while step < node.count {
        for slice in stride(from: node.lowerBound, to: node.upperBound - step, by: 2 * step) {
          unsafe losses.start[slice] += losses.start[slice + step]
        }
        step *= 2
      }
    }
    let bytes = parameterCount * MemoryLayout<Scalar>.stride
    var place = sizes[..<ranks.rank].reduce(0, +)
    unsafe messages.start[place] = asksToStop ? 1 : 0
    place += Self.headerBytes
    for node in tree.nodes[ranks.rank] {
      let target = unsafe UnsafeMutableRawPointer(messages.start + place)
      unsafe target.copyMemory(from: gradients.start + node.lowerBound * pitch, byteCount: bytes)
      unsafe target.storeBytes(of: losses.start[node.lowerBound], toByteOffset: recordBytes - 8, as: Double.self)
      place += recordBytes
    }
    unsafe ranks.gather(messages.start, counts: sizes)
    var isAsked = false
    place = 0
    for nodes in tree.nodes {
      if unsafe messages.start[place] != 0 { isAsked = true }
      place += Self.headerBytes
      for node in nodes {
        let source = unsafe UnsafeRawPointer(messages.start + place)
        unsafe UnsafeMutableRawPointer(gradients.start + node.lowerBound * pitch)
          .copyMemory(from: source, byteCount: bytes)
        unsafe losses.start[node.lowerBound] = source.load(fromByteOffset: recordBytes - 8, as: Double.self)
        place += recordBytes
      }
    }
    for (target, source) in tree.additions {
      unsafe functions.combineSlices(
        gradients.start + target * pitch, 2, (source - target) * pitch, 0, parameterCount)
      unsafe losses.start[target] += losses.start[source]
    }
    return isAsked
  }
}

extension Ranks {
  /// Whether one of the ranks asks for something.
  func anyAsks(_ asks: Bool) -> Bool {
    gathered([asks ? 1 : 0] as [UInt8], counts: Array(repeating: 1, count: count), zero: 0).contains(1)
  }
}

/// Some of the examples of a set, in their order: one bit for each example of the set.
public struct ExampleSubset: Sendable, Hashable {
  /// The number of examples of the whole set.
  public let total: Int
  /// The number of examples that are chosen.
  public let count: Int
  private let words: [UInt64]
  /// For each group of words, how many examples before it are chosen.
  private let ranks: [Int]

  private static let groupWords = 64

  /// The examples, by number from 0, of which a function says so; it is asked in order.
  public init(of total: Int, where isChosen: (Int) -> Bool) {
    var words = [UInt64](repeating: 0, count: (total + 63) / 64)
    for example in 0..<total where isChosen(example) { words[example / 64] |= 1 << UInt64(example % 64) }
    self.init(total: total, words: words)
  }

  private init(total: Int, words: [UInt64]) {
    var ranks: [Int] = []
    var count = 0
    for (index, word) in words.enumerated() {
      if index % ExampleSubset.groupWords == 0 { ranks.append(count) }
      count += word.nonzeroBitCount
    }
    (self.total, self.words, self.ranks, self.count) = (total, words, ranks, count)
  }

  /// Whether an example, by number from 0, is chosen.
  public func contains(_ example: Int) -> Bool { words[example / 64] >> UInt64(example % 64) & 1 == 1 }

  /// The number in the whole set of the chosen example of a number, both from 0.
  ///
  /// - Precondition: so many are chosen.
  public subscript(number: Int) -> Int {
    precondition((0..<count).contains(number), "\(count) examples are chosen, there is no \(number)")
    var (low, high) = (0, ranks.count)
    while low < high {
      let middle = (low + high) / 2
      if ranks[middle] <= number { low = middle + 1 } else { high = middle }
    }
    var rest = number - ranks[low - 1]
    var index = (low - 1) * ExampleSubset.groupWords
    while rest >= words[index].nonzeroBitCount {
      rest -= words[index].nonzeroBitCount
      index += 1
    }
    var word = words[index]
    for _ in 0..<rest { word &= word - 1 }
    return index * 64 + word.trailingZeroBitCount
  }

  /// The first chosen example from a number on; nil where there is none.
  public func first(from example: Int) -> Int? {
    guard example < total else { return nil }
    var index = example / 64
    var word = words[index] & (UInt64.max << UInt64(example % 64))
    while word == 0 {
      index += 1
      guard index < words.count else { return nil }
      word = words[index]
    }
    return index * 64 + word.trailingZeroBitCount
  }

  /// The numbers of the chosen examples, ascending.
  public var examples: [Int] {
    var result: [Int] = []
    result.reserveCapacity(count)
    var next = first(from: 0)
    while let example = next {
      result.append(example)
      next = first(from: example + 1)
    }
    return result
  }

  /// Those that are not chosen.
  public var complement: ExampleSubset {
    ExampleSubset(of: total) { !contains($0) }
  }

  /// Those that are chosen here and not there.
  public func subtracting(_ other: ExampleSubset) -> ExampleSubset {
    ExampleSubset(of: total) { contains($0) && !other.contains($0) }
  }
}

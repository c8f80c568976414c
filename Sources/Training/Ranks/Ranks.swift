/// The processes that train one network together, each with a part of the examples: ranks, as MPI calls them.
///
/// All of them make the same calls in the same order, from one thread. What is computed does not depend on their number:
/// each takes whole parts of sums whose order the examples alone fix, and all put the parts together in that order.
package protocol Ranks: AnyObject, Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var count: Int { get }

  /// Each rank gives its own part of a memory and gets those of all others.
  ///
  /// - Parameter counts: the bytes of each rank's part; the parts lie one after the other.
  @unsafe func gather(_ memory: UnsafeMutableRawPointer, counts: [Int])

  /// Each rank gets the bitwise or of all ranks' words: who writes where nobody else does leaves there what it wrote, to
  /// the bit, which a sum would not do for -0.
  @unsafe func unite(_ words: UnsafeMutablePointer<UInt64>, count: Int)

  /// Waits, asleep, until all ranks have come here.
  func wait()
}

/// One process alone.
package final class OneRank: Ranks {
  package init() {}
  package var rank: Int { 0 }
  package var count: Int { 1 }
  package func gather(_ memory: UnsafeMutableRawPointer, counts: [Int]) {}
  package func unite(_ words: UnsafeMutablePointer<UInt64>, count: Int) {}
  package func wait() {}
}

/// What another rank failed with, which says so itself.
package struct FailureElsewhere: Error {}

extension Ranks {
  /// Of so many tasks in a row the ones of a rank: as many for each as there can be.
  package func part(of tasks: Int, for rank: Int) -> Range<Int> {
    rank * tasks / count..<(rank + 1) * tasks / count
  }

  /// The tasks of this rank.
  package func part(of tasks: Int) -> Range<Int> { part(of: tasks, for: rank) }

  /// The numbers of all ranks in their order.
  ///
  /// - Parameters:
  ///   - own: those of this rank.
  ///   - counts: how many each rank has.
  package func gathered<Number: BitwiseCopyable>(_ own: [Number], counts: [Int], zero: Number) -> [Number] {
    guard count > 1 else { return own }
    var all = [Number](repeating: zero, count: counts.reduce(0, +))
    let first = counts[..<rank].reduce(0, +)
    for (index, number) in own.enumerated() { all[first + index] = number }
    gather(&all, counts: counts)
    return all
  }

  /// Fills an array in whose parts each rank has put its own numbers.
  package func gather<Number: BitwiseCopyable>(_ numbers: inout [Number], counts: [Int]) {
    unsafe numbers.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe gather(start, counts: counts.map { $0 * MemoryLayout<Number>.stride })
    }
  }

  /// What rank 0 knows.
  ///
  /// - Parameter text: its text; the others wait for it, asleep.
  package func fromFirst(_ text: () throws -> String) throws -> String {
    guard count > 1 else { return try text() }
    let bytes = rank == 0 ? Array(try text().utf8) : []
    wait()
    let counts = (0..<count).map { $0 == 0 ? 1 : 0 }
    let size = gathered(rank == 0 ? [bytes.count] : [], counts: counts, zero: 0)[0]
    return String(decoding: gathered(bytes, counts: counts.map { $0 * size }, zero: 0), as: UTF8.self)
  }

  /// Does a rank's part of a work that may fail on one rank alone; all fail then.
  ///
  /// - Parameter work: gets a number that it keeps at how far it has come: of several failures the one at the smallest is
  ///   the one that is told, which is that of one process alone where the parts lie in its order.
  package func together<Result>(_ work: (inout Int) throws -> Result) throws -> Result {
    var place = 0
    let result = Swift.Result { try work(&place) }
    guard count > 1 else { return try result.get() }
    if case .success = result { place = .max }
    let places = gathered([place], counts: Array(repeating: 1, count: count), zero: 0)
    let first = places.enumerated().min { ($0.element, $0.offset) < ($1.element, $1.offset) }
    guard let first, first.element < .max else { return try result.get() }
    if first.offset == rank { return try result.get() }
    throw FailureElsewhere()
  }
}

import Dispatch
import Synchronization
import Training

/// Ranks that are threads of one process: what MPI does for processes.
final class ThreadRanks: Ranks {
  /// Where they meet.
  final class Meeting: Sendable {
    private let count: Int
    private let state = Mutex<(arrived: Int, parts: [Int: [UInt8]])>((0, [:]))
    private let arrived: [DispatchSemaphore]
    private let left: [DispatchSemaphore]

    init(_ count: Int) {
      self.count = count
      arrived = (0..<count).map { _ in DispatchSemaphore(value: 0) }
      left = (0..<count).map { _ in DispatchSemaphore(value: 0) }
    }

    /// Gives the parts of all to each.
    func exchange(_ part: [UInt8], of rank: Int) -> [[UInt8]] {
      let isLast = state.withLock { state in
        state.parts[rank] = part
        state.arrived += 1
        return state.arrived == count
      }
      if isLast { for semaphore in arrived { semaphore.signal() } }
      arrived[rank].wait()
      let parts = state.withLock { state in (0..<count).map { state.parts[$0] ?? [] } }
      let isEmpty = state.withLock { state in
        state.arrived -= 1
        return state.arrived == 0
      }
      if isEmpty { for semaphore in left { semaphore.signal() } }
      left[rank].wait()
      return parts
    }
  }

  let rank: Int
  let count: Int
  private let meeting: Meeting

  private init(_ rank: Int, of count: Int, _ meeting: Meeting) {
    (self.rank, self.count, self.meeting) = (rank, count, meeting)
  }

  func gather(_ memory: UnsafeMutableRawPointer, counts: [Int]) {
    let first = counts[..<rank].reduce(0, +)
    let own = unsafe Array(UnsafeRawBufferPointer(start: memory + first, count: counts[rank]))
    var place = 0
    for part in meeting.exchange(own, of: rank) {
      for byte in part {
        unsafe memory.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
        place += 1
      }
    }
  }

  func unite(_ words: UnsafeMutablePointer<UInt64>, count: Int) {
    let own = unsafe Array(UnsafeRawBufferPointer(start: words, count: count * 8))
    let all = meeting.exchange(own, of: rank)
    for index in 0..<count * 8 {
      let byte = all.reduce(0 as UInt8) { $0 | $1[index] }
      unsafe UnsafeMutableRawPointer(words).storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }
  }

  func wait() { _ = meeting.exchange([], of: rank) }

  /// What each of so many ranks makes.
  static func run<Result: Sendable>(
    _ count: Int, _ work: @escaping @Sendable (ThreadRanks) throws -> Result
  ) -> [Swift.Result<Result, any Error>] {
    let meeting = Meeting(count)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let group = DispatchGroup()
    for rank in 0..<count {
      // A queue of its own has a thread of its own.
      DispatchQueue(label: "rank \(rank)").async(group: group) {
        let result = Swift.Result { try work(ThreadRanks(rank, of: count, meeting)) }
        results.withLock { $0[rank] = result }
      }
    }
    group.wait()
    return results.withLock { results in (0..<count).compactMap { results[$0] } }
  }
}

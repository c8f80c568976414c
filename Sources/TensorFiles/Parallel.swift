import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Work on the parts of one array that several threads share.
enum Parallel {
  /// The cores that are switched on: how many threads work where nobody says it.
  static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Does some tasks, on at most so many threads at once, each begun in the order of its number.
  ///
  /// - Parameter body: one thread's share: what it is given hands out the number of the next task, nil at the end.
  static func share(_ count: Int, threads: Int, _ body: @Sendable (_ next: () -> Int?) -> Void) {
    let taken = Atomic<Int>(0)
    @Sendable func next() -> Int? {
      let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }
    let workers = min(threads, count)
    guard workers > 1 else { return body(next) }
    DispatchQueue.concurrentPerform(iterations: workers) { _ in body(next) }
  }
}

import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that share tasks: each takes the next one as soon as it is free, in the order of their numbers.
///
/// It is here because those who read files and those who train do not know each other.
package enum Workers {
  /// The cores that are switched on: how many threads work where nobody says it.
  package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Calls `worker` once on each of at most so many threads.
  ///
  /// - Parameter worker: gets the number of the thread, from 0, and what hands out the number of the next task, nil at
  ///   the end.
  package static func share(
    _ count: Int, over threads: Int, _ worker: @Sendable (_ thread: Int, _ next: () -> Int?) -> Void
  ) {
    let tasks = Tasks(count)
    let workers = startable(min(threads, count))
    guard workers > 1 else { return worker(0, tasks.next) }
    DispatchQueue.concurrentPerform(iterations: workers) { worker($0, tasks.next) }
  }

  /// The same on threads that are started for it: where tasks are large, or this process may do so little that Dispatch
  /// cannot work in it.
  package static func shareOverOwn(
    _ count: Int, threads: Int, _ worker: @Sendable (_ thread: Int, _ next: () -> Int?) -> Void
  ) {
    let tasks = Tasks(count)
    OwnThreads.run(min(threads, count)) { worker($0, tasks.next) }
  }

  /// The numbers of tasks, handed out in their order.
  private final class Tasks: Sendable {
    private let count: Int
    private let taken = Atomic<Int>(0)

    init(_ count: Int) { self.count = count }

    func next() -> Int? {
      let task = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return task < count ? task : nil
    }
  }

  /// At most so many threads, or as many as the system lets this process have; at least 1.
  package static func startable(_ threads: Int) -> Int {
    threads > 1 ? StartableThreads.count(upTo: threads) : 1
  }

  /// Calls `body` with the number of each task, and with that of the thread that does it.
  package static func each(_ count: Int, over threads: Int, _ body: @Sendable (_ task: Int, _ thread: Int) -> Void) {
    guard threads > 1, count > 1 else {
      for task in 0..<count { body(task, 0) }
      return
    }
    share(count, over: threads) { thread, next in while let task = next() { body(task, thread) } }
  }

  /// What `work` makes of each value, in the order of the values.
  package static func map<Value: Sendable, Result: Sendable>(
    _ values: [Value], over threads: Int, _ work: @Sendable (Value) -> Result
  ) -> [Result] {
    guard values.count > 1, threads > 1 else { return values.map(work) }
    let results = Mutex<[Int: Result]>([:])
    each(values.count, over: threads) { task, _ in
      let result = work(values[task])
      results.withLock { $0[task] = result }
    }
    return results.withLock { results in values.indices.compactMap { results[$0] } }
  }
}

import Dispatch
import Synchronization

/// Does the same work on several values at once; the results stand in the order of the values.
package func inParallel<Value: Sendable, Result: Sendable>(
  _ values: [Value], _ work: @Sendable (Value) -> Result
) -> [Result] {
  inParallel(values, threads: values.count, work)
}

/// Does the same work on several values, on so many at once and in their order; the results stand in the order of the
/// values.
package func inParallel<Value: Sendable, Result: Sendable>(
  _ values: [Value], threads: Int, _ work: @Sendable (Value) -> Result
) -> [Result] {
  guard values.count > 1, threads > 1 else { return values.map(work) }
  let results = Mutex<[Int: Result]>([:])
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: min(threads, values.count)) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < values.count else { return }
      let result = work(values[index])
      results.withLock { $0[index] = result }
    }
  }
  return results.withLock { results in values.indices.compactMap { results[$0] } }
}

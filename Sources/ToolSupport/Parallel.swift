import Dispatch
import Synchronization

/// Does the same work on several values at once; the results stand in the order of the values.
package func inParallel<Value: Sendable, Result: Sendable>(
  _ values: [Value], _ work: @Sendable (Value) -> Result
) -> [Result] {
  guard values.count > 1 else { return values.map(work) }
  let results = Mutex<[Int: Result]>([:])
  DispatchQueue.concurrentPerform(iterations: values.count) { index in
    let result = work(values[index])
    results.withLock { $0[index] = result }
  }
  return results.withLock { results in values.indices.compactMap { results[$0] } }
}

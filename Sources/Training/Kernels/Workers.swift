import Dispatch
import Synchronization

/// Threads that share the tasks of a step.
enum Workers {
  /// Calls `body` with the numbers of all tasks, and with that of the thread, from 0: each takes the next task as soon as
  /// it is free.
  static func share(_ count: Int, over threads: Int, _ body: @Sendable (_ task: Int, _ thread: Int) -> Void) {
    let workers = min(threads, count)
    guard workers > 1 else {
      for task in 0..<count { body(task, 0) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: workers) { thread in
      while true {
        let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if task >= count { return }
        body(task, thread)
      }
    }
  }
}

import Dispatch
import Synchronization
import Tensors

/// Does work in turn that has a beginning and an end: jobs are begun one after the other, worked on by several threads
/// at once, and ended one after the other, in the order in which they were begun.
///
/// Jobs are used again and again, a few more of them than threads: memory does not grow with the work. Nobody waits for
/// a job that is slower than others, and whoever finishes the next one in order ends all that are ready.
///
/// - Parameters:
///   - makeJob: makes a job.
///   - begin: begins the next job, by one thread at a time; false where there is none. What it throws is thrown when
///     all jobs before are ended.
///   - makeWork: makes what one thread does with its jobs.
///   - end: ends a job, by one thread at a time. What it throws ends everything.
package func inTurn<Job: AnyObject>(
  threads: Int, job makeJob: () -> Job, begin: (Job) throws -> Bool,
  work makeWork: @Sendable () -> (Job) -> Void, end: (Job) throws -> Void
) throws {
  let threads = Workers.startable(threads)
  guard threads > 1 else {
    let (job, work) = (makeJob(), makeWork())
    while try begin(job) {
      work(job)
      try end(job)
    }
    return
  }
  let jobs = (0..<threads + min(threads, 4)).map { _ in makeJob() }
  try withoutActuallyEscaping(begin) { begin in
    try withoutActuallyEscaping(end) { end in
      let turns = Turns(jobs, begin: begin, end: end)
      DispatchQueue.concurrentPerform(iterations: threads) { _ in turns.run(makeWork()) }
      if let failure = turns.failure { throw failure }
    }
  }
}

/// Jobs that threads take in turn. Each job is one thread's alone while it is neither free nor ready, and the two
/// closures are called under a lock or by the one thread that is ending jobs.
private final class Turns<Job: AnyObject>: @unchecked Sendable {
  private let jobs: [Job]
  private let begin: (Job) throws -> Bool
  private let end: (Job) throws -> Void
  /// How many jobs are free.
  private let room: DispatchSemaphore
  private let free: Mutex<[Int]>

  private struct Beginning {
    var count = 0
    var isOver = false
    var failure: (any Error)?
  }
  private let beginning = Mutex(Beginning())

  private struct Ending {
    /// Jobs that are worked on, by their place in the order.
    var ready: [Int: Int] = [:]
    var next = 0
    var isBusy = false
    var failure: (any Error)?
  }
  private let ending = Mutex(Ending())

  init(_ jobs: [Job], begin: @escaping (Job) throws -> Bool, end: @escaping (Job) throws -> Void) {
    self.jobs = jobs
    self.begin = begin
    self.end = end
    room = DispatchSemaphore(value: jobs.count)
    free = Mutex(Array(jobs.indices))
  }

  /// The error that came first in the order of the jobs.
  var failure: (any Error)? {
    ending.withLock { $0.failure } ?? beginning.withLock { $0.failure }
  }

  /// What one thread does until there are no more jobs.
  func run(_ work: (Job) -> Void) {
    while let (place, job) = next() {
      work(jobs[job])
      hand(on: job, at: place)
    }
  }

  /// Begins a job: its place in the order and its number.
  private func next() -> (Int, Int)? {
    room.wait()
    let job = free.withLock { $0.removeLast() }
    let isStopped = ending.withLock { $0.failure != nil }
    let place: Int? = beginning.withLock { beginning in
      if beginning.isOver || isStopped { return nil }
      do {
        if try begin(jobs[job]) {
          beginning.count += 1
          return beginning.count - 1
        }
      } catch {
        beginning.failure = error
      }
      beginning.isOver = true
      return nil
    }
    guard let place else {
      release(job)
      return nil
    }
    return (place, job)
  }

  private func release(_ job: Int) {
    free.withLock { $0.append(job) }
    room.signal()
  }

  /// Ends a job and those that waited for it, unless another thread does, or one before is still worked on.
  private func hand(on job: Int, at place: Int) {
    var next: Int? = ending.withLock { ending in
      ending.ready[place] = job
      guard !ending.isBusy, let first = ending.ready.removeValue(forKey: ending.next) else { return nil }
      ending.isBusy = true
      return first
    }
    while let job = next {
      if ending.withLock({ $0.failure == nil }) {
        do { try end(jobs[job]) } catch { ending.withLock { $0.failure = error } }
      }
      release(job)
      next = ending.withLock { ending in
        ending.next += 1
        let following = ending.ready.removeValue(forKey: ending.next)
        ending.isBusy = following != nil
        return following
      }
    }
  }
}

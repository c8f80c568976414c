import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many threads the system lets this process have.
///
/// Dispatch waits without end for a thread that cannot be started: where address space or the number of processes is
/// limited (`ulimit -v`, `ulimit -u`) a tool would hang. So threads are started once to see whether they can be, and
/// their stacks, which the C library keeps, are there for those that work.
enum StartableThreads {
  private struct Trial {
    var wanted = 1
    var started = 1
  }
  private static let trial = Mutex(Trial())
  /// What keeps the threads of a trial until all of them are there.
  private static let gate = Mutex(())

  /// At most so many, the calling thread among them; at least 1.
  static func count(upTo wanted: Int) -> Int {
    trial.withLock { trial in
      if wanted > trial.wanted { trial = Trial(wanted: wanted, started: 1 + start(wanted - 1)) }
      return min(wanted, trial.started)
    }
  }

  /// Starts threads, as many as can be at once, and waits for their end.
  private static func start(_ count: Int) -> Int {
    var threads: [ThreadIdentifier] = []
    gate.withLock { _ in
      for _ in 0..<count {
        var thread = ThreadIdentifier.none
        let failure = unsafe pthread_create(
          &thread, nil,
          { _ in
            StartableThreads.gate.withLock { _ in }
            return nil
          }, nil)
        guard failure == 0 else { return }
        threads.append(thread)
      }
    }
    for thread in threads { thread.join() }
    return threads.count
  }
}

#if canImport(Glibc)
  typealias ThreadIdentifier = pthread_t
  extension pthread_t {
    static var none: pthread_t { 0 }

    /// Waits for the end of the thread.
    func join() { pthread_join(self, nil) }
  }
#else
  typealias ThreadIdentifier = pthread_t?
  extension Optional where Wrapped == pthread_t {
    static var none: pthread_t? { nil }

    /// Waits for the end of the thread.
    func join() { if let thread = unsafe self { unsafe pthread_join(thread, nil) } }
  }
#endif

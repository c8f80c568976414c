#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that are started for one piece of work, and end with it.
///
/// They cost a little more than those of Dispatch, which looks into the system's files at times and ends a process that
/// may not.
enum OwnThreads {
  /// What one thread does.
  private final class Work {
    let number: Int
    let body: @Sendable (Int) -> Void

    init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) {
      self.number = number
      self.body = body
    }
  }

  /// Calls `body` with the numbers from 0 on, each on a thread of its own; on fewer threads where the system lets this
  /// process have no more, but always with 0.
  static func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [ThreadIdentifier] = []
      for number in 1..<max(count, 1) {
        var thread = ThreadIdentifier.none
        let work = unsafe Unmanaged.passRetained(Work(number, body))
        let failure = unsafe pthread_create(&thread, nil, begin, work.toOpaque())
        guard failure == 0 else {
          unsafe work.release()
          break
        }
        threads.append(thread)
      }
      body(0)
      for thread in threads { thread.join() }
    }
  }

  #if canImport(Glibc)
    private static let begin: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { work in
      if let work = unsafe work { unsafe run(work) }
      return nil
    }
  #else
    private static let begin: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { work in
      unsafe run(work)
      return nil
    }
  #endif

  @unsafe
  private static func run(_ work: UnsafeMutableRawPointer) {
    let work = unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue()
    work.body(work.number)
  }
}

import Plotting
import Synchronization
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the tools do when they are asked to end: SIGINT (Ctrl-C), SIGTERM, SIGHUP (the terminal is gone), SIGQUIT
/// (Ctrl-\), and a pipe that nobody reads any more.
///
/// The signals are blocked in every thread but one, which waits for them: so the code that removes temporary files is
/// ordinary code, not a signal handler that may do almost nothing.
package enum Interruption {
  /// The first signal that came while ``isFinishing``; 0 for none.
  private static let pending = Atomic<Int32>(0)
  private static let isFinishing = Atomic<Bool>(false)
  /// What sends a signal to a process and to its group, as `timeout` and batch systems do, means one signal: so long
  /// after the first the others are it again. No hand presses a key twice in that time. In microseconds.
  private static let echo: UInt32 = 200_000

  /// Starts to wait for signals. Called once, before any other thread exists.
  static func begin() {
    signal(SIGPIPE, SIG_IGN)
    // A file larger than `ulimit -f` allows is then a write that fails, like any other.
    signal(SIGXFSZ, SIG_IGN)
    var signals = awaited
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = ThreadIdentifier.none
    // Without the thread the signals would be blocked and lost, so they are unblocked again.
    let started = unsafe pthread_create(&thread, nil, { _ in Interruption.wait() }, nil)
    if started != 0 { unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
  }

  /// Runs work that can end early by itself: it asks ``isRequested``, and only a second signal ends the process at
  /// once, one that comes after ``echo``.
  package static func finishing<Result, Failure: Error>(
    _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    isFinishing.store(true, ordering: .sequentiallyConsistent)
    defer { isFinishing.store(false, ordering: .sequentiallyConsistent) }
    return try work()
  }

  /// Whether a signal asked the work of ``finishing(_:)`` to end.
  package static var isRequested: Bool { pending.load(ordering: .relaxed) != 0 }

  /// The exit code for the signal that came, such as 130 or 143; nil when none did.
  package static var exitCode: Int32? {
    let number = pending.load(ordering: .sequentiallyConsistent)
    return number == 0 ? nil : 128 + number
  }

  /// Ends as other tools do whose reader has gone away: by SIGPIPE, without a word.
  static func endByClosedPipe() -> Never {
    TemporaryFiles.removeAll {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
      _exit(128 + SIGPIPE)
    }
  }

  private static func wait() -> Never {
    var signals = awaited
    while true {
      var number: Int32 = 0
      guard unsafe sigwait(&signals, &number) == 0 else { continue }
      let isFirst = pending.compareExchange(expected: 0, desired: number, ordering: .sequentiallyConsistent).exchanged
      if isFirst, isFinishing.load(ordering: .sequentiallyConsistent) {
        forgetEcho(of: &signals)
        continue
      }
      TemporaryFiles.removeAll {
        ChildProcess.endAll()
        _exit(128 + number)
      }
    }
  }

  /// Takes what comes within ``echo``. What came in that time is taken however late this thread gets to run: on a busy
  /// machine the clock would tell when a signal is taken, not when it was sent.
  private static func forgetEcho(of signals: inout sigset_t) {
    usleep(echo)
    while true {
      var waiting = sigset_t()
      guard unsafe sigpending(&waiting) == 0,
        awaitedNumbers.contains(where: { unsafe sigismember(&signals, $0) == 1 && sigismember(&waiting, $0) == 1 })
      else { return }
      var number: Int32 = 0
      _ = unsafe sigwait(&signals, &number)
    }
  }

  private static let awaitedNumbers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  /// The signals that ask to end and are not ignored.
  private static var awaited: sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in awaitedNumbers where !isIgnored(number) { unsafe sigaddset(&signals, number) }
    return signals
  }

  /// A shell that starts a job in the background ignores SIGINT on its behalf, and `nohup` SIGHUP: that stays so.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Glibc)
      return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        == unsafeBitCast(SIG_IGN, to: Int.self)
    #else
      return unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
        == unsafeBitCast(SIG_IGN, to: Int.self)
    #endif
  }
}

#if canImport(Glibc)
  private typealias ThreadIdentifier = pthread_t
  extension pthread_t { fileprivate static var none: pthread_t { 0 } }
#else
  private typealias ThreadIdentifier = pthread_t?
  extension Optional where Wrapped == pthread_t { fileprivate static var none: pthread_t? { nil } }
#endif

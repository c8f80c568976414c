import CSandbox

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Looks after a process while it works on one request: the time that it takes of the processor, and that it goes on.
final class ReaderWatch {
  private let process: pid_t?
  /// Seconds of processor time that the request may take.
  private let seconds: Int
  /// Nanoseconds of processor time, from the start of the process, after which the kernel should have ended it.
  private var most: Int64 = .max
  private var used: Int64 = -1
  private var idleSeconds = 0
  /// Why nobody waits any longer.
  private(set) var failure: FormatError?

  /// Seconds of processor time that any request may take, and more of them for each 100 MB.
  private static let leastSeconds = 5
  private static let secondsEach100MB = 3
  /// Seconds without an answer in which no processor time is used: a network disk may be slow, nothing is as slow as this.
  private static let mostIdleSeconds = 60

  /// Allows a process some time for a request.
  init(_ process: pid_t?, bytes: Int) {
    self.process = process
    seconds = ReaderWatch.leastSeconds + max(0, bytes) / 100_000_000 * ReaderWatch.secondsEach100MB
    guard let process else { return }
    used = csandbox_used_time(process)
    guard used >= 0 else { return }
    // The kernel counts whole seconds.
    let end = Int(used / 1_000_000_000) + 1 + seconds
    most = Int64(end + 2) * 1_000_000_000
    _ = csandbox_limit_time(process, UInt64(end))
  }

  /// The error that a request took too long.
  var tooSlow: FormatError {
    FormatError(
      .limit,
      "the HDF5 library took more than \(seconds) s of processor time for this; the file is damaged or hostile")
  }

  /// Called after each second without a word: whether the process is waited for any longer.
  func mayGoOn() -> Bool {
    let now = process.map { csandbox_used_time($0) } ?? -1
    if now > most {
      failure = tooSlow
      return false
    }
    idleSeconds = now < 0 || now == used ? idleSeconds + 1 : 0
    used = now
    // Where nobody tells the time that it used, the clock does.
    guard idleSeconds >= max(ReaderWatch.mostIdleSeconds, now < 0 ? 10 * seconds : 0) else { return true }
    failure = FormatError(.inputOutput, "the process that reads this has done nothing for \(idleSeconds) s")
    return false
  }
}

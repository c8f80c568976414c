#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is counted as time.
enum Clock {
  /// The processor's time of all threads of the process: other processes do not count.
  case processor
  /// The time that passes: what counts where threads share the work.
  case wall

  /// Seconds from some moment on.
  var now: Double {
    var time = timespec()
    unsafe clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Times some work and prints the line of a figure.
///
/// - Parameters:
///   - units: how many of something the work does; the figure is the seconds of one.
func printFigure(
  _ name: String, rounds: Int, units: Int = 1, clock: Clock = .processor, _ work: () throws -> Void
) rethrows {
  var seconds: [Double] = []
  for _ in 0..<max(1, rounds) {
    let start = clock.now
    try work()
    seconds.append((clock.now - start) / Double(units))
  }
  seconds.sort()
  let middle = seconds.count / 2
  let median = seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
  print("figure\t\(name)\t\(seconds[0])\t\(median)\t\(seconds.count)")
}

/// A place for results that nobody reads: without it the compiler may leave out the work.
@inline(never)
func keep<Value>(_ value: Value) {}

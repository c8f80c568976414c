#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The seconds that a processor worked for this thread: unlike the time that passes they do not grow where tests or other
/// programs wait for each other.
func threadSeconds<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) -> Double {
  func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
  let start = now()
  try body()
  return now() - start
}

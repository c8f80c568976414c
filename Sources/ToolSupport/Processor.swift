#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The machine's processor.
package enum Processor {
  /// Bytes of memory that the machine has.
  package static var memory: Int {
    let (bytes, overflow) = Int(sysconf(Int32(_SC_PHYS_PAGES))).multipliedReportingOverflow(
      by: Int(sysconf(Int32(_SC_PAGESIZE))))
    // What a system does not tell is taken for a small machine's.
    return overflow || bytes <= 0 ? 4 << 30 : bytes
  }
}

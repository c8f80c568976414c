import CSandbox

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a process gives up before it looks at a file of strangers.
package enum Sandbox {
  /// Bytes of address space beside the memory that arrays may take: for what else is read, and for each thread's stack
  /// and the allocator's room.
  private static let room = 512 << 20
  private static let roomOfThread = 160 << 20
  /// Descriptors: the four of such a process, and those that opening the file takes.
  private static let mostFiles: UInt32 = 16

  /// What this system has to hold a process by.
  package struct Walls: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// No other file can be opened: Landlock.
    package static let files = Walls(rawValue: 1)
    /// The system is called for nothing but reading: seccomp.
    package static let calls = Walls(rawValue: 2)
  }

  /// Shuts this process in, with the one file that is open.
  ///
  /// - Returns: what this system has of it.
  package static func enter(limits: Limits, file: Int32, endsWithParent: Bool, closingFrom end: Int32) -> Walls {
    csandbox_close_from(UInt32(end))
    if endsWithParent { _ = csandbox_end_with_parent() }
    // None of these is more than a quarter of what can be counted.
    let memory = min(max(limits.memory, 0), .max / 4)
    let threads = roomOfThread * min(max(limits.threads, 1), 1024)
    _ = csandbox_limit(UInt64(memory + room + threads) + UInt64(addressSpace()), mostFiles)
    var walls: Walls = []
    guard csandbox_keep_privileges() else { return walls }
    if csandbox_restrict_files(file) { walls.insert(.files) }
    if csandbox_restrict_calls() { walls.insert(.calls) }
    return walls
  }

  /// Bytes of address space that this process has now. With AddressSanitizer they are many.
  private static func addressSpace() -> Int {
    let descriptor = System.open("/proc/self/statm", O_RDONLY)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    var elements = bytes.mutableSpan
    var span = unsafe elements.mutableBytes
    let count = System.read(descriptor, into: &span)
    let digits = bytes.prefix(max(count, 0)).prefix { (0x30...0x39).contains($0) }
    return (Int(String(decoding: digits, as: UTF8.self)) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

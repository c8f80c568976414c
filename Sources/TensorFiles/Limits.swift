import Tensors

/// What reading one file may cost: checked before anything is allocated.
public struct Limits: Sendable, Hashable {
  /// Bytes of one array in memory.
  public var memory: Int
  /// Objects (variables, datasets, columns) in one file.
  public var objects: Int
  /// Levels of groups, cells or structures inside one another.
  public var depth: Int
  /// Bytes of a pipe that are kept so that they can be sought in.
  public var spool: Int
  /// Threads that decode one array. What is read is the same for any number of them.
  public var threads: Int
  /// Where files are read that a library in C parses.
  public var isolation: Isolation

  /// Limits; the defaults are 4 GiB an array, a million objects, 64 levels, a spool of 16 GiB, the machine's cores and
  /// no process beside this one.
  public init(
    memory: Int = 4 << 30, objects: Int = 1_000_000, depth: Int = 64, spool: Int = 16 << 30, threads: Int? = nil,
    isolation: Isolation = .none
  ) {
    self.memory = memory
    self.objects = objects
    self.depth = depth
    self.spool = spool
    self.threads = max(1, threads ?? Workers.coreCount)
    self.isolation = isolation
  }

  /// Checks the bytes of one array against ``memory``.
  ///
  /// - Throws: ``FormatError`` with code `limit`.
  public func charge(bytes: Int, at location: FormatError.Location) throws(FormatError) {
    guard bytes <= memory else {
      throw FormatError(
        .limit, at: location, "\(bytes) bytes are needed in memory, the limit is \(memory)")
    }
  }
}

package import ArgumentParser
import Synchronization
package import TensorFiles

/// How much memory what is read may take.
package struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The most memory that one array of a file may take: 500M, 2G. (default: 4G)", valueName: "size"),
    transform: ByteCount.limit)
  package var memoryLimit: ByteCount?

  package init() {}
}

extension ByteCount {
  /// What is written behind an option for a limit.
  package static func limit(_ text: String) throws -> ByteCount {
    if let size = ByteCount(argument: text) { return size }
    throw ValidationError("expected at least 1 byte, such as 500M or 2G")
  }
}

/// How the tools read files: what a library in C parses, in a process that may do nothing else.
package enum Reading {
  /// Where such files are read: `--isolation`.
  package enum Place: String, CaseIterable, ExpressibleByArgument, Sendable {
    case process, none
  }

  private static let isHere = Atomic<Bool>(false)

  /// Reads them in this process: for measurements, and for whoever looks for a mistake with a debugger.
  static func readHere() { isHere.store(true, ordering: .relaxed) }

  /// What reading one file may cost, and where it is read.
  ///
  /// - Parameters:
  ///   - memory: bytes of one array; nil for the library's own limit.
  ///   - threads: how many decode it; nil for the machine's cores.
  package static func limits(memory: Int? = nil, threads: Int? = nil) -> Limits {
    var limits = Limits(threads: threads, isolation: isHere.load(ordering: .relaxed) ? .none : .process)
    if let memory { limits.memory = memory }
    return limits
  }
}

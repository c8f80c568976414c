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

  /// Opens a file in the format that its first bytes tell, or in the one named; `--verbose` says how it is read.
  package static func open(
    _ path: String, from name: String? = nil, limits: Limits = Reading.limits(), tables: TableOptions = TableOptions()
  ) throws(FormatError) -> OpenFile {
    try open(InputFile(path: path, limits: limits), from: name, limits: limits, tables: tables)
  }

  /// Opens an input in the format that its first bytes tell, or in the one named; `--verbose` says how it is read.
  package static func open(
    _ input: InputFile, from name: String? = nil, limits: Limits = Reading.limits(),
    tables: TableOptions = TableOptions()
  ) throws(FormatError) -> OpenFile {
    let file = try FileFormats.open(input, from: name, limits: limits, tables: tables)
    Message.detail("\(file.input.name): \(place(of: file))")
    return file
  }

  /// Who reads a file, and what holds it.
  private static func place(of file: OpenFile) -> String {
    guard let walls = file.walls else { return "read as \(file.format.name) by this process" }
    var parts = ["read as \(file.format.name) by a process of its own"]
    parts.append(
      walls.contains(.files)
        ? "no other file can be opened there (Landlock)"
        : "this system has no Landlock, so that its user's rights alone keep it from other files")
    parts.append(
      walls.contains(.calls)
        ? "the system does nothing for it but read (seccomp)"
        : "this system has no seccomp, so that its limits of memory, time and open files alone hold it")
    return parts.joined(separator: "; ")
  }
}

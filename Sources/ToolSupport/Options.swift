package import ArgumentParser
import Tensors

/// Whether a report is for people or for programs.
package enum ReportFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
  case text, json
}

/// Options of every tool.
package struct CommonOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "No progress, no notes, no warnings.")
  package var quiet = false

  @Flag(help: "Say how each file is read.")
  package var verbose = false

  @Option(
    help: ArgumentHelp(
      "Where HDF5 and what is made of it is read: process, one that may do nothing else, or none, this one.",
      valueName: "process|none", visibility: .hidden))
  package var isolation: Reading.Place = .process

  package init() {}

  package func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose contradict each other; give one of them") }
    if quiet { Message.silence() }
    if verbose { Message.tellDetails() }
    if isolation == .none { Reading.readHere() }
  }
}

/// How many threads work.
package struct ThreadOptions: ParsableArguments {
  @Option(help: "The number of threads; the results are the same bits for every number. (default: the cores)")
  package var threads: Int?

  package init() {}

  package func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be from 1 to 1024, found \(threads)")
    }
  }

  /// The number of threads to use.
  package var count: Int { threads ?? Job.threads ?? Workers.coreCount }
}

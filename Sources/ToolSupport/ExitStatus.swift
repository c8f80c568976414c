import ArgumentParser
import Plotting
import TensorFiles
import Tensors
import Training

/// The codes with which the tools end; most are those of `sysexits.h`.
package enum ExitStatus {
  /// The answer is "no": files differ, a verification failed.
  package static let no: Int32 = 1
  /// The command line is wrong.
  package static let usage: Int32 = 64
  /// The data are bad.
  package static let badData: Int32 = 65
  /// There is no such input.
  package static let noInput: Int32 = 66
  /// It cannot be checked or computed on this machine.
  package static let unavailable: Int32 = 69
  /// The program itself is wrong.
  package static let internalError: Int32 = 70
  /// The output cannot be created.
  package static let cannotCreate: Int32 = 73
  /// Reading or writing failed.
  package static let inputOutput: Int32 = 74

  /// What each code means, as the manual pages say it.
  package static let meanings: [(code: String, meaning: String)] = [
    ("0", "It is done; files that were compared are the same."),
    ("1", "The answer is no: files differ (reg-inspect --diff), or a training gives other bits (reg-train --verify)."),
    ("64", "The command line is wrong."),
    ("65", "The data are bad; the message names the file and the place."),
    ("66", "There is no such input."),
    ("69", "It cannot be checked on this machine: the processor lacks the kernel that a model was trained with."),
    ("70", "The program itself is wrong; please report it."),
    ("73", "The output cannot be created."),
    ("74", "Reading or writing failed: a full disk, also on standard output."),
    (
      "130, 143",
      "Interrupted by SIGINT or SIGTERM. No partial or temporary file stays behind; reg-train with -o writes what it has "
        + "and says so."
    ),
  ]

  /// The code for an error of the libraries.
  package static func code(for error: any Error) -> Int32 {
    switch error {
    case let error as FormatError:
      switch error.code {
      case .noInput: noInput
      case .cannotCreate: cannotCreate
      case .inputOutput, .closedPipe: inputOutput
      default: badData
      }
    case let error as TrainingError:
      switch error.code {
      case .settings: usage
      case .kernel: unavailable
      default: badData
      }
    case let error as PlotError: error.code == .gnuplot ? unavailable : badData
    // Also when memory is short: it is the data that need so much.
    case is TensorError: badData
    case let error as ExitCode: error.rawValue
    default: internalError
    }
  }
}

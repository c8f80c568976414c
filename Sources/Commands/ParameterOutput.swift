import ArgumentParser
import NetworkFiles
import TensorFiles
import ToolSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where parameters go: checked before the work, written after it.
struct ParameterOutput {
  private let path: String
  private let format: any NetworkFormat

  /// - Throws: when the format does not hold parameters or the file could not be created, so that no training is in
  ///   vain.
  init(path: String, format name: NetworkOutputFormatName?) throws {
    self.path = path
    format = try name?.format ?? (path == "-" ? ParametersFormat() : ParameterOutput.format(ofEnding: path))
    guard path != "-" || isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError("the parameters are binary and standard output is a terminal; name a file or a pipe")
    }
    // Not committed: nothing is left of it.
    _ = try OutputFile(path: path)
  }

  private static func format(ofEnding path: String) throws -> any NetworkFormat {
    do throws(FormatError) { return try NetworkFormats.forWriting(path: path) } catch {
      throw ValidationError(error.description + " (or --to names one)")
    }
  }

  /// Says what the format does not keep of a network such as will be trained, before the training.
  func check(_ network: TrainedNetwork) throws {
    let name = path == "-" ? "standard output" : path
    do throws(FormatError) {
      for change in try format.changes(writing: network) { Message.warning("\(name): \(change)") }
    } catch {
      throw error.naming(name)
    }
  }

  /// Writes the file, complete or not at all.
  func write(_ parameters: TrainedNetwork) throws {
    try NetworkFormats.write(parameters, to: path, as: format)
  }
}

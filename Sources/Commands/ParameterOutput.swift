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

  /// Checks before the training that the format holds a network such as will be trained, and that what goes beside the
  /// file takes no other file's place.
  func check(_ network: TrainedNetwork) throws {
    do throws(FormatError) { _ = try format.changes(writing: network) } catch { throw error.naming(name) }
    try Companion.check(of: path, network, format)
  }

  /// The output in messages.
  private var name: String { path == "-" ? "standard output" : path }

  /// Writes the file, complete or not at all, and says what the format does not keep.
  func write(_ parameters: TrainedNetwork) throws {
    do throws(FormatError) {
      for change in try format.changes(writing: parameters) { Message.warning("\(name): \(change)") }
    } catch {
      throw error.naming(name)
    }
    try NetworkFormats.write(parameters, to: path, as: format)
  }
}

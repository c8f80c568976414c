import ArgumentParser
import NetworkFiles
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where parameters go: checked before the work, written after it.
struct ParameterOutput {
  private let path: String
  private let format: any FileFormat

  /// - Throws: when the format is unknown or the file could not be created, so that no training is in vain.
  init(path: String, format name: String?) throws {
    self.path = path
    if let name {
      format = try FileFormats.named(name)
    } else {
      format = path == "-" ? try FileFormats.named("h5") : try FileFormats.forWriting(path: path)
    }
    guard path != "-" || isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError("the parameters are binary and standard output is a terminal; name a file or a pipe")
    }
    // Not committed: nothing is left of it.
    _ = try OutputFile(path: path)
  }

  /// Writes the file, complete or not at all.
  func write(_ parameters: ParameterFile) throws {
    try FileFormats.write(try parameters.archive(), to: path, as: format)
  }
}

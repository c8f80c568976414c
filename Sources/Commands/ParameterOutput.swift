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
  private let format: any FileFormat

  /// - Throws: when the format does not hold parameters or the file could not be created, so that no training is in
  ///   vain.
  init(path: String, format name: OutputFormatName?) throws {
    self.path = path
    format = try name?.format ?? (path == "-" ? HDF5Format() : ParameterOutput.format(ofEnding: path))
    guard format is HDF5Format else {
      throw ValidationError(
        "\(format.name) cannot hold parameters with their settings; name an output that ends in .h5"
          + (name == nil ? "" : ", or --to h5"))
    }
    do throws(FormatError) { try FileFormats.checkCompression(of: path, as: format) } catch {
      throw ValidationError(error.description)
    }
    guard path != "-" || isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError("the parameters are binary and standard output is a terminal; name a file or a pipe")
    }
    // Not committed: nothing is left of it.
    _ = try OutputFile(path: path)
  }

  private static func format(ofEnding path: String) throws -> any FileFormat {
    do throws(FormatError) { return try FileFormats.forWriting(path: path) } catch {
      if error.code == .unsupported { throw ValidationError(error.description) }
      throw ValidationError("\(path): the ending does not tell the format; parameters end in .h5 (or --to h5)")
    }
  }

  /// Writes the file, complete or not at all.
  func write(_ parameters: ParameterFile) throws {
    try FileFormats.write(try parameters.archive(), to: path, as: format)
  }
}

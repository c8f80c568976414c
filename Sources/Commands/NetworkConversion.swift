import ArgumentParser
import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A network from one form to another: `reg-convert --model`.
struct NetworkConversion {
  let input: String
  let from: AnyFormatName?
  let output: String
  let to: AnyOutputFormatName?
  let options: NetworkOptions
  /// The type of the parameters that is asked for.
  let type: ElementType?
  let allowsLoss: Bool
  let isStrict: Bool
  let compression: Int?
  let isDryRun: Bool
  /// What reading may cost.
  let limits: Limits

  /// What can be said of a network too, of the options for arrays.
  static let options = ["--type", "--allow-loss"]

  func run() throws {
    let format = try outputFormat()
    guard isDryRun || output != "-" || isatty(STDOUT_FILENO) == 0 else {
      throw ValidationError(
        "\(format.name) is binary and standard output is a terminal; name a file, or send the output through a pipe")
    }
    let file = try Reading.open(input, from: from?.arrays?.name, limits: limits)
    var trained = try options.network(in: file, as: from?.network)
    try sayWhatIsLeftOut(of: trained, file)
    try convert(&trained, file)
    try Companion.check(of: output, trained, format)
    do throws(FormatError) {
      for change in try format.changes(writing: trained) {
        if isStrict { throw FormatError(.unsuitable, change) }
        Message.warning("\(outputName): \(change)")
      }
    } catch {
      throw error.naming(outputName)
    }
    if isDryRun { return try ConvertPlan(trained, of: file, as: format, to: output).write() }
    try NetworkFormats.write(trained, to: output, as: format, options: WritingOptions(compression: compression))
  }

  /// The output in messages.
  private var outputName: String { output == "-" ? "standard output" : output }

  private func outputFormat() throws -> any NetworkFormat {
    if let to {
      guard let network = to.network else {
        throw ValidationError(
          "\(to.name) has no form for networks; there are "
            + NetworkOutputFormatName.allValueStrings.joined(separator: ", "))
      }
      return network
    }
    if output == "-" { return ParametersFormat() }
    do throws(FormatError) { return try NetworkFormats.forWriting(path: output) } catch {
      throw ValidationError(error.description + " (or --to names one)")
    }
  }

  /// Changes the type of the parameters, where one is asked for.
  private func convert(_ trained: inout TrainedNetwork, _ file: OpenFile) throws {
    switch type {
    case nil: break
    case .float64: trained.elementType = .float64
    case .float32:
      guard allowsLoss || trained.isExactInFloat32 else {
        throw FormatError(
          .unsuitable, "not all weights are exact in float32; --allow-loss takes the nearest ones",
          file: file.input.name)
      }
      do { trained = try trained.roundedToFloat32() } catch {
        throw FormatError(.unsuitable, error.message, file: file.input.name)
      }
    case let type?:
      throw ValidationError("the parameters of networks are float64 or float32, not \(type.rawValue)")
    }
  }

  /// Names what the file holds beside the network.
  private func sayWhatIsLeftOut(of trained: TrainedNetwork, _ file: OpenFile) throws {
    for name in trained.leftOut.prefix(20) {
      let error = FormatError(
        .unsuitable, at: .object(name), "this is no part of the network and is left out", file: file.input.name)
      guard !isStrict else { throw error }
      Message.warning(error.description)
    }
    if trained.leftOut.count > 20 {
      Message.warning("\(trained.leftOut.count - 20) more are left out; reg-inspect lists them")
    }
  }
}

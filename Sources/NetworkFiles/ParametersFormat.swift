public import TensorFiles
import Tensors
import Training

/// Our own form: arrays `W1`, `b1` … and how they were made, in HDF5 or any other format of named arrays.
///
/// Format: `Formats/parameters`.
public struct ParametersFormat: NetworkFormat {
  /// What holds the arrays when they are written.
  public let container: any FileFormat

  /// Our form in HDF5, or in the container given.
  public init(container: any FileFormat = HDF5Format()) { self.container = container }

  /// Our form in the formats other than HDF5 that it is written in.
  public static let inContainers: [ParametersFormat] = [
    ParametersFormat(container: HDF5Format()), ParametersFormat(container: MAT5Format()),
    ParametersFormat(container: MAT73Format()), ParametersFormat(container: NPZFormat()),
  ]

  public var name: String { "parameters" }
  public var title: String { "parameters W1, b1 …" }
  public var pathExtensions: [String] { container.pathExtensions }

  public func recognizes(_ file: OpenFile) -> Bool { ParameterFile.recognizes(file.reader.entries) }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    let parameters = try ParameterFile(file, activations: options.activations)
    var trained = parameters.trained
    if parameters.assumesActivations {
      let names = parameters.network.layers.map(\.activation.rawValue).joined(separator: ",")
      trained.notes.append("the file names no activations: \(names) is taken; --activations names others")
    }
    let known = ParameterFile.knownPaths(file.reader.entries)
    trained.leftOut = file.reader.entries.map(\.name).filter { !known.contains($0) }
    return trained
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    try container.changes(writing: ArchiveSource(try archive(network)))
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try container.write(try archive(network), to: &output, options: options)
  }

  private func archive(_ network: TrainedNetwork) throws(FormatError) -> TensorArchive {
    let archive = try ParameterFile(network).archive()
    guard !(container is HDF5Format) else { return archive }
    do { return try NetworkMetadata(archive).asArray(in: archive) } catch {
      throw FormatError.converted(error, at: NetworkMetadata.arrayName)
    }
  }
}

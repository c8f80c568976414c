public import TensorFiles
import Tensors
import Training

/// Caffe's weights in HDF5, `data/<layer>/0` and `1`, with the text beside them that names the layers.
///
/// Format: `Formats/caffe`.
public struct CaffeFormat: NetworkFormat {
  public let name = "caffe"
  public let title = "Caffe (.caffemodel.h5 with .prototxt)"
  public let pathExtensions = ["caffemodel.h5"]

  /// The form.
  public init() {}

  /// Weights of layers in the group `data`, and nothing else but their derivatives.
  public func recognizes(_ file: OpenFile) -> Bool {
    let names = file.reader.entries.map(\.name)
    return names.contains { $0.hasPrefix("data/") && $0.hasSuffix("/0") }
      && names.allSatisfy { $0.hasPrefix("data/") || $0.hasPrefix("diff/") }
  }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    var reading = CaffeReading(file)
    return try reading.network(activations: options.activations)
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    _ = try CaffeWriting(network)
    return []
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try HDF5Format().write(try CaffeWriting(network).archive(), to: &output, options: options)
  }

  public func companion(of path: String, for network: TrainedNetwork) -> (path: String, text: String)? {
    do throws(FormatError) {
      return (CaffeFormat.prototxt(beside: path), try CaffeWriting(network).prototxt)
    } catch {
      // What cannot be written has been said before anything was.
      return nil
    }
  }

  /// The text that belongs to a file of weights.
  static func prototxt(beside path: String) -> String {
    for ending in [".caffemodel.h5", ".h5", ".caffemodel"] where path.hasSuffix(ending) {
      return path.dropLast(ending.count) + ".prototxt"
    }
    return path + ".prototxt"
  }
}

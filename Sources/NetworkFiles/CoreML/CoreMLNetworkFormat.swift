public import TensorFiles
import Training

/// Networks in Core ML models of the first kind, whose layers are a chain of dense ones. Format: `Formats/coreml`.
public struct CoreMLNetworkFormat: NetworkFormat {
  public let name = "coreml"
  public let title = "Core ML network"
  public let pathExtensions = ["mlmodel"]

  /// The form.
  public init() {}

  public func recognizes(_ file: OpenFile) -> Bool { file.reader is CoreMLReader }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    guard let reader = file.reader as? CoreMLReader else {
      throw FormatError(.unsuitable, "this is no Core ML file")
    }
    var chain = try CoreMLChain(reader)
    var trained = try chain.network()
    if let text = reader.model.metadata.last(where: { $0.key == NetworkMetadata.key })?.value {
      do throws(FormatError) { try NetworkMetadata(text: text).restore(&trained) } catch {
        trained.notes.append("the property '\(NetworkMetadata.key)' cannot be read and is not used: \(error.sentence)")
      }
    }
    return trained
  }
}

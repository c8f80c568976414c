public import TensorFiles
import Training

/// Networks in ONNX files: graphs whose operations are a chain of dense layers. Format: `Formats/onnx`.
public struct ONNXNetworkFormat: NetworkFormat {
  public let name = "onnx"
  public let title = "ONNX network"
  public let pathExtensions = ["onnx"]

  /// The form.
  public init() {}

  public func recognizes(_ file: OpenFile) -> Bool { file.reader is ONNXReader }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    guard let reader = file.reader as? ONNXReader else {
      throw FormatError(.unsuitable, "this is no ONNX file")
    }
    var chain = try ONNXChain(reader)
    var trained = try chain.network()
    if let text = reader.model.metadata.last(where: { $0.key == NetworkMetadata.key })?.value {
      do throws(FormatError) { try NetworkMetadata(text: text).restore(&trained) } catch {
        trained.notes.append("the property '\(NetworkMetadata.key)' cannot be read and is not used: \(error.sentence)")
      }
    }
    return trained
  }
}

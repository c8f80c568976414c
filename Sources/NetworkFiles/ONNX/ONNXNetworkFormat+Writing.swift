public import TensorFiles
import Tensors
import Training

extension ONNXNetworkFormat {
  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    var changes: [String] = []
    guard network.elementType == .float32 else { return changes }
    if !network.isExactInFloat32 { changes.append("the weights are rounded to float32") }
    changes += try network.roundingsInFloat32()
    return changes
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let metadata = try NetworkMetadata(network).text
    let graph = ONNXGraphWriter(network).finished()
    var model = ProtobufWriter()
    model.integer(8, field: 1)
    model.text("reg-tools", field: 2)
    model.append(graph, field: 7)
    // Domain "" is left out; the thirteenth set of operators is read by all programs of the last years.
    model.message(8) { $0.integer(13, field: 2) }
    var properties: [(String, String)] = []
    if let names = network.network.inputNames { properties.append(("input_names", try ONNXNetworkFormat.list(names))) }
    if let names = network.network.classNames { properties.append(("class_names", try ONNXNetworkFormat.list(names))) }
    properties.append((NetworkMetadata.key, metadata))
    for (key, value) in properties {
      model.message(14) {
        $0.text(key, field: 1)
        $0.text(value, field: 2)
      }
    }
    guard model.byteCount < Int(Int32.max) else {
      throw FormatError(
        .unsupported, "the network takes \(model.byteCount) bytes, and an ONNX file has 2147483647 at the most",
        file: output.name)
    }
    for piece in model.pieces { try output.write(piece) }
  }

  /// A list of texts as JSON.
  private static func list(_ texts: [String]) throws(FormatError) -> String {
    do { return try JSONValue.array(texts.map(JSONValue.text)).text } catch {
      throw FormatError(.unsuitable, "\(error)")
    }
  }
}

public import TensorFiles
import Tensors
import Training

/// Networks of PyTorch and PaddlePaddle: for each dense layer arrays `….weight` and `….bias`, under the names of
/// modules.
///
/// Read from any file of named arrays, written as safetensors. Format: `Formats/safetensors`, section "Networks".
public struct SafetensorsNetworkFormat: NetworkFormat {
  /// Whose names and order of the weights are written.
  let framework: ModuleFramework

  /// PyTorch's names: weights are (outputs, inputs).
  public static let torch = SafetensorsNetworkFormat(framework: .torch)
  /// PaddlePaddle's names: weights are (inputs, outputs).
  public static let paddle = SafetensorsNetworkFormat(framework: .paddle)

  public var name: String { framework == .torch ? "safetensors" : "safetensors-paddle" }
  public var title: String { "safetensors with the names of \(framework.title)" }
  // One ending stands for one form.
  public var pathExtensions: [String] { framework == .torch ? ["safetensors"] : [] }

  /// PaddlePaddle's where the file says so or the shapes fit no other order, PyTorch's where there are weights at all.
  public func recognizes(_ file: OpenFile) -> Bool {
    // Sorting the names of many arrays is work, and most files have none of that name.
    guard file.reader.entries.contains(where: { $0.name.hasSuffix("weight") }) else { return false }
    let modules = ModuleArrays(file.reader.entries)
    guard modules.hasWeights else { return false }
    return framework == .torch || modules.framework(told: ModuleFramework(of: file.reader)) == .paddle
  }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    try ModuleReading(file, options: options, as: framework == .paddle ? .paddle : nil).network()
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    try SafetensorsFormat().changes(writing: ArchiveSource(try archive(network)))
      + ModuleList(network, framework).changes
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try SafetensorsFormat().write(ArchiveSource(try archive(network)), to: &output, options: options)
  }

  private func archive(_ trained: TrainedNetwork) throws(FormatError) -> TensorArchive {
    let list = ModuleList(trained, framework)
    var archive = TensorArchive()
    archive.setAttribute("format", to: .text(framework.formatText))
    archive.setAttribute(
      "activations", to: .text(trained.network.layers.map(\.activation.rawValue).joined(separator: ",")))
    archive.setAttribute("architecture", to: .text(list.program))
    archive.setAttribute(NetworkMetadata.key, to: .text(try NetworkMetadata(trained).text))
    do {
      for (layer, index) in zip(trained.network.layers, list.denseIndices) {
        let weights = framework == .torch ? layer.weights : layer.weights.transposed
        archive.set("\(index).weight", to: try Tensor(weights).converted(to: trained.elementType))
        archive.set("\(index).bias", to: try Tensor(layer.biases.elements).converted(to: trained.elementType))
      }
      if let scaling = trained.network.inputScaling {
        // Small and exact, whatever the precision of the weights.
        archive.set(ModuleArrays.meanName, to: try Tensor(scaling.mean))
        archive.set(ModuleArrays.scaleName, to: try Tensor(scaling.scale))
      }
    } catch {
      throw FormatError(error)
    }
    return archive
  }
}

/// A framework whose modules have weights under their names.
enum ModuleFramework {
  case torch, paddle

  /// What the texts of a file say: ours, or what the frameworks' own programs write.
  init?(of reader: any TensorReader) {
    let attributes: [Attribute]
    do { attributes = try reader.attributes(of: "") } catch { return nil }
    switch attributes.first(where: { $0.name == "format" })?.value.text {
    case "pt": self = .torch
    case "pd": self = .paddle
    default: return nil
    }
  }

  var title: String { self == .torch ? "PyTorch" : "PaddlePaddle" }
  /// What `format` says in the texts of a file.
  var formatText: String { self == .torch ? "pt" : "pd" }
}

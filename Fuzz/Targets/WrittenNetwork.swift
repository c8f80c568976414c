import NetworkFiles
import TensorFiles
import Training

/// A file as a network: read, written in every form that has no C library behind it, and read again.
enum WrittenNetwork {
  private static let forms: [(form: any NetworkFormat, ending: String)] = [
    (ONNXNetworkFormat(), "onnx"), (CoreMLNetworkFormat(), "mlmodel"), (SafetensorsNetworkFormat.torch, "safetensors"),
    (ParametersFormat(container: NPZFormat()), "npz"), (ParametersFormat(container: MAT5Format()), "mat"),
  ]

  /// Reads the network of a file, where it holds one.
  static func check(_ file: OpenFile) {
    guard let form = NetworkFormats.recognize(file) else { return }
    // Files of weights alone do not name their activations.
    for activations in [nil, [Activation.relu, .sigmoid]] {
      do throws(FormatError) {
        let options = NetworkReadingOptions(activations: activations)
        let trained = try NetworkFormats.network(in: file, as: form, options: options)
        for (form, ending) in forms { write(trained, as: form, to: WrittenFile.path(ending)) }
        return
      } catch { OpenedFile.check(error) }
    }
  }

  private static func write(_ trained: TrainedNetwork, as form: any NetworkFormat, to path: String) {
    let changes: [String]
    do throws(FormatError) {
      changes = try form.changes(writing: trained)
      var output = try OutputFile(path: path)
      try form.write(trained, to: &output, options: WritingOptions(threads: 1))
      try output.commit()
    } catch {
      guard error.code != .damaged, error.code != .inputOutput else { broken("writing: \(error)") }
      return
    }
    do throws(FormatError) {
      let read = try NetworkFormats.network(in: try FileFormats.open(path, limits: OpenedFile.limits))
      guard read.network.layers.count == trained.network.layers.count || !changes.isEmpty else {
        broken("\(form.name): \(trained.network.layers.count) layers became \(read.network.layers.count)")
      }
      guard changes.isEmpty, trained.elementType == read.elementType else { return }
      // ONNX has float64 for few activations; the others are put together from operations and known by their values,
      // which slopes near the ends of the numbers do not change.
      let parameters = trained.network.layers.flatMap(\.activation.parameters)
      guard parameters.allSatisfy({ $0 == 0 || (1e-5...1e5).contains(abs($0)) }) else { return }
      guard read.network.layers == trained.network.layers else { broken("\(form.name): the layers are others now") }
    } catch {
      broken("\(form.name): what was written is not read: \(error)")
    }
  }
}

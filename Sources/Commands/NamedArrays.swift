import NetworkFiles
import TensorFiles
import Tensors
import Training

/// The arrays of a file by name: its own, and the weights and biases of its network as W1, b1 … in whatever form it is.
struct NamedArrays {
  private let file: OpenFile
  private let form: (any NetworkFormat)?
  private let options: NetworkReadingOptions

  init(_ file: OpenFile, as form: (any NetworkFormat)?, options: NetworkReadingOptions) {
    self.file = file
    self.form = form
    self.options = options
  }

  /// An array of the file, or else one of its network.
  ///
  /// - Throws: ``FormatError`` when neither has that name.
  func source(of name: String) throws(FormatError) -> any TensorSource {
    guard !file.reader.entries.contains(where: { $0.name == name }), let place = NamedArrays.place(of: name),
      let trained = NetworkReading(file, as: form, options: options).trained,
      trained.network.layers.indices.contains(place.layer)
    else { return try file.source(of: name) }
    let layer = trained.network.layers[place.layer]
    do {
      let tensor = try Tensor(place.isWeights ? layer.weights : layer.biases)
      guard trained.elementType == .float32 else { return StoredTensor(tensor) }
      // What was folded together may need more than the file's precision.
      return StoredTensor((try? tensor.converted(to: .float32)) ?? tensor)
    } catch {
      throw FormatError(error, at: .object(name)).naming(file.input.name)
    }
  }

  /// The layer of `W1`, counted from 0.
  private static func place(of name: String) -> (layer: Int, isWeights: Bool)? {
    guard let first = name.first, first == "W" || first == "b", let number = Int(name.dropFirst()), number >= 1 else {
      return nil
    }
    return (number - 1, first == "W")
  }
}

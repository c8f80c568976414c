public import TensorFiles
import Tensors
import Training

/// Whole models of Keras in HDF5: architecture and weights. Format: `Formats/keras-h5`.
public struct KerasH5Format: NetworkFormat {
  public let name = "keras-h5"
  public let title = "Keras whole model in HDF5"
  /// None: `.h5` is that of our own form, which has it first.
  public let pathExtensions: [String] = []

  /// The format.
  public init() {}

  static let architecture = "model_config"
  static let version = "keras_version"
  static let weights = "model_weights"

  public func recognizes(_ file: OpenFile) -> Bool {
    guard file.format is HDF5Format else { return false }
    return Keras.text(KerasH5Format.architecture, of: file.reader) != nil
  }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    guard let text = Keras.text(KerasH5Format.architecture, of: file.reader) else {
      throw FormatError(.unsuitable, "there is no attribute \(KerasH5Format.architecture), the architecture")
    }
    let document = try Keras.document(Array(text.utf8), at: KerasH5Format.architecture)
    let architecture = try KerasArchitecture(
      document, version: Keras.text(KerasH5Format.version, of: file.reader))
    let weights = try KerasLayerGroups(file.reader, root: KerasH5Format.weights)
    var trained = try KerasNetworkBuilder.network(of: architecture, weights: weights, in: file.reader)
    Keras.restore(&trained, Keras.text(NetworkMetadata.key, of: file.reader))
    return trained
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    try KerasModel(network).losses
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    try HDF5Format().write(try KerasModel(network).layerGroups(), to: &output, options: options)
  }
}

/// Files of weights alone, by layers. Format: `Formats/keras-weights`.
public struct KerasWeightsFormat: NetworkFormat {
  public let name = "keras-weights"
  public let title = "Keras weights"
  public let pathExtensions = ["weights.h5"]

  /// The format.
  public init() {}

  public func recognizes(_ file: OpenFile) -> Bool {
    guard file.format is HDF5Format, Keras.text(KerasH5Format.architecture, of: file.reader) == nil else {
      return false
    }
    // A file whose attributes cannot be read is none that is recognised by them.
    do { return try KerasWeightsOnly.recognizes(file.reader) } catch { return false }
  }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    let metadata = Keras.text(NetworkMetadata.key, of: file.reader)
    let written = Keras.written(metadata)
    let found = try KerasWeightsOnly(file.reader, written: written)
    let count = found.layers.count
    guard let activations = options.activations ?? written?.activations else {
      let kernel = try found.layers.last?.arrays.first.map { name throws(FormatError) in try file.reader.entry(name) }
      let example = NetworkReadingOptions.example(layers: count, outputs: kernel?.shape.last ?? 1)
      throw FormatError(
        .unsuitable,
        "a file of weights alone does not name the activations of its \(count) layer\(count == 1 ? "" : "s"); "
          + "--activations does: --activations \(example)")
    }
    guard activations.count == count else {
      throw NetworkReadingOptions.wrongCount(activations.count, layers: count)
    }
    var trained = try KerasNetworkBuilder.network(
      of: zip(found.layers, activations).map { ($0.name, $0.arrays, $1) }, scaling: found.scaling,
      written: written?.inputScaling, in: file.reader)
    Keras.restore(&trained, metadata)
    return trained
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    try KerasModel(network).losses
  }

  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let archive = try KerasModel(network).variables(isWeightsAlone: true)
    try HDF5Format().write(archive, to: &output, options: options)
  }
}

/// Whole models of Keras 3, `.keras`. Format: `Formats/keras`.
public struct KerasArchiveFormat: NetworkFormat {
  public let name = "keras"
  public let title = "Keras model"
  public let pathExtensions = ["keras"]

  /// The format.
  public init() {}

  public func recognizes(_ file: OpenFile) -> Bool { file.reader is KerasReader }

  public func network(in file: OpenFile, options: NetworkReadingOptions) throws(FormatError) -> TrainedNetwork {
    guard let reader = file.reader as? KerasReader else {
      throw FormatError(.unsuitable, "this is no .keras file")
    }
    let metadata = try reader.metadata.map { bytes throws(FormatError) in
      try Keras.document(bytes, at: KerasFormat.Member.metadata)
    }
    let document = try Keras.document(reader.configuration, at: KerasFormat.Member.configuration)
    let architecture = try KerasArchitecture(document, version: metadata?["keras_version"]?.textValue)
    var trained = try KerasNetworkBuilder.network(of: architecture, weights: KerasVariables(reader), in: reader)
    Keras.restore(&trained, metadata?[NetworkMetadata.key]?.textValue)
    return trained
  }

  public func changes(writing network: TrainedNetwork) throws(FormatError) -> [String] {
    try KerasModel(network).losses
  }

  /// Writes the members as Keras does, uncompressed; with a level of compression from 1 on, deflated.
  public func write(
    _ network: TrainedNetwork, to output: inout OutputFile, options: WritingOptions
  ) throws(FormatError) {
    let model = try KerasModel(network)
    let image = try HDF5Format.image(of: try model.variables(isWeightsAlone: false))
    let members = [
      (KerasFormat.Member.metadata, Array(try model.metadata().utf8)),
      (KerasFormat.Member.configuration, Array(try model.configuration().utf8)),
      (KerasFormat.Member.weights, image),
    ]
    let level = options.compression.flatMap { $0 > 0 ? min($0, 9) : nil }
    var zip = ZIPWriter()
    for (name, bytes) in members {
      try zip.begin(name, level: level, to: &output)
      try zip.write(bytes, to: &output)
      try zip.end(to: &output)
    }
    try zip.finish(to: &output)
  }
}

/// What the forms of Keras' files have in common.
enum Keras {
  /// A text among the attributes of a file; nil where there is none, or where they cannot be read.
  static func text(_ name: String, of reader: any TensorReader) -> String? {
    do { return try reader.attributes(of: "").first { $0.name == name }?.value.text } catch { return nil }
  }

  /// A JSON document, whose errors say where it stands.
  static func document(_ bytes: [UInt8], at place: String) throws(FormatError) -> JSONValue {
    do throws(FormatError) { return try JSONValue(parsing: bytes) } catch {
      throw FormatError(error.code, at: .object(place), error.sentence)
    }
  }

  /// What reg-tools wrote beside the weights; nil where there is none, or where it cannot be read.
  static func written(_ metadata: String?) -> NetworkMetadata? {
    guard let metadata else { return nil }
    do { return try NetworkMetadata(text: metadata) } catch { return nil }
  }

  /// Gives back what reg-tools wrote beside the weights.
  static func restore(_ trained: inout TrainedNetwork, _ metadata: String?) {
    guard let metadata else { return }
    do throws(FormatError) { try NetworkMetadata(text: metadata).restore(&trained) } catch {
      trained.notes.append("what reg-tools wrote beside the weights cannot be read and is not used: \(error.sentence)")
    }
  }
}

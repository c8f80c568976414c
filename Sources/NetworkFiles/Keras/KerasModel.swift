import TensorFiles
import Tensors
import Training

/// A network as the layers of a Sequential model, to be written.
///
/// Every setting is one that Keras 2.6 to 3 understand alike: that is why no InputLayer is written, whose words differ,
/// but `build_input_shape`; why a ReLU layer stands for leaky ReLU; and why a hard sigmoid is Rescaling and a ReLU up
/// to 1.
struct KerasModel {
  /// One layer.
  struct Layer {
    let className: String
    let name: String
    /// The settings, without name and type.
    var config: [String: JSONValue] = [:]
    /// The arrays of its weights, with their names in Keras.
    var weights: [(name: String, tensor: Tensor)] = []
  }

  let layers: [Layer]
  /// What Keras is not told.
  let losses: [String]

  private let trained: TrainedNetwork
  static let modelName = "sequential"
  /// The version whose words these are: the first of Keras 3.
  private static let version = "3.0.0"

  /// - Throws: ``FormatError`` with code `unsupported` at a layer with an activation that Keras lacks.
  init(_ trained: TrainedNetwork) throws(FormatError) {
    self.trained = trained
    var maker = KerasLayerMaker(trained)
    do { try maker.make() } catch { throw FormatError.converted(error, at: "") }
    layers = maker.layers
    losses = maker.losses
  }

  private var type: JSONValue { .text(trained.elementType == .float32 ? "float32" : "float64") }

  /// The description of the model.
  ///
  /// - Parameter isArchive: whether objects name their modules, as in a `.keras` file.
  private func document(isArchive: Bool) -> JSONValue {
    func object(_ className: String, _ config: [String: JSONValue], module: String) -> JSONValue {
      var members: [String: JSONValue] = ["class_name": .text(className), "config": .object(config)]
      if isArchive {
        members["module"] = .text(module)
        members["registered_name"] = .null
      }
      return .object(members)
    }
    let described = layers.map { layer in
      var config = layer.config
      config["name"] = .text(layer.name)
      config["trainable"] = .bool(true)
      config["dtype"] = type
      if let penalty = config["kernel_regularizer"]?.doubleValue {
        config["kernel_regularizer"] = object("L2", ["l2": .number(penalty)], module: "keras.regularizers")
      }
      return object(layer.className, config, module: "keras.layers")
    }
    let shape = JSONValue.array([.null, .integer(trained.network.inputCount)])
    return object(
      "Sequential",
      ["name": .text(KerasModel.modelName), "layers": .array(described), "build_input_shape": shape], module: "keras")
  }

  /// `config.json` of a `.keras` file.
  func configuration() throws(FormatError) -> String { try KerasModel.text(document(isArchive: true)) }

  /// `metadata.json` of a `.keras` file, with all that Keras has no place for; without the date, so that equal networks
  /// make equal bytes.
  func metadata() throws(FormatError) -> String {
    try KerasModel.text(
      .object([
        "keras_version": .text(KerasModel.version), NetworkMetadata.key: .text(try NetworkMetadata(trained).text),
      ]))
  }

  private static func text(_ document: JSONValue) throws(FormatError) -> String {
    do { return try document.text } catch { throw FormatError(.unsuitable, "\(error)") }
  }
}

/// The arrays of the two ways in which Keras keeps weights.
extension KerasModel {
  /// A whole model in HDF5: a group for each layer, by name.
  func layerGroups() throws(FormatError) -> ArchiveSource {
    var archive = ArchiveSource()
    let root = KerasH5Format.weights
    for path in ["", root] {
      archive.attributes.set("backend", of: path, to: .text("tensorflow"))
      archive.attributes.set(KerasH5Format.version, of: path, to: .text(KerasModel.version))
    }
    archive.attributes.set(
      KerasH5Format.architecture, to: .text(try KerasModel.text(document(isArchive: false))))
    archive.attributes.set(NetworkMetadata.key, to: .text(try NetworkMetadata(trained).text))
    archive.attributes.set("layer_names", of: root, to: .texts(layers.map(\.name)))
    for layer in layers {
      let group = "\(root)/\(layer.name)"
      archive.groups.append(group)
      let names = layer.weights.map { "\(layer.name)/\($0.name):0" }
      archive.attributes.set("weight_names", of: group, to: .texts(names))
      for (name, weight) in zip(names, layer.weights) {
        archive.members.append(.init(name: "\(group)/\(name)", source: StoredTensor(weight.tensor)))
      }
    }
    return archive
  }

  /// Weights by the classes of the layers, in which Keras 3 keeps them.
  ///
  /// - Parameter isWeightsAlone: whether the file has no architecture beside it: then the network's description is an
  ///   attribute, and with it the scaling of the inputs: in Keras it belongs to the architecture.
  func variables(isWeightsAlone: Bool) throws(FormatError) -> ArchiveSource {
    var archive = ArchiveSource(groups: ["vars"])
    archive.attributes.set("name", of: "vars", to: .text(KerasModel.modelName))
    if isWeightsAlone {
      archive.attributes.set(NetworkMetadata.key, to: .text(try NetworkMetadata(trained).text))
    }
    var counts: [String: Int] = [:]
    for layer in layers {
      let className = KerasPlace.snakeCase(layer.className)
      let count = counts[className, default: 0]
      counts[className] = count + 1
      let group = "layers/\(className)\(count == 0 ? "" : "_\(count)")/vars"
      // Keras 3.5 demands the groups of layers without weights too.
      archive.groups.append(group)
      archive.attributes.set("name", of: group, to: .text(layer.name))
      for (index, weight) in layer.weights.enumerated() {
        archive.members.append(.init(name: "\(group)/\(index)", source: StoredTensor(weight.tensor)))
      }
    }
    return archive
  }
}

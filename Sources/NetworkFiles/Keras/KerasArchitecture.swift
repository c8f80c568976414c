import TensorFiles

/// The layers of a model in the order in which they compute, from its configuration.
///
/// Read are Sequential models of all versions, and graphs that are a plain chain; models in models are taken apart.
struct KerasArchitecture {
  /// The layers, inputs too.
  private(set) var layers: [KerasLayer] = []
  /// The first number of the version of Keras, 1 to 3: defaults and names depend on it.
  let version: Int
  /// The lengths of one example's dimensions, where the configuration tells them before the first layer.
  private(set) var inputShape: [Int]?

  /// Models inside one another that are taken apart.
  private static let deepest = 16

  /// Layers that are known; all others are refused at once, so that the first one is named.
  private static let known: Set<String> = [
    "InputLayer", "Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax", "Dropout", "GaussianNoise",
    "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity", "BatchNormalization", "Normalization",
    "Rescaling", "Flatten", "Reshape",
  ]
  private static let models: Set<String> = ["Sequential", "Functional", "Model"]

  /// The layers of a model.
  ///
  /// - Parameters:
  ///   - document: `model_config` or `config.json`.
  ///   - version: the version of Keras that the file names; nil where it names none.
  /// - Throws: ``FormatError``: `unsupported` at the first layer that no chain of dense layers has, `damaged`.
  init(_ document: JSONValue, version: String?) throws(FormatError) {
    self.version =
      version.flatMap { Int($0.prefix { $0 != "." }) } ?? KerasArchitecture.version(suggestedBy: document)
    guard let className = document["class_name"]?.textValue, document["config"] != nil else {
      throw FormatError(.damaged, "the configuration of the model has no class_name and config")
    }
    let foreign = KerasOrigin.foreignName(of: document)
    guard KerasArchitecture.models.contains(className), foreign == nil else {
      throw FormatError(
        .unsupported,
        "this is a model of the class \(foreign ?? className), which a program defines; only Sequential and Functional models that "
          + "are chains of dense layers are read as networks")
    }
    try add(document, in: [])
    let shape = document["config"]?["build_input_shape"] ?? document["build_config"]?["input_shape"]
    if inputShape == nil { inputShape = shape.flatMap(KerasArchitecture.shape) }
  }

  /// What the words of a configuration say of the version that wrote it.
  private static func version(suggestedBy document: JSONValue) -> Int {
    if document["module"] != nil { return 3 }
    guard let entries = document["config"]?["layers"]?.arrayValue else { return 1 }
    let words = entries.compactMap { $0["config"]?.objectValue }
    if words.contains(where: { $0["batch_shape"] != nil }) { return 3 }
    return words.contains { $0["output_dim"] != nil } ? 1 : 2
  }

  /// Adds the layers of a model.
  private mutating func add(_ model: JSONValue, in outer: [KerasPlace]) throws(FormatError) {
    let name = outer.last?.name
    guard outer.count <= KerasArchitecture.deepest else {
      throw FormatError(.limit, at: .object(name ?? ""), "more than \(KerasArchitecture.deepest) models in one another")
    }
    let config = model["config"]
    guard let entries = config?.arrayValue ?? config?["layers"]?.arrayValue else {
      throw FormatError(
        .damaged, at: name.map { .object($0) } ?? .file, "the configuration of the model has no list of layers")
    }
    let layers = try KerasArchitecture.layers(entries, in: outer)
    let order =
      model["class_name"]?.textValue == "Sequential"
      ? Array(layers.indices) : try KerasGraph(entries, layers, config: config).chain()
    for index in order {
      let layer = layers[index]
      if KerasArchitecture.models.contains(layer.className) {
        try add(entries[index], in: layer.places)
      } else {
        if self.layers.isEmpty || layer.className == "InputLayer" { takeShape(of: layer) }
        self.layers.append(layer)
      }
    }
  }

  /// The layers in the order of the configuration, each with its place; models in it stay as they are.
  private static func layers(
    _ entries: [JSONValue], in outer: [KerasPlace]
  ) throws(FormatError) -> [KerasLayer] {
    var counts: [String: Int] = [:]
    for entry in entries { counts[entry["class_name"]?.textValue ?? "", default: 0] += 1 }
    var seen: [String: Int] = [:]
    var layers: [KerasLayer] = []
    for (number, entry) in entries.enumerated() {
      guard let className = entry["class_name"]?.textValue, let config = entry["config"] else {
        throw FormatError(.damaged, "layer \(number + 1) of the configuration has no class_name and config")
      }
      // A nested Sequential of Keras 1 is a list and has its name nowhere.
      let name = (config["name"] ?? entry["name"])?.textValue ?? "layer \(number + 1)"
      let index = seen[className, default: 0]
      seen[className] = index + 1
      let place = KerasPlace(className: className, name: name, index: index, count: counts[className] ?? 1)
      let layer = KerasLayer(
        className: className, name: name, config: config.objectValue ?? [:], places: outer + [place])
      if let foreign = KerasOrigin.foreignName(of: entry) {
        throw layer.refusal("a layer of the user's own, \(foreign)")
      }
      guard known.contains(className) || models.contains(className) else { throw layer.refusal() }
      layers.append(layer)
    }
    return layers
  }

  private mutating func takeShape(of layer: KerasLayer) {
    guard inputShape == nil else { return }
    if let batch = layer.setting("batch_shape", "batch_input_shape") {
      inputShape = KerasArchitecture.shape(batch)
    } else if let count = layer.setting("input_dim")?.integerValue {
      inputShape = [count]
    } else if let shape = layer.setting("input_shape")?.arrayValue {
      inputShape = KerasArchitecture.shape(.array([.null] + shape))
    }
  }

  /// The lengths behind that of the batch; nil where one of them is open.
  private static func shape(_ batch: JSONValue) -> [Int]? {
    guard let lengths = batch.arrayValue, lengths.count > 1 else { return nil }
    var shape: [Int] = []
    for length in lengths.dropFirst() {
      guard let length = length.integerValue, length > 0 else { return nil }
      shape.append(length)
    }
    return shape
  }
}

import TensorFiles

/// The graph of a Functional model, as far as it is a chain.
struct KerasGraph {
  private let entries: [JSONValue]
  private let layers: [KerasLayer]
  private let config: JSONValue?
  private var places: [String: Int] = [:]

  init(_ entries: [JSONValue], _ layers: [KerasLayer], config: JSONValue?) throws(FormatError) {
    self.entries = entries
    self.layers = layers
    self.config = config
    for (index, layer) in layers.enumerated() {
      guard places.updateValue(index, forKey: name(of: index)) == nil else {
        throw FormatError(.damaged, at: .object(layer.name), "two layers of the model have this name")
      }
    }
  }

  /// The positions of the layers from the input to the output.
  ///
  /// - Throws: ``FormatError``: `unsupported` at a layer with several inputs or uses, `damaged`.
  func chain() throws(FormatError) -> [Int] {
    let inputs = KerasGraph.names(of: config?["input_layers"])
    if inputs.count > 1 {
      throw FormatError(
        .unsupported, at: .object(inputs[1]), "this is the second of \(inputs.count) inputs; networks have one")
    }
    let outputs = KerasGraph.names(of: config?["output_layers"])
    if outputs.count > 1 {
      throw FormatError(
        .unsupported, at: .object(outputs[1]), "this is the second of \(outputs.count) outputs; networks have one")
    }
    guard let output = outputs.first else {
      throw FormatError(.damaged, "the configuration of the model names no output")
    }
    var order: [Int] = []
    var next = try place(output, from: "the model")
    while true {
      guard order.count < layers.count else {
        throw FormatError(.damaged, at: .object(layers[next].name), "the layers of the model go round in a circle")
      }
      order.append(next)
      let before = try self.input(of: next)
      guard let before else { return order.reversed() }
      next = before
    }
  }

  /// The layer before one; nil for an input.
  private func input(of index: Int) throws(FormatError) -> Int? {
    let layer = layers[index]
    let nodes = entries[index]["inbound_nodes"]?.arrayValue ?? []
    if nodes.count > 1 {
      throw FormatError(
        .unsupported, at: .object(layer.name),
        "the layer is used in \(nodes.count) places; only chains of dense layers are read as networks")
    }
    guard let node = nodes.first else { return nil }
    let names = KerasGraph.inputs(of: node)
    if names.count > 1 { throw layer.refusal("a layer of \(names.count) inputs") }
    guard let name = names.first else { return nil }
    return try place(name, from: layer.name)
  }

  private func place(_ name: String, from user: String) throws(FormatError) -> Int {
    guard let place = places[name] else {
      throw FormatError(.damaged, at: .object(name), "\(user) uses this layer, which the configuration lacks")
    }
    return place
  }

  private func name(of index: Int) -> String { entries[index]["name"]?.textValue ?? layers[index].name }

  /// The layers whose results a node takes.
  private static func inputs(of node: JSONValue) -> [String] {
    guard let arguments = node["args"] else {
      // Keras 1 and 2: [["dense", 0, 0, {}]], or one of these alone.
      guard let elements = node.arrayValue else { return [] }
      if let name = elements.first?.textValue { return [name] }
      return elements.compactMap { $0.arrayValue?.first?.textValue }
    }
    // Keras 3: tensors among the arguments, at any level.
    var names: [String] = []
    var waiting = [arguments]
    while let value = waiting.popLast() {
      if let history = value["config"]?["keras_history"]?.arrayValue {
        if let name = history.first?.textValue { names.append(name) }
      } else {
        waiting += value.arrayValue ?? []
        waiting += value.objectValue.map { Array($0.values) } ?? []
      }
    }
    return names
  }

  /// The layers of `input_layers` or `output_layers`: ["a", 0, 0], or a list or an object of those.
  private static func names(of value: JSONValue?) -> [String] {
    guard let value else { return [] }
    if let members = value.objectValue { return members.keys.sorted().flatMap { names(of: value[$0]) } }
    guard let elements = value.arrayValue else { return [] }
    if let name = elements.first?.textValue { return [name] }
    return elements.compactMap { $0.arrayValue?.first?.textValue }
  }
}

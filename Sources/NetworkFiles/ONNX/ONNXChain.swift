import TensorFiles
import Tensors
import Training

/// Follows the one value of a graph from its input to its output, and builds the chain of layers on the way.
struct ONNXChain {
  let model: ONNXModel
  let constants: ONNXConstants
  var chain: LayerChain
  /// The value that the chain has come to.
  var current: String
  /// The operations that take a value, by their place in the graph, but for those that choose a class.
  private let consumers: [String: [Int]]
  /// The operations that choose a class by a value, by their place in the graph.
  private let choosers: [String: [Int]]
  private let outputs: Set<String>
  /// Whether the current value is the product of a MatMul, which a bias may follow.
  var awaitsBias = false
  /// Whether a dense layer has weights in float64.
  var isDouble = false
  /// The names of the classes, where an operation gives them.
  var classNames: [String]?
  /// The values that are the class that a classifier gives beside the probabilities.
  var labels: Set<String> = []
  /// How many operations were looked at in vain for a function that is written in several of them.
  private var vainOperations = 0

  private var nodes: [ONNXNode] { model.graph.nodes }

  /// - Throws: ``FormatError`` when the graph has not one input and an output.
  init(_ reader: ONNXReader) throws(FormatError) {
    model = reader.model
    constants = ONNXConstants(reader)
    var (consumers, choosers): ([String: [Int]], [String: [Int]]) = ([:], [:])
    let thresholds = ONNXChain.thresholds(model.graph)
    for (index, node) in model.graph.nodes.enumerated() {
      for name in Set(node.inputs) where !name.isEmpty {
        if node.isChoosing(by: name) || thresholds.contains(index) {
          choosers[name, default: []].append(index)
        } else {
          consumers[name, default: []].append(index)
        }
      }
    }
    (self.consumers, self.choosers) = (consumers, choosers)
    outputs = Set(model.graph.outputs.map(\.name))
    let inputs = model.graph.inputs.filter { [constants] in !constants.contains($0.name) }
    guard let input = inputs.first else { throw FormatError(.unsupported, "the graph has no input") }
    guard inputs.count == 1 else {
      throw FormatError(
        .unsupported, at: .object(inputs[1].name),
        "this is the second of \(inputs.count) inputs of the graph; only chains of dense layers are read")
    }
    var width: Int?
    if case .length(let length) = input.shape?.last, (input.shape?.count ?? 0) > 1, length > 0 { width = length }
    chain = LayerChain(inputCount: input.shape?.count == 2 ? width : nil)
    current = input.name
  }

  /// The network of the whole graph.
  mutating func network() throws(FormatError) -> TrainedNetwork {
    // Every step takes an operation at least.
    for _ in 0...nodes.count {
      if try isFinished() {
        try checkOutputs()
        var trained = try chain.trainedNetwork(elementType: isDouble ? .float64 : .float32)
        if let classNames { trained.network = try named(trained.network, classNames) }
        return trained
      }
      try step()
    }
    throw FormatError(.damaged, at: .object(current), "the operations go round in a circle")
  }

  private func named(_ network: Network, _ names: [String]) throws(FormatError) -> Network {
    guard names.count == max(2, network.outputCount) else { return network }
    // These are the names of classes that have none.
    if names == names.indices.map(String.init), network.output != .values(names.count) { return network }
    do {
      return try Network(
        layers: network.layers, inputNames: network.inputNames, classNames: names, inputScaling: network.inputScaling)
    } catch {
      throw FormatError(.damaged, error.description)
    }
  }

  /// The operations that take the current value.
  private var next: [ONNXNode] { (consumers[current] ?? []).map { nodes[$0] } }

  private mutating func step() throws(FormatError) {
    let next = self.next
    guard let node = next.first else {
      if outputs.contains(current) || choosers[current] != nil, chain.layerCount == 0 {
        if let chooser = choosers[current]?.first { throw nodes[chooser].unsupported() }
        throw FormatError(.unsupported, at: .object(current), "there is no dense layer before this output")
      }
      // A graph within an operation takes the values around it without saying so.
      if let node = nodes.first(where: { ["If", "Loop", "Scan"].contains($0.operation) }) { throw node.unsupported() }
      throw FormatError(.damaged, at: .object(current), "no operation takes this value, and it is no output")
    }
    let wasProduct = awaitsBias
    awaitsBias = false
    // A sum with the bias may look like a part of what follows where there is one unit.
    if wasProduct, next.count == 1, node.operation == "Add", let other = node.inputs.first(where: { $0 != current }),
      let bias = small(other), !bias.shape.isEmpty, try apply(node)
    {
      return
    }
    if try applyFunction() { return }
    guard next.count == 1 else {
      let list = next.prefix(4).map { $0.operation }.joined(separator: ", ")
      throw FormatError(
        .unsupported, at: .object(current),
        "this value goes into \(next.count) operations (\(list)); only chains of dense layers are read")
    }
    guard try apply(node) else { throw node.unsupported() }
  }
}

/// Functions in several operations.
extension ONNXChain {
  private static let mostOperations = 64
  /// As many in a graph in which nothing was found at so many of them: no more than those that are known take.
  private static let fewOperations = 12
  private static let mostVainOperations = 2048
  /// The operations that may be an activation by themselves.
  private static let bounds: Set<String> = ["Clip", "Max"]

  /// Takes the operations that compute a function of the current value element by element, where that is an activation:
  /// as many of them as do.
  private mutating func applyFunction() throws(FormatError) -> Bool {
    // What leaves everything as it is begins nothing.
    if next.count == 1, next[0].operation == "Identity" { return false }
    let most =
      vainOperations < ONNXChain.mostVainOperations ? ONNXChain.mostOperations : ONNXChain.fewOperations
    var function = ONNXFunction(of: current)
    var known: Set<String> = [current]
    var taken: Set<Int> = []
    var found: [(activation: Activation, function: ONNXFunction, last: ONNXNode)] = []
    while function.count < most {
      let waiting = known.flatMap { consumers[$0] ?? [] }.filter { !taken.contains($0) }
      guard let index = waiting.min() else { break }
      let node = nodes[index]
      guard function.append(node, known: known, constant: small) else { break }
      taken.insert(index)
      known.insert(node.outputs[0])
      // All that was computed before goes into this node alone, so that nothing but its output is left.
      let open = known.filter { name in
        outputs.contains(name) || (consumers[name] ?? []).contains { !taken.contains($0) }
      }
      guard open.isSubset(of: [node.outputs[0]]), function.count > 1 || ONNXChain.bounds.contains(node.operation)
      else { continue }
      if let activation = function.activation {
        found.append((activation, function, node))
      }
    }
    guard let best = found.last(where: { $0.function.isEverywhere($0.activation) }) else {
      vainOperations += function.count
      return false
    }
    try chain.activation(best.activation, name: name(best.last))
    current = best.last.outputs[0]
    return true
  }

  /// A constant of few numbers; nil for other values.
  private func small(_ name: String) -> ONNXConstant? {
    guard constants.contains(name) else { return nil }
    do throws(FormatError) {
      let constant = try constants(name)
      return constant.values.count <= 256 ? constant : nil
    } catch {
      // It is said where the operation is read by itself.
      return nil
    }
  }
}

/// The end of a graph.
extension ONNXChain {
  /// The thresholds, by their place in the graph, that make labels of probabilities which are outputs themselves.
  private static func thresholds(_ graph: ONNXGraph) -> Set<Int> {
    let found = graph.nodes.indices.filter { graph.nodes[$0].operation == "Binarizer" }
    guard !found.isEmpty else { return [] }
    let outputs = Set(graph.outputs.map(\.name))
    var kept = outputs
    for node in graph.nodes where ["Identity", "ZipMap"].contains(node.operation) {
      if !outputs.isDisjoint(with: node.outputs) { kept.formUnion(node.inputs) }
    }
    return Set(found.filter { graph.nodes[$0].inputs.first.map(kept.contains) ?? false })
  }

  private static let rearranging: Set<String> = [
    "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Sub", "Concat", "Greater", "Less", "Where",
    "Not",
    "GreaterOrEqual", "LessOrEqual", "ReduceMax", "Max", "Gather",
  ]

  /// Whether the current value is what the graph computes: an output, or what a class is chosen by.
  private mutating func isFinished() throws(FormatError) -> Bool {
    guard chain.layerCount > 0 else { return false }
    let next = self.next
    if outputs.contains(current) || next.isEmpty && choosers[current] != nil {
      classNames = names(after: [current]) ?? classNames
      return true
    }
    // 1 - p and p side by side are the probabilities of two classes.
    guard chain.width == 1, next.count == 2, let pair = next.first(where: { $0.operation == "Concat" }),
      let rest = next.first(where: { $0.operation == "Sub" }), rest.inputs.count == 2, rest.inputs[1] == current,
      constants.contains(rest.inputs[0]), pair.inputs == [rest.outputs.first ?? "", current],
      try constants(rest.inputs[0]).scalar == 1
    else { return false }
    classNames = names(after: pair.outputs) ?? classNames
    return true
  }

  /// The names of the classes that operations give to some values.
  private func names(after values: [String]) -> [String]? {
    for name in values {
      for index in choosers[name] ?? [] {
        let node = nodes[index]
        if let labels = node.classLabels { return labels }
        guard node.operation == "ArgMax", let choice = node.outputs.first else { continue }
        if let labels = labels(of: choice) { return labels }
        // The class of plain numbers is the place of the largest one, and its name that place.
        if let width = chain.width, width > 1 { return (0..<width).map(String.init) }
      }
    }
    return nil
  }

  /// The names of the classes that the place of the largest number chooses: texts, or numbers.
  private func labels(of choice: String) -> [String]? {
    var values = [choice]
    // What changes only its shape or type is passed over.
    for _ in 0..<8 {
      for chooser in values.flatMap({ choosers[$0] ?? [] }).map({ nodes[$0] }) {
        if chooser.operation == "LabelEncoder", let labels = chooser.encodedLabels { return labels }
        guard chooser.operation == "ArrayFeatureExtractor", let list = chooser.inputs.first else { continue }
        if let texts = constants.texts(list) { return texts }
        guard let constant = small(list) else { continue }
        return constant.values.map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : String($0) }
      }
      values = values.flatMap { consumers[$0] ?? [] }.map { nodes[$0] }
        .filter { ["Reshape", "Cast", "Squeeze", "Identity"].contains($0.operation) }.compactMap(\.outputs.first)
    }
    return nil
  }

  /// Checks that all outputs of the graph come from the current value, and by operations that only choose a class.
  private func checkOutputs() throws(FormatError) {
    // A classifier gives the class beside the probabilities.
    var derived = Set(nodes.first { $0.outputs.contains(current) }?.outputs ?? [current]).union(labels)
    for node in nodes {
      guard node.inputs.contains(where: { derived.contains($0) }),
        node.inputs.contains(where: { derived.contains($0) && node.isChoosing(by: $0) })
          || node.operation == "Binarizer" || ONNXChain.rearranging.contains(node.operation)
      else { continue }
      derived.formUnion(node.outputs)
    }
    guard let other = model.graph.outputs.first(where: { !derived.contains($0.name) }) else { return }
    throw FormatError(
      .unsupported, at: .object(other.name),
      "this is another output of the graph beside '\(current)'; only chains of dense layers are read")
  }

  /// Whether a value is an output of the graph.
  func isOutput(_ name: String) -> Bool { outputs.contains(name) }

  /// The one operation that takes a value; nil where there are none or several.
  func onlyConsumer(of name: String) -> ONNXNode? {
    guard let list = consumers[name], list.count == 1 else { return nil }
    return nodes[list[0]]
  }
}

extension ONNXNode {
  /// Whether a node behind a classifier chooses a class by a value, or gives the class its name.
  fileprivate func isChoosing(by value: String) -> Bool {
    switch operation {
    case "ZipMap", "LabelEncoder": true
    // Over the other axis the largest one is an example.
    case "ArgMax": [1, -1].contains(integer("axis", default: 0))
    case "ArrayFeatureExtractor": inputs.count == 2 && inputs[0] != value && inputs[1] == value
    default: false
    }
  }

  /// The texts that a node gives to the places 0, 1 …
  fileprivate var encodedLabels: [String]? {
    guard case .integers(let keys) = attributes["keys_int64s"], case .texts(let texts) = attributes["values_strings"],
      keys == Array(texts.indices)
    else { return nil }
    return texts
  }

  /// The names of the classes that a node gives.
  var classLabels: [String]? {
    for key in ["classlabels_strings", "classlabels_int64s", "classlabels_ints"] {
      if case .texts(let texts) = attributes[key], !texts.isEmpty { return texts }
      if case .integers(let numbers) = attributes[key], !numbers.isEmpty { return numbers.map(String.init) }
    }
    return nil
  }
}

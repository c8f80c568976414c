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

  private var nodes: [ONNXNode] { model.graph.nodes }

  /// - Throws: ``FormatError`` when the graph has not one input and an output.
  init(_ reader: ONNXReader) throws(FormatError) {
    model = reader.model
    constants = ONNXConstants(reader)
    var (consumers, choosers): ([String: [Int]], [String: [Int]]) = ([:], [:])
    for (index, node) in model.graph.nodes.enumerated() {
      let isChooser = ONNXChain.choosing.contains(node.operation)
      for name in Set(node.inputs) where !name.isEmpty {
        if isChooser { choosers[name, default: []].append(index) } else { consumers[name, default: []].append(index) }
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
    guard names.count == max(2, network.outputCount), names != names.indices.map(String.init) else { return network }
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

  /// Takes the operations that compute a function of the current value element by element, where that is an activation:
  /// as many of them as do.
  private mutating func applyFunction() throws(FormatError) -> Bool {
    var function = ONNXFunction(of: current)
    var known: Set<String> = [current]
    var taken: Set<Int> = []
    var best: (activation: Activation, output: String, count: Int, name: String)?
    while function.count < ONNXChain.mostOperations {
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
      guard open.isSubset(of: [node.outputs[0]]), function.count > 1 else { continue }
      if let activation = function.activation {
        best = (activation, node.outputs[0], function.count, node.name.isEmpty ? node.outputs[0] : node.name)
      }
    }
    guard let best else { return false }
    try chain.activation(best.activation, name: best.name)
    current = best.output
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
  /// The operations behind the outputs of a classifier, which choose a class and give it its name.
  private static let choosing: Set<String> = [
    "ArgMax", "ZipMap", "ArrayFeatureExtractor", "LabelEncoder", "Binarizer", "TopK",
  ]
  private static let rearranging: Set<String> = [
    "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Sub", "Concat", "Greater", "Less", "Where", "Not",
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
        // The classes may be numbers that the place of the largest one chooses.
        guard node.operation == "ArgMax", let choice = node.outputs.first,
          let chooser = (choosers[choice] ?? []).map({ nodes[$0] }).first(where: {
            $0.operation == "ArrayFeatureExtractor"
          }), let list = chooser.inputs.first, let constant = small(list)
        else { continue }
        return constant.values.map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int($0)) : String($0) }
      }
    }
    return nil
  }

  /// Checks that all outputs of the graph come from the current value, and by operations that only choose a class.
  private func checkOutputs() throws(FormatError) {
    // A classifier gives the class beside the probabilities.
    var derived = Set(nodes.first { $0.outputs.contains(current) }?.outputs ?? [current])
    for node in nodes {
      guard node.inputs.contains(where: { derived.contains($0) }),
        ONNXChain.choosing.contains(node.operation) || ONNXChain.rearranging.contains(node.operation)
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
  /// The names of the classes that a node gives.
  var classLabels: [String]? {
    for key in ["classlabels_strings", "classlabels_int64s", "classlabels_ints"] {
      if case .texts(let texts) = attributes[key], !texts.isEmpty { return texts }
      if case .integers(let numbers) = attributes[key], !numbers.isEmpty { return numbers.map(String.init) }
    }
    return nil
  }
}

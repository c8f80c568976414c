import TensorFiles
import Tensors
import Training

/// Makes a network of the weights of modules, whose activations stand in the file's texts or must be given.
struct ModuleReading {
  private let file: OpenFile
  private let arrays: ModuleArrays
  private let framework: ModuleFramework
  private let metadata: NetworkMetadata?
  private let given: [Activation]?
  /// What the file says of the activations by itself.
  private let named: [Activation]?
  private var notes: [String] = []
  /// Whether every array that was read is one that float32 holds.
  private var isNarrow = true

  /// Arrays that a module is made of.
  private static let known: Set<String> = [
    "weight", "bias", "running_mean", "running_var", "_mean", "_variance", "num_batches_tracked",
  ]
  private static let epsilon = 1e-5

  /// - Parameter framework: whose weights these are; nil for what the file tells.
  init(_ file: OpenFile, options: NetworkReadingOptions, as framework: ModuleFramework?) throws(FormatError) {
    self.file = file
    arrays = ModuleArrays(file.reader.entries)
    let texts = try file.reader.attributes(of: "")
    func text(_ name: String) -> String? { texts.first { $0.name == name }?.value.text }
    metadata =
      if let text = text(NetworkMetadata.key) {
        try NetworkMetadata.attribute(text, at: NetworkMetadata.key)
      } else { nil }
    named =
      if let known = metadata?.activations {
        known
      } else if let text = text("activations") { try Activation.list(text) } else { nil }
    given = options.activations
    let told = framework ?? ModuleFramework(of: file.reader)
    self.framework = arrays.framework(told: told)
    if told == nil, arrays.fits(arrays.dense, .torch), arrays.fits(arrays.dense, .paddle) {
      notes.append(
        "the shapes fit the order of PyTorch's weights and that of PaddlePaddle's, and the file does not say which it "
          + "is: PyTorch's is taken (--from safetensors-paddle takes the other)")
    }
  }

  /// The network.
  ///
  /// - Throws: ``FormatError``: `unsupported` at the first module that is no dense layer, `unsuitable` where the
  ///   activations are not known, `damaged` where the layers do not fit.
  consuming func network() throws(FormatError) -> TrainedNetwork {
    try checkModules()
    let modules = try ordered()
    let layers = modules.filter { !$0.isBatchNormalization }
    let activations = try activations(
      of: layers.count, outputs: layers.last?.weight.map { $0.shape[framework == .torch ? 0 : 1] } ?? 1)
    var chain = LayerChain()
    if arrays.hasScaling {
      let mean = try numbers(of: ModuleArrays.meanName, count: nil)
      let scale = try numbers(of: ModuleArrays.scaleName, count: mean.count)
      try chain.standardize(mean: mean, scale: scale, name: ModuleArrays.meanName)
    }
    for (position, module) in modules.enumerated() {
      try add(module, at: position, of: modules, activations, to: &chain)
    }
    for note in notes { chain.note(note) }
    var trained = try chain.trainedNetwork(elementType: isNarrow ? .float32 : .float64)
    metadata?.restore(&trained)
    trained.leftOut = leftOut(among: file.reader.entries)
    return trained
  }

  /// Arrays that are no part of what was read.
  private func leftOut(among entries: [TensorEntry]) -> [String] {
    entries.map(\.name).filter { name in
      if arrays.hasScaling, name == ModuleArrays.meanName || name == ModuleArrays.scaleName { return false }
      let last = String(name.split(separator: ".", omittingEmptySubsequences: false).last ?? "")
      return !ModuleReading.known.contains(last)
    }
  }

  private func activations(of count: Int, outputs: Int) throws(FormatError) -> [Activation] {
    if let named {
      guard named.count == count else {
        throw FormatError(
          .damaged, at: .object("activations"), "\(named.count) activations for \(count) layers")
      }
      return named
    }
    guard let given else {
      let example = NetworkReadingOptions.example(layers: count, outputs: outputs)
      throw FormatError(
        .unsuitable,
        "the file does not say which activation follows \(count == 1 ? "its layer" : "each of its \(count) layers"); "
          + "--activations \(example) would name \(count == 1 ? "it" : "them")")
    }
    guard given.count == count else {
      throw NetworkReadingOptions.wrongCount(given.count, layers: count)
    }
    return given
  }
}

/// What is no dense layer.
extension ModuleReading {
  /// Checks that all modules are dense layers and batch normalisation, and that nothing is left that might change what
  /// the network computes.
  private func checkModules() throws(FormatError) {
    for module in arrays.modules {
      if let kind = module.otherKind {
        throw FormatError(
          .unsupported, at: .object(module.title),
          "this is \(kind); only chains of dense layers are networks here (reg-inspect lists the arrays of others)")
      }
      if let bias = module.arrays["bias"], module.weight == nil, !module.isBatchNormalization {
        throw FormatError(
          .unsupported, at: .object(bias.name),
          "there is no \(module.name).weight beside it; of tensors that share their memory only one is saved, so save "
            + "them with clones: {k: v.clone() for k, v in model.state_dict().items()}")
      }
    }
    let parameters = file.reader.entries.filter { [.float64, .float32, .float16].contains($0.elementType) }
    if let other = leftOut(among: parameters).first {
      let known = file.reader.entries.map(\.name).filter { $0.hasSuffix("weight") || $0.hasSuffix("bias") }
      throw FormatError(
        .unsupported, at: .object(other),
        "this array belongs to no dense layer, and may change what the network computes; where it does not, leave it "
          + "out: reg-convert IN OUT --arrays \(known.prefix(4).joined(separator: ","))\(known.count > 4 ? ",…" : "")")
    }
    guard !arrays.dense.isEmpty else { throw FormatError(.unsupported, "there is no dense layer in the file") }
  }
}

/// The order of the modules.
extension ModuleReading {
  /// The modules in their order: that of the numbers in their names, else that of the file or of the shapes.
  private mutating func ordered() throws(FormatError) -> [ModuleArrays.Module] {
    let layers = arrays.dense
    let sequence = arrays.modules.filter { $0.weight != nil || $0.isBatchNormalization }
    let isNumbered = Set(sequence.map(\.parent)).count == 1 && sequence.allSatisfy { $0.index != nil }
    if !isNumbered, let module = sequence.first(where: \.isBatchNormalization) {
      let names = layers.map(\.title).joined(separator: ", ")
      throw ModuleReading.ambiguous(module, "where this batch normalisation stands among \(names)")
    }
    let shapes = layers.compactMap { layer in layer.weight?.shape }
    let pairs = shapes.map { framework == .torch ? (inputs: $0[1], outputs: $0[0]) : (inputs: $0[0], outputs: $0[1]) }
    if arrays.fits(layers, framework) {
      let isTold = isNumbered || layers.count == 1 || ModuleReading.differInNumbers(layers)
      guard isTold || LayerOrder.only(pairs) != nil else {
        throw FormatError(
          .unsupported, at: .object(layers[0].title),
          "the file does not tell in which order the layers \(layers.map(\.title).joined(separator: ", ")) follow one "
            + "another, and their shapes allow several; names with numbers, such as those of an nn.Sequential, do")
      }
      return sequence
    }
    // Names in an order of their own, such as `input` before `hidden`, where only one order fits.
    if !isNumbered, sequence.count == layers.count, let order = LayerOrder.only(pairs) {
      let found = order.map { layers[$0] }
      if arrays.fits(found, framework) {
        notes.append("the order of the layers is told by their shapes: \(found.map(\.title).joined(separator: ", "))")
        return found
      }
    }
    // The first layer that does not fit is named where it is put into the chain.
    return sequence
  }

  /// Whether names are the same but for the numbers in them, `fc1` and `fc2`.
  private static func differInNumbers(_ layers: [ModuleArrays.Module]) -> Bool {
    Set(layers.map { $0.name.filter { !($0.isASCII && $0.isNumber) } }).count == 1
  }
}

/// The numbers.
extension ModuleReading {
  private mutating func add(
    _ module: ModuleArrays.Module, at position: Int, of modules: [ModuleArrays.Module], _ activations: [Activation],
    to chain: inout LayerChain
  ) throws(FormatError) {
    if module.isBatchNormalization {
      let (factors, terms) = try normalization(module)
      try chain.scale(by: factors, adding: terms, name: module.title)
      if position > 0, try isBeforeActivation(position, of: modules, activations[chain.layerCount - 1]) {
        try chain.activation(activations[chain.layerCount - 1], name: module.title)
      }
      return
    }
    guard let entry = module.weight else { return }
    var weights = try matrix(entry)
    if framework == .paddle { weights = weights.transposed }
    let biases =
      if let bias = module.arrays["bias"] { try numbers(of: bias.name, count: weights.rows) } else {
        [Double]?.none
      }
    try chain.dense(weights: weights, biases: biases, name: module.title)
    let activation = activations[chain.layerCount - 1]
    // A normalisation between the layer and its activation sets the activation itself.
    if position + 1 < modules.count, modules[position + 1].isBatchNormalization,
      try isBeforeActivation(position + 1, of: modules, activation)
    {
      return
    }
    try chain.activation(activation, name: module.title)
  }

  /// Whether a batch normalisation stands between a dense layer and its activation, as far as the numbers of the modules
  /// tell.
  private func isBeforeActivation(
    _ position: Int, of modules: [ModuleArrays.Module], _ activation: Activation
  ) throws(FormatError) -> Bool {
    let (module, before) = (modules[position], modules[position - 1])
    if activation == .linear { return true }
    if let index = module.index, let last = before.index, module.parent == before.parent, !before.isBatchNormalization {
      if index == last + 1 { return true }
      let next = position + 1 < modules.count ? modules[position + 1].index : nil
      // There is room for the activation before it, and none behind it.
      if index == last + 2, next == index + 1 { return false }
    }
    throw ModuleReading.ambiguous(
      module, "whether this batch normalisation stands before or after the activation of '\(before.title)'")
  }

  private static func ambiguous(_ module: ModuleArrays.Module, _ what: String) -> FormatError {
    FormatError(
      .unsupported, at: .object(module.title),
      "the file does not tell \(what); in PyTorch, torch.nn.utils.fusion.fuse_linear_bn_eval puts it into the weights")
  }

  /// What batch normalisation does at prediction: x · factors + terms.
  private mutating func normalization(
    _ module: ModuleArrays.Module
  ) throws(FormatError) -> (factors: [Double], terms: [Double]) {
    func entry(_ names: [String]) -> TensorEntry? { names.lazy.compactMap { module.arrays[$0] }.first }
    guard let variances = entry(["running_var", "_variance"]), let means = entry(["running_mean", "_mean"]) else {
      throw FormatError(.damaged, at: .object(module.title), "a batch normalisation without its running mean")
    }
    let variance = try numbers(of: variances.name, count: nil)
    let mean = try numbers(of: means.name, count: variance.count)
    var factors = variance.map { 1 / ($0 + ModuleReading.epsilon).squareRoot() }
    if let weight = module.weight {
      factors = zip(factors, try numbers(of: weight.name, count: variance.count)).map { $0 * $1 }
    }
    var terms = zip(mean, factors).map { -$0 * $1 }
    if let bias = module.arrays["bias"] {
      terms = zip(terms, try numbers(of: bias.name, count: variance.count)).map { $0 + $1 }
    }
    return (factors, terms)
  }

  private mutating func matrix(_ entry: TensorEntry) throws(FormatError) -> Matrix {
    let tensor = try file.reader.tensor(entry.name)
    isNarrow = isNarrow && tensor.elementType.isExactInFloat32
    do { return try tensor.matrix() } catch { throw FormatError(error, at: .object(entry.name)) }
  }

  private mutating func numbers(of name: String, count: Int?) throws(FormatError) -> [Double] {
    let tensor = try file.reader.tensor(name)
    if name != ModuleArrays.meanName, name != ModuleArrays.scaleName {
      isNarrow = isNarrow && tensor.elementType.isExactInFloat32
    }
    guard tensor.shape.count == 1, count == nil || tensor.elementCount == count else {
      throw FormatError(
        .damaged, at: .object(name),
        "the shape is \(Tensor.describe(tensor.shape)), \(count.map(String.init) ?? "one dimension") was expected")
    }
    do { return try tensor.doublesInStorageOrder() } catch { throw FormatError(error, at: .object(name)) }
  }
}

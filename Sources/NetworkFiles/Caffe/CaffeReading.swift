import TensorFiles
import Tensors
import Training

/// Makes a network of Caffe's weights and the text beside them, or of the weights alone where the activations are given.
struct CaffeReading {
  private let file: OpenFile
  /// The entries of each layer's blobs, in their order.
  private var blobs: [String: [TensorEntry]] = [:]
  /// The layers in the order of the file, which is that of their names.
  private var names: [String] = []
  private var isNarrow = true

  /// The longest text that is read.
  private static let mostTextBytes = 1 << 22

  init(_ file: OpenFile) {
    self.file = file
    for entry in file.reader.entries where entry.name.hasPrefix("data/") {
      let parts = entry.name.dropFirst("data/".count).split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.dropLast().joined(separator: "/")
      if blobs[name] == nil { names.append(name) }
      blobs[name, default: []].append(entry)
    }
  }

  mutating func network(activations: [Activation]?) throws(FormatError) -> TrainedNetwork {
    let metadata = try file.reader.attributes(of: "").first { $0.name == NetworkMetadata.key }?.value.text
    let known =
      if let metadata { try NetworkMetadata.attribute(metadata, at: NetworkMetadata.key) } else {
        NetworkMetadata?.none
      }
    var trained: TrainedNetwork
    if let (path, layers) = try layersBeside() {
      do throws(FormatError) { trained = try network(of: layers) } catch {
        // A place in the text is said with the text's name, a layer with that of the file.
        if case .line = error.location { throw error.naming(path) }
        throw error
      }
      trained.notes.append("the layers and their activations are those of \(path)")
    } else {
      trained = try network(ofShapesWith: known?.activations ?? activations)
    }
    known?.restore(&trained)
    return trained
  }

  /// The layers of the text beside the file.
  private func layersBeside() throws(FormatError) -> (path: String, layers: [CaffeLayer])? {
    guard let path = file.input.path else { return nil }
    let beside = CaffeFormat.prototxt(beside: path)
    let input: InputFile
    do throws(FormatError) { input = try InputFile(path: beside) } catch {
      if error.code == .noInput { return nil }
      throw error
    }
    let bytes = try input.contents(limit: CaffeReading.mostTextBytes)
    do throws(FormatError) { return (beside, try CaffeLayer.layers(in: PrototxtParser.fields(bytes))) } catch {
      throw error.naming(beside)
    }
  }
}

/// With the text.
extension CaffeReading {
  private mutating func network(of layers: [CaffeLayer]) throws(FormatError) -> TrainedNetwork {
    var chain = LayerChain()
    /// The array that the layers so far have made.
    var top: String?
    for layer in layers where !layer.isForTrainingOnly {
      if layer.isSource {
        top = top ?? layer.tops.first
        continue
      }
      if layer.type == "Accuracy" { continue }
      // The labels of a loss are its second input.
      guard layer.bottoms.count == 1 || layer.isLoss, let bottom = layer.bottoms.first else {
        throw layer.refused("takes \(layer.bottoms.count) arrays")
      }
      guard top == nil || bottom == top else {
        throw layer.refused("takes '\(bottom)', not '\(top ?? "")' of the layer before it")
      }
      try add(layer, to: &chain)
      top = layer.tops.first
    }
    return try chain.trainedNetwork(elementType: isNarrow ? .float32 : .float64)
  }

  private mutating func add(_ layer: CaffeLayer, to chain: inout LayerChain) throws(FormatError) {
    let name = layer.name
    switch layer.type {
    case "InnerProduct":
      var weights = try matrix(
        of: layer, units: layer.number("inner_product_param", "num_output").flatMap(Int.init(exactly:)))
      if layer.flag("inner_product_param", "transpose") ?? false { weights = weights.transposed }
      let hasBias = layer.flag("inner_product_param", "bias_term") ?? true
      try chain.dense(weights: weights, biases: hasBias ? try vector(name, 1, count: weights.rows) : nil, name: name)
    case "Scale":
      // Of a standardisation, the precision is not that of the weights.
      let wasNarrow = isNarrow
      let factors = try vector(name, 0, count: nil)
      let hasTerms = layer.flag("scale_param", "bias_term") ?? false
      let terms = hasTerms ? try vector(name, 1, count: factors.count) : Array(repeating: 0, count: factors.count)
      if chain.layerCount == 0, !factors.contains(0) {
        isNarrow = wasNarrow
        try chain.standardize(
          mean: zip(terms, factors).map { -$0 / $1 }, scale: factors.map { 1 / $0 }, name: name)
      } else {
        try chain.scale(by: factors, adding: terms, name: name)
      }
    case "BatchNorm":
      // Sums over batches, and by what they are to be divided.
      let means = try vector(name, 0, count: nil)
      let variances = try vector(name, 1, count: means.count)
      let divisor = try vector(name, 2, count: 1)[0]
      let scale = divisor == 0 ? 0 : 1 / divisor
      let epsilon = layer.number("batch_norm_param", "eps") ?? 1e-5
      let factors = variances.map { 1 / ($0 * scale + epsilon).squareRoot() }
      try chain.scale(by: factors, adding: zip(means, factors).map { -$0 * scale * $1 }, name: name)
    case "Dropout": chain.dropout(rate: layer.number("dropout_param", "dropout_ratio") ?? 0.5)
    // Rows of numbers stay what they are.
    case "Flatten", "Reshape", "Split": break
    default:
      guard let activation = layer.activation else { throw layer.refused("is of type \(layer.type)") }
      try chain.activation(activation, name: name)
    }
  }
}

/// Without the text.
extension CaffeReading {
  private mutating func network(ofShapesWith activations: [Activation]?) throws(FormatError) -> TrainedNetwork {
    var shapes: [(inputs: Int, outputs: Int)] = []
    for name in names {
      guard let shape = blobs[name]?.first.map({ CaffeReading.squeezed($0.shape) }), shape.count == 2 else {
        throw FormatError(
          .unsupported, at: .object(name),
          "this layer is not an InnerProduct layer, whose weights have two dimensions; only chains of dense layers are "
            + "networks here")
      }
      shapes.append((inputs: shape[1], outputs: shape[0]))
    }
    guard let order = LayerOrder.only(shapes) else {
      throw FormatError(
        .unsuitable,
        "the order of the layers \(names.joined(separator: ", ")) cannot be told by their shapes: put the .prototxt of "
          + "the network beside the file, under the same name")
    }
    guard let activations else {
      let example = NetworkReadingOptions.example(
        layers: names.count, outputs: order.last.map { shapes[$0].outputs } ?? 1)
      throw FormatError(
        .unsuitable,
        "the activations stand in the .prototxt of the network: put it beside the file, under the same name, or name them, "
          + "--activations \(example)")
    }
    guard activations.count == names.count else {
      throw NetworkReadingOptions.wrongCount(activations.count, layers: names.count)
    }
    var chain = LayerChain()
    for (activation, position) in zip(activations, order) {
      let name = names[position]
      let weights = try matrix(blob(name, 0))
      try chain.dense(
        weights: weights, biases: (blobs[name]?.count ?? 0) > 1 ? try vector(name, 1, count: weights.rows) : nil,
        name: name)
      try chain.activation(activation, name: name)
    }
    if names.count > 1 {
      chain.note("the order of the layers is told by their shapes: \(order.map { names[$0] }.joined(separator: ", "))")
    }
    return try chain.trainedNetwork(elementType: isNarrow ? .float32 : .float64)
  }
}

/// The numbers.
extension CaffeReading {
  private func blob(_ name: String, _ index: Int) throws(FormatError) -> TensorEntry {
    guard let entry = blobs[name]?.first(where: { $0.name == "data/\(name)/\(index)" }) else {
      throw FormatError(
        .damaged, at: .object(name), "the file has no array data/\(name)/\(index) for this layer of the .prototxt")
    }
    return entry
  }

  /// A shape without the lengths of 1 that old files have before the others.
  private static func squeezed(_ shape: [Int]) -> [Int] {
    shape.count == 4 && shape[0] == 1 && shape[1] == 1 ? Array(shape[2...]) : shape
  }

  private mutating func matrix(of layer: CaffeLayer, units: Int?) throws(FormatError) -> Matrix {
    let entry = try blob(layer.name, 0)
    let matrix = try matrix(entry)
    let rows = layer.flag("inner_product_param", "transpose") ?? false ? matrix.columns : matrix.rows
    if let units, units != rows {
      throw FormatError(
        .damaged, at: .object(layer.name), "the .prototxt says \(units) units, the weights are those of \(rows)")
    }
    return matrix
  }

  private mutating func matrix(_ entry: TensorEntry) throws(FormatError) -> Matrix {
    let tensor = try file.reader.tensor(entry.name)
    isNarrow = isNarrow && tensor.elementType.isExactInFloat32
    let shape = CaffeReading.squeezed(tensor.shape)
    guard shape.count == 2 else {
      throw FormatError(
        .damaged, at: .object(entry.name), "the shape is \(Tensor.describe(tensor.shape)), two dimensions are needed")
    }
    do { return try Tensor(try tensor.doublesInStorageOrder(), shape: shape, order: tensor.order).matrix() } catch {
      throw FormatError(error, at: .object(entry.name))
    }
  }

  private mutating func vector(_ name: String, _ index: Int, count: Int?) throws(FormatError) -> [Double] {
    let entry = try blob(name, index)
    let tensor = try file.reader.tensor(entry.name)
    isNarrow = isNarrow && tensor.elementType.isExactInFloat32
    guard count == nil || tensor.elementCount == count else {
      throw FormatError(
        .damaged, at: .object(entry.name), "\(tensor.elementCount) numbers where \(count ?? 0) were expected")
    }
    do { return try tensor.doublesInStorageOrder() } catch { throw FormatError(error, at: .object(entry.name)) }
  }
}

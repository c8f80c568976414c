import TensorFiles
import Tensors
import Training

/// What each layer is in a chain.
extension CoreMLChain {
  /// Applies a layer, and gives the number of layers after it that went with it.
  mutating func apply(_ layer: CoreMLLayer, _ index: Int) throws(FormatError) -> Int {
    switch layer.kind {
    case "innerProduct": try innerProduct(layer)
    case "batchedMatmul": try product(layer)
    case "activation": try activation(layer)
    case "gelu":
      switch layer.setting("mode") {
      case 0: try chain.activation(.gelu, name: layer.name)
      case 1: try chain.activation(.geluTanh, name: layer.name)
      default: throw CoreMLChain.unsupported(layer, "approximates with a sigmoid")
      }
    case "tanh": try chain.activation(.tanh, name: layer.name)
    case "softmax": try chain.activation(.softmax, name: layer.name)
    case "softmaxND":
      // The axis of the examples, where there is one, is the first.
      guard layer.setting("axis") == -1 || layer.setting("axis") == 1 else {
        throw CoreMLChain.unsupported(layer, "is over the axis \(Int(layer.setting("axis")))")
      }
      try chain.activation(.softmax, name: layer.name)
    case "batchnorm": try normalization(layer)
    case "scale":
      try scale(
        layer, by: try numbers(layer, "scale"), adding: layer.arrays.contains("bias") ? try numbers(layer, "bias") : nil
      )
    case "bias": try scale(layer, by: nil, adding: try numbers(layer, "bias"))
    case "add" where layer.inputs.count == 1: try scale(layer, by: nil, adding: [layer.setting("alpha")])
    case "multiply" where layer.inputs.count == 1: try scale(layer, by: [layer.setting("alpha")], adding: nil)
    case "addBroadcastable", "subtractBroadcastable", "multiplyBroadcastable", "divideBroadcastable":
      return try arithmetic(layer, index)
    // With the channels last the numbers come in another order, if there is more than one axis of them.
    case "flatten"
    where layer.setting("mode") != 0 && chain.layerCount == 0
      && model.inputs.contains { $0.shape.isEmpty || $0.shape.filter { $0 > 1 }.count > 1 }:
      throw CoreMLChain.unsupported(layer, "takes the numbers in another order, with the channels last")
    // They change the shape of an example at the most, and an inner product looks at the number of elements.
    case "flatten", "flattenTo2D", "copy": break
    default: throw CoreMLChain.unsupported(layer)
    }
    return 0
  }

  private func numbers(_ layer: CoreMLLayer, _ array: String) throws(FormatError) -> [Double] {
    let name = "\(layer.name)/\(array)"
    let tensor = try reader.tensor(name)
    do { return try tensor.doublesInStorageOrder() } catch { throw FormatError(error, at: .object(name)) }
  }

  private mutating func innerProduct(_ layer: CoreMLLayer) throws(FormatError) {
    guard layer.setting("int8DynamicQuantize") == 0 else { throw CoreMLChain.unsupported(layer, "is quantised") }
    let (rows, columns) = (layer.setting("outputChannels"), layer.setting("inputChannels"))
    try dense(layer, Int(rows), Int(columns))
  }

  /// A product with a constant matrix, which is stored by columns: transposed, as the weights of a layer are.
  private mutating func product(_ layer: CoreMLLayer) throws(FormatError) {
    guard layer.inputs.count == 1, layer.setting("transposeA") == 0, layer.setting("transposeB") == 0 else {
      throw CoreMLChain.unsupported(layer, "is no product with one matrix")
    }
    try dense(layer, Int(layer.setting("secondDimension")), Int(layer.setting("firstDimension")))
  }

  private mutating func dense(_ layer: CoreMLLayer, _ rows: Int, _ columns: Int) throws(FormatError) {
    let weights = try numbers(layer, "weights")
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, rows >= 0, columns >= 0, count == weights.count else {
      throw FormatError(
        .damaged, at: .object(layer.name), "\(weights.count) weights for \(columns) inputs and \(rows) outputs")
    }
    let biases = layer.setting("hasBias") != 0 ? try numbers(layer, "bias") : nil
    try chain.dense(
      weights: Matrix(rows: rows, columns: columns, elements: weights), biases: biases, name: layer.name)
  }

  private mutating func activation(_ layer: CoreMLLayer) throws(FormatError) {
    let (alpha, beta) = (layer.setting("alpha"), layer.setting("beta"))
    switch layer.activation {
    case "linear": try scale(layer, by: [alpha], adding: [beta])
    case "ReLU": try chain.activation(.relu, name: layer.name)
    case "leakyReLU": try chain.activation(.leakyRelu(slope: alpha), name: layer.name)
    case "tanh": try chain.activation(.tanh, name: layer.name)
    case "scaledTanh":
      // alpha · tanh(beta · x)
      if beta != 1 { try scale(layer, by: [beta], adding: nil) }
      try chain.activation(.tanh, name: layer.name)
      if alpha != 1 { try scale(layer, by: [alpha], adding: nil) }
    case "sigmoid": try chain.activation(.sigmoid, name: layer.name)
    case "sigmoidHard": try chain.activation(.hardSigmoid(slope: alpha, offset: beta), name: layer.name)
    case "ELU": try chain.activation(.elu(alpha: alpha), name: layer.name)
    case "softsign": try chain.activation(.softsign, name: layer.name)
    case "softplus": try chain.activation(.softplus, name: layer.name)
    default: throw CoreMLChain.unsupported(layer)
    }
  }

  private mutating func scale(_ layer: CoreMLLayer, by factors: [Double]?, adding terms: [Double]?) throws(FormatError)
  {
    let found = max(factors?.count ?? 1, terms?.count ?? 1)
    guard let width = chain.width ?? (found > 1 ? found : nil) else {
      throw CoreMLChain.unsupported(layer, "stands before the number of inputs is known")
    }
    func spread(_ list: [Double]?, _ neutral: Double) -> [Double] {
      guard let list, list.count != 1 else { return Array(repeating: list?.first ?? neutral, count: width) }
      return list
    }
    try chain.scale(by: spread(factors, 1), adding: spread(terms, 0), name: layer.name)
  }

  private mutating func normalization(_ layer: CoreMLLayer) throws(FormatError) {
    guard layer.setting("computeMeanVar") == 0, layer.setting("instanceNormalization") == 0 else {
      throw CoreMLChain.unsupported(layer, "computes the mean of every example")
    }
    let gamma = try numbers(layer, "gamma")
    let beta = try numbers(layer, "beta")
    let mean = try numbers(layer, "mean")
    let variance = try numbers(layer, "variance")
    guard Set([gamma.count, beta.count, mean.count, variance.count]).count == 1 else {
      throw FormatError(.damaged, at: .object(layer.name), "the four arrays of a batch normalisation differ in length")
    }
    let epsilon = layer.settings["epsilon"] == nil ? Double(Float(1e-5)) : layer.setting("epsilon")
    let factors = gamma.indices.map { gamma[$0] / (variance[$0] + epsilon).squareRoot() }
    try chain.scale(
      by: factors, adding: factors.indices.map { beta[$0] - mean[$0] * factors[$0] }, name: layer.name)
  }

  /// A sum, difference, product or quotient with a constant; a difference and a quotient before the first layer are a
  /// standardisation.
  private mutating func arithmetic(_ layer: CoreMLLayer, _ index: Int) throws(FormatError) -> Int {
    let list = try constant(layer, current)
    let isFirst = layer.inputs.first == current
    if chain.layerCount == 0, isFirst, layer.kind == "subtractBroadcastable" {
      if layers.indices.contains(index + 1), layers[index + 1].kind == "divideBroadcastable",
        layers[index + 1].inputs.first == layer.outputs[0], layers[index + 1].outputs.count == 1,
        layer.outputs[0] != target,
        layers[(index + 2)...].allSatisfy({ !$0.inputs.contains(layer.outputs[0]) })
      {
        let scale = try constant(layers[index + 1], layer.outputs[0])
        try chain.standardize(mean: list, scale: scale, name: layer.name)
        return 1
      }
      try chain.standardize(mean: list, scale: list.map { _ in 1 }, name: layer.name)
      return 0
    }
    switch (layer.kind, isFirst) {
    case ("addBroadcastable", _): try scale(layer, by: nil, adding: list)
    case ("multiplyBroadcastable", _): try scale(layer, by: list, adding: nil)
    case ("subtractBroadcastable", true): try scale(layer, by: nil, adding: list.map { -$0 })
    case ("subtractBroadcastable", _): try scale(layer, by: [-1], adding: list)
    case ("divideBroadcastable", true): try scale(layer, by: list.map { 1 / $0 }, adding: nil)
    default: throw CoreMLChain.unsupported(layer, "divides by a computed value")
    }
    return 0
  }

  /// The constant that a layer takes beside a value.
  private func constant(_ layer: CoreMLLayer, _ value: String) throws(FormatError) -> [Double] {
    guard layer.inputs.count == 2, let other = layer.inputs.first(where: { $0 != value }),
      let constant = constants[other]
    else { throw CoreMLChain.unsupported(layer, "takes two computed values") }
    return try numbers(constant, "data")
  }
}

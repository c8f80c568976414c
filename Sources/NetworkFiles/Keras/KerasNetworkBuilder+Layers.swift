import TensorFiles
import Tensors
import Training

/// The layers that have numbers.
extension KerasNetworkBuilder {
  /// The numbers of an array.
  private mutating func matrix(_ array: String, rank: Int, of name: String) throws(FormatError) -> Matrix {
    let entry = try reader.entry(array)
    try KerasStorage.check(entry, in: reader)
    guard entry.shape.count == rank else {
      throw FormatError(
        .damaged, at: .object(array),
        "the shape is \(Tensor.describe(entry.shape)); '\(name)' needs \(rank) dimension\(rank == 1 ? "" : "s")")
    }
    taken.insert(array)
    if let type = entry.elementType, !type.isExactInFloat32 { isDouble = true }
    do { return try reader.tensor(array).matrix() } catch { throw FormatError.converted(error, at: array) }
  }

  /// Adds a dense layer with its penalty and its activation.
  mutating func dense(_ layer: KerasLayer) throws(FormatError) {
    try checkFlat(layer)
    let hasBias = layer.flag("use_bias", "bias", default: true)
    let arrays = try weights.arrays(of: layer)
    try KerasStorage.check(layer, arrays, in: reader)
    try check(arrays, count: hasBias ? 2 : 1, of: layer)
    try dense(arrays, name: layer.name)
    if let units = layer.setting("units", "output_dim")?.integerValue, let width = chain.width, units != width {
      throw FormatError(
        .damaged, at: .object(layer.name), "the configuration says \(units) units, the kernel has \(width)")
    }
    shape = nil
    try penalize(layer)
    try chain.activation(
      try KerasActivation.read(layer.setting("activation"), of: layer, version: version), name: layer.name)
  }

  /// Adds a dense layer whose arrays are the kernel and, where there is one, the bias.
  mutating func dense(_ arrays: [String], name: String) throws(FormatError) {
    let kernel = try matrix(arrays[0], rank: 2, of: name).transposed
    let biases = arrays.count > 1 ? try matrix(arrays[1], rank: 1, of: name).elements : nil
    try chain.dense(weights: kernel, biases: biases, name: name)
  }

  /// The penalty on the weights: Keras adds l2 · ΣW² to the cost.
  private mutating func penalize(_ layer: KerasLayer) throws(FormatError) {
    guard let regularizer = layer.setting("kernel_regularizer", "W_regularizer") else { return }
    let className = regularizer.textValue ?? (regularizer["class_name"] ?? regularizer["name"])?.textValue ?? ""
    let numbers = (regularizer["config"] ?? regularizer).objectValue ?? [:]
    // Without numbers the names stand for 0.01.
    let fallback = regularizer.textValue == nil ? 0 : 0.01
    switch className {
    case "L2", "l2", "L1L2", "l1_l2", "L1L2Regularizer", "WeightRegularizer", "L1", "l1":
      let hasL2 = !["L1", "l1"].contains(className)
      let l2 = hasL2 ? numbers["l2"]?.doubleValue.map(KerasLayer.meant) ?? fallback : 0
      let l1 = numbers["l1"]?.doubleValue ?? (["L2", "l2"].contains(className) ? 0 : fallback)
      if l2 != 0 { chain.penalize(l2: l2) }
      if l1 != 0 { chain.note("the L1 penalty of '\(layer.name)' is not kept") }
    default: chain.note("the penalty \(className) on the weights of '\(layer.name)' is not kept")
    }
  }

  /// gamma · (x - mean) / √(variance + epsilon) + beta, with the mean and variance of the training.
  mutating func batchNormalization(_ layer: KerasLayer) throws(FormatError) {
    try checkFlat(layer)
    try checkAxis(layer)
    if let mode = layer.setting("mode")?.integerValue, mode != 0 { throw layer.refusal() }
    let (hasScale, hasCenter) = (layer.flag("scale", default: true), layer.flag("center", default: true))
    var arrays = try weights.arrays(of: layer)
    try check(arrays, count: (hasScale ? 1 : 0) + (hasCenter ? 1 : 0) + 2, of: layer)
    let gamma = hasScale ? try matrix(arrays.removeFirst(), rank: 1, of: layer.name).elements : nil
    let beta = hasCenter ? try matrix(arrays.removeFirst(), rank: 1, of: layer.name).elements : nil
    let mean = try matrix(arrays[0], rank: 1, of: layer.name).elements
    let variance = try matrix(arrays[1], rank: 1, of: layer.name).elements
    let epsilon = try layer.number("epsilon", default: 1e-3)
    let counts = [gamma?.count, beta?.count, mean.count, variance.count].compactMap(\.self)
    guard Set(counts).count == 1 else {
      throw FormatError(.damaged, at: .object(layer.name), "gamma, beta, mean and variance are not equally many")
    }
    let factors = mean.indices.map { (gamma?[$0] ?? 1) / (variance[$0] + epsilon).squareRoot() }
    let terms = mean.indices.map { (beta?[$0] ?? 0) - mean[$0] * factors[$0] }
    try chain.scale(by: factors, adding: terms, name: layer.name)
  }

  /// (x - mean) / √variance, whose numbers stand among the weights or in the configuration.
  mutating func normalization(_ layer: KerasLayer) throws(FormatError) {
    try checkFlat(layer)
    try checkAxis(layer)
    let isInverse = layer.flag("invert", default: false)
    guard let mean = layer.setting("mean"), let variance = layer.setting("variance") else {
      let arrays = try weights.arrays(of: layer)
      guard arrays.count >= 2 else {
        throw FormatError(.damaged, at: .object(layer.name), "the file has no mean and variance for the layer")
      }
      return try normalize(arrays, name: layer.name, isInverse: isInverse)
    }
    try normalize(
      mean: try vector(mean, of: layer), variance: try vector(variance, of: layer), name: layer.name,
      isInverse: isInverse)
  }

  /// The same with the arrays of the mean and the variance.
  mutating func normalize(_ arrays: [String], name: String, isInverse: Bool) throws(FormatError) {
    // The third, a count, served the fitting.
    for array in arrays.dropFirst(2) { taken.insert(array) }
    try normalize(
      mean: try matrix(arrays[0], rank: try rank(of: arrays[0]), of: name).elements,
      variance: try matrix(arrays[1], rank: try rank(of: arrays[1]), of: name).elements, name: name,
      isInverse: isInverse)
  }

  /// The rank that an array may have: one number for all inputs is a scalar.
  private func rank(of array: String) throws(FormatError) -> Int { try reader.entry(array).shape.isEmpty ? 0 : 1 }

  /// (x - mean) / √variance; Keras divides by nothing smaller than 1e-7.
  private mutating func normalize(
    mean: [Double], variance: [Double], name: String, isInverse: Bool
  ) throws(FormatError) {
    let mean = try filled(mean, of: name)
    let scale = try filled(variance, of: name).map { max($0.squareRoot(), 1e-7) }
    if isInverse {
      try chain.scale(by: scale, adding: mean, name: name)
    } else {
      try chain.standardize(mean: mean, scale: scale, name: name)
    }
  }

  /// x · scale + offset
  mutating func rescaling(_ layer: KerasLayer) throws(FormatError) {
    let scale = try layer.setting("scale").map { value throws(FormatError) in try vector(value, of: layer) } ?? [1]
    let offset = try layer.setting("offset").map { value throws(FormatError) in try vector(value, of: layer) } ?? [0]
    if scale.count > 1 || offset.count > 1 { try checkFlat(layer) }
    try chain.scale(
      by: try filled(scale, of: layer.name), adding: try filled(offset, of: layer.name), name: layer.name)
  }

  /// One number for each unit: one that stands for all is repeated.
  private func filled(_ numbers: [Double], of name: String) throws(FormatError) -> [Double] {
    guard numbers.count == 1 else { return numbers }
    guard let width = chain.width else {
      throw FormatError(.unsupported, at: .object(name), "the file does not tell how many inputs there are")
    }
    return Array(repeating: numbers[0], count: width)
  }

  /// The numbers of a setting: one, or a list, in lists of one element too.
  private func vector(_ value: JSONValue, of layer: KerasLayer) throws(FormatError) -> [Double] {
    var value = value["config"]?["value"] ?? value
    while let elements = value.arrayValue {
      if elements.count == 1, elements[0].arrayValue != nil {
        value = elements[0]
        continue
      }
      let numbers = elements.compactMap(\.doubleValue)
      guard numbers.count == elements.count else { break }
      return numbers
    }
    guard let number = value.doubleValue else {
      throw FormatError(.damaged, at: .object(layer.name), "a setting of the layer is no list of numbers")
    }
    return [number]
  }

  private func checkAxis(_ layer: KerasLayer) throws(FormatError) {
    guard let axis = layer.setting("axis") else { return }
    let axes = axis.arrayValue?.map(\.integerValue) ?? [axis.integerValue]
    guard axes == [-1] || axes == [1] || axes.isEmpty else {
      throw layer.refusal("\(layer.described) along another axis than that of the units")
    }
  }

  private func check(_ arrays: [String], count: Int, of layer: KerasLayer) throws(FormatError) {
    guard arrays.count != count else { return }
    throw FormatError(
      .damaged, at: .object(layer.name),
      arrays.isEmpty
        ? "the file has no weights for this layer"
        : "the layer needs \(count) array\(count == 1 ? "" : "s") of weights, the file has \(arrays.count)")
  }
}

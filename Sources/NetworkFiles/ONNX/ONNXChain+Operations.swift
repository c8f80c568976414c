import TensorFiles
import Tensors
import Training

/// What each operation is in a chain of layers.
extension ONNXChain {
  /// Applies an operation that takes the current value, and goes on to its output.
  ///
  /// - Returns: false for an operation that is none of a chain.
  /// - Throws: ``FormatError`` at the operation or at a tensor of it.
  mutating func apply(_ node: ONNXNode) throws(FormatError) -> Bool {
    guard let output = node.outputs.first, !output.isEmpty else { throw node.unsupported("without an output") }
    guard node.domain.isEmpty else {
      guard node.domain == "ai.onnx.ml" else { return false }
      return try applyMachineLearning(node)
    }
    if let activation = node.activation {
      try chain.activation(activation, name: name(node))
      current = output
      return true
    }
    switch node.operation {
    case "Gemm": try gemm(node)
    case "MatMul": try product(node)
    case "Add", "Sub", "Mul", "Div":
      current = try arithmetic(node)
      return true
    case "BatchNormalization": try normalization(node)
    case "Softmax": try softmax(node)
    case "Dropout":
      var rate = node.float("ratio", default: 0.5)
      if node.inputs.count > 1, !node.inputs[1].isEmpty, constants.contains(node.inputs[1]) {
        rate = try constants(node.inputs[1]).scalar ?? rate
      }
      chain.dropout(rate: rate)
    case "Identity": break
    case "Cast":
      guard node.castsToFloat else {
        let kind = node.integer("to", default: 1) == 9 ? "truth values" : "whole numbers"
        throw node.unsupported("to \(kind); only chains of dense layers are read")
      }
    case "Neg":
      guard let width = chain.width else {
        throw node.unsupported("before the number of inputs is known, which is not read")
      }
      try chain.scale(
        by: Array(repeating: -1, count: width), adding: Array(repeating: 0, count: width), name: name(node))
    case "PRelu":
      guard node.inputs.count == 2, constants.contains(node.inputs[1]),
        let slopes = try Optional(constants(node.inputs[1]).values), let slope = slopes.first,
        slopes.allSatisfy({ $0 == slope })
      else { throw node.unsupported("with a slope for each unit, which is not read") }
      try chain.activation(.leakyRelu(slope: slope), name: name(node))
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze": try reshape(node)
    default: return false
    }
    current = output
    return true
  }

  /// What a node is called in notes and errors of layers.
  func name(_ node: ONNXNode) -> String { node.name.isEmpty ? node.outputs.first ?? node.operation : node.name }

  /// A constant among a node's inputs.
  private func constant(_ node: ONNXNode, _ index: Int, _ what: String) throws(FormatError) -> ONNXConstant {
    guard node.inputs.indices.contains(index), constants.contains(node.inputs[index]) else {
      throw node.unsupported("whose \(what) is computed and no tensor of the file, which is not read")
    }
    return try constants(node.inputs[index])
  }

  /// alpha · A · B + beta · C, of which A is the current value.
  private mutating func gemm(_ node: ONNXNode) throws(FormatError) {
    guard node.inputs.first == current, node.integer("transA", default: 0) == 0 else {
      throw node.unsupported("that takes an example as a column, which is not read")
    }
    let matrix = try constant(node, 1, "matrix")
    guard matrix.shape.count == 2 else {
      throw FormatError(
        .damaged, at: node.place,
        "a Gemm takes a matrix of two dimensions, one for inputs and one for units; '\(node.inputs[1])' has the shape "
          + Tensor.describe(matrix.shape))
    }
    var weights = Matrix(rows: matrix.shape[0], columns: matrix.shape[1], elements: matrix.values)
    if node.integer("transB", default: 0) == 0 { weights = weights.transposed }
    let alpha = node.float("alpha", default: 1)
    if alpha != 1 { weights.elements = weights.elements.map { $0 * alpha } }
    var biases: [Double]?
    if node.inputs.count > 2, !node.inputs[2].isEmpty {
      let beta = node.float("beta", default: 1)
      biases = try spread(try constant(node, 2, "bias"), weights.rows, node)
      if beta != 1 { biases = biases?.map { $0 * beta } }
    }
    isDouble = isDouble || matrix.elementType == .float64
    try chain.dense(weights: weights, biases: biases, name: name(node))
  }

  private mutating func product(_ node: ONNXNode) throws(FormatError) {
    guard node.inputs.count == 2, node.inputs[0] == current else {
      throw node.unsupported("that takes an example as a column, which is not read")
    }
    let matrix = try constant(node, 1, "matrix")
    // A product with a vector has one number for each example.
    guard (1...2).contains(matrix.shape.count) else {
      throw node.unsupported("with an array of the shape \(Tensor.describe(matrix.shape)), which is not read")
    }
    let columns = matrix.shape.count == 2 ? matrix.shape[1] : 1
    isDouble = isDouble || matrix.elementType == .float64
    try chain.dense(
      weights: Matrix(rows: matrix.shape[0], columns: columns, elements: matrix.values).transposed, biases: nil,
      name: name(node))
    awaitsBias = true
  }

  /// The numbers of a constant, one for each of `count` units: itself, or one for all.
  private func spread(_ constant: ONNXConstant, _ count: Int, _ node: ONNXNode) throws(FormatError) -> [Double] {
    if let scalar = constant.scalar { return Array(repeating: scalar, count: count) }
    // As a column the numbers would be one for each example.
    guard constant.values.count == count, constant.shape.last == count else {
      throw FormatError(
        .unsupported, at: node.place,
        "\(node.described) with an array of the shape \(Tensor.describe(constant.shape)) beside \(count) units")
    }
    return constant.values
  }

  /// A sum, difference, product or quotient of the current value and a constant; gives the value it comes to.
  private mutating func arithmetic(_ node: ONNXNode) throws(FormatError) -> String {
    guard node.inputs.count == 2, let place = node.inputs.firstIndex(of: current),
      constants.contains(node.inputs[1 - place])
    else { throw node.unsupported("of two computed values; only chains of dense layers are read") }
    let constant = try constants(node.inputs[1 - place])
    guard let width = chain.width ?? constant.shape.last else {
      throw node.unsupported("of one number before the number of inputs is known, which is not read")
    }
    let numbers = try spread(constant, width, node)
    let ones = Array(repeating: 1.0, count: width)
    let zeros = Array(repeating: 0.0, count: width)
    // What is done to the inputs stays what it is: (x - mean) / scale.
    if chain.layerCount == 0, let output = try standardize(node, numbers, isFirst: place == 0) { return output }
    switch (node.operation, place) {
    case ("Add", _): try chain.scale(by: ones, adding: numbers, name: name(node))
    case ("Sub", 0): try chain.scale(by: ones, adding: numbers.map { -$0 }, name: name(node))
    case ("Sub", _): try chain.scale(by: ones.map { -$0 }, adding: numbers, name: name(node))
    case ("Mul", _): try chain.scale(by: numbers, adding: zeros, name: name(node))
    case ("Div", 0): try chain.scale(by: numbers.map { 1 / $0 }, adding: zeros, name: name(node))
    default: throw node.unsupported("by the current value; only chains of dense layers are read")
    }
    return node.outputs[0]
  }

  /// Takes a difference, or a quotient, or the one after the other, as a standardisation of the inputs, and gives the
  /// output of what it took.
  private mutating func standardize(
    _ node: ONNXNode, _ numbers: [Double], isFirst: Bool
  ) throws(FormatError) -> String? {
    var mean = Array(repeating: 0.0, count: numbers.count)
    var scale = Array(repeating: 1.0, count: numbers.count)
    switch node.operation {
    case "Sub" where isFirst: mean = numbers
    case "Add": mean = numbers.map { -$0 }
    case "Div" where isFirst: scale = numbers
    default: return nil
    }
    if node.operation != "Div", let output = node.outputs.first, !isOutput(output),
      let after = onlyConsumer(of: output), after.domain.isEmpty, ["Div", "Mul"].contains(after.operation),
      after.inputs.count == 2, let place = after.inputs.firstIndex(of: output),
      place == 0 || after.operation == "Mul", constants.contains(after.inputs[1 - place]), !after.outputs.isEmpty
    {
      let factors = try spread(try constants(after.inputs[1 - place]), numbers.count, after)
      scale = after.operation == "Div" ? factors : factors.map { 1 / $0 }
      try chain.standardize(mean: mean, scale: scale, name: name(node))
      return after.outputs[0]
    }
    try chain.standardize(mean: mean, scale: scale, name: name(node))
    return node.outputs[0]
  }

  /// (x - mean) / √(variance + epsilon) · scale + bias
  private mutating func normalization(_ node: ONNXNode) throws(FormatError) {
    guard node.integer("training_mode", default: 0) == 0 else {
      throw node.unsupported("as it is in training, which is not read")
    }
    let factors = try constant(node, 1, "scale").values
    let biases = try constant(node, 2, "bias").values
    let mean = try constant(node, 3, "mean").values
    let variance = try constant(node, 4, "variance").values
    guard Set([factors.count, biases.count, mean.count, variance.count]).count == 1 else {
      throw FormatError(.damaged, at: node.place, "the four arrays of a batch normalisation differ in length")
    }
    let epsilon = node.float("epsilon", default: 1e-5)
    let scale = factors.indices.map { factors[$0] / (variance[$0] + epsilon).squareRoot() }
    try chain.scale(by: scale, adding: scale.indices.map { biases[$0] - mean[$0] * scale[$0] }, name: name(node))
  }

  private mutating func softmax(_ node: ONNXNode) throws(FormatError) {
    // Before the thirteenth version all dimensions from the axis on were taken together, which is one of two.
    let version = model.operatorSets[""] ?? 13
    let axis = node.integer("axis", default: version < 13 ? 1 : -1)
    guard axis == 1 || axis == -1 else {
      throw node.unsupported("over the axis \(axis), that of the examples, which is not read")
    }
    try chain.activation(.softmax, name: name(node))
  }

  /// An operation that changes the shape alone: of the output only, or not at all.
  private mutating func reshape(_ node: ONNXNode) throws(FormatError) {
    guard let output = node.outputs.first else { return }
    switch node.operation {
    case "Flatten" where [1, -1].contains(node.integer("axis", default: 1)): return
    case "Reshape":
      let shape = try constant(node, 1, "shape").values
      if shape.count == 2, shape[0] <= 0 {
        guard let width = chain.width else { return }
        if shape[1] == -1 || shape[1] == Double(width) { return }
      }
    default: break
    }
    guard isOutput(output), chain.layerCount > 0 else {
      throw node.unsupported("that changes the shape of an example; only chains of dense layers are read")
    }
    chain.note("the outputs are given in their own shape: '\(name(node))' at the end is left out")
  }
}

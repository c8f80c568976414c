import TensorFiles
import Tensors
import Training

/// The operators of ai.onnx.ml.
extension ONNXChain {
  /// Applies an operation of that domain; false for one that is none of a chain.
  mutating func applyMachineLearning(_ node: ONNXNode) throws(FormatError) -> Bool {
    switch node.operation {
    case "Scaler":
      let (offset, scale) = (floats(node, "offset"), floats(node, "scale"))
      let count = chain.width ?? max(offset.count, scale.count)
      func spread(_ list: [Double], _ neutral: Double) -> [Double] {
        list.count <= 1 ? Array(repeating: list.first ?? neutral, count: count) : list
      }
      try chain.standardize(mean: spread(offset, 0), scale: spread(scale, 1).map { 1 / $0 }, name: name(node))
      current = node.outputs[0]
    case "LinearRegressor":
      try transform(node, ["NONE"])
      try linear(node, rows: nil)
      current = node.outputs[0]
    case "LinearClassifier":
      try transform(node, ["SOFTMAX", "LOGISTIC"])
      try classifier(node)
      guard node.outputs.count > 1 else { throw node.unsupported("that gives no probabilities, which is not read") }
      classNames = node.classLabels
      labels.insert(node.outputs[0])
      current = node.outputs[1]
    case "Normalizer":
      // Probabilities have the sum 1 already.
      guard case .text("L1") = node.attributes["norm"], chain.lastActivation == .softmax,
        let output = node.outputs.first
      else { throw node.unsupported("of other numbers than the outputs of a softmax, which is not read") }
      current = output
    default: return false
    }
    return true
  }

  private func floats(_ node: ONNXNode, _ name: String) -> [Double] {
    if case .floats(let floats) = node.attributes[name] { floats.map(Double.init) } else { [] }
  }

  /// Checks what is done to the sums.
  private func transform(_ node: ONNXNode, _ known: [String]) throws(FormatError) {
    var name = "NONE"
    if case .text(let text) = node.attributes["post_transform"] { name = text }
    guard known.contains(name) else { throw node.unsupported("with the function \(name), which is not read") }
  }

  /// A dense layer with the coefficients of a node, or with some rows of them.
  private mutating func linear(_ node: ONNXNode, rows: Range<Int>?) throws(FormatError) {
    let (coefficients, intercepts) = (floats(node, "coefficients"), floats(node, "intercepts"))
    let count = max(1, intercepts.isEmpty ? node.integer("targets", default: 1) : intercepts.count)
    guard !coefficients.isEmpty, coefficients.count % count == 0 else {
      throw FormatError(.damaged, at: node.place, "\(coefficients.count) coefficients for \(count) outputs")
    }
    let columns = coefficients.count / count
    let rows = rows ?? 0..<count
    let weights = Matrix(
      rows: rows.count, columns: columns,
      elements: Array(coefficients[rows.lowerBound * columns..<rows.upperBound * columns]))
    try chain.dense(weights: weights, biases: intercepts.isEmpty ? nil : Array(intercepts[rows]), name: name(node))
  }

  private mutating func classifier(_ node: ONNXNode) throws(FormatError) {
    let intercepts = floats(node, "intercepts")
    if case .text("SOFTMAX") = node.attributes["post_transform"] {
      guard intercepts.count > 1 else { throw node.unsupported("with one row of coefficients, which is not read") }
      try linear(node, rows: nil)
      try chain.activation(.softmax, name: name(node))
      return
    }
    // Of two classes the coefficients are those of the second one, and before them the same with the other sign.
    let coefficients = floats(node, "coefficients")
    let half = coefficients.count / 2
    guard intercepts.count == 2, coefficients.count % 2 == 0, intercepts[0] == -intercepts[1],
      (0..<half).allSatisfy({ coefficients[$0] == -coefficients[half + $0] })
    else { throw node.unsupported("of more than two classes, each by itself, which is not read") }
    try linear(node, rows: 1..<2)
    try chain.activation(.sigmoid, name: name(node))
  }
}

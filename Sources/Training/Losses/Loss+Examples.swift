public import Tensors

extension Loss {
  /// The loss of one example.
  ///
  /// - Parameters:
  ///   - z: of the last layer, one for each unit.
  ///   - label: its numbers.
  public func loss(z: Span<Double>, label: Span<Double>) -> Double {
    switch self {
    case .crossEntropy: CrossEntropy.loss(z: z[0], label: label[0])
    case .softmax: SoftmaxCrossEntropy.loss(z: z, label: label[0])
    case .squared: SquaredError.loss(z, labels: label)
    case .huber(let delta): Huber.loss(z, labels: label, delta: delta)
    }
  }

  /// Puts the gradient of one example's loss by z in the place of z.
  public func differentiate(_ z: inout MutableSpan<Double>, label: Span<Double>) {
    switch self {
    case .crossEntropy: CrossEntropy.differentiate(&z, label: label[0])
    case .softmax: SoftmaxCrossEntropy.differentiate(&z, label: label[0])
    case .squared: SquaredError.differentiate(&z, labels: label)
    case .huber(let delta): Huber.differentiate(&z, labels: label, delta: delta)
    }
  }

  /// The weighted mean loss of examples: z is (units, examples), labels (numbers of a label, examples).
  public func cost(z: Matrix, labels: Matrix, weights: [Double]? = nil) -> Double {
    let (units, truth) = (z.transposed, labels.transposed)
    var sum = 0.0
    for example in 0..<z.columns {
      let loss = loss(
        z: units.elements.span.extracting(example * z.rows..<(example + 1) * z.rows),
        label: truth.elements.span.extracting(example * labels.rows..<(example + 1) * labels.rows))
      sum += (weights?[example] ?? 1) * loss
    }
    return sum / (weights?.reduce(0, +) ?? Double(z.columns))
  }

  /// The gradients of the examples' losses by z, times their weights: (units, examples).
  public func gradient(z: Matrix, labels: Matrix, weights: [Double]? = nil) -> Matrix {
    var units = z.transposed
    let truth = labels.transposed
    for example in 0..<z.columns {
      var span = units.elements.mutableSpan
      var one = span._mutatingExtracting(example * z.rows..<(example + 1) * z.rows)
      differentiate(&one, label: truth.elements.span.extracting(example * labels.rows..<(example + 1) * labels.rows))
      if let weights { for index in one.indices { one[index] *= weights[example] } }
    }
    return units.transposed
  }
}

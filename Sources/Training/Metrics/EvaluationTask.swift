#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What is predicted and how it is measured.
public struct EvaluationTask: Sendable, Hashable {
  /// What the labels are.
  public let labels: LabelKind
  /// The activation of the last layer, from which the exact loss follows.
  public let activation: Activation
  /// What the cost is the mean of; nil where it is not known, and there is no cost then.
  public let loss: Loss?
  /// Of one probability, the label is 1 when it is greater.
  public let threshold: Double

  /// A task.
  public init(labels: LabelKind, activation: Activation, loss: Loss?, threshold: Double = 0.5) {
    self.labels = labels
    self.activation = activation
    self.loss = loss
    self.threshold = threshold
  }

  /// The number of classes; nil for values.
  public var classCount: Int? {
    switch labels {
    case .binary: 2
    case .classes(let count): count
    case .values: nil
    }
  }

  /// Whether the outputs are probabilities, or numbers that only say which class is the most likely.
  public var areProbabilities: Bool {
    switch activation {
    case .softmax, .sigmoid, .hardSigmoid: classCount != nil
    default: false
    }
  }

  /// The class that outputs name: label 1 above the threshold, else the place of the largest, the first of equals.
  public func prediction(_ outputs: [Double], row: Int) -> Int {
    if labels == .binary { return outputs[row] > threshold ? 1 : 0 }
    let first = row * labels.unitCount
    var best = first
    for place in first..<(first + labels.unitCount) where outputs[place] > outputs[best] { best = place }
    return best - first
  }

  /// -log of the probability of a row's class: from z, where it is exact though the probability rounds to 0 or 1. NaN
  /// where the outputs are no probabilities.
  func logLoss(of label: Int, outputs: [Double], z: [Double], row: Int) -> Double {
    let first = row * labels.unitCount
    switch (labels, activation) {
    case (.binary, .sigmoid): return CrossEntropy.loss(z: z[row], label: Double(label))
    case (.binary, _):
      return areProbabilities ? CrossEntropy.loss(probability: outputs[row], label: Double(label)) : .nan
    case (_, .softmax):
      return SoftmaxCrossEntropy.loss(
        z: z.span.extracting(first..<first + labels.unitCount), label: Double(label))
    case (_, .sigmoid): return CrossEntropy.loss(z: z[first + label], label: 1)
    default: return areProbabilities ? -log(outputs[first + label]) : .nan
    }
  }

  /// The loss of a row of values; NaN where the loss is not one of values.
  func loss(of label: Span<Double>, outputs: Span<Double>) -> Double {
    guard let loss, loss.takes(labels) else { return .nan }
    return loss.loss(z: outputs, label: label)
  }
}

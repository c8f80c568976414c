public import Tensors

/// How well predictions fit labels. All are (1, examples), labels 0 or 1.
public enum Metrics {
  /// How many examples of either label were predicted as which.
  public struct Confusion: Sendable, Hashable {
    /// Label 1, predicted 1.
    public var truePositives = 0
    /// Label 0, predicted 1.
    public var falsePositives = 0
    /// Label 0, predicted 0.
    public var trueNegatives = 0
    /// Label 1, predicted 0.
    public var falseNegatives = 0

    /// No examples yet.
    public init() {}

    /// Counts one example.
    public mutating func add(probability: Double, label: Double, threshold: Double = 0.5) {
      switch (probability > threshold, label == 1) {
      case (true, true): truePositives += 1
      case (true, false): falsePositives += 1
      case (false, false): trueNegatives += 1
      case (false, true): falseNegatives += 1
      }
    }

    /// The number of examples.
    public var exampleCount: Int { truePositives + falsePositives + trueNegatives + falseNegatives }
    /// The share of examples predicted right; NaN without examples.
    public var accuracy: Double { Double(truePositives + trueNegatives) / Double(exampleCount) }
  }

  /// The confusion counts: label 1 is predicted where the probability is above the threshold.
  public static func confusion(probabilities: Matrix, labels: Matrix, threshold: Double = 0.5) -> Confusion {
    var confusion = Confusion()
    for (probability, label) in zip(probabilities.elements, labels.elements) {
      confusion.add(probability: probability, label: label, threshold: threshold)
    }
    return confusion
  }

  /// The share of examples predicted right.
  ///
  /// Regularization notebook, `predict`: `np.mean(p == y)`, label 1 when a > 0.5.
  public static func accuracy(probabilities: Matrix, labels: Matrix, threshold: Double = 0.5) -> Double {
    confusion(probabilities: probabilities, labels: labels, threshold: threshold).accuracy
  }

  /// The mean cross-entropy; infinite where a label's probability is 0.
  public static func logLoss(probabilities: Matrix, labels: Matrix) -> Double {
    CrossEntropy.cost(probabilities: probabilities, labels: labels)
  }
}

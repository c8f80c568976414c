public import Tensors

/// The notebook's own measures, as plain sums over what is in memory. Labels are (1, examples), 0 or 1.
///
/// ``Evaluation`` has these and more, of examples of any kind and number.
public enum Metrics {
  /// The share of examples predicted right; NaN without examples.
  ///
  /// Regularization notebook, `predict`: `np.mean(p == y)`, label 1 when a > 0.5.
  public static func accuracy(probabilities: Matrix, labels: Matrix, threshold: Double = 0.5) -> Double {
    let right = zip(probabilities.elements, labels.elements).count { ($0 > threshold) == ($1 == 1) }
    return Double(right) / Double(labels.elements.count)
  }

  /// The mean cross-entropy; infinite where a label's probability is 0.
  public static func logLoss(probabilities: Matrix, labels: Matrix) -> Double {
    CrossEntropy.cost(probabilities: probabilities, labels: labels)
  }
}

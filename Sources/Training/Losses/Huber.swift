/// Huber's loss of linear units, of labels that are numbers: an outlier pulls with `delta` at most.
///
/// Huber, "Robust Estimation of a Location Parameter", 1964; PyTorch's `HuberLoss`.
public enum Huber {
  /// The loss of one example: the mean over the units of d²/2 where d = |a - y| is at most delta, else of
  /// delta (d - delta/2).
  public static func loss(_ values: Span<Double>, labels: Span<Double>, delta: Double) -> Double {
    var sum = 0.0
    for index in values.indices {
      let d = abs(values[index] - labels[index])
      sum += d <= delta ? d * d / 2 : delta * (d - delta / 2)
    }
    return sum / Double(values.count)
  }

  /// Puts dz, a - y kept to the range from -delta to delta, divided by the units, in the place of a = z.
  static func differentiate(_ values: inout MutableSpan<Double>, labels: Span<Double>, delta: Double) {
    let count = Double(values.count)
    for index in values.indices {
      let d = values[index] - labels[index]
      values[index] = (d > delta ? delta : d < -delta ? -delta : d) / count
    }
  }
}

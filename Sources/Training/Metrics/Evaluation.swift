/// How well a network does on a set of examples. What is not defined for them is nil, never NaN.
///
/// Every mean is weighted where the examples have weights. The definitions are those of ``Metric``; they are
/// scikit-learn's wherever it has them.
public struct Evaluation: Sendable, Hashable {
  /// What was predicted.
  public let task: EvaluationTask
  /// The number of examples.
  public var examples: Int
  /// The sum of their weights.
  public var totalWeight: Double
  /// The metrics that are defined.
  public var metrics: [Metric: Double] = [:]
  /// The most that the area under the curve can be wrong by, where there were too many scores to keep
  /// (`ScoreRanks`); nil where it is exact.
  public var aucError: Double?
  /// How often which class was predicted as which; nil for values.
  public var confusion: Confusion?
  /// How far probabilities are from what happened; nil where the outputs are none.
  public var calibration: Calibration?
  /// The errors of each value; empty for classes.
  public var values: [ValueErrors] = []
  /// Where the metrics may have been with other examples of the same kind, where that was asked for.
  public var intervals: Intervals?

  /// Bootstrap intervals.
  public struct Intervals: Sendable, Hashable {
    /// How they were computed.
    public var bootstrap: Bootstrap
    /// The interval of each metric that was defined in at least half of the resamples.
    public var ranges: [Metric: ClosedRange<Double>]
  }

  /// A metric; nil where it is not defined.
  public subscript(metric: Metric) -> Double? { metrics[metric] }

  /// ``Metric/accuracy``.
  public var accuracy: Double? { metrics[.accuracy] }
  /// ``Metric/cost``.
  public var cost: Double? { metrics[.cost] }
  /// ``Metric/logLoss``.
  public var logLoss: Double? { metrics[.logLoss] }
  /// ``Metric/auc``.
  public var auc: Double? { metrics[.auc] }
  /// ``Metric/precision``.
  public var precision: Double? { metrics[.precision] }
  /// ``Metric/recall``.
  public var recall: Double? { metrics[.recall] }
  /// ``Metric/f1``.
  public var f1: Double? { metrics[.f1] }
  /// ``Metric/brier``.
  public var brier: Double? { metrics[.brier] }
  /// ``Metric/calibrationError``.
  public var calibrationError: Double? { metrics[.calibrationError] }
  /// ``Metric/r2``.
  public var r2: Double? { metrics[.r2] }
  /// ``Metric/rmse``.
  public var rmse: Double? { metrics[.rmse] }
  /// ``Metric/meanSquaredError``.
  public var meanSquaredError: Double? { metrics[.meanSquaredError] }
  /// ``Metric/meanAbsoluteError``.
  public var meanAbsoluteError: Double? { metrics[.meanAbsoluteError] }
}

/// A number that says how well predictions fit labels; the raw value is its name in files and JSON.
public enum Metric: String, CaseIterable, Sendable, Hashable {
  /// The part of the examples whose label is predicted.
  case accuracy
  /// The weighted mean of the loss that was trained with, without a penalty and without dropout.
  case cost
  /// The mean of -log of the label's probability.
  case logLoss = "log_loss"
  /// The area under the ROC curve: how often an example of the class has a higher score than one that is not of it. Of
  /// several classes the mean over the classes, each against the rest.
  case auc
  /// The part of those that were predicted as a class that are of it: class 1 of two, else the mean over the classes.
  case precision
  /// The part of those of a class that were predicted as it: class 1 of two, else the mean over the classes.
  case recall
  /// The harmonic mean of precision and recall: class 1 of two, else the mean over the classes.
  case f1
  /// The mean squared distance of the probabilities from 0 and 1: of that of label 1 where there are two classes, else
  /// summed over the classes.
  case brier
  /// The expected calibration error, ``Calibration``.
  case calibrationError = "calibration_error"
  /// The part of the labels' variance that the values explain.
  case r2
  /// The root of the mean squared error; of several values the mean of their roots.
  case rmse
  /// The mean of the squared differences.
  case meanSquaredError = "mean_squared_error"
  /// The mean of the differences without their signs.
  case meanAbsoluteError = "mean_absolute_error"

  /// Whether more of it is better.
  public var isBetterWhenGreater: Bool {
    switch self {
    case .accuracy, .auc, .precision, .recall, .f1, .r2: true
    case .cost, .logLoss, .brier, .calibrationError, .rmse, .meanSquaredError, .meanAbsoluteError: false
    }
  }

  /// What it is called in a sentence: `log loss`.
  public var title: String {
    switch self {
    case .auc: "AUC"
    case .f1: "F1"
    case .brier: "Brier score"
    case .r2: "R²"
    case .rmse: "RMSE"
    default: String(rawValue.map { $0 == "_" ? " " : $0 })
    }
  }
}

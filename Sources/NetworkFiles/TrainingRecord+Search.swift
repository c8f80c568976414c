import Tensors

extension TrainingRecord {
  /// A search for settings, of which these were the best.
  public struct Search: Sendable, Hashable {
    /// The settings that were compared.
    public var settings: Int?
    /// The trainings that were done for it.
    public var runs: Int?
    /// The folds of each; nil where there was a dev set.
    public var folds: Int?
    /// The accuracy of the best settings on the dev set, or the mean over the folds.
    public var accuracy: Double?
    /// The cost of the best settings on the dev set, or the mean over the folds.
    public var cost: Double?

    /// A search.
    public init(settings: Int?, runs: Int?, folds: Int?, accuracy: Double?, cost: Double?) {
      self.settings = settings
      self.runs = runs
      self.folds = folds
      self.accuracy = accuracy
      self.cost = cost
    }
  }
}

extension TrainingRecord.Search {
  /// Reads the attributes; nil where there are none.
  init?(_ value: (String) -> AttributeValue?) {
    self.init(
      settings: value("search_settings")?.integer, runs: value("search_runs")?.integer,
      folds: value("search_folds")?.integer, accuracy: value("search_accuracy")?.double,
      cost: value("search_cost")?.double)
    if self == Self(settings: nil, runs: nil, folds: nil, accuracy: nil, cost: nil) { return nil }
  }

  /// The attributes of the group `training`.
  var attributes: [(String, AttributeValue)] {
    get throws(TensorError) {
      var result: [(String, AttributeValue)] = []
      for (name, value) in [("settings", settings), ("runs", runs), ("folds", folds)] {
        if let value { result.append(("search_\(name)", try .integer(value))) }
      }
      for (name, value) in [("accuracy", accuracy), ("cost", cost)] {
        if let value { result.append(("search_\(name)", try .number(value))) }
      }
      return result
    }
  }
}

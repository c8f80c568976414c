/// The names of the arrays of a dataset.
public struct DatasetNames: Sendable, Hashable {
  /// The inputs of the training examples.
  public var features: String
  /// The labels of the training examples.
  public var labels: String
  /// The inputs of the test examples, where there are any.
  public var testFeatures: String?
  /// The labels of the test examples, where there are any.
  public var testLabels: String?

  /// The names of a dataset's arrays.
  public init(features: String, labels: String, testFeatures: String? = nil, testLabels: String? = nil) {
    self.features = features
    self.labels = labels
    self.testFeatures = testFeatures
    self.testLabels = testLabels
  }

  /// The names that people give, in the order in which they are looked for.
  static let conventions: [DatasetNames] = [
    DatasetNames(features: "X", labels: "y", testFeatures: "Xval", testLabels: "yval"),
    DatasetNames(features: "X", labels: "y", testFeatures: "Xtest", testLabels: "ytest"),
    DatasetNames(features: "train_X", labels: "train_Y", testFeatures: "test_X", testLabels: "test_Y"),
    DatasetNames(features: "X_train", labels: "y_train", testFeatures: "X_test", testLabels: "y_test"),
    DatasetNames(features: "x_train", labels: "y_train", testFeatures: "x_test", testLabels: "y_test"),
    DatasetNames(
      features: "train_set_x", labels: "train_set_y", testFeatures: "test_set_x", testLabels: "test_set_y"),
    DatasetNames(features: "data", labels: "label"),
  ]

  /// The names of columns that are labels, where a table is not told which one is.
  private static let labelColumns = ["y", "label", "target", "class"]

  /// The array that is by its name the features of a file, where only these are wanted: exact names come first.
  public static func features(among names: [String]) -> String? {
    let wanted = conventions.map(\.features)
    return wanted.first(where: names.contains)
      ?? wanted.lazy.compactMap { wanted in names.first { $0.lowercased() == wanted.lowercased() } }.first
  }

  /// The column that is by its name the labels of a table, or else the last one.
  public static func labelColumn(among names: [String]) -> Int {
    var labels = names.count - 1
    for wanted in labelColumns.reversed() {
      if let found = names.firstIndex(where: { $0.lowercased() == wanted }) { labels = found }
    }
    return labels
  }

  /// Finds the dataset among the names of a file.
  ///
  /// A convention that also finds its test arrays comes before one that does not, and exact names before names that
  /// differ in case only. A name that the user chose stands in the place of the convention's.
  ///
  /// - Returns: nil when no convention finds features and labels.
  static func find(in names: [String], chosen: DatasetSelection) -> DatasetNames? {
    for matches: (String, String) -> Bool in [{ $0 == $1 }, { $0.lowercased() == $1.lowercased() }] {
      func find(_ wanted: String?) -> String? { wanted.flatMap { wanted in names.first { matches($0, wanted) } } }
      let found = conventions.compactMap { convention -> DatasetNames? in
        guard let features = chosen.features ?? find(convention.features),
          let labels = chosen.labels ?? find(convention.labels)
        else { return nil }
        var result = DatasetNames(features: features, labels: labels)
        if let testFeatures = chosen.testFeatures ?? find(convention.testFeatures),
          let testLabels = chosen.testLabels ?? find(convention.testLabels)
        {
          result.testFeatures = testFeatures
          result.testLabels = testLabels
        }
        return result
      }
      if let result = found.first(where: { $0.testFeatures != nil }) ?? found.first { return result }
    }
    return nil
  }
}

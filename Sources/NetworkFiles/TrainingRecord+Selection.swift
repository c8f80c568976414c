import Tensors

extension TrainingRecord {
  /// How the examples of a training were chosen, where that was not left to the names in the file.
  public struct Selection: Sendable, Hashable {
    /// The array or column of the examples' weights.
    public var weights: String?
    /// What the examples of each class counted: `balanced`, `1,5`.
    public var classWeights: String?
    /// The arrays of the test set, where they were named.
    public var testFeatures: String?
    /// The labels of the test set, where they were named.
    public var testLabels: String?
    /// The part that was held out as a test set.
    public var testFraction: Double?
    /// The part that was held out as a dev set.
    public var devFraction: Double?
    /// ``DatasetSelection/examples``.
    public var examplesAxis: String?
    /// The name of the test set's own file, without its folder.
    public var testFile: String?
    /// Its SHA-256.
    public var testSHA256: String?
    /// The name of the dev set's own file, without its folder.
    public var devFile: String?
    /// Its SHA-256.
    public var devSHA256: String?

    /// Nothing was chosen.
    public init() {}
  }
}

extension TrainingRecord.Selection {
  /// The texts, with the names of their attributes.
  private static var texts: [(name: String, path: WritableKeyPath<Self, String?>)] {
    [
      ("weights", \.weights), ("class_weights", \.classWeights), ("test_features", \.testFeatures),
      ("test_labels", \.testLabels), ("examples_axis", \.examplesAxis), ("test_file", \.testFile),
      ("test_sha256", \.testSHA256), ("dev_file", \.devFile), ("dev_sha256", \.devSHA256),
    ]
  }

  /// The numbers, with the names of their attributes.
  private static var numbers: [(name: String, path: WritableKeyPath<Self, Double?>)] {
    [
      ("test_fraction", \.testFraction), ("dev_fraction", \.devFraction),
    ]
  }

  /// Reads the attributes of the group `training`.
  init(_ value: (String) -> AttributeValue?) {
    for (name, path) in Self.texts { self[keyPath: path] = value(name)?.text }
    for (name, path) in Self.numbers { self[keyPath: path] = value(name)?.double }
  }

  /// The attributes of the group `training`.
  var attributes: [(name: String, value: AttributeValue)] {
    get throws(TensorError) {
      var result: [(String, AttributeValue)] = []
      for (name, path) in Self.texts { if let text = self[keyPath: path] { result.append((name, .text(text))) } }
      for (name, path) in Self.numbers {
        if let number = self[keyPath: path] { result.append((name, try .number(number))) }
      }
      return result
    }
  }
}

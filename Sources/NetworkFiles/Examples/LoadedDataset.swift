public import TensorFiles
public import Training

/// A dataset that was found in files: in memory, or to be read while it is used.
public struct LoadedDataset: Sendable {
  /// What to train with. Its weights hold those of the classes.
  public var train: TrainingExamples
  /// The same examples as they are measured, without the weights of the classes: like those of the other sets.
  public var measuredTrain: TrainingExamples
  /// What tells when to stop and which settings are best, where a part was held out for it.
  public var dev: TrainingExamples?
  /// What to measure with, where there is a test set.
  public var test: TrainingExamples?
  /// Where they were found.
  public var names: DatasetNames
  /// The names of the inputs, where a header gave them.
  public var inputNames: [String]?
  /// The names of the columns of labels, where a header gave them.
  public var labelNames: [String]?
  /// What was done with the arrays that the user should know, one sentence each.
  public var notes: [String] = []
  /// The names of the classes 0, 1 … where they stand as texts, or are whole numbers that were wanted as classes.
  public var classes: ClassLabels?
  /// By which the weights of the training examples are multiplied, class by class, where that is wanted.
  public var classWeights: [Double]?

  /// The bytes that all examples take in memory, whether they are there or not.
  package var memory = 0

  /// How many examples each set has: `800 examples to train with, 100 in the dev set, 100 in the test set`.
  public var sizes: String {
    var text = "\(train.exampleCount) examples to train with"
    if let dev { text += ", \(dev.exampleCount) in the dev set" }
    if let test { text += ", \(test.exampleCount) in the test set" }
    return text
  }
}

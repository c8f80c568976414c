import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What a search trains with, and what it compares the settings by.
final class TuneData: Sendable {
  /// By which examples settings are compared.
  enum Comparison {
    /// A set of its own.
    case devSet(Dataset, name: String)
    /// Each part of the training set, held out in turn.
    case folds(Folds)
  }

  /// How the data were found.
  let loaded: LoadedDataset
  /// What is trained with; of folds, all of them. What the classes count is for ``weighted(_:)``.
  let train: Dataset
  /// By what settings are compared.
  let comparison: Comparison
  /// What no part of the search has seen: where there is a dev set or folds, the test set.
  let test: Dataset?
  /// What the user should know about the comparison.
  let notes: [String]
  /// The folds where neither they nor a dev set were asked for or found.
  static let defaultFolds = 5

  /// - Parameters:
  ///   - sets: its examples.
  ///   - devFile: where the dev set comes from, where that is another file.
  ///   - folds: how many, where they were asked for.
  init(
    _ loaded: LoadedDataset, in sets: LoadedDataset.InMemory, devFile: String?, folds: Int?, seed: UInt32
  ) throws {
    self.loaded = loaded
    train = sets.train
    let test = sets.test
    if folds == nil, let dev = sets.dev {
      comparison = .devSet(dev, name: devFile ?? "held out of the training set")
      self.test = test
      notes = []
      return
    }
    if folds == nil, let test {
      // The notebook's "test set" is used to choose lambda and keep_prob, which makes it a dev set.
      let name = TuneData.name(loaded.names)
      comparison = .devSet(test, name: name.isEmpty ? "held out of the training set" : name)
      self.test = nil
      notes = [
        "The test set\(name.isEmpty ? "" : " (\(name))") served as the dev set that the settings were chosen by: "
          + "its numbers are no estimate for new data any more; --folds keeps it apart."
      ]
      return
    }
    let count = folds ?? TuneData.defaultFolds
    let parts = try Folds(count, of: train, seed: seed)
    comparison = .folds(parts)
    self.test = test
    var notes: [String] = []
    if folds == nil { notes.append("There is no dev set, so \(count) folds were held out in turn (--folds).") }
    let isOfValues = if case .values = train.kind { true } else { false }
    if parts.smallestClass < count, !isOfValues {
      notes.append("A class has \(parts.smallestClass) examples, so not every one of the \(count) folds has any of it.")
    }
    self.notes = notes
  }

  /// The number of trainings of one point.
  var foldCount: Int { if case .folds(let folds) = comparison { folds.heldOut.count } else { 1 } }

  /// The examples that a training of the search has; the folds differ by one at most.
  var trainedCount: Int {
    guard hasFolds else { return train.exampleCount }
    return train.exampleCount * (foldCount - 1) / foldCount
  }

  /// Whether there are folds.
  var hasFolds: Bool { if case .folds = comparison { true } else { false } }

  /// What is trained with and measured by where a fold is held out.
  func parts(holdingOut fold: Int) throws(TrainingError) -> (train: Dataset, dev: Dataset) {
    switch comparison {
    case .devSet(let dev, _): (train, dev)
    case .folds(let folds): try folds.parts(of: train, holdingOut: fold)
    }
  }

  /// Examples as they are trained with: metrics do not count the weights of classes.
  func weighted(_ examples: Dataset) throws(TrainingError) -> Dataset {
    guard let factors = loaded.classWeights else { return examples }
    return try examples.weighted(byClass: factors)
  }

  /// Everything that the search has seen, for the last training.
  var all: Dataset {
    get throws(TrainingError) {
      switch comparison {
      case .devSet(let dev, _): return try train.joined(with: dev)
      case .folds: return train
      }
    }
  }

  /// `the dev set Xval, yval (200 examples)`, `5 folds`.
  var description: String {
    switch comparison {
    case .devSet(let dev, let name): "the dev set \(name) (\(dev.exampleCount) examples)"
    case .folds(let folds): "\(folds.heldOut.count) folds"
    }
  }

  /// The name of the dev set; nil for folds.
  var devName: String? { if case .devSet(_, let name) = comparison { name } else { nil } }
  /// The examples of the dev set; nil for folds.
  var devCount: Int? { if case .devSet(let dev, _) = comparison { dev.exampleCount } else { nil } }

  /// The SHA-256 of all numbers that are trained with or compared by, in order: whatever option chose them.
  var digest: String {
    var hash = SHA256()
    var sets = [train]
    if case .devSet(let dev, _) = comparison { sets.append(dev) }
    for set in sets {
      for matrix in [set.features, set.labels] {
        for row in 0..<matrix.rows { hash.update(Array(matrix.row(row))) }
      }
      hash.update(set.weights ?? [])
    }
    hash.update(loaded.classWeights ?? [])
    return hash.finishHex()
  }

  private static func name(_ names: DatasetNames) -> String {
    [names.testFeatures, names.testLabels].compactMap(\.self).joined(separator: ", ")
  }
}

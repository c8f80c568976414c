import Tensors

/// The parts of a dataset for cross-validation: each part is held out once, and the others are trained with.
///
/// Stratified: of each class, every fold has as many examples as the others, or one more. Values are dealt alike as one
/// class. The folds are a function of the labels and the seed.
package struct Folds: Sendable, Hashable {
  /// The examples of each fold, by number from 0, ascending.
  package let heldOut: [[Int]]
  /// The fewest examples of a class, over the classes that occur.
  package let smallestClass: Int

  /// Deals the examples of a dataset.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when there are fewer than two folds, or more than examples.
  package init(_ count: Int, of dataset: Dataset, seed: UInt32) throws(TrainingError) {
    guard count >= 2, count <= dataset.exampleCount else {
      throw TrainingError(
        .settings, "--folds must be from 2 to the \(dataset.exampleCount) examples, found \(count)")
    }
    let philox = Philox(key: SIMD2(seed, Folds.key))
    // Examples in the order of random numbers are in random order, whoever computes them.
    let order = (0..<dataset.exampleCount).map { example in
      let counter = SIMD4(UInt32(truncatingIfNeeded: example), UInt32(truncatingIfNeeded: example >> 32), 0, 0)
      let words = philox.words(at: counter)
      return (place: UInt64(words.x) << 32 | UInt64(words.y), example: example)
    }.sorted { ($0.place, $0.example) < ($1.place, $1.example) }
    var classes: [Double: [Int]] = [:]
    for (_, example) in order {
      let isClass = if case .values = dataset.kind { false } else { true }
      classes[isClass ? dataset.labels[0, example] : 0, default: []].append(example)
    }
    var heldOut = [[Int]](repeating: [], count: count)
    var dealt = 0
    for label in classes.keys.sorted() {
      for example in classes[label] ?? [] {
        heldOut[dealt % count].append(example)
        dealt += 1
      }
    }
    self.heldOut = heldOut.map { $0.sorted() }
    smallestClass = classes.values.map(\.count).min() ?? 0
  }

  /// The examples to train with where a fold is held out, and those of the fold.
  ///
  /// - Throws: ``TrainingError`` of code `dataset` where all examples of a part have the weight 0.
  package func parts(
    of dataset: Dataset, holdingOut fold: Int
  ) throws(TrainingError) -> (train: Dataset, dev: Dataset) {
    var isHeldOut = [Bool](repeating: false, count: dataset.exampleCount)
    for example in heldOut[fold] { isHeldOut[example] = true }
    let others = (0..<dataset.exampleCount).filter { !isHeldOut[$0] }
    return (train: try dataset.examples(others), dev: try dataset.examples(heldOut[fold]))
  }

  /// "fold": no other stream of random numbers has this key.
  private static let key: UInt32 = 0x666f_6c64
}

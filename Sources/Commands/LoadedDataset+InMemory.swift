import NetworkFiles
import TensorFiles
import Training

extension LoadedDataset {
  /// The sets, all of whose examples are in memory.
  struct InMemory {
    /// What to train with, without the weights of the classes.
    let train: Dataset
    /// What tells which settings are best, where there is such a set.
    let dev: Dataset?
    /// What to measure with, where there is a test set.
    let test: Dataset?
  }

  /// The examples, where they are in memory.
  ///
  /// - Parameter limit: the bytes that they may take there.
  /// - Throws: ``FormatError`` with code `limit` where they are more, and would be read while they are used.
  func inMemory(of file: OpenFile, limit: Int) throws(FormatError) -> InMemory {
    let sets = [dev, test].compactMap(\.self)
    guard let train = measuredTrain.dataset, sets.allSatisfy({ $0.dataset != nil }) else {
      throw FormatError(
        .limit,
        "the examples take \(memory) bytes in memory, more than \(limit), and a search needs all of them there; "
          + "--memory-limit \(memory) lets it have them",
        file: file.input.name)
    }
    return InMemory(train: train, dev: dev?.dataset, test: test?.dataset)
  }
}

import Tensors

extension Dataset {
  /// Holds out a random part of the examples: the same one for the same seed.
  ///
  /// The order is drawn by a Fisher-Yates shuffle with ``NumPyRandom/rand()``; the first `round(testFraction * m)` of
  /// it are the test set. Within each part the examples keep their order.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when one of the parts would be empty.
  public func split(testFraction: Double, seed: UInt32) throws(DatasetError) -> (train: Dataset, test: Dataset) {
    guard testFraction > 0, testFraction < 1 else {
      throw DatasetError(.settings, "the test fraction must be between 0 and 1, found \(testFraction)")
    }
    let testCount = Int((testFraction * Double(exampleCount)).rounded())
    guard testCount > 0, testCount < exampleCount else {
      throw DatasetError(
        .settings,
        "a test fraction of \(testFraction) leaves \(exampleCount - testCount) of \(exampleCount) examples "
          + "for training and \(testCount) for the test")
    }
    var random = NumPyRandom(seed: seed)
    var order = Array(0..<exampleCount)
    for last in stride(from: exampleCount - 1, to: 0, by: -1) {
      order.swapAt(last, Int(random.rand() * Double(last + 1)))
    }
    return (
      train: try examples(order[testCount...].sorted()), test: try examples(order[..<testCount].sorted())
    )
  }

  /// Some of the examples, by number from 0, in the given order.
  ///
  /// - Throws: ``TrainingError`` of code `dataset` when none is chosen, or all have the weight 0.
  public func examples(_ chosen: [Int]) throws(DatasetError) -> Dataset {
    func columns(_ matrix: Matrix) -> Matrix {
      var result = Matrix(rows: matrix.rows, columns: chosen.count)
      for row in 0..<matrix.rows {
        for (column, example) in chosen.enumerated() { result[row, column] = matrix[row, example] }
      }
      return result
    }
    return try Dataset(
      features: columns(features), labels: columns(labels), kind: kind,
      weights: weights.map { all in chosen.map { all[$0] } })
  }
}

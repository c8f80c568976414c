import Tensors

extension Dataset {
  /// Holds out a random part of the examples: ``ExampleSubset/test(of:fraction:seed:)``. Within each part the examples
  /// keep their order.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when one of the parts would be empty.
  public func split(testFraction: Double, seed: UInt32) throws(DatasetError) -> (train: Dataset, test: Dataset) {
    let test = try ExampleSubset.test(of: exampleCount, fraction: testFraction, seed: seed)
    return (train: try examples(test.complement.examples), test: try examples(test.examples))
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

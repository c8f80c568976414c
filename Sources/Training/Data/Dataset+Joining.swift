import Tensors

extension Dataset {
  /// These examples and behind them those of another dataset.
  ///
  /// - Throws: ``TrainingError`` of code `dataset` when their inputs or labels are not alike.
  public func joined(with other: Dataset) throws(DatasetError) -> Dataset {
    guard other.inputCount == inputCount, other.kind == kind else {
      throw DatasetError(
        .dataset, "examples of \(inputCount) inputs cannot be joined with those of \(other.inputCount)")
    }
    func columns(_ one: Matrix, _ two: Matrix) -> Matrix {
      var elements: [Double] = []
      elements.reserveCapacity(one.elements.count + two.elements.count)
      for row in 0..<one.rows { elements += Array(one.row(row)) + Array(two.row(row)) }
      return Matrix(rows: one.rows, columns: one.columns + two.columns, elements: elements)
    }
    var joinedWeights: [Double]?
    if weights != nil || other.weights != nil {
      func ones(_ count: Int) -> [Double] { Array(repeating: 1, count: count) }
      joinedWeights = (weights ?? ones(exampleCount)) + (other.weights ?? ones(other.exampleCount))
    }
    return try Dataset(
      features: columns(features, other.features), labels: columns(labels, other.labels), kind: kind,
      weights: joinedWeights)
  }
}

import Tensors

extension StreamedExamples {
  /// Reads all examples into memory.
  ///
  /// - Throws: ``TrainingError`` as ``Dataset`` does, or of code `dataset` when the rows end early; what reading throws.
  public func dataset() throws -> Dataset {
    let rows = try open()
    var features = Matrix(rows: inputCount, columns: exampleCount)
    var labels = Matrix(rows: kind.rowCount, columns: exampleCount)
    var weights = [Double](repeating: 0, count: hasWeights ? exampleCount : 0)
    // A few rows at a time: what is written at once lies in few places.
    var block = [Double](repeating: 0, count: columnCount * 64)
    var done = 0
    while done < exampleCount {
      var span = block.mutableSpan
      let count = min(try rows.nextRows(into: &span), exampleCount - done)
      guard count > 0 else {
        throw DatasetError(.dataset, "the rows end after \(done) of \(exampleCount) examples")
      }
      for input in 0..<inputCount {
        for row in 0..<count { features.elements[input * exampleCount + done + row] = block[row * columnCount + input] }
      }
      for row in 0..<count {
        let place = row * columnCount + inputCount
        for number in 0..<kind.rowCount { labels[number, done + row] = block[place + number] }
        if hasWeights { weights[done + row] = block[place + kind.rowCount] }
      }
      done += count
    }
    return try Dataset(features: features, labels: labels, kind: kind, weights: hasWeights ? weights : nil)
  }
}

extension TrainingExamples {
  /// The examples, where they are in memory.
  public var dataset: Dataset? {
    if case .memory(let dataset) = self { dataset } else { nil }
  }
}

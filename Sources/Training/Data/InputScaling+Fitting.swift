import Tensors

extension InputScaling {
  /// The mean and the standard deviation of each input over all examples, as scikit-learn's `StandardScaler` has them: of
  /// the population (divided by m), every example counted once whatever its weight. An input that is the same in all
  /// examples, but for roundings, has the scale 1.
  ///
  /// One pass: blocks of 256 examples by their own mean, then put together (Chan, Golub and LeVeque, "Updating formulae
  /// and a pairwise algorithm for computing sample variances", 1979, (2.1)). The blocks count from the first example, so
  /// the bits are the same whether the examples are in memory or read.
  ///
  /// - Throws: ``TrainingError`` of code `dataset` when an input is too large for its deviation to be a number; what
  ///   reading throws.
  public static func fitted(to examples: TrainingExamples) throws -> InputScaling {
    var moments = InputMoments(inputCount: examples.inputCount)
    switch examples {
    case .memory(let dataset):
      let (count, features) = (dataset.exampleCount, dataset.features.elements)
      var first = 0
      while first < count {
        let block = min(InputMoments.blockCount, count - first)
        moments.add(block, features.span, start: first, inputStep: count, exampleStep: 1)
        first += block
      }
    case .rows(let streamed):
      let (rows, width) = (try streamed.open(), streamed.columnCount)
      var buffer = [Double](repeating: 0, count: width * InputMoments.blockCount)
      var done = 0
      while done < streamed.exampleCount {
        let block = min(InputMoments.blockCount, streamed.exampleCount - done)
        var filled = 0
        while filled < block {
          var span = buffer.mutableSpan
          var rest = span._mutatingExtracting(filled * width..<block * width)
          let got = try rows.nextRows(into: &rest)
          guard got > 0 else {
            throw DatasetError(.dataset, "the rows end after \(done + filled) of \(streamed.exampleCount) examples")
          }
          filled += got
        }
        moments.add(block, buffer.span, start: 0, inputStep: 1, exampleStep: width)
        done += block
      }
    }
    return try moments.scaling()
  }
}

/// Means and sums of squared differences from them, input by input.
private struct InputMoments {
  /// The examples that are summed together.
  static let blockCount = 256

  private var count = 0.0
  /// The first example, which is taken away from all: of large numbers with small differences the differences are left.
  private var origin: [Double]
  private var means: [Double]
  private var squares: [Double]

  init(inputCount: Int) {
    means = [Double](repeating: 0, count: inputCount)
    (origin, squares) = (means, means)
  }

  /// Adds a block of examples: input i of example e stands at `start + i * inputStep + e * exampleStep`.
  mutating func add(_ block: Int, _ values: Span<Double>, start: Int, inputStep: Int, exampleStep: Int) {
    let (before, size) = (count, Double(block))
    count += size
    for input in means.indices {
      let first = start + input * inputStep
      if before == 0 { origin[input] = values[first] }
      let origin = origin[input]
      var sum = 0.0
      for example in 0..<block { sum += values[first + example * exampleStep] - origin }
      let mean = sum / size
      var square = 0.0
      for example in 0..<block {
        let difference = values[first + example * exampleStep] - origin - mean
        square += difference * difference
      }
      let difference = mean - means[input]
      means[input] += difference * (size / count)
      squares[input] += square + difference * difference * (before * size / count)
    }
  }

  func scaling() throws(DatasetError) -> InputScaling {
    var scales: [Double] = []
    let means = zip(origin, means).map { $0 + $1 }
    for (input, mean) in means.enumerated() {
      let variance = squares[input] / count
      guard variance.isFinite, mean.isFinite else {
        throw DatasetError(
          .dataset, "input \(input + 1) is too large to be standardised: its deviation is no number", input: input)
      }
      // As in scikit-learn's `_is_constant_feature`: what roundings alone can make.
      let rounding = count * mean * .ulpOfOne
      let isConstant = variance <= count * .ulpOfOne * variance + rounding * rounding
      scales.append(isConstant ? 1 : variance.squareRoot())
    }
    return InputScaling(mean: means, scale: scales)
  }
}

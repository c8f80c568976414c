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
    try fitted(to: examples, ranks: OneRank())
  }

  /// The same by several ranks, each of which reads some of the blocks.
  package static func fitted(to examples: TrainingExamples, ranks: any Ranks) throws -> InputScaling {
    if case .rows(let streamed) = examples, ranks.count > 1 { return try fitted(to: streamed, ranks) }
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

// MARK: Several ranks

extension InputScaling {
  /// Blocks that each rank reads before they are put together.
  private static let blocksOfRound = 1024

  private static func fitted(to streamed: StreamedExamples, _ ranks: any Ranks) throws -> InputScaling {
    let (inputs, width, length) = (streamed.inputCount, streamed.columnCount, InputMoments.blockCount)
    let rows = try ranks.together { _ in try streamed.open() }
    var block = [Double](repeating: 0, count: width * length)
    /// Reads a block and gives its number of examples.
    func read(_ number: Int) throws -> Int {
      let count = min(length, streamed.exampleCount - number * length)
      var filled = 0
      while filled < count {
        var span = block.mutableSpan
        var rest = span._mutatingExtracting(filled * width..<count * width)
        let got = try rows.nextRows(into: &rest)
        guard got > 0 else {
          throw DatasetError(
            .dataset, "the rows end after \(number * length + filled) of \(streamed.exampleCount) examples")
        }
        filled += got
      }
      return count
    }
    var moments = InputMoments(inputCount: inputs)
    let first = try ranks.together { _ in
      guard ranks.rank == 0 else { return [Double]() }
      _ = try read(0)
      return Array(block[..<inputs])
    }
    moments.origin = ranks.gathered(first, counts: (0..<ranks.count).map { $0 == 0 ? inputs : 0 }, zero: 0)
    let blocks = (streamed.exampleCount + length - 1) / length
    for start in stride(from: 0, to: blocks, by: blocksOfRound * ranks.count) {
      let some = min(blocksOfRound * ranks.count, blocks - start)
      let own = ranks.part(of: some)
      let parts = try ranks.together { place in
        var parts: [Double] = []
        if !own.isEmpty { try rows.seek(toRow: (start + own.lowerBound) * length) }
        for number in own {
          place = start + number
          let count = try read(place)
          for input in 0..<inputs {
            let (mean, square) = moments.part(
              input, count, block.span, start: 0, inputStep: 1, exampleStep: width)
            parts += [mean, square]
          }
        }
        return parts
      }
      let counts = (0..<ranks.count).map { ranks.part(of: some, for: $0).count * inputs * 2 }
      let all = ranks.gathered(parts, counts: counts, zero: 0)
      for number in 0..<some {
        let size = Double(min(length, streamed.exampleCount - (start + number) * length))
        moments.begin(size)
        for input in 0..<inputs {
          let place = (number * inputs + input) * 2
          moments.add(input, size, mean: all[place], square: all[place + 1])
        }
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
  var origin: [Double]
  private var means: [Double]
  private var squares: [Double]

  init(inputCount: Int) {
    means = [Double](repeating: 0, count: inputCount)
    (origin, squares) = (means, means)
  }

  /// Adds a block of examples: input i of example e stands at `start + i * inputStep + e * exampleStep`.
  mutating func add(_ block: Int, _ values: Span<Double>, start: Int, inputStep: Int, exampleStep: Int) {
    let size = Double(block)
    let isFirst = count == 0
    begin(size)
    for input in means.indices {
      if isFirst { origin[input] = values[start + input * inputStep] }
      let (mean, square) = part(
        input, block, values, start: start, inputStep: inputStep, exampleStep: exampleStep)
      add(input, size, mean: mean, square: square)
    }
  }

  /// The mean of an input over a block, and the sum of the squared differences from it.
  func part(
    _ input: Int, _ block: Int, _ values: Span<Double>, start: Int, inputStep: Int, exampleStep: Int
  ) -> (mean: Double, square: Double) {
    let (first, origin) = (start + input * inputStep, origin[input])
    var sum = 0.0
    for example in 0..<block { sum += values[first + example * exampleStep] - origin }
    let mean = sum / Double(block)
    var square = 0.0
    for example in 0..<block {
      let difference = values[first + example * exampleStep] - origin - mean
      square += difference * difference
    }
    return (mean, square)
  }

  /// Counts the examples of the next block.
  mutating func begin(_ size: Double) { count += size }

  /// Adds an input of the block that was begun.
  mutating func add(_ input: Int, _ size: Double, mean: Double, square: Double) {
    let difference = mean - means[input]
    means[input] += difference * (size / count)
    squares[input] += square + difference * difference * ((count - size) * size / count)
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

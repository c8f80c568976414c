import Tensors

/// The mean loss of one network after the other on the same examples: what early stopping looks at.
///
/// It is summed over blocks of rows, and the blocks in their order, so it is the same bits for any number of threads.
final class DevCost {
  private let examples: TrainingExamples
  private let loss: Loss
  private let kernel: Kernel
  private let threads: Int
  /// Features, (examples, inputs), and labels, (examples, numbers of a label), of examples in memory.
  private let rows: (features: [Double], labels: [Double])
  /// A megabyte of inputs at most, and blocks enough for all threads.
  private let blockLength: Int

  init(_ examples: TrainingExamples, loss: Loss, kernel: Kernel, threads: Int) {
    self.examples = examples
    self.loss = loss
    self.kernel = kernel
    self.threads = threads
    blockLength = max(1, min(2048, (1 << 17) / examples.inputCount))
    if case .memory(let dataset) = examples {
      rows = (dataset.features.transposed.elements, dataset.labels.transposed.elements)
    } else {
      rows = ([], [])
    }
  }

  /// The weighted mean loss of a network.
  func cost(of network: Network) throws -> Double {
    let predictor = try Predictor(network: network, kernel: kernel)
    switch examples {
    case .memory(let dataset): return cost(predictor, dataset) / dataset.totalWeight
    case .rows(let streamed): return try cost(predictor, streamed) / streamed.totalWeight
    }
  }

  private func cost(_ predictor: Predictor, _ dataset: Dataset) -> Double {
    let count = dataset.exampleCount
    let blocks = (count + blockLength - 1) / blockLength
    let (features, labels, weights, loss, length) = (rows.features, rows.labels, dataset.weights, loss, blockLength)
    // The sums are the same, whoever computes them.
    let sums = Workers.map(Array(0..<blocks), over: threads) { number in
      let range = number * length..<min(count, (number + 1) * length)
      return Self.sum(range, predictor, loss, features: features, labels: labels, weights: weights)
    }
    return sums.reduce(0, +)
  }

  /// The sum over examples in memory of weight · loss.
  private static func sum(
    _ range: Range<Int>, _ predictor: Predictor, _ loss: Loss, features: [Double], labels: [Double], weights: [Double]?
  ) -> Double {
    let (inputs, units) = (predictor.inputCount, predictor.outputCount)
    let width = labels.count * inputs / max(1, features.count)
    var z = [Double](repeating: 0, count: range.count * units)
    var span = z.mutableSpan
    predictor.predictZ(
      features.span.extracting(range.lowerBound * inputs..<range.upperBound * inputs), into: &span,
      scratch: predictor.makeScratch())
    var sum = 0.0
    for (row, example) in range.enumerated() {
      let one = loss.loss(
        z: z.span.extracting(row * units..<(row + 1) * units),
        label: labels.span.extracting(example * width..<(example + 1) * width))
      sum += (weights?[example] ?? 1) * one
    }
    return sum
  }

  /// The same over examples that are read.
  private func cost(_ predictor: Predictor, _ streamed: StreamedExamples) throws -> Double {
    let source = try streamed.open()
    let (inputs, width, labels) = (streamed.inputCount, streamed.columnCount, streamed.kind.rowCount)
    var block = [Double](repeating: 0, count: blockLength * width)
    var sum = 0.0
    while true {
      var count = 0
      while count < blockLength {
        var span = block.mutableSpan
        var rest = span._mutatingExtracting(count * width..<span.count)
        let got = try source.nextRows(into: &rest)
        if got == 0 { break }
        count += got
      }
      guard count > 0 else { return sum }
      let rows = 0..<count
      sum += Self.sum(
        rows, predictor, loss,
        features: rows.flatMap { block[$0 * width..<$0 * width + inputs] },
        labels: rows.flatMap { block[$0 * width + inputs..<$0 * width + inputs + labels] },
        weights: streamed.hasWeights ? rows.map { block[($0 + 1) * width - 1] } : nil)
    }
  }
}

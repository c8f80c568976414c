import Tensors

/// The mean loss of one network after the other on the same examples: what early stopping looks at.
///
/// It is summed over blocks of rows, and the blocks in their order, so it is the same bits for any number of threads and
/// of ranks, each of which takes some blocks in a row.
final class DevCost {
  private let examples: TrainingExamples
  private let loss: Loss
  private let kernel: Kernel
  private let threads: Int
  private let ranks: any Ranks
  /// Features, (examples, inputs), and labels, (examples, numbers of a label), of examples in memory.
  private let rows: (features: [Double], labels: [Double])
  /// A megabyte of inputs at most, and blocks enough for all threads.
  private let blockLength: Int

  init(_ examples: TrainingExamples, loss: Loss, kernel: Kernel, threads: Int, ranks: any Ranks) {
    self.ranks = ranks
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
    let sums = Workers.map(Array(ranks.part(of: blocks)), over: threads) { number in
      let range = number * length..<min(count, (number + 1) * length)
      return Self.sum(range, predictor, loss, features: features, labels: labels, weights: weights)
    }
    return total(sums, blocks)
  }

  /// The sum over the blocks of all ranks.
  private func total(_ sums: [Double], _ blocks: Int) -> Double {
    let counts = (0..<ranks.count).map { ranks.part(of: blocks, for: $0).count }
    return ranks.gathered(sums, counts: counts, zero: 0).reduce(0, +)
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
    let blocks = (streamed.exampleCount + blockLength - 1) / blockLength
    let sums = try ranks.together { place throws -> [Double] in
      try self.sums(ranks.part(of: blocks), predictor, streamed, readingAt: &place)
    }
    return total(sums, blocks)
  }

  private func sums(
    _ blocks: Range<Int>, _ predictor: Predictor, _ streamed: StreamedExamples, readingAt place: inout Int
  ) throws -> [Double] {
    guard !blocks.isEmpty else { return [] }
    let source = try streamed.open()
    if blocks.lowerBound > 0 { try source.seek(toRow: blocks.lowerBound * blockLength) }
    let (inputs, width, labels) = (streamed.inputCount, streamed.columnCount, streamed.kind.rowCount)
    var block = [Double](repeating: 0, count: blockLength * width)
    var sums: [Double] = []
    for number in blocks {
      place = number
      let length = min(blockLength, streamed.exampleCount - number * blockLength)
      var count = 0
      while count < length {
        var span = block.mutableSpan
        var rest = span._mutatingExtracting(count * width..<length * width)
        let got = try source.nextRows(into: &rest)
        guard got > 0 else { throw TrainingError(.dataset, "the data became shorter while they were read") }
        count += got
      }
      let rows = 0..<count
      let sum = Self.sum(
        rows, predictor, loss,
        features: rows.flatMap { block[$0 * width..<$0 * width + inputs] },
        labels: rows.flatMap { block[$0 * width + inputs..<$0 * width + inputs + labels] },
        weights: streamed.hasWeights ? rows.map { block[($0 + 1) * width - 1] } : nil)
      sums.append(sum)
    }
    return sums
  }
}

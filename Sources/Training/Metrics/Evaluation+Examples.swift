import Dispatch
import Synchronization
import Tensors

extension Evaluation {
  /// Measures a network on examples, in memory or read block by block; the same examples give the same bits either way,
  /// for any number of threads.
  ///
  /// - Parameters:
  ///   - network: what predicts; its input scaling is applied.
  ///   - examples: what is predicted, as it was read.
  ///   - loss: what the cost is the mean of.
  ///   - kernel: the build of the kernels that computes.
  ///   - threads: how many blocks are predicted at a time.
  ///   - bootstrap: asks for intervals.
  /// - Throws: ``TrainingError`` when the network does not fit the examples, a label is not of its kind, a row gives no
  ///   number or there are too many examples for intervals; what reading throws.
  public static func of(
    _ network: Network, on examples: TrainingExamples, loss: Loss, kernel: Kernel = .auto, threads: Int = 1,
    bootstrap: Bootstrap? = nil
  ) throws -> Evaluation {
    try of(
      try Predictor(network: network, kernel: kernel), on: examples, loss: loss, threads: threads,
      bootstrap: bootstrap)
  }

  /// Measures a predictor on examples.
  public static func of(
    _ predictor: Predictor, on examples: TrainingExamples, loss: Loss, threads: Int = 1, bootstrap: Bootstrap? = nil
  ) throws -> Evaluation {
    guard predictor.inputCount == examples.inputCount, predictor.outputCount == examples.kind.unitCount else {
      throw TrainingError(
        .network,
        "the network has \(predictor.inputCount) inputs and \(predictor.outputCount) outputs, the examples need "
          + "\(examples.inputCount) and \(examples.kind.unitCount)")
    }
    let activation = predictor.network.layers.last?.activation ?? .linear
    let task = EvaluationTask(labels: examples.kind, activation: activation, loss: loss)
    let blocks = ExampleBlocks(predictor, task, keepsPredictions: bootstrap != nil)
    var whole = Evaluator(task, keepsPredictions: bootstrap != nil)
    let reader = try ExampleReader(examples)
    while true {
      var read: [ExampleReader.Block] = []
      while read.count < max(1, threads), let block = try reader.next() { read.append(block) }
      if read.isEmpty { break }
      for result in blocks.evaluate(read) {
        whole.add(try result.get())
        try whole.checkRoom()
      }
    }
    guard let bootstrap else { return whole.evaluation }
    return try whole.evaluation(bootstrap: bootstrap, threads: threads)
  }
}

/// Cuts examples into blocks whose borders depend on the number of inputs alone.
private final class ExampleReader {
  /// Some examples: a part of a dataset in memory, or rows that were read.
  struct Block: Sendable {
    enum Content: Sendable {
      case part(Dataset)
      case rows([Double], hasWeights: Bool)
    }
    let first: Int
    let count: Int
    let content: Content
  }

  private let examples: TrainingExamples
  private let source: (any RowSource)?
  private let length: Int
  private var done = 0

  init(_ examples: TrainingExamples) throws {
    self.examples = examples
    // A megabyte of inputs, but not more rows than keep all threads busy on small sets.
    length = max(1, min(4096, (1 << 17) / examples.inputCount))
    if case .rows(let rows) = examples { source = try rows.open() } else { source = nil }
  }

  func next() throws -> Block? {
    switch examples {
    case .memory(let dataset):
      let count = min(length, dataset.exampleCount - done)
      guard count > 0 else { return nil }
      defer { done += count }
      return Block(first: done, count: count, content: .part(dataset))
    case .rows(let rows):
      guard let source else { return nil }
      let width = rows.columnCount
      var numbers = [Double](repeating: 0, count: length * width)
      var count = 0
      // Sources may give fewer rows than fit; the borders must not depend on that.
      while count < length {
        var span = numbers.mutableSpan
        var room = span._mutatingExtracting(count * width..<length * width)
        let some = try source.nextRows(into: &room)
        if some == 0 { break }
        count += some
      }
      guard count > 0 else { return nil }
      defer { done += count }
      return Block(first: done, count: count, content: .rows(numbers, hasWeights: rows.hasWeights))
    }
  }
}

/// Predicts and measures blocks, several at a time.
private struct ExampleBlocks: Sendable {
  private let predictor: Predictor
  private let task: EvaluationTask
  private let keepsPredictions: Bool

  init(_ predictor: Predictor, _ task: EvaluationTask, keepsPredictions: Bool) {
    self.predictor = predictor
    self.task = task
    self.keepsPredictions = keepsPredictions
  }

  /// What was measured of each block, in their order.
  func evaluate(_ blocks: [ExampleReader.Block]) -> [Result<Evaluator, TrainingError>] {
    let results = Mutex<[Int: Result<Evaluator, TrainingError>]>([:])
    DispatchQueue.concurrentPerform(iterations: blocks.count) { index in
      let result = Result { () throws(TrainingError) in try evaluate(blocks[index]) }
      results.withLock { $0[index] = result }
    }
    return results.withLock { results in blocks.indices.compactMap { results[$0] } }
  }

  private func evaluate(_ block: ExampleReader.Block) throws(TrainingError) -> Evaluator {
    var evaluator = Evaluator(task, keepsPredictions: keepsPredictions)
    let rows = LabelledRows(block, inputCount: predictor.inputCount, labelCount: task.labels.rowCount)
    let scratch = predictor.makeScratch()
    let outputs = numbers(of: rows, block.count) { predictor.predict($0, into: &$1, scratch: scratch) }
    let hasClasses = task.classCount != nil
    let z =
      hasClasses ? numbers(of: rows, block.count) { predictor.predictZ($0, into: &$1, scratch: scratch) } : outputs
    let (units, labelCount) = (task.labels.unitCount, task.labels.rowCount)
    for row in 0..<block.count {
      let labels = rows.labels[row * labelCount..<(row + 1) * labelCount]
      let weight = rows.weights.isEmpty ? 1 : rows.weights[row]
      if let label = labels.first(where: { !task.labels.contains($0) }) {
        throw TrainingError(
          .dataset, "the label of example \(block.first + row + 1) is \(label), expected \(task.labels.expectation)",
          example: block.first + row)
      }
      guard outputs[row * units..<(row + 1) * units].allSatisfy(\.isFinite) else {
        throw TrainingError(
          .divergence,
          "the inputs of example \(block.first + row + 1), or the parameters, are so large that the network gives no "
            + "number", example: block.first + row)
      }
      if hasClasses {
        evaluator.add(class: Int(labels[labels.startIndex]), weight: weight, outputs: outputs, z: z, row: row)
      } else {
        evaluator.add(values: labels, weight: weight, outputs: outputs, row: row)
      }
    }
    return evaluator
  }

  private func numbers(
    of rows: LabelledRows, _ count: Int, _ predict: (Span<Double>, inout MutableSpan<Double>) -> Void
  ) -> [Double] {
    var numbers = [Double](repeating: 0, count: count * predictor.outputCount)
    var span = numbers.mutableSpan
    predict(rows.inputs.span, &span)
    return numbers
  }
}

/// The numbers of a block's examples, row by row.
private struct LabelledRows {
  var inputs: [Double] = []
  var labels: [Double] = []
  /// Empty where all count the same.
  var weights: [Double] = []

  init(_ block: ExampleReader.Block, inputCount: Int, labelCount: Int) {
    inputs.reserveCapacity(block.count * inputCount)
    labels.reserveCapacity(block.count * labelCount)
    switch block.content {
    case .part(let dataset):
      for example in block.first..<(block.first + block.count) {
        for input in 0..<inputCount { inputs.append(dataset.features[input, example]) }
        for row in 0..<labelCount { labels.append(dataset.labels[row, example]) }
      }
      if let all = dataset.weights { weights += all[block.first..<(block.first + block.count)] }
    case .rows(let numbers, let hasWeights):
      let width = inputCount + labelCount + (hasWeights ? 1 : 0)
      for row in 0..<block.count {
        inputs += numbers[row * width..<(row * width + inputCount)]
        labels += numbers[row * width + inputCount..<(row * width + inputCount + labelCount)]
        if hasWeights { weights.append(numbers[(row + 1) * width - 1]) }
      }
    }
  }
}

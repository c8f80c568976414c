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

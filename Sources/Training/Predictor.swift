public import Tensors

/// Predicts rows of inputs in blocks of any size: the outputs of a row are the same bits whatever block it is in.
public struct Predictor: Sendable {
  /// The network that predicts.
  public let network: Network
  /// The build of the kernels that computes, never `auto`.
  public let kernel: Kernel
  private let stages: [PredictionStage]
  /// The number of inputs of a row.
  public var inputCount: Int { network.inputCount }
  /// The number of outputs of a row.
  public var outputCount: Int { network.outputCount }

  /// A predictor of a network.
  ///
  /// - Throws: ``TrainingError`` of code `kernel` when this processor cannot run the chosen kernel.
  public init(network: Network, kernel: Kernel = .auto) throws(TrainingError) {
    self.network = network
    self.kernel = try kernel.resolved()
    stages = PredictionStage.stages(of: network.layers, kernel: self.kernel)
  }

  /// New working memory; each thread needs its own.
  public func makeScratch() -> PredictionScratch {
    PredictionScratch(stages: stages.map { $0.parameters.makeScratch() }, widest: network.layerSizes.max() ?? 1)
  }

  /// Predicts rows of inputs, (rows, inputs) row by row, into (rows, outputs): the last layer's activations.
  ///
  /// - Precondition: `inputs` holds whole rows and `outputs` has room for exactly as many.
  public func predict(_ inputs: Span<Double>, into outputs: inout MutableSpan<Double>, scratch: PredictionScratch) {
    predict(inputs, into: &outputs, asZ: false, scratch: scratch)
  }

  /// The same without the last layer's activation: its z, from which the loss of a sigmoid or of a softmax is exact
  /// where the probability itself rounds to 0 or 1.
  ///
  /// - Precondition: `inputs` holds whole rows and `outputs` has room for exactly as many.
  public func predictZ(_ inputs: Span<Double>, into outputs: inout MutableSpan<Double>, scratch: PredictionScratch) {
    predict(inputs, into: &outputs, asZ: true, scratch: scratch)
  }

  /// Predicts rows of inputs into the last layer's activations and its z, in one pass: the same bits as those of
  /// ``predict(_:into:scratch:)`` and ``predictZ(_:into:scratch:)``.
  ///
  /// - Precondition: `inputs` holds whole rows, `outputs` and `z` have room for exactly as many.
  public func predict(
    _ inputs: Span<Double>, into outputs: inout MutableSpan<Double>, z: inout MutableSpan<Double>,
    scratch: PredictionScratch
  ) {
    let rows = rowCount(inputs, outputs.count)
    precondition(z.count == outputs.count, "room for \(z.count) z of \(rows) rows")
    let last = stages.count - 1
    guard network.inputScaling != nil || last > 0 else {
      stages[0].predict(inputs, rows: rows, into: &outputs, z: &z, scratch: scratch.stages[0])
      return
    }
    for first in stride(from: 0, to: rows, by: scratch.rowCount) {
      let count = min(scratch.rowCount, rows - first)
      let some = inputs.extracting(first * inputCount..<(first + count) * inputCount)
      Predictor.predict(
        some, rows: count, stages: stages, scaling: network.inputScaling, kernels: scratch.stages,
        from: &scratch.source, to: &scratch.target)
      var room = outputs._mutatingExtracting(first * outputCount..<(first + count) * outputCount)
      var roomOfZ = z._mutatingExtracting(first * outputCount..<(first + count) * outputCount)
      stages[last].predict(
        scratch.source.span.extracting(0..<count * stages[last].inputCount), rows: count, into: &room, z: &roomOfZ,
        scratch: scratch.stages[last])
    }
  }

  private func predict(
    _ inputs: Span<Double>, into outputs: inout MutableSpan<Double>, asZ: Bool, scratch: PredictionScratch
  ) {
    let rows = rowCount(inputs, outputs.count)
    let last = stages.count - 1
    guard network.inputScaling != nil || last > 0 else {
      stages[0].predict(inputs, rows: rows, into: &outputs, asZ: asZ, scratch: scratch.stages[0])
      return
    }
    for first in stride(from: 0, to: rows, by: scratch.rowCount) {
      let count = min(scratch.rowCount, rows - first)
      let some = inputs.extracting(first * inputCount..<(first + count) * inputCount)
      var room = outputs._mutatingExtracting(first * outputCount..<(first + count) * outputCount)
      Predictor.predict(
        some, rows: count, stages: stages, scaling: network.inputScaling, kernels: scratch.stages,
        from: &scratch.source, to: &scratch.target)
      stages[last].predict(
        scratch.source.span.extracting(0..<count * stages[last].inputCount), rows: count, into: &room, asZ: asZ,
        scratch: scratch.stages[last])
    }
  }

  /// A few rows through all stages but the last, from one room to the other and back; what the last one takes ends in
  /// `source`.
  private static func predict(
    _ inputs: Span<Double>, rows: Int, stages: [PredictionStage], scaling: InputScaling?, kernels: [KernelScratch],
    from source: inout [Double], to target: inout [Double]
  ) {
    var span = source.mutableSpan
    var start = span._mutatingExtracting(0..<inputs.count)
    if let scaling {
      scaling.apply(to: inputs, into: &start)
    } else {
      for index in inputs.indices { start[index] = inputs[index] }
    }
    for index in 0..<(stages.count - 1) {
      let stage = stages[index]
      var room = target.mutableSpan
      var results = room._mutatingExtracting(0..<rows * stage.outputCount)
      stage.predict(
        source.span.extracting(0..<rows * stage.inputCount), rows: rows, into: &results, asZ: false,
        scratch: kernels[index])
      swap(&source, &target)
    }
  }

  private func rowCount(_ inputs: Span<Double>, _ room: Int) -> Int {
    let rows = inputs.count / inputCount
    precondition(rows * inputCount == inputs.count, "\(inputs.count) numbers are not rows of \(inputCount) inputs")
    precondition(rows * outputCount == room, "room for \(room) outputs of \(rows) rows")
    return rows
  }

  /// The cost of a dataset without a penalty: the mean cross-entropy, finite also where probabilities round to 0 or 1.
  public func cost(_ dataset: Dataset) -> Double {
    var z = Matrix(rows: 1, columns: dataset.exampleCount)
    var span = z.elements.mutableSpan
    predictZ(dataset.features.transposed.elements.span, into: &span, scratch: makeScratch())
    return CrossEntropy.cost(z: z, labels: dataset.labels)
  }

  /// The outputs of features (inputs, examples): (outputs, examples).
  public func probabilities(_ features: Matrix) -> Matrix {
    var outputs = Matrix(rows: features.columns, columns: outputCount)
    let rows = features.transposed
    var span = outputs.elements.mutableSpan
    predict(rows.elements.span, into: &span, scratch: makeScratch())
    return outputs.transposed
  }
}

/// The working memory of one thread's predictions, reused from call to call.
public final class PredictionScratch {
  fileprivate let stages: [KernelScratch]
  /// Rows that go through all stages together.
  fileprivate let rowCount: Int
  fileprivate var source: [Double]
  fileprivate var target: [Double]

  fileprivate init(stages: [KernelScratch], widest: Int) {
    self.stages = stages
    // Half a megabyte stays in the second cache.
    rowCount = max(1, min(512, (1 << 16) / widest))
    let isDirect = stages.count == 1
    source = Array(repeating: 0, count: rowCount * widest)
    target = Array(repeating: 0, count: isDirect ? 0 : rowCount * widest)
  }
}

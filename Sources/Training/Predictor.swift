public import Tensors

/// Predicts rows of inputs in blocks of any size: the outputs of a row are the same bits whatever block it is in.
public struct Predictor: Sendable {
  /// The network that predicts.
  public let network: Network
  /// The build of the kernels that computes, never `auto`.
  public let kernel: Kernel
  private let parameters: PredictionParameters
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
    parameters = PredictionParameters(network: network, kernel: self.kernel)
  }

  /// New working memory; each thread needs its own.
  public func makeScratch() -> PredictionScratch { parameters.makeScratch() }

  /// Predicts rows of inputs, (rows, inputs) row by row, into (rows, outputs): the last layer's activations.
  ///
  /// - Precondition: `inputs` holds whole rows and `outputs` has room for exactly as many.
  public func predict(_ inputs: Span<Double>, into outputs: inout MutableSpan<Double>, scratch: PredictionScratch) {
    let rows = rowCount(inputs, outputs.count)
    parameters.predict(inputs, rows: rows, into: &outputs, scratch: scratch)
  }

  /// The same without the last layer's activation: its z, from which the loss of a sigmoid is exact where the
  /// probability itself rounds to 0 or 1.
  ///
  /// - Precondition: `inputs` holds whole rows and `outputs` has room for exactly as many.
  public func predictZ(_ inputs: Span<Double>, into outputs: inout MutableSpan<Double>, scratch: PredictionScratch) {
    let rows = rowCount(inputs, outputs.count)
    parameters.predict(inputs, rows: rows, into: &outputs, asZ: true, scratch: scratch)
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

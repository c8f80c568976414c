import Tensors

/// Consecutive layers that the kernels compute in one call, and an activation after them that they lack.
struct PredictionStage: Sendable {
  /// The layers' parameters.
  let parameters: PredictionParameters
  /// What the plain operations do after the kernels; nil for nothing.
  let activation: Activation?
  /// The number of inputs of a row.
  let inputCount: Int
  /// The number of outputs of a row.
  let outputCount: Int

  private init(layers: [Layer], kernel: Kernel) {
    parameters = PredictionParameters(layers: layers, kernel: kernel)
    let last = layers[layers.count - 1]
    activation = last.activation.kernelCode == nil ? last.activation : nil
    inputCount = layers[0].inputCount
    outputCount = last.outputCount
  }

  /// The stages of a network: one ends behind each layer whose activation the kernels do not compute.
  static func stages(of layers: [Layer], kernel: Kernel) -> [PredictionStage] {
    var stages: [PredictionStage] = []
    var open: [Layer] = []
    for (index, layer) in layers.enumerated() {
      open.append(layer)
      if layer.activation.kernelCode == nil || index == layers.count - 1 {
        stages.append(PredictionStage(layers: open, kernel: kernel))
        open = []
      }
    }
    return stages
  }

  /// The outputs of rows of inputs, (rows, inputs) to (rows, outputs), or the last layer's z.
  func predict(
    _ inputs: Span<Double>, rows: Int, into outputs: inout MutableSpan<Double>, asZ: Bool, scratch: KernelScratch
  ) {
    parameters.predict(inputs, rows: rows, into: &outputs, asZ: asZ, scratch: scratch)
    if !asZ, let activation { activation.apply(to: &outputs, width: outputCount) }
  }

  /// The outputs of rows of inputs and the last layer's z.
  func predict(
    _ inputs: Span<Double>, rows: Int, into outputs: inout MutableSpan<Double>, z: inout MutableSpan<Double>,
    scratch: KernelScratch
  ) {
    parameters.predict(inputs, rows: rows, into: &outputs, z: &z, scratch: scratch)
    if let activation { activation.apply(to: &outputs, width: outputCount) }
  }
}

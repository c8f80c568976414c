/// The parameters of consecutive layers as the kernels take them; never changed after they are made.
@safe
final class PredictionParameters: @unchecked Sendable {
  private let functions: KernelFunctions<Double>
  private let shape: Memory<Int>
  /// The shape without the last layer's activation.
  private let linearShape: Memory<Int>
  private let parameters: Memory<Double>
  private let scratchCount: Int
  /// What computes wide layers instead.
  private let wide: WidePrediction?

  /// - Precondition: the kernels compute the activations of all layers but the last, whose z is given where they do
  ///   not compute it.
  init(layers: [Layer], kernel: Kernel) {
    precondition(layers.dropLast().allSatisfy { $0.activation.kernelCode != nil }, "layers that the kernels lack")
    unsafe functions = Double.functions(kernel)
    unsafe shape = Memory(layers.kernelShape, zero: 0)
    unsafe linearShape = Memory(layers.kernelShape.dropLast() + [Activation.kernelCodeOfNone], zero: 0)
    unsafe parameters = Memory(layers.flatParameters, zero: 0)
    let units = (layers.first?.inputCount ?? 0) + layers.reduce(0) { $0 + $1.outputCount }
    let isWide = WideGradient<Double>.suits(layers.prefix(1).map(\.inputCount) + layers.map(\.outputCount))
    wide = isWide ? unsafe WidePrediction(layers: layers, parameters: parameters, kernel: kernel) : nil
    scratchCount = unsafe wide?.scratchCount ?? units * functions.chunkExamples
  }

  func makeScratch() -> KernelScratch { KernelScratch(count: scratchCount) }

  func predict(
    _ inputs: Span<Double>, rows: Int, into outputs: inout MutableSpan<Double>, asZ: Bool = false,
    scratch: KernelScratch
  ) {
    precondition(scratch.count >= scratchCount, "working memory of another predictor")
    let shape = unsafe asZ ? linearShape : shape
    unsafe inputs.withUnsafeBufferPointer { inputs in
      unsafe outputs.withUnsafeMutableBufferPointer { outputs in
        guard let source = inputs.baseAddress, let target = outputs.baseAddress else { return }
        if let wide {
          unsafe wide.predict(source, rows: rows, into: target, asZ: asZ, scratch: scratch.memory)
          return
        }
        unsafe functions.predictRows(shape.start, parameters.start, source, rows, scratch.memory.start, target)
      }
    }
  }
}

/// The working memory of one thread's calls of the kernels, reused from call to call.
@safe
final class KernelScratch {
  fileprivate let memory: Memory<Double>
  fileprivate let count: Int

  fileprivate init(count: Int) {
    self.count = count
    unsafe memory = Memory(count: count, zero: 0)
  }
}

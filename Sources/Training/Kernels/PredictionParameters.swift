/// The parameters of consecutive layers as the kernels take them; never changed after they are made.
@safe
final class PredictionParameters: @unchecked Sendable {
  private let functions: KernelFunctions<Double>
  private let shape: Memory<Int>
  private let parameters: Memory<Double>
  private let scratchCount: Int
  /// What computes wide layers instead.
  private let wide: WidePrediction?

  /// - Precondition: the kernels compute the activations of all layers but the last, whose z is given where they do
  ///   not compute it.
  init(layers: [Layer], kernel: Kernel) {
    precondition(layers.dropLast().allSatisfy { $0.activation.kernelCode != nil }, "layers that the kernels lack")
    unsafe functions = Double.functions(kernel)
    unsafe shape = Memory(layers.kernelShape)
    unsafe parameters = Memory(layers.flatParameters)
    let units = (layers.first?.inputCount ?? 0) + layers.reduce(0) { $0 + $1.outputCount }
    wide =
      WidePrediction.suits(layers) ? unsafe WidePrediction(layers: layers, parameters: parameters, kernel: kernel) : nil
    scratchCount = unsafe wide?.scratchCount ?? units * functions.chunkExamples
  }

  func makeScratch() -> KernelScratch { KernelScratch(count: scratchCount) }

  /// The last layer's activations of rows of inputs, or its z.
  func predict(
    _ inputs: Span<Double>, rows: Int, into outputs: inout MutableSpan<Double>, asZ: Bool = false,
    scratch: KernelScratch
  ) {
    unsafe outputs.withUnsafeMutableBufferPointer { outputs in
      let target = outputs.baseAddress
      unsafe predict(inputs, rows, outputs: asZ ? nil : target, z: asZ ? target : nil, scratch)
    }
  }

  /// The last layer's activations of rows of inputs and its z.
  func predict(
    _ inputs: Span<Double>, rows: Int, into outputs: inout MutableSpan<Double>, z: inout MutableSpan<Double>,
    scratch: KernelScratch
  ) {
    unsafe outputs.withUnsafeMutableBufferPointer { outputs in
      unsafe z.withUnsafeMutableBufferPointer { z in
        unsafe predict(inputs, rows, outputs: outputs.baseAddress, z: z.baseAddress, scratch)
      }
    }
  }

  private func predict(
    _ inputs: Span<Double>, _ rows: Int, outputs: UnsafeMutablePointer<Double>?, z: UnsafeMutablePointer<Double>?,
    _ scratch: KernelScratch
  ) {
    precondition(scratch.count >= scratchCount, "working memory of another predictor")
    unsafe inputs.withUnsafeBufferPointer { inputs in
      guard let source = inputs.baseAddress else { return }
      if let wide {
        unsafe wide.predict(source, rows: rows, outputs: outputs, z: z, scratch: scratch.memory)
      } else {
        unsafe functions.predictRows(shape.start, parameters.start, source, rows, scratch.memory.start, outputs, z)
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
    unsafe memory = Memory(count: count)
  }
}

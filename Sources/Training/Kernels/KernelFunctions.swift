import KernelsAVX2
import KernelsAVX512
import KernelsBaseline

// The bridge to the kernels.

/// The kernels of one scalar in one build.
@unsafe
struct KernelFunctions<Scalar> {
  let chunkExamples: Int
  /// The numbers of a vector.
  let vectorWidth: Int
  let sliceGradient:
    (
      UnsafePointer<Int>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int,
      UnsafePointer<UInt64>?, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Scalar>,
      UnsafeMutablePointer<Scalar>?, UnsafeMutablePointer<Scalar>
    ) -> Void
  let combineSlices: (UnsafeMutablePointer<Scalar>, Int, Int, Int, Int) -> Void
  let updateParameters:
    (
      UnsafePointer<Int>, UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, UnsafePointer<Scalar>,
      UnsafeMutablePointer<Scalar>?, Scalar, Scalar, Scalar
    ) -> Void
  let predictRows:
    (
      UnsafePointer<Int>, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int, UnsafeMutablePointer<Scalar>,
      UnsafeMutablePointer<Scalar>?, UnsafeMutablePointer<Scalar>?
    ) -> Void
  let activate: (Int, Double, Double, UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>?, Int, Int) -> Void
  let lossGradients: (Int, Double, UnsafeMutablePointer<Scalar>, UnsafePointer<Scalar>, Int, Int) -> Void
  /// nil for Float, whose losses are summed as Doubles.
  let crossEntropies: ((UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int) -> Double)?
  let forwardLayer: (UnsafePointer<Scalar>, Int, Int, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void
  let backwardLayer: (UnsafePointer<Scalar>, Int, Int, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>, Int) -> Void
  let layerGradient: (Int, Int, UnsafePointer<Scalar>, UnsafePointer<Scalar>, Int, UnsafeMutablePointer<Scalar>) -> Void
  let dropoutMasks: (UInt64, UInt64, Int, Int, UInt64, Int, Int, UnsafeMutablePointer<UInt8>, Int) -> Void
}

extension KernelFunctions {
  /// Puts the activations of `count` numbers z that stand side by side into `activations`, and their derivatives in the
  /// place of z. Up to a group of vectors behind them may change too: what stands there is written later.
  ///
  /// - Precondition: the kernels compute the activation, of each number on its own.
  func activate(
    _ activation: Activation, z: UnsafeMutablePointer<Scalar>, into activations: UnsafeMutablePointer<Scalar>,
    count: Int
  ) {
    guard let code = activation.kernelCode, activation != .softmax else {
      preconditionFailure("the kernels lack \(activation)")
    }
    let numbers = activation.kernelNumbers
    let (rows, rest) = unsafe count.quotientAndRemainder(dividingBy: chunkExamples)
    unsafe activate(code, numbers.0, numbers.1, z, activations, rows, chunkExamples)
    let place = count - rest
    if rest > 0 { unsafe activate(code, numbers.0, numbers.1, z + place, activations + place, 1, rest) }
  }
}

/// A scalar that there are kernels for.
protocol KernelScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  static func functions(_ kernel: Kernel) -> KernelFunctions<Self>
  static func wideFunctions(_ kernel: Kernel) -> WideFunctions<Self>
}

extension Double: KernelScalar {
  static func functions(_ kernel: Kernel) -> KernelFunctions<Double> {
    if kernel == .avx512 {
      unsafe KernelFunctions(
        chunkExamples: KernelsAVX512.float64ChunkExamples, vectorWidth: KernelsAVX512.float64VectorWidth,
        sliceGradient: KernelsAVX512.float64SliceGradient, combineSlices: KernelsAVX512.float64CombineSlices,
        updateParameters: KernelsAVX512.float64UpdateParameters,
        predictRows: KernelsAVX512.float64PredictRows,
        activate: KernelsAVX512.float64Activate, lossGradients: KernelsAVX512.float64LossGradients,
        crossEntropies: KernelsAVX512.float64CrossEntropies,
        forwardLayer: KernelsAVX512.float64ForwardLayer, backwardLayer: KernelsAVX512.float64BackwardLayer,
        layerGradient: KernelsAVX512.float64LayerGradient, dropoutMasks: KernelsAVX512.dropoutMasks)
    } else if kernel == .avx2 {
      unsafe KernelFunctions(
        chunkExamples: KernelsAVX2.float64ChunkExamples, vectorWidth: KernelsAVX2.float64VectorWidth,
        sliceGradient: KernelsAVX2.float64SliceGradient, combineSlices: KernelsAVX2.float64CombineSlices,
        updateParameters: KernelsAVX2.float64UpdateParameters,
        predictRows: KernelsAVX2.float64PredictRows,
        activate: KernelsAVX2.float64Activate, lossGradients: KernelsAVX2.float64LossGradients,
        crossEntropies: KernelsAVX2.float64CrossEntropies,
        forwardLayer: KernelsAVX2.float64ForwardLayer, backwardLayer: KernelsAVX2.float64BackwardLayer,
        layerGradient: KernelsAVX2.float64LayerGradient, dropoutMasks: KernelsAVX2.dropoutMasks)
    } else {
      unsafe KernelFunctions(
        chunkExamples: KernelsBaseline.float64ChunkExamples, vectorWidth: KernelsBaseline.float64VectorWidth,
        sliceGradient: KernelsBaseline.float64SliceGradient, combineSlices: KernelsBaseline.float64CombineSlices,
        updateParameters: KernelsBaseline.float64UpdateParameters,
        predictRows: KernelsBaseline.float64PredictRows,
        activate: KernelsBaseline.float64Activate, lossGradients: KernelsBaseline.float64LossGradients,
        crossEntropies: KernelsBaseline.float64CrossEntropies,
        forwardLayer: KernelsBaseline.float64ForwardLayer, backwardLayer: KernelsBaseline.float64BackwardLayer,
        layerGradient: KernelsBaseline.float64LayerGradient, dropoutMasks: KernelsBaseline.dropoutMasks)
    }
  }
}

extension Float: KernelScalar {
  static func functions(_ kernel: Kernel) -> KernelFunctions<Float> {
    if kernel == .avx512 {
      unsafe KernelFunctions(
        chunkExamples: KernelsAVX512.float32ChunkExamples, vectorWidth: KernelsAVX512.float32VectorWidth,
        sliceGradient: KernelsAVX512.float32SliceGradient, combineSlices: KernelsAVX512.float32CombineSlices,
        updateParameters: KernelsAVX512.float32UpdateParameters,
        predictRows: KernelsAVX512.float32PredictRows,
        activate: KernelsAVX512.float32Activate, lossGradients: KernelsAVX512.float32LossGradients,
        crossEntropies: nil,
        forwardLayer: KernelsAVX512.float32ForwardLayer, backwardLayer: KernelsAVX512.float32BackwardLayer,
        layerGradient: KernelsAVX512.float32LayerGradient, dropoutMasks: KernelsAVX512.dropoutMasks)
    } else if kernel == .avx2 {
      unsafe KernelFunctions(
        chunkExamples: KernelsAVX2.float32ChunkExamples, vectorWidth: KernelsAVX2.float32VectorWidth,
        sliceGradient: KernelsAVX2.float32SliceGradient, combineSlices: KernelsAVX2.float32CombineSlices,
        updateParameters: KernelsAVX2.float32UpdateParameters,
        predictRows: KernelsAVX2.float32PredictRows,
        activate: KernelsAVX2.float32Activate, lossGradients: KernelsAVX2.float32LossGradients,
        crossEntropies: nil,
        forwardLayer: KernelsAVX2.float32ForwardLayer, backwardLayer: KernelsAVX2.float32BackwardLayer,
        layerGradient: KernelsAVX2.float32LayerGradient, dropoutMasks: KernelsAVX2.dropoutMasks)
    } else {
      unsafe KernelFunctions(
        chunkExamples: KernelsBaseline.float32ChunkExamples, vectorWidth: KernelsBaseline.float32VectorWidth,
        sliceGradient: KernelsBaseline.float32SliceGradient, combineSlices: KernelsBaseline.float32CombineSlices,
        updateParameters: KernelsBaseline.float32UpdateParameters,
        predictRows: KernelsBaseline.float32PredictRows,
        activate: KernelsBaseline.float32Activate, lossGradients: KernelsBaseline.float32LossGradients,
        crossEntropies: nil,
        forwardLayer: KernelsBaseline.float32ForwardLayer, backwardLayer: KernelsBaseline.float32BackwardLayer,
        layerGradient: KernelsBaseline.float32LayerGradient, dropoutMasks: KernelsBaseline.dropoutMasks)
    }
  }
}

import KernelsAVX2
import KernelsAVX512
import KernelsBaseline

// The bridge to the kernels of wide layers and of the optimizers. For AVX-512 there are products alone, of the factors as
// those for AVX2 pack them.

/// The kernels of wide layers and of the optimizers, of one scalar in one build: see ProductEntryPoints.swift
/// and WideEntryPoints.swift there.
@unsafe
struct WideFunctions<Scalar> {
  typealias Source = UnsafePointer<Scalar>
  typealias Target = UnsafeMutablePointer<Scalar>

  let tileRows: Int
  let paddedRows: (Int) -> Int
  let packedPlace: (_ row: Int, _ rows: Int, _ panels: Int) -> (offset: Int, panelStride: Int)
  var product:
    (
      _ rows: Int, _ steps: Int, _ left: Source, _ right: Source, _ panels: Int, _ target: Target, _ finish: Int,
      _ companion: Source, _ masks: UnsafePointer<UInt8>?, _ maskPitch: Int, _ keep: Scalar
    ) -> Void
  var gradient:
    (
      _ units: Int, _ inputs: Int, _ unitTiles: Range<Int>, _ inputPanels: Range<Int>, _ examples: Int, _ left: Source,
      _ right: Source, _ rest: Target, _ adds: Bool, _ gradient: Target
    ) -> Void
  let packWeights: (_ units: Int, _ inputs: Int, _ parameters: Source, _ tiles: Range<Int>, _ target: Target) -> Void
  let packTransposedWeights:
    (_ units: Int, _ inputs: Int, _ parameters: Source, _ tiles: Range<Int>, _ target: Target) -> Void
  let packPanels:
    (
      _ rows: Int, _ source: Source, _ pitch: Int, _ panels: Int, _ masks: UnsafePointer<UInt8>?, _ keep: Scalar,
      _ target: Target
    ) -> Void
  let packRows: (_ inputs: Int, _ source: Source, _ examples: Int, _ target: Target) -> Void
  let packGradientLeft: (_ rows: Int, _ source: Source, _ panels: Int, _ target: Target) -> Void
  let packGradientRight: (_ rows: Int, _ source: Source, _ panels: Int, _ target: Target) -> Void
  let addPenalty:
    (_ parameters: Source, _ gradient: Target, _ count: Int, _ scale: Scalar, _ decay: Scalar, _ pull: Scalar) -> Void
  let stepMomentum:
    (
      _ parameters: Target, _ gradient: Source, _ velocity: Target, _ count: Int, _ momentum: Scalar, _ rate: Scalar,
      _ isNesterov: Bool
    ) -> Void
  let stepAdam:
    (_ parameters: Target, _ gradient: Source, _ first: Target, _ second: Target, _ count: Int, _ numbers: Source)
      -> Void

  /// The tiles of some rows.
  func tiles(_ rows: Int) -> Int { unsafe (rows + tileRows - 1) / tileRows }
}

extension KernelScalar {
  /// The columns of a panel: 64 bytes.
  static var panelColumns: Int { 64 / MemoryLayout<Self>.stride }
}

/// What a product's sums become; the numbers are those of the kernels' TileFinish.
enum ProductFinish: Int {
  case bias = 0
  case relu = 1
  case sigmoid = 2
  case reluGradient = 3
  case sigmoidGradient = 4
  case derivative = 5
}

extension Double {
  static func wideFunctions(_ kernel: Kernel) -> WideFunctions<Double> {
    if kernel == .avx512 {
      var functions = unsafe wideFunctions(.avx2)
      unsafe functions.product = KernelsAVX512.float64WideProduct
      unsafe functions.gradient = KernelsAVX512.float64WideGradient
      return unsafe functions
    }
    return if kernel != .baseline {
      unsafe WideFunctions(
        tileRows: KernelsAVX2.wideTileRows, paddedRows: KernelsAVX2.float64PaddedRows,
        packedPlace: KernelsAVX2.float64PackedPlace,
        product: KernelsAVX2.float64WideProduct, gradient: KernelsAVX2.float64WideGradient,
        packWeights: KernelsAVX2.float64PackWeights, packTransposedWeights: KernelsAVX2.float64PackTransposedWeights,
        packPanels: KernelsAVX2.float64PackPanels, packRows: KernelsAVX2.float64PackRows,
        packGradientLeft: KernelsAVX2.float64PackGradientLeft,
        packGradientRight: KernelsAVX2.float64PackGradientRight, addPenalty: KernelsAVX2.float64AddPenalty,
        stepMomentum: KernelsAVX2.float64StepMomentum, stepAdam: KernelsAVX2.float64StepAdam)
    } else {
      unsafe WideFunctions(
        tileRows: KernelsBaseline.wideTileRows, paddedRows: KernelsBaseline.float64PaddedRows,
        packedPlace: KernelsBaseline.float64PackedPlace,
        product: KernelsBaseline.float64WideProduct, gradient: KernelsBaseline.float64WideGradient,
        packWeights: KernelsBaseline.float64PackWeights,
        packTransposedWeights: KernelsBaseline.float64PackTransposedWeights,
        packPanels: KernelsBaseline.float64PackPanels, packRows: KernelsBaseline.float64PackRows,
        packGradientLeft: KernelsBaseline.float64PackGradientLeft,
        packGradientRight: KernelsBaseline.float64PackGradientRight, addPenalty: KernelsBaseline.float64AddPenalty,
        stepMomentum: KernelsBaseline.float64StepMomentum, stepAdam: KernelsBaseline.float64StepAdam)
    }
  }
}

extension Float {
  static func wideFunctions(_ kernel: Kernel) -> WideFunctions<Float> {
    if kernel == .avx512 {
      var functions = unsafe wideFunctions(.avx2)
      unsafe functions.product = KernelsAVX512.float32WideProduct
      unsafe functions.gradient = KernelsAVX512.float32WideGradient
      return unsafe functions
    }
    return if kernel != .baseline {
      unsafe WideFunctions(
        tileRows: KernelsAVX2.wideTileRows, paddedRows: KernelsAVX2.float32PaddedRows,
        packedPlace: KernelsAVX2.float32PackedPlace,
        product: KernelsAVX2.float32WideProduct, gradient: KernelsAVX2.float32WideGradient,
        packWeights: KernelsAVX2.float32PackWeights, packTransposedWeights: KernelsAVX2.float32PackTransposedWeights,
        packPanels: KernelsAVX2.float32PackPanels, packRows: KernelsAVX2.float32PackRows,
        packGradientLeft: KernelsAVX2.float32PackGradientLeft,
        packGradientRight: KernelsAVX2.float32PackGradientRight, addPenalty: KernelsAVX2.float32AddPenalty,
        stepMomentum: KernelsAVX2.float32StepMomentum, stepAdam: KernelsAVX2.float32StepAdam)
    } else {
      unsafe WideFunctions(
        tileRows: KernelsBaseline.wideTileRows, paddedRows: KernelsBaseline.float32PaddedRows,
        packedPlace: KernelsBaseline.float32PackedPlace,
        product: KernelsBaseline.float32WideProduct, gradient: KernelsBaseline.float32WideGradient,
        packWeights: KernelsBaseline.float32PackWeights,
        packTransposedWeights: KernelsBaseline.float32PackTransposedWeights,
        packPanels: KernelsBaseline.float32PackPanels, packRows: KernelsBaseline.float32PackRows,
        packGradientLeft: KernelsBaseline.float32PackGradientLeft,
        packGradientRight: KernelsBaseline.float32PackGradientRight, addPenalty: KernelsBaseline.float32AddPenalty,
        stepMomentum: KernelsBaseline.float32StepMomentum, stepAdam: KernelsBaseline.float32StepAdam)
    }
  }
}

// The entry points of wide layers and of the optimizers, once for each scalar, as in EntryPoints.swift.

/// The rows of a tile of a product.
public var wideTileRows: Int { tileRows }

/// The rows that a packed matrix has room for, its columns being Doubles.
public func float64PaddedRows(_ rows: Int) -> Int { paddedRows(rows, width: 4) }
/// The rows that a packed matrix has room for, its columns being Floats.
public func float32PaddedRows(_ rows: Int) -> Int { paddedRows(rows, width: 8) }

/// Where a row of the first panel of a packed matrix of Doubles stands, and how far its panels lie apart there.
public func float64PackedPlace(row: Int, rows: Int, panels: Int) -> (offset: Int, panelStride: Int) {
  packedPlace(row: row, rows: rows, panels: panels, width: 4)
}
/// Where a row of the first panel of a packed matrix of Floats stands, and how far its panels lie apart there.
public func float32PackedPlace(row: Int, rows: Int, panels: Int) -> (offset: Int, panelStride: Int) {
  packedPlace(row: row, rows: rows, panels: panels, width: 8)
}

/// target = finish(left · right) of packed factors, in Double: see MatrixProduct.swift and TileFinish.swift.
///
/// `left` has the biases behind it. `companion` is not read by an activation, `masks` have rows `maskPitch` bytes apart.
@inline(never)
public func float64WideProduct(
  rows: Int, steps: Int, left: UnsafePointer<Double>, right: UnsafePointer<Double>, panels: Int,
  target: UnsafeMutablePointer<Double>, finish: Int, companion: UnsafePointer<Double>, masks: UnsafePointer<UInt8>?,
  maskPitch: Int, keep: Double
) {
  let finish = unsafe TileFinish<SIMD4<Double>>(
    code: finish, biases: left + tiles(rows) &* tileRows &* steps, companion: companion, masks: masks,
    maskPitch: maskPitch, keep: keep, scale: 1 / keep)
  unsafe wideProduct(
    SIMD4<Double>.self, rows: rows, steps: steps, left: left, right: right, panels: panels, target: target,
    finish: finish)
}

/// gradient += that of some tiles of units and panels of inputs of a layer, (units, inputs) and the biases behind, from
/// the packed factors of some examples, in Double; the biases' with the first panel. Where `adds` is false it is stored.
///
/// `rest` is memory for one tile.
@inline(never)
public func float64WideGradient(
  units: Int, inputs: Int, unitTiles: Range<Int>, inputPanels: Range<Int>, examples: Int, left: UnsafePointer<Double>,
  right: UnsafePointer<Double>, rest: UnsafeMutablePointer<Double>, adds: Bool, gradient: UnsafeMutablePointer<Double>
) {
  unsafe addProductGradient(
    SIMD4<Double>.self, units: units, inputs: inputs, unitTiles: unitTiles, inputPanels: inputPanels,
    examples: examples, left: left, right: right, rest: rest, adds: adds, gradient: gradient)
  guard inputPanels.lowerBound == 0 else { return }
  unsafe addRowSums(
    SIMD4<Double>.self, rows: units, unitTiles: unitTiles, examples: examples, left: left, rest: rest, adds: adds,
    sums: gradient + units &* inputs)
}

/// Packs some tiles of a layer's W, (units, inputs) with the biases behind, as the left factor of the forward pass.
@inline(never)
public func float64PackWeights(
  units: Int, inputs: Int, parameters: UnsafePointer<Double>, tiles: Range<Int>, target: UnsafeMutablePointer<Double>
) {
  unsafe packLeft(
    SIMD4<Double>.self, rows: units, steps: inputs, elements: parameters, rowStride: inputs, stepStride: 1,
    biases: parameters + units &* inputs, tiles: tiles, target: target)
}

/// Packs some tiles of a layer's W transposed, as the left factor of the backward pass.
@inline(never)
public func float64PackTransposedWeights(
  units: Int, inputs: Int, parameters: UnsafePointer<Double>, tiles: Range<Int>, target: UnsafeMutablePointer<Double>
) {
  unsafe packLeft(
    SIMD4<Double>.self, rows: inputs, steps: units, elements: parameters, rowStride: 1, stepStride: inputs,
    biases: nil, tiles: tiles, target: target)
}

/// Packs rows of a chunk, `pitch` numbers apart, into panels; where there are masks, what they keep, divided by keep.
@inline(never)
public func float64PackPanels(
  rows: Int, source: UnsafePointer<Double>, pitch: Int, panels: Int, masks: UnsafePointer<UInt8>?, keep: Double,
  target: UnsafeMutablePointer<Double>
) {
  unsafe packPanels(
    SIMD4<Double>.self, rows: rows, source: source, pitch: pitch, panels: panels, masks: masks, scale: 1 / keep,
    target: target)
}

/// Packs examples that stand row by row, (examples, inputs), into panels.
@inline(never)
public func float64PackRows(
  inputs: Int, source: UnsafePointer<Double>, examples: Int, target: UnsafeMutablePointer<Double>
) {
  unsafe packRows(SIMD4<Double>.self, inputs: inputs, source: source, examples: examples, target: target)
}

/// Packs panels of (rows, examples) as the left factor of a weight gradient.
@inline(never)
public func float64PackGradientLeft(
  rows: Int, source: UnsafePointer<Double>, panels: Int, target: UnsafeMutablePointer<Double>
) {
  unsafe packGradientLeft(SIMD4<Double>.self, rows: rows, source: source, panels: panels, target: target)
}

/// Packs panels of (rows, examples) as the right factor of a weight gradient.
@inline(never)
public func float64PackGradientRight(
  rows: Int, source: UnsafePointer<Double>, panels: Int, target: UnsafeMutablePointer<Double>
) {
  unsafe packGradientRight(SIMD4<Double>.self, rows: rows, source: source, panels: panels, target: target)
}

/// gradient = scale · gradient + decay · w + pull · sign(w), in Double.
@inline(never)
public func float64AddPenalty(
  parameters: UnsafePointer<Double>, gradient: UnsafeMutablePointer<Double>, count: Int, scale: Double, decay: Double,
  pull: Double
) {
  unsafe addPenalty(
    SIMD4<Double>.self, parameters: parameters, gradient: gradient, count: count, scale: scale, decay: decay, pull: pull
  )
}

/// A step with momentum, in Double: v = momentum · v + dW; W -= rate · v, or rate · (dW + momentum · v) with Nesterov's.
@inline(never)
public func float64StepMomentum(
  parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, velocity: UnsafeMutablePointer<Double>,
  count: Int, momentum: Double, rate: Double, isNesterov: Bool
) {
  unsafe stepMomentum(
    SIMD4<Double>.self, parameters: parameters, gradient: gradient, velocity: velocity, count: count,
    momentum: momentum, rate: rate, isNesterov: isNesterov)
}

/// A step of Adam, in Double; `numbers` are beta1, 1 - beta1, beta2, 1 - beta2, epsilon, rate / (1 - beta1ᵗ) and
/// √(1 - beta2ᵗ).
@inline(never)
public func float64StepAdam(
  parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>, first: UnsafeMutablePointer<Double>,
  second: UnsafeMutablePointer<Double>, count: Int, numbers: UnsafePointer<Double>
) {
  unsafe stepAdam(
    SIMD4<Double>.self, parameters: parameters, gradient: gradient, first: first, second: second, count: count,
    numbers: numbers)
}

/// target = finish(left · right) of packed factors, in Float: see MatrixProduct.swift and TileFinish.swift.
///
/// `left` has the biases behind it. `companion` is not read by an activation, `masks` have rows `maskPitch` bytes apart.
@inline(never)
public func float32WideProduct(
  rows: Int, steps: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>, panels: Int,
  target: UnsafeMutablePointer<Float>, finish: Int, companion: UnsafePointer<Float>, masks: UnsafePointer<UInt8>?,
  maskPitch: Int, keep: Float
) {
  let finish = unsafe TileFinish<SIMD8<Float>>(
    code: finish, biases: left + tiles(rows) &* tileRows &* steps, companion: companion, masks: masks,
    maskPitch: maskPitch, keep: keep, scale: 1 / keep)
  unsafe wideProduct(
    SIMD8<Float>.self, rows: rows, steps: steps, left: left, right: right, panels: panels, target: target,
    finish: finish)
}

/// gradient += that of some tiles of units and panels of inputs of a layer, (units, inputs) and the biases behind, from
/// the packed factors of some examples, in Float; the biases' with the first panel. Where `adds` is false it is stored.
///
/// `rest` is memory for one tile.
@inline(never)
public func float32WideGradient(
  units: Int, inputs: Int, unitTiles: Range<Int>, inputPanels: Range<Int>, examples: Int, left: UnsafePointer<Float>,
  right: UnsafePointer<Float>, rest: UnsafeMutablePointer<Float>, adds: Bool, gradient: UnsafeMutablePointer<Float>
) {
  unsafe addProductGradient(
    SIMD8<Float>.self, units: units, inputs: inputs, unitTiles: unitTiles, inputPanels: inputPanels,
    examples: examples, left: left, right: right, rest: rest, adds: adds, gradient: gradient)
  guard inputPanels.lowerBound == 0 else { return }
  unsafe addRowSums(
    SIMD8<Float>.self, rows: units, unitTiles: unitTiles, examples: examples, left: left, rest: rest, adds: adds,
    sums: gradient + units &* inputs)
}

/// Packs some tiles of a layer's W, (units, inputs) with the biases behind, as the left factor of the forward pass.
@inline(never)
public func float32PackWeights(
  units: Int, inputs: Int, parameters: UnsafePointer<Float>, tiles: Range<Int>, target: UnsafeMutablePointer<Float>
) {
  unsafe packLeft(
    SIMD8<Float>.self, rows: units, steps: inputs, elements: parameters, rowStride: inputs, stepStride: 1,
    biases: parameters + units &* inputs, tiles: tiles, target: target)
}

/// Packs some tiles of a layer's W transposed, as the left factor of the backward pass.
@inline(never)
public func float32PackTransposedWeights(
  units: Int, inputs: Int, parameters: UnsafePointer<Float>, tiles: Range<Int>, target: UnsafeMutablePointer<Float>
) {
  unsafe packLeft(
    SIMD8<Float>.self, rows: inputs, steps: units, elements: parameters, rowStride: 1, stepStride: inputs,
    biases: nil, tiles: tiles, target: target)
}

/// Packs rows of a chunk, `pitch` numbers apart, into panels; where there are masks, what they keep, divided by keep.
@inline(never)
public func float32PackPanels(
  rows: Int, source: UnsafePointer<Float>, pitch: Int, panels: Int, masks: UnsafePointer<UInt8>?, keep: Float,
  target: UnsafeMutablePointer<Float>
) {
  unsafe packPanels(
    SIMD8<Float>.self, rows: rows, source: source, pitch: pitch, panels: panels, masks: masks, scale: 1 / keep,
    target: target)
}

/// Packs examples that stand row by row, (examples, inputs), into panels.
@inline(never)
public func float32PackRows(
  inputs: Int, source: UnsafePointer<Float>, examples: Int, target: UnsafeMutablePointer<Float>
) {
  unsafe packRows(SIMD8<Float>.self, inputs: inputs, source: source, examples: examples, target: target)
}

/// Packs panels of (rows, examples) as the left factor of a weight gradient.
@inline(never)
public func float32PackGradientLeft(
  rows: Int, source: UnsafePointer<Float>, panels: Int, target: UnsafeMutablePointer<Float>
) {
  unsafe packGradientLeft(SIMD8<Float>.self, rows: rows, source: source, panels: panels, target: target)
}

/// Packs panels of (rows, examples) as the right factor of a weight gradient.
@inline(never)
public func float32PackGradientRight(
  rows: Int, source: UnsafePointer<Float>, panels: Int, target: UnsafeMutablePointer<Float>
) {
  unsafe packGradientRight(SIMD8<Float>.self, rows: rows, source: source, panels: panels, target: target)
}

/// gradient = scale · gradient + decay · w + pull · sign(w), in Float.
@inline(never)
public func float32AddPenalty(
  parameters: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, count: Int, scale: Float, decay: Float,
  pull: Float
) {
  unsafe addPenalty(
    SIMD8<Float>.self, parameters: parameters, gradient: gradient, count: count, scale: scale, decay: decay, pull: pull
  )
}

/// A step with momentum, in Float: v = momentum · v + dW; W -= rate · v, or rate · (dW + momentum · v) with Nesterov's.
@inline(never)
public func float32StepMomentum(
  parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>,
  count: Int, momentum: Float, rate: Float, isNesterov: Bool
) {
  unsafe stepMomentum(
    SIMD8<Float>.self, parameters: parameters, gradient: gradient, velocity: velocity, count: count,
    momentum: momentum, rate: rate, isNesterov: isNesterov)
}

/// A step of Adam, in Float; `numbers` are beta1, 1 - beta1, beta2, 1 - beta2, epsilon, rate / (1 - beta1ᵗ) and
/// √(1 - beta2ᵗ).
@inline(never)
public func float32StepAdam(
  parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>,
  second: UnsafeMutablePointer<Float>, count: Int, numbers: UnsafePointer<Float>
) {
  unsafe stepAdam(
    SIMD8<Float>.self, parameters: parameters, gradient: gradient, first: first, second: second, count: count,
    numbers: numbers)
}

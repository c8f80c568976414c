// The entry points of the packing for wide layers and of the optimizers, once for each scalar, as in EntryPoints.swift.

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

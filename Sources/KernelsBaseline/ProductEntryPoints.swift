// The entry points of the products of wide layers, once for each scalar, as in EntryPoints.swift.

/// target = finish(left · right) of packed factors, in Double: see MatrixProduct.swift and TileFinish.swift.
///
/// `left` has the biases behind it. `companion` is not read by an activation, `masks` have rows `maskPitch` bytes apart.
@inline(never)
public func float64WideProduct(
  rows: Int, steps: Int, left: UnsafePointer<Double>, right: UnsafePointer<Double>, panels: Int,
  target: UnsafeMutablePointer<Double>, finish: Int, companion: UnsafePointer<Double>, masks: UnsafePointer<UInt8>?,
  maskPitch: Int, keep: Double
) {
  let finish = unsafe TileFinish<Float64Vector>(
    code: finish, biases: left + tiles(rows) &* tileRows &* steps, companion: companion, masks: masks,
    maskPitch: maskPitch, keep: keep, scale: 1 / keep)
  unsafe wideProduct(
    Float64Vector.self, rows: rows, steps: steps, left: left, right: right, panels: panels, target: target,
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
    Float64Vector.self, units: units, inputs: inputs, unitTiles: unitTiles, inputPanels: inputPanels,
    examples: examples, left: left, right: right, rest: rest, adds: adds, gradient: gradient)
  guard inputPanels.lowerBound == 0 else { return }
  unsafe addRowSums(
    Float64Vector.self, rows: units, unitTiles: unitTiles, examples: examples, left: left, rest: rest, adds: adds,
    sums: gradient + units &* inputs)
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
  let finish = unsafe TileFinish<Float32Vector>(
    code: finish, biases: left + tiles(rows) &* tileRows &* steps, companion: companion, masks: masks,
    maskPitch: maskPitch, keep: keep, scale: 1 / keep)
  unsafe wideProduct(
    Float32Vector.self, rows: rows, steps: steps, left: left, right: right, panels: panels, target: target,
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
    Float32Vector.self, units: units, inputs: inputs, unitTiles: unitTiles, inputPanels: inputPanels,
    examples: examples, left: left, right: right, rest: rest, adds: adds, gradient: gradient)
  guard inputPanels.lowerBound == 0 else { return }
  unsafe addRowSums(
    Float32Vector.self, rows: units, unitTiles: unitTiles, examples: examples, left: left, rest: rest, adds: adds,
    sums: gradient + units &* inputs)
}

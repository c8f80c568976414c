/// What becomes of each element of a product before it is stored.
enum Finish {
  /// Nothing.
  case none
  /// The positive part.
  case relu
  /// The positive part where the mask keeps it, else 0.
  case maskedRelu
  /// The element where the activation that stands in its place is above 0, else 0.
  case reluGradient
  /// The element times a (1 - a), a being the activation that stands in its place.
  case sigmoidGradient
}

/// A matrix of weights as a product reads it: element (unit, step) is at unit · unitStride + step · stepStride, so that
/// the backward pass reads the same matrix transposed.
@unsafe
struct Weights<Scalar> {
  var elements: UnsafePointer<Scalar>
  var unitStride: Int
  var stepStride: Int
  /// The number of inputs of a unit.
  var steps: Int
  /// One for each unit; nil for none.
  var biases: UnsafePointer<Scalar>?
}

/// target (units, examples) = finish(weights · source + biases), for `groups` groups of vectors.
///
/// Rows lie `pitch` numbers apart, of masks as many bytes. Every element is summed from its bias over the steps in
/// their order, so its bits do not depend on where it stands.
@inline(__always)
func affine<V: KernelVector>(
  _ type: V.Type, _ finish: Finish, units: Int, _ weights: Weights<V.Scalar>, source: UnsafePointer<V.Scalar>,
  target: UnsafeMutablePointer<V.Scalar>, masks: UnsafePointer<UInt8>, pitch: Int, groups: Int
) {
  var unit = 0
  while unit < units {
    let rest = units &- unit
    var weights = unsafe weights
    unsafe weights.elements += unit &* weights.unitStride
    if let biases = unsafe weights.biases { unsafe weights.biases = biases + unit }
    let target = unsafe target + unit &* pitch
    let masks = unsafe masks + unit &* pitch
    if rest >= 4 {
      unsafe rows(V.self, finish, 4, weights, source, target, masks, pitch, groups)
    } else if rest == 3 {
      unsafe rows(V.self, finish, 3, weights, source, target, masks, pitch, groups)
    } else if rest == 2 {
      unsafe rows(V.self, finish, 2, weights, source, target, masks, pitch, groups)
    } else {
      unsafe rows(V.self, finish, 1, weights, source, target, masks, pitch, groups)
    }
    unit &+= 4
  }
}

/// Up to four rows; `units` is a constant where this is called.
@inline(__always)
private func rows<V: KernelVector>(
  _ type: V.Type, _ finish: Finish, _ units: Int, _ weights: Weights<V.Scalar>, _ source: UnsafePointer<V.Scalar>,
  _ target: UnsafeMutablePointer<V.Scalar>, _ masks: UnsafePointer<UInt8>, _ pitch: Int, _ groups: Int
) {
  for group in 0..<groups {
    let offset = group &* groupVectors &* V.width
    unsafe tile(V.self, finish, units, weights, source + offset, target + offset, masks + offset, pitch)
  }
}

/// Up to four rows of three vectors: twelve sums in registers, for each step three loads and a broadcast per row.
@inline(__always)
private func tile<V: KernelVector>(
  _ type: V.Type, _ finish: Finish, _ units: Int, _ weights: Weights<V.Scalar>, _ source: UnsafePointer<V.Scalar>,
  _ target: UnsafeMutablePointer<V.Scalar>, _ masks: UnsafePointer<UInt8>, _ pitch: Int
) {
  let zero = V.zero
  var (b0, b1, b2, b3) = (zero, zero, zero, zero)
  if let biases = unsafe weights.biases {
    unsafe b0 = V.broadcast(biases)
    if units > 1 { unsafe b1 = V.broadcast(biases + 1) }
    if units > 2 { unsafe b2 = V.broadcast(biases + 2) }
    if units > 3 { unsafe b3 = V.broadcast(biases + 3) }
  }
  var (s00, s01, s02) = (b0, b0, b0)
  var (s10, s11, s12) = (b1, b1, b1)
  var (s20, s21, s22) = (b2, b2, b2)
  var (s30, s31, s32) = (b3, b3, b3)
  let stride = unsafe weights.unitStride
  let stepStride = unsafe weights.stepStride
  var weight = unsafe weights.elements
  var input = unsafe source
  for _ in 0..<(unsafe weights.steps) {
    let x0 = unsafe V.load(input)
    let x1 = unsafe V.load(input + V.width)
    let x2 = unsafe V.load(input + 2 &* V.width)
    let w0 = unsafe V.broadcast(weight)
    s00 = V.multiplyAdd(w0, x0, s00)
    s01 = V.multiplyAdd(w0, x1, s01)
    s02 = V.multiplyAdd(w0, x2, s02)
    if units > 1 {
      let w1 = unsafe V.broadcast(weight + stride)
      s10 = V.multiplyAdd(w1, x0, s10)
      s11 = V.multiplyAdd(w1, x1, s11)
      s12 = V.multiplyAdd(w1, x2, s12)
    }
    if units > 2 {
      let w2 = unsafe V.broadcast(weight + 2 &* stride)
      s20 = V.multiplyAdd(w2, x0, s20)
      s21 = V.multiplyAdd(w2, x1, s21)
      s22 = V.multiplyAdd(w2, x2, s22)
    }
    if units > 3 {
      let w3 = unsafe V.broadcast(weight + 3 &* stride)
      s30 = V.multiplyAdd(w3, x0, s30)
      s31 = V.multiplyAdd(w3, x1, s31)
      s32 = V.multiplyAdd(w3, x2, s32)
    }
    unsafe input += pitch
    unsafe weight += stepStride
  }
  unsafe put(finish, s00, s01, s02, target, masks)
  if units > 1 { unsafe put(finish, s10, s11, s12, target + pitch, masks + pitch) }
  if units > 2 { unsafe put(finish, s20, s21, s22, target + 2 &* pitch, masks + 2 &* pitch) }
  if units > 3 { unsafe put(finish, s30, s31, s32, target + 3 &* pitch, masks + 3 &* pitch) }
}

@inline(__always)
private func put<V: KernelVector>(
  _ finish: Finish, _ a: V, _ b: V, _ c: V, _ target: UnsafeMutablePointer<V.Scalar>, _ masks: UnsafePointer<UInt8>
) {
  unsafe finished(finish, a, target, masks).store(target)
  unsafe finished(finish, b, target + V.width, masks + V.width).store(target + V.width)
  unsafe finished(finish, c, target + 2 &* V.width, masks + 2 &* V.width).store(target + 2 &* V.width)
}

@inline(__always)
private func finished<V: KernelVector>(
  _ finish: Finish, _ value: V, _ target: UnsafeMutablePointer<V.Scalar>, _ mask: UnsafePointer<UInt8>
) -> V {
  switch finish {
  case .none: return value
  case .relu: return V.positivePart(value)
  case .maskedRelu: return unsafe V.keep(V.positivePart(value), mask: mask)
  case .reluGradient: return unsafe V.keep(value, wherePositive: V.load(target))
  case .sigmoidGradient:
    let a = unsafe V.load(target)
    return V.product(value, V.product(a, V.difference(V.one, a)))
  }
}

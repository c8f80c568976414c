// The last layer of a network of three layers whose second has at most four units, which are `units`, a constant where
// these are called.

/// Puts the activations of the second layer in the place of its z, `rows`, (units, examples), and the last layer's z
/// into `target`.
@inline(__always)
func narrowHeadForward<V: LinearVector>(
  _ type: V.Type, units: Int, isMasked: Bool, parameters: UnsafePointer<V.Scalar>,
  rows: UnsafeMutablePointer<V.Scalar>, pitch: Int, target: UnsafeMutablePointer<V.Scalar>,
  masks: UnsafePointer<UInt8>, maskPitch: Int, vectors: Int
) {
  let bias = unsafe V.broadcast(parameters + units)
  for vector in 0..<vectors {
    let offset = vector &* V.width
    var z = bias
    for unit in 0..<4 where unit < units {
      let place = unsafe rows + (unit &* pitch &+ offset)
      var a = unsafe V.load(place)
      if isMasked { a = unsafe V.keep(a, mask: masks + (unit &* maskPitch &+ offset)) }
      a = V.positivePart(a)
      unsafe a.store(place)
      z = unsafe V.multiplyAdd(V.broadcast(parameters + unit), a, z)
    }
    unsafe z.store(target + offset)
  }
}

/// Puts the second layer's dz in the place of its activations, `rows`, and adds a chunk's part of the gradients by the
/// last layer's weights and by the second layer's biases to the first and the second `units` vectors of `sums`, and by
/// the last layer's bias to the one behind them.
@inline(__always)
func narrowHeadBackward<V: LinearVector>(
  _ type: V.Type, units: Int, parameters: UnsafePointer<V.Scalar>, rows: UnsafeMutablePointer<V.Scalar>,
  dz: UnsafePointer<V.Scalar>, sums: UnsafeMutablePointer<V.Scalar>, pitch: Int, vectors: Int
) {
  // One unit at a time, three vectors at a time, so that no sum waits for its last addition.
  for unit in 0..<4 where unit < units {
    let weight = unsafe V.broadcast(parameters + unit)
    let row = unsafe rows + unit &* pitch
    var (g0, g1, g2) = (V.zero, V.zero, V.zero)
    var (b0, b1, b2) = (V.zero, V.zero, V.zero)
    for group in 0..<vectors / groupVectors {
      let first = group &* groupVectors &* V.width
      let second = first &+ V.width
      let third = second &+ V.width
      unsafe headUnit(V.self, weight, dz + first, row + first, &g0, &b0)
      unsafe headUnit(V.self, weight, dz + second, row + second, &g1, &b1)
      unsafe headUnit(V.self, weight, dz + third, row + third, &g2, &b2)
    }
    unsafe addTo(sums + unit &* V.width, V.sum(V.sum(g0, g1), g2))
    unsafe addTo(sums + (units &+ unit) &* V.width, V.sum(V.sum(b0, b1), b2))
  }
  unsafe narrowBias(V.self, dz: dz, sum: sums + 2 &* units &* V.width, vectors: vectors)
}

@inline(__always)
private func headUnit<V: LinearVector>(
  _ type: V.Type, _ weight: V, _ dz: UnsafePointer<V.Scalar>, _ row: UnsafeMutablePointer<V.Scalar>,
  _ gradient: inout V,
  _ bias: inout V
) {
  let d = unsafe V.load(dz)
  let a = unsafe V.load(row)
  gradient = V.multiplyAdd(d, a, gradient)
  let own = V.keep(V.product(weight, d), wherePositive: a)
  bias = V.sum(bias, own)
  unsafe own.store(row)
}

/// Adds the vectors of `dz` to `sum`.
@inline(__always)
func narrowBias<V: LinearVector>(
  _ type: V.Type, dz: UnsafePointer<V.Scalar>, sum: UnsafeMutablePointer<V.Scalar>, vectors: Int
) {
  var total = V.zero
  for vector in 0..<vectors { total = unsafe V.sum(total, V.load(dz + vector &* V.width)) }
  unsafe addTo(sum, total)
}

@inline(__always)
private func addTo<V: LinearVector>(_ place: UnsafeMutablePointer<V.Scalar>, _ value: V) {
  unsafe V.sum(V.load(place), value).store(place)
}

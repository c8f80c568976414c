// The passes of one chunk through the first two layers of a network with at most four inputs and at most four units in
// its second layer: whatever its first layer's size, what goes in and what comes out fits the registers, so every
// activation is stored once and loaded once.
//
// `inputs`, `units` and `isMasked` are constants where these are called.

/// Puts the first layer's activations into `activations`, (hidden, examples), and the second layer's z into `target`,
/// (units, examples), rows `rowPitch` numbers apart; those of `features` and `masks` lie `pitch` apart. `first` and
/// `second` are the layers' parameters.
///
/// Without FMA `first` is what ``spreadParameters`` made of them: a weight in every lane takes two instructions there,
/// and the compiler takes the weights of two inputs for one vector.
@inline(__always)
func narrowForward<V: LinearVector>(
  _ type: V.Type, inputs: Int, units: Int, isMasked: Bool, hidden: Int, first: UnsafePointer<V.Scalar>,
  second: UnsafePointer<V.Scalar>, features: UnsafePointer<V.Scalar>, activations: UnsafeMutablePointer<V.Scalar>,
  target: UnsafeMutablePointer<V.Scalar>, rowPitch: Int, masks: UnsafePointer<UInt8>, pitch: Int, groups: Int
) {
  let zero = V.zero
  let biases = unsafe second + units &* hidden
  for group in 0..<groups {
    let offset = group &* groupVectors &* V.width
    let x = unsafe features + offset
    var a = unsafe activations + offset
    var mask = unsafe masks + offset
    var w = unsafe first
    #if FMA
      var bias = unsafe first + hidden &* inputs
      var v = unsafe second
    #endif
    let b0 = unsafe V.broadcast(biases)
    let b1 = units > 1 ? unsafe V.broadcast(biases + 1) : zero
    let b2 = units > 2 ? unsafe V.broadcast(biases + 2) : zero
    let b3 = units > 3 ? unsafe V.broadcast(biases + 3) : zero
    var (s00, s01, s02) = (b0, b0, b0)
    var (s10, s11, s12) = (b1, b1, b1)
    var (s20, s21, s22) = (b2, b2, b2)
    var (s30, s31, s32) = (b3, b3, b3)
    for _ in 0..<hidden {
      #if FMA
        let b = unsafe V.broadcast(bias)
      #else
        let b = unsafe V.load(w)
      #endif
      let w0 = unsafe firstWeight(V.self, w, 0)
      var a0 = unsafe V.multiplyAdd(w0, V.load(x), b)
      var a1 = unsafe V.multiplyAdd(w0, V.load(x + V.width), b)
      var a2 = unsafe V.multiplyAdd(w0, V.load(x + 2 &* V.width), b)
      if inputs > 1 {
        let w1 = unsafe firstWeight(V.self, w, 1)
        a0 = unsafe V.multiplyAdd(w1, V.load(x + pitch), a0)
        a1 = unsafe V.multiplyAdd(w1, V.load(x + (pitch &+ V.width)), a1)
        a2 = unsafe V.multiplyAdd(w1, V.load(x + (pitch &+ 2 &* V.width)), a2)
      }
      if inputs > 2 {
        let w2 = unsafe firstWeight(V.self, w, 2)
        a0 = unsafe V.multiplyAdd(w2, V.load(x + 2 &* pitch), a0)
        a1 = unsafe V.multiplyAdd(w2, V.load(x + (2 &* pitch &+ V.width)), a1)
        a2 = unsafe V.multiplyAdd(w2, V.load(x + (2 &* pitch &+ 2 &* V.width)), a2)
      }
      if inputs > 3 {
        let w3 = unsafe firstWeight(V.self, w, 3)
        a0 = unsafe V.multiplyAdd(w3, V.load(x + 3 &* pitch), a0)
        a1 = unsafe V.multiplyAdd(w3, V.load(x + (3 &* pitch &+ V.width)), a1)
        a2 = unsafe V.multiplyAdd(w3, V.load(x + (3 &* pitch &+ 2 &* V.width)), a2)
      }
      // Dropped first: the positive part of what is left is one instruction.
      if isMasked {
        unsafe a0 = V.keep(a0, mask: mask)
        unsafe a1 = V.keep(a1, mask: mask + V.width)
        unsafe a2 = V.keep(a2, mask: mask + 2 &* V.width)
        unsafe mask += pitch
      }
      a0 = V.positivePart(a0)
      a1 = V.positivePart(a1)
      a2 = V.positivePart(a2)
      unsafe a0.store(a)
      unsafe a1.store(a + V.width)
      unsafe a2.store(a + 2 &* V.width)
      #if FMA
        let seconds = unsafe (v, hidden)
      #else
        let seconds = unsafe (w + (1 &+ inputs) &* V.width, V.width)
      #endif
      let v0 = unsafe secondWeight(V.self, seconds, 0)
      s00 = V.multiplyAdd(v0, a0, s00)
      s01 = V.multiplyAdd(v0, a1, s01)
      s02 = V.multiplyAdd(v0, a2, s02)
      if units > 1 {
        let v1 = unsafe secondWeight(V.self, seconds, 1)
        s10 = V.multiplyAdd(v1, a0, s10)
        s11 = V.multiplyAdd(v1, a1, s11)
        s12 = V.multiplyAdd(v1, a2, s12)
      }
      if units > 2 {
        let v2 = unsafe secondWeight(V.self, seconds, 2)
        s20 = V.multiplyAdd(v2, a0, s20)
        s21 = V.multiplyAdd(v2, a1, s21)
        s22 = V.multiplyAdd(v2, a2, s22)
      }
      if units > 3 {
        let v3 = unsafe secondWeight(V.self, seconds, 3)
        s30 = V.multiplyAdd(v3, a0, s30)
        s31 = V.multiplyAdd(v3, a1, s31)
        s32 = V.multiplyAdd(v3, a2, s32)
      }
      #if FMA
        unsafe w += inputs
        unsafe bias += 1
        unsafe v += 1
      #else
        unsafe w += (1 &+ inputs &+ units) &* V.width
      #endif
      unsafe a += rowPitch
    }
    let z = unsafe target + offset
    unsafe store(s00, s01, s02, z)
    if units > 1 { unsafe store(s10, s11, s12, z + rowPitch) }
    if units > 2 { unsafe store(s20, s21, s22, z + 2 &* rowPitch) }
    if units > 3 { unsafe store(s30, s31, s32, z + 3 &* rowPitch) }
  }
}

/// A weight of the first layer in every lane.
@inline(__always)
private func firstWeight<V: LinearVector>(_ type: V.Type, _ firsts: UnsafePointer<V.Scalar>, _ input: Int) -> V {
  #if FMA
    unsafe V.broadcast(firsts + input)
  #else
    unsafe V.load(firsts + (1 &+ input) &* V.width)
  #endif
}

/// A weight of the second layer in every lane; those of a hidden unit lie some numbers apart.
@inline(__always)
private func secondWeight<V: LinearVector>(
  _ type: V.Type, _ seconds: (UnsafePointer<V.Scalar>, Int), _ unit: Int
) -> V {
  #if FMA
    unsafe V.broadcast(seconds.0 + unit &* seconds.1)
  #else
    unsafe V.load(seconds.0 + unit &* seconds.1)
  #endif
}

#if !FMA
  /// Puts each hidden unit's bias, weights and weights of the second layer into every lane of a vector each, one after
  /// the other.
  @inline(__always)
  func spreadParameters<V: LinearVector>(
    _ type: V.Type, inputs: Int, units: Int, hidden: Int, first: UnsafePointer<V.Scalar>,
    second: UnsafePointer<V.Scalar>, target: UnsafeMutablePointer<V.Scalar>
  ) {
    var place = unsafe target
    for unit in 0..<hidden {
      unsafe V.broadcast(first + (hidden &* inputs &+ unit)).store(place)
      unsafe place += V.width
      for input in 0..<4 where input < inputs {
        unsafe V.broadcast(first + (unit &* inputs &+ input)).store(place)
        unsafe place += V.width
      }
      for row in 0..<4 where row < units {
        unsafe V.broadcast(second + (row &* hidden &+ unit)).store(place)
        unsafe place += V.width
      }
    }
  }
#endif

@inline(__always)
private func store<V: LinearVector>(_ a: V, _ b: V, _ c: V, _ target: UnsafeMutablePointer<V.Scalar>) {
  unsafe a.store(target)
  unsafe b.store(target + V.width)
  unsafe c.store(target + 2 &* V.width)
}

/// Adds a chunk's part of the gradients by the second layer's weights and by the first layer's weights and biases to
/// `sums`, or puts it there where it is the first: for each hidden unit `units` + `inputs` + 1 vectors, whose lanes are
/// summed when all chunks are done.
///
/// `second` are the second layer's weights and `dz` its gradients, (units, examples).
@inline(__always)
func narrowBackward<V: LinearVector>(
  _ type: V.Type, inputs: Int, units: Int, hidden: Int, second: UnsafePointer<V.Scalar>,
  features: UnsafePointer<V.Scalar>, activations: UnsafePointer<V.Scalar>, dz: UnsafePointer<V.Scalar>,
  sums: UnsafeMutablePointer<V.Scalar>, pitch: Int, vectors: Int, isFirst: Bool
) {
  let zero = V.zero
  var place = unsafe sums
  for unit in 0..<hidden {
    let v = unsafe second + unit
    let v0 = unsafe V.broadcast(v)
    let v1 = units > 1 ? unsafe V.broadcast(v + hidden) : zero
    let v2 = units > 2 ? unsafe V.broadcast(v + 2 &* hidden) : zero
    let v3 = units > 3 ? unsafe V.broadcast(v + 3 &* hidden) : zero
    let last = unsafe place + (units &+ inputs) &* V.width
    var g0 = isFirst ? zero : unsafe V.load(place)
    var g1 = units > 1 && !isFirst ? unsafe V.load(place + V.width) : zero
    var g2 = units > 2 && !isFirst ? unsafe V.load(place + 2 &* V.width) : zero
    var g3 = units > 3 && !isFirst ? unsafe V.load(place + 3 &* V.width) : zero
    let firsts = unsafe place + units &* V.width
    var h0 = isFirst ? zero : unsafe V.load(firsts)
    var h1 = inputs > 1 && !isFirst ? unsafe V.load(firsts + V.width) : zero
    var h2 = inputs > 2 && !isFirst ? unsafe V.load(firsts + 2 &* V.width) : zero
    var h3 = inputs > 3 && !isFirst ? unsafe V.load(firsts + 3 &* V.width) : zero
    var b = isFirst ? zero : unsafe V.load(last)
    let row = unsafe activations + unit &* pitch
    for vector in 0..<vectors {
      let offset = vector &* V.width
      let a = unsafe V.load(row + offset)
      let d = unsafe dz + offset
      let d0 = unsafe V.load(d)
      var da = V.product(v0, d0)
      g0 = V.multiplyAdd(d0, a, g0)
      if units > 1 {
        let d1 = unsafe V.load(d + pitch)
        da = V.multiplyAdd(v1, d1, da)
        g1 = V.multiplyAdd(d1, a, g1)
      }
      if units > 2 {
        let d2 = unsafe V.load(d + 2 &* pitch)
        da = V.multiplyAdd(v2, d2, da)
        g2 = V.multiplyAdd(d2, a, g2)
      }
      if units > 3 {
        let d3 = unsafe V.load(d + 3 &* pitch)
        da = V.multiplyAdd(v3, d3, da)
        g3 = V.multiplyAdd(d3, a, g3)
      }
      // What was dropped has the activation 0 and so no gradient.
      let own = V.keep(da, wherePositive: a)
      let x = unsafe features + offset
      h0 = unsafe V.multiplyAdd(own, V.load(x), h0)
      if inputs > 1 { h1 = unsafe V.multiplyAdd(own, V.load(x + pitch), h1) }
      if inputs > 2 { h2 = unsafe V.multiplyAdd(own, V.load(x + 2 &* pitch), h2) }
      if inputs > 3 { h3 = unsafe V.multiplyAdd(own, V.load(x + 3 &* pitch), h3) }
      b = V.sum(b, own)
    }
    unsafe g0.store(place)
    if units > 1 { unsafe g1.store(place + V.width) }
    if units > 2 { unsafe g2.store(place + 2 &* V.width) }
    if units > 3 { unsafe g3.store(place + 3 &* V.width) }
    unsafe h0.store(firsts)
    if inputs > 1 { unsafe h1.store(firsts + V.width) }
    if inputs > 2 { unsafe h2.store(firsts + 2 &* V.width) }
    if inputs > 3 { unsafe h3.store(firsts + 3 &* V.width) }
    unsafe b.store(last)
    unsafe place = last + V.width
  }
}

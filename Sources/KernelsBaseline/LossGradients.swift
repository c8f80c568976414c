/// The losses as the entry points number them.
enum LossCode {
  @inline(__always) static var crossEntropy: Int { 0 }
  @inline(__always) static var softmax: Int { 1 }
  @inline(__always) static var squared: Int { 2 }
  @inline(__always) static var huber: Int { 3 }
}

/// Puts the gradients of the examples' losses by the last layer's z in the place of z, (units, examples); `labels` are
/// one row of classes for the first two losses, else `units` rows. `delta` is that of Huber's.
@inline(__always)
func lossGradients<V: KernelVector>(
  _ type: V.Type, _ code: Int, delta: Double, z: UnsafeMutablePointer<V.Scalar>, labels: UnsafePointer<V.Scalar>,
  units: Int, pitch: Int, vectors: Int
) {
  if code == LossCode.softmax { unsafe softmax(V.self, z: z, rows: units, pitch: pitch, vectors: vectors) }
  let share = V.quotient(V.one, V.constant(Double(units)))
  let two = V.sum(share, share)
  let most = V.constant(delta)
  let least = V.constant(-delta)
  for unit in 0..<units {
    let number = V.constant(Double(unit))
    for vector in 0..<vectors {
      let place = unsafe z + (unit &* pitch &+ vector &* V.width)
      let value = unsafe V.load(place)
      let label = unsafe V.load(labels + vector &* V.width)
      switch code {
      case LossCode.crossEntropy: unsafe V.difference(V.sigmoid(value), label).store(place)
      case LossCode.softmax:
        let truth = V.choose(V.one, where: label, equals: number, else: V.zero)
        unsafe V.difference(value, truth).store(place)
      default:
        let d = unsafe V.difference(value, V.load(labels + (unit &* pitch &+ vector &* V.width)))
        if code == LossCode.squared {
          unsafe V.product(two, d).store(place)
        } else {
          let above = V.choose(most, where: most, isBelow: d, else: d)
          unsafe V.product(share, V.choose(least, where: above, isBelow: least, else: above)).store(place)
        }
      }
    }
  }
}

/// The sum of the cross-entropies y softplus(-z) + (1 - y) softplus(z) of whole vectors of examples.
@inline(__always)
func crossEntropies<V: KernelVector>(
  _ type: V.Type, z: UnsafePointer<V.Scalar>, labels: UnsafePointer<V.Scalar>, vectors: Int
) -> V.Scalar {
  var total = V.zero
  for vector in 0..<vectors {
    let value = unsafe V.load(z + vector &* V.width)
    let label = unsafe V.load(labels + vector &* V.width)
    let opposite = V.difference(V.zero, value)
    let tail = V.logarithmOfOnePlus(V.exponential(V.difference(V.zero, V.magnitude(value))))
    let no = V.product(V.difference(V.one, label), V.sum(V.positivePart(value), tail))
    total = V.sum(total, V.sum(V.product(label, V.sum(V.positivePart(opposite), tail)), no))
  }
  return V.lane(V.laneSums(total, V.zero, V.zero, V.zero), 0)
}

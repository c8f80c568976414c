/// What becomes of a tile of a wide layer's product once its sums are complete.
@unsafe
struct TileFinish<V: KernelVector> {
  static var bias: Int { 0 }
  static var relu: Int { 1 }
  static var sigmoid: Int { 2 }
  static var reluGradient: Int { 3 }
  static var sigmoidGradient: Int { 4 }
  static var derivative: Int { 5 }

  /// One of the codes: the biases are added, then an activation follows; or the sums, which are gradients by
  /// activations, become those by z.
  let code: Int
  /// One for each row, whole tiles; not used by gradients.
  let biases: UnsafePointer<V.Scalar>
  /// For gradients the activations, which dropout has masked and scaled, or the derivatives, packed like the target.
  let companion: UnsafePointer<V.Scalar>
  /// 0xff or 0 for (rows, examples) of an activation that is dropped out; nil for none.
  let masks: UnsafePointer<UInt8>?
  let maskPitch: Int
  /// The probability of keeping a unit, and 1 / keep, which activations and their gradients are multiplied by.
  let keep: V.Scalar
  let scale: V.Scalar

  @inline(__always)
  func apply(row: Int, count: Int, panel: Int, offset: Int, target: UnsafeMutablePointer<V.Scalar>) {
    let columns = panelColumns(V.width)
    for index in 0..<count {
      let place = offset &+ index &* columns
      let mask = unsafe masks.map { unsafe $0 + ((row &+ index) &* maskPitch &+ panel &* columns) }
      unsafe finish(row &+ index, place, target, mask)
      if columns > V.width {
        unsafe finish(row &+ index, place &+ V.width, target, mask.map { unsafe $0 + V.width })
      }
    }
  }

  @inline(__always)
  private func finish(_ row: Int, _ place: Int, _ target: UnsafeMutablePointer<V.Scalar>, _ mask: UnsafePointer<UInt8>?)
  {
    let sums = unsafe V.load(target + place)
    let result: V
    if unsafe code <= Self.sigmoid {
      var a = unsafe V.sum(sums, V.broadcast(biases + row))
      if unsafe code == Self.relu { a = V.positivePart(a) }
      if unsafe code == Self.sigmoid { a = V.sigmoid(a) }
      if let mask = unsafe mask { unsafe a = V.keep(V.product(a, V(repeating: scale)), mask: mask) }
      result = a
    } else {
      let other = unsafe V.load(companion + place)
      if unsafe code == Self.derivative {
        result = V.product(sums, other)
      } else {
        let scaled = unsafe V.product(sums, V(repeating: scale))
        if unsafe code == Self.reluGradient {
          result = V.keep(scaled, wherePositive: other)
        } else {
          // What was dropped has the activation 0 and so no gradient.
          let a = unsafe V.product(other, V(repeating: keep))
          result = V.product(scaled, V.product(a, V.difference(V.one, a)))
        }
      }
    }
    unsafe result.store(target + place)
  }
}

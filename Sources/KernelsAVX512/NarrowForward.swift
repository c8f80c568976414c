// The forward pass, and the last layer's way back. The second layer's z are stored in between: both at once would leave
// the processor waiting at the end of each group of vectors for an exponential that it cannot look beyond.

/// What a chunk is computed from, and into.
@unsafe
struct NarrowChunk<V: KernelVector> {
  var features: UnsafePointer<V.Scalar>
  var labels: UnsafePointer<V.Scalar>
  /// The chunk's place in ``NarrowSlice/rows``.
  var rows: UnsafeMutablePointer<V.Scalar>
  /// The chunk's place in ``NarrowSlice/active``.
  var active: UnsafeMutablePointer<UInt8>
  var outputs: UnsafeMutablePointer<V.Scalar>?
  /// (hidden units, chunk examples).
  var masks: UnsafePointer<UInt8>
  var examples: Int
}

/// Three vectors of examples, side by side: an operation on one does not wait for those on the others.
struct VectorTriple<V: KernelVector> {
  var a: V
  var b: V
  var c: V

  @inline(__always)
  init(_ value: V) { (a, b, c) = (value, value, value) }

  @inline(__always)
  init(_ a: V, _ b: V, _ c: V) { (self.a, self.b, self.c) = (a, b, c) }

  @inline(__always)
  init(_ source: UnsafePointer<V.Scalar>) {
    unsafe self.init(V.load(source), V.load(source + V.width), V.load(source + 2 &* V.width))
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<V.Scalar>) {
    unsafe a.store(target)
    unsafe b.store(target + V.width)
    unsafe c.store(target + 2 &* V.width)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<V.Scalar>, in lanes: LaneTriple<V>) {
    unsafe a.store(target, in: lanes.a)
    unsafe b.store(target + V.width, in: lanes.b)
    unsafe c.store(target + 2 &* V.width, in: lanes.c)
  }

  /// Adds `factor` times other vectors.
  @inline(__always)
  mutating func add(_ factor: V, _ x: Self) {
    a = V.multiplyAdd(factor, x.a, a)
    b = V.multiplyAdd(factor, x.b, b)
    c = V.multiplyAdd(factor, x.c, c)
  }

  /// Adds `factor` times other vectors in some lanes.
  @inline(__always)
  mutating func add(_ factor: V, _ x: Self, in lanes: LaneTriple<V>) {
    a = V.multiplyAdd(factor, x.a, a, in: lanes.a)
    b = V.multiplyAdd(factor, x.b, b, in: lanes.b)
    c = V.multiplyAdd(factor, x.c, c, in: lanes.c)
  }

  @inline(__always)
  func positive(in lanes: LaneTriple<V>) -> LaneTriple<V> {
    LaneTriple(a: V.positive(a, in: lanes.a), b: V.positive(b, in: lanes.b), c: V.positive(c, in: lanes.c))
  }

  @inline(__always) var sum: V { V.sum(V.sum(a, b), c) }
}

/// Which lanes of three vectors are meant.
struct LaneTriple<V: KernelVector> {
  var a: V.Lanes
  var b: V.Lanes
  var c: V.Lanes

  @inline(__always)
  static var all: Self { Self(a: V.allLanes, b: V.allLanes, c: V.allLanes) }

  /// The lanes of the first so many examples.
  @inline(__always)
  init(first count: Int) {
    if count >= 3 &* V.width {
      self = .all
    } else {
      self.init(
        a: V.lanes(first: count), b: V.lanes(first: count &- V.width), c: V.lanes(first: count &- 2 &* V.width))
    }
  }

  @inline(__always)
  init(a: V.Lanes, b: V.Lanes, c: V.Lanes) { (self.a, self.b, self.c) = (a, b, c) }

  @inline(__always)
  static func masks(_ m: UnsafePointer<UInt8>) -> Self {
    unsafe Self(a: V.lanes(ofBytes: m), b: V.lanes(ofBytes: m + V.width), c: V.lanes(ofBytes: m + 2 &* V.width))
  }
}

extension NarrowSlice {
  /// The lanes that the hidden units are active in, and the second layer's z.
  ///
  /// Two for `FirstMask` means that there are masks.
  @inline(never)
  func forward<FirstMask: Count>(_ firstMask: FirstMask.Type, _ chunk: NarrowChunk<V>) {
    let (inputs, units, zero) = (Inputs.value, Units.value, V.zero)
    let biases = unsafe second + units &* hidden
    let groups = unsafe vectors(for: chunk.examples, width: V.width) / groupVectors
    for group in 0..<groups {
      let offset = group &* groupVectors &* V.width
      let x = unsafe chunk.features + offset
      let x0 = unsafe VectorTriple<V>(x)
      let x1 = inputs > 1 ? unsafe VectorTriple<V>(x + pitch) : VectorTriple(zero)
      let x2 = inputs > 2 ? unsafe VectorTriple<V>(x + 2 &* pitch) : VectorTriple(zero)
      let x3 = inputs > 3 ? unsafe VectorTriple<V>(x + 3 &* pitch) : VectorTriple(zero)
      var z0 = unsafe VectorTriple<V>(V.broadcast(biases))
      var z1 = units > 1 ? unsafe VectorTriple<V>(V.broadcast(biases + 1)) : VectorTriple(zero)
      var z2 = units > 2 ? unsafe VectorTriple<V>(V.broadcast(biases + 2)) : VectorTriple(zero)
      var z3 = units > 3 ? unsafe VectorTriple<V>(V.broadcast(biases + 3)) : VectorTriple(zero)
      var mask = unsafe chunk.masks + offset
      var active = unsafe chunk.active + group &* groupVectors &* Self.laneBytes
      var w = unsafe job.parameters
      var bias = unsafe job.parameters + hidden &* inputs
      var v = unsafe second
      for _ in 0..<hidden {
        var z = unsafe VectorTriple<V>(V.broadcast(bias))
        unsafe z.add(V.broadcast(w), x0)
        if inputs > 1 { unsafe z.add(V.broadcast(w + 1), x1) }
        if inputs > 2 { unsafe z.add(V.broadcast(w + 2), x2) }
        if inputs > 3 { unsafe z.add(V.broadcast(w + 3), x3) }
        let lanes = z.positive(in: FirstMask.value > 1 ? unsafe .masks(mask) : .all)
        unsafe V.store(lanes.a, active)
        unsafe V.store(lanes.b, active + Self.laneBytes)
        unsafe V.store(lanes.c, active + 2 &* Self.laneBytes)
        unsafe z0.add(V.broadcast(v), z, in: lanes)
        if units > 1 { unsafe z1.add(V.broadcast(v + hidden), z, in: lanes) }
        if units > 2 { unsafe z2.add(V.broadcast(v + 2 &* hidden), z, in: lanes) }
        if units > 3 { unsafe z3.add(V.broadcast(v + 3 &* hidden), z, in: lanes) }
        unsafe w += inputs
        unsafe bias += 1
        unsafe v += 1
        unsafe active += Self.activePitch
        if FirstMask.value > 1 { unsafe mask += pitch }
      }
      let rows = unsafe chunk.rows + offset
      unsafe z0.store(rows)
      if units > 1 { unsafe z1.store(rows + Self.passPitch) }
      if units > 2 { unsafe z2.store(rows + 2 &* Self.passPitch) }
      if units > 3 { unsafe z3.store(rows + 3 &* Self.passPitch) }
      let copies = unsafe rows + (units &+ 2) &* Self.passPitch
      unsafe x0.store(copies)
      if inputs > 1 { unsafe x1.store(copies + Self.passPitch) }
      if inputs > 2 { unsafe x2.store(copies + 2 &* Self.passPitch) }
      if inputs > 3 { unsafe x3.store(copies + 3 &* Self.passPitch) }
    }
  }

  /// Puts the second layer's dz in the place of its z, and adds the part of the gradient that does not need the first
  /// layer. Two for `SecondMask` means that there are masks.
  @inline(never)
  func differentiateHead<SecondMask: Count>(_ secondMask: SecondMask.Type, _ chunk: NarrowChunk<V>) {
    let units = Units.value
    let groups = unsafe vectors(for: chunk.examples, width: V.width) / groupVectors
    for group in 0..<groups {
      let offset = group &* groupVectors &* V.width
      let rows = unsafe chunk.rows + offset
      let z0 = unsafe VectorTriple<V>(rows)
      let z1 = unsafe units > 1 ? VectorTriple<V>(rows + Self.passPitch) : z0
      let z2 = unsafe units > 2 ? VectorTriple<V>(rows + 2 &* Self.passPitch) : z0
      let z3 = unsafe units > 3 ? VectorTriple<V>(rows + 3 &* Self.passPitch) : z0
      let masks = unsafe chunk.masks + (hidden &* pitch &+ offset)
      let a0 = z0.positive(in: SecondMask.value > 1 ? unsafe .masks(masks) : .all)
      let a1 = z1.positive(in: SecondMask.value > 1 && units > 1 ? unsafe .masks(masks + pitch) : .all)
      let a2 = z2.positive(in: SecondMask.value > 1 && units > 2 ? unsafe .masks(masks + 2 &* pitch) : .all)
      let a3 = z3.positive(in: SecondMask.value > 1 && units > 3 ? unsafe .masks(masks + 3 &* pitch) : .all)
      var z = z0
      if hasHead {
        z = unsafe VectorTriple(V.broadcast(third + units))
        unsafe z.add(V.broadcast(third), z0, in: a0)
        if units > 1 { unsafe z.add(V.broadcast(third + 1), z1, in: a1) }
        if units > 2 { unsafe z.add(V.broadcast(third + 2), z2, in: a2) }
        if units > 3 { unsafe z.add(V.broadcast(third + 3), z3, in: a3) }
      }
      let valid = unsafe LaneTriple<V>(first: chunk.examples &- offset)
      if let outputs = unsafe chunk.outputs { unsafe z.store(outputs + offset, in: valid) }
      let dz = unsafe difference(z, chunk.labels + offset, valid)
      unsafe addTo(headSums + 2 &* units &* V.width, dz.sum)
      let x = unsafe VectorTriple<V>(chunk.features + offset)
      if hasHead {
        unsafe head(0, dz, z0, a0, x, rows)
        if units > 1 { unsafe head(1, dz, z1, a1, x, rows) }
        if units > 2 { unsafe head(2, dz, z2, a2, x, rows) }
        if units > 3 { unsafe head(3, dz, z3, a3, x, rows) }
      } else {
        unsafe put(0, dz, x, rows)
      }
    }
  }

  /// The last layer's dz = a - y; examples that only fill a vector up have no loss.
  @inline(__always)
  private func difference(
    _ z: VectorTriple<V>, _ labels: UnsafePointer<V.Scalar>, _ valid: LaneTriple<V>
  ) -> VectorTriple<V> {
    let (p, q, r) = V.exponentials(
      V.difference(V.zero, z.a), V.difference(V.zero, z.b), V.difference(V.zero, z.c))
    let y = unsafe VectorTriple<V>(labels)
    return VectorTriple(
      V.keep(V.difference(V.reciprocal(V.sum(V.one, p)), y.a), in: valid.a),
      V.keep(V.difference(V.reciprocal(V.sum(V.one, q)), y.b), in: valid.b),
      V.keep(V.difference(V.reciprocal(V.sum(V.one, r)), y.c), in: valid.c))
  }

  /// One unit's part of the gradients by the last layer's weights and by the second layer's biases, and its dz.
  @inline(__always)
  private func head(
    _ unit: Int, _ dz: VectorTriple<V>, _ z: VectorTriple<V>, _ lanes: LaneTriple<V>, _ x: VectorTriple<V>,
    _ rows: UnsafeMutablePointer<V.Scalar>
  ) {
    let weight = unsafe V.broadcast(third + unit)
    var gradient = V.keep(V.product(dz.a, z.a), in: lanes.a)
    gradient = V.multiplyAdd(dz.b, z.b, gradient, in: lanes.b)
    gradient = V.multiplyAdd(dz.c, z.c, gradient, in: lanes.c)
    let own = VectorTriple(
      V.keep(V.product(weight, dz.a), in: lanes.a), V.keep(V.product(weight, dz.b), in: lanes.b),
      V.keep(V.product(weight, dz.c), in: lanes.c))
    unsafe addTo(headSums + unit &* V.width, gradient)
    unsafe addTo(headSums + (Units.value &+ unit) &* V.width, own.sum)
    unsafe put(unit, own, x, rows)
  }

  /// Keeps a unit's dz, and where it is wanted its products with the first input.
  @inline(__always)
  private func put(_ unit: Int, _ dz: VectorTriple<V>, _ x: VectorTriple<V>, _ rows: UnsafeMutablePointer<V.Scalar>) {
    unsafe dz.store(rows + unit &* Self.passPitch)
    guard unit == 0 || unit == Self.mostRows else { return }
    let products = VectorTriple(V.product(dz.a, x.a), V.product(dz.b, x.b), V.product(dz.c, x.c))
    unsafe products.store(rows + (Units.value &+ (unit == 0 ? 0 : 1)) &* Self.passPitch)
  }

  @inline(__always)
  private func addTo(_ place: UnsafeMutablePointer<V.Scalar>, _ value: V) {
    unsafe V.sum(V.load(place), value).store(place)
  }
}

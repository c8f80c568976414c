// No product of an activation is summed. With d the second layer's dz, and summing over the examples that a hidden unit i
// is active for, s(k, j) = Σ d(k) x(j) and s(k) = Σ d(k) are all that the first two layers' gradients need, as such a
// unit is linear there:
//
//     dW2(k, i) = Σ d(k) a(i)  = b1(i) s(k) + Σⱼ W1(i, j) s(k, j)
//     dW1(i, j) = Σ da(i) x(j) = Σₖ W2(k, i) s(k, j)
//     db1(i)    = Σ da(i)      = Σₖ W2(k, i) s(k)
//
// Of two inputs and three units those are six fused products and three sums for each hidden unit and example instead of
// eight and one, and the processor does both at once; masks leave out lanes for nothing. It does as many sums as
// products, so that d(0) x(0) is multiplied once for all hidden units and only summed here.

extension NarrowSlice {
  /// The vectors of sums of a pair of hidden units: for each unit of the second layer Σ d and Σ d x.
  @inline(__always) static var sumCount: Int { Units.value &* (Inputs.value &+ 1) }
  /// The most units of the second layer at once: twelve sums of each of two hidden units.
  @inline(__always) static var mostRows: Int { min(Units.value, 12 / (Inputs.value &+ 1)) }

  /// Adds a pass's part to ``sums``: Σ d and Σ d x of the examples that a hidden unit is active for.
  @inline(__always)
  func backward(_ pass: NarrowPass) {
    var unit = 0
    while unit < hidden {
      if unit &+ 1 < hidden {
        addSums(Two.self, pass, unit, rows: 0..<Self.mostRows)
        if Self.mostRows < Units.value { addSums(Two.self, pass, unit, rows: Self.mostRows..<Units.value) }
      } else {
        addSums(One.self, pass, unit, rows: 0..<Self.mostRows)
        if Self.mostRows < Units.value { addSums(One.self, pass, unit, rows: Self.mostRows..<Units.value) }
      }
      unit &+= 2
    }
  }

  @inline(__always)
  private func addSums<Hidden: Count>(_ type: Hidden.Type, _ pass: NarrowPass, _ unit: Int, rows: Range<Int>) {
    switch rows.count {
    case 1: addSums(Hidden.self, One.self, pass, unit, firstRow: rows.lowerBound)
    case 2: addSums(Hidden.self, Two.self, pass, unit, firstRow: rows.lowerBound)
    case 3: addSums(Hidden.self, Three.self, pass, unit, firstRow: rows.lowerBound)
    default: addSums(Hidden.self, Four.self, pass, unit, firstRow: rows.lowerBound)
    }
  }

  /// The sums of one or two hidden units with some units of the second layer.
  @inline(never)
  private func addSums<Hidden: Count, Rows: Count>(
    _ hiddenType: Hidden.Type, _ rowType: Rows.Type, _ pass: NarrowPass, _ unit: Int, firstRow: Int
  ) {
    let hasNext = Hidden.value > 1
    var own = UnitSums<V, Inputs, Rows>()
    var next = UnitSums<V, Inputs, Rows>()
    var lanes = unsafe UnsafePointer(active) + unit &* Self.activePitch
    var d = unsafe UnsafePointer(rows) + firstRow &* Self.passPitch
    var product = unsafe UnsafePointer(rows) + (Units.value &+ (firstRow == 0 ? 0 : 1)) &* Self.passPitch
    var x = unsafe UnsafePointer(rows) + (Units.value &+ 2) &* Self.passPitch
    for _ in 0..<vectors(for: pass.end &- pass.first, width: V.width) {
      // What was dropped is not active, and so has no gradient.
      unsafe own.add(d, V.load(product), x, Self.passPitch, in: V.load(lanes: lanes))
      if hasNext { unsafe next.add(d, V.load(product), x, Self.passPitch, in: V.load(lanes: lanes + Self.activePitch)) }
      unsafe lanes += Self.laneBytes
      unsafe d += V.width
      unsafe product += V.width
      unsafe x += V.width
    }
    let place = unsafe sums + (unit / 2 &* Units.value &+ firstRow) &* (Inputs.value &+ 1) &* V.width
    unsafe own.put(next, place, adding: !pass.isFirst)
  }

  /// Puts the gradients by the first layer's parameters and by the second layer's weights in their places.
  @inline(never)
  func putGradient() {
    let inputs = Inputs.value
    let weights = unsafe transposed
    var first = 0
    while first < hidden {
      // Eight hidden units at a time, a lane each.
      let lanes = V.lanes(first: min(8, hidden &- first))
      let biases = unsafe V.load(job.parameters + (inputs &* hidden &+ first), in: lanes)
      let w0 = unsafe V.load(weights + first, in: lanes)
      let w1 = inputs > 1 ? unsafe V.load(weights + (blockPitch &+ first), in: lanes) : V.zero
      let w2 = inputs > 2 ? unsafe V.load(weights + (2 &* blockPitch &+ first), in: lanes) : V.zero
      let w3 = inputs > 3 ? unsafe V.load(weights + (3 &* blockPitch &+ first), in: lanes) : V.zero
      let layer = RowSums<V, Inputs>(bias: biases, first: w0, second: w1, third: w2, fourth: w3)
      var gradient = RowSums<V, Inputs>()
      for row in 0..<4 where row < Units.value {
        let pairs = unsafe UnsafePointer(sums) + first / 2 &* Self.sumCount &* V.width
        let rowSums = unsafe RowSums<V, Inputs>(ofPairs: pairs, row, Self.sumCount)
        let place = row &* hidden &+ first
        unsafe gradient.add(rowSums, V.load(second + place, in: lanes))
        unsafe layer.product(rowSums).store(job.gradient + ((inputs &+ 1) &* hidden &+ place), in: lanes)
      }
      unsafe gradient.bias.store(job.gradient + (inputs &* hidden &+ first), in: lanes)
      unsafe gradient.first.store(transposed + first, in: lanes)
      if inputs > 1 { unsafe gradient.second.store(transposed + (blockPitch &+ first), in: lanes) }
      if inputs > 2 { unsafe gradient.third.store(transposed + (2 &* blockPitch &+ first), in: lanes) }
      if inputs > 3 { unsafe gradient.fourth.store(transposed + (3 &* blockPitch &+ first), in: lanes) }
      first &+= 8
    }
    for unit in 0..<hidden {
      for input in 0..<4 where input < inputs {
        unsafe job.gradient[unit &* inputs &+ input] = transposed[input &* blockPitch &+ unit]
      }
    }
  }
}

/// Sums over examples of d, which is one unit's of the second layer, and of d times each input; or as many numbers that
/// go with them.
private struct RowSums<V: KernelVector, Inputs: Count> {
  var bias = V.zero
  var first = V.zero
  var second = V.zero
  var third = V.zero
  var fourth = V.zero

  @inline(__always) init() {}

  @inline(__always)
  init(bias: V, first: V, second: V, third: V, fourth: V) {
    (self.bias, self.first, self.second, self.third, self.fourth) = (bias, first, second, third, fourth)
  }

  /// A row's sums of eight hidden units, a lane each, of the sums of four pairs, `count` vectors each.
  @inline(__always)
  init(ofPairs pairs: UnsafePointer<V.Scalar>, _ row: Int, _ count: Int) {
    let inputs = Inputs.value
    let (place, pitch) = unsafe (pairs + row &* (inputs &+ 1) &* V.width, count &* V.width)
    unsafe bias = Self.sums(place, pitch)
    unsafe first = Self.sums(place + V.width, pitch)
    if inputs > 1 { unsafe second = Self.sums(place + 2 &* V.width, pitch) }
    if inputs > 2 { unsafe third = Self.sums(place + 3 &* V.width, pitch) }
    if inputs > 3 { unsafe fourth = Self.sums(place + 4 &* V.width, pitch) }
  }

  @inline(__always)
  private static func sums(_ place: UnsafePointer<V.Scalar>, _ pitch: Int) -> V {
    unsafe V.sums(
      ofPairs: V.load(place), V.load(place + pitch), V.load(place + 2 &* pitch), V.load(place + 3 &* pitch))
  }

  /// Adds other sums times a factor.
  @inline(__always)
  mutating func add(_ other: Self, _ factor: V) {
    let inputs = Inputs.value
    bias = V.multiplyAdd(factor, other.bias, bias)
    first = V.multiplyAdd(factor, other.first, first)
    if inputs > 1 { second = V.multiplyAdd(factor, other.second, second) }
    if inputs > 2 { third = V.multiplyAdd(factor, other.third, third) }
    if inputs > 3 { fourth = V.multiplyAdd(factor, other.fourth, fourth) }
  }

  /// The sum of the products with the numbers of another: Σ d a of hidden units with these weights and biases.
  @inline(__always)
  func product(_ other: Self) -> V {
    let inputs = Inputs.value
    var sum = V.multiplyAdd(first, other.first, V.product(bias, other.bias))
    if inputs > 1 { sum = V.multiplyAdd(second, other.second, sum) }
    if inputs > 2 { sum = V.multiplyAdd(third, other.third, sum) }
    if inputs > 3 { sum = V.multiplyAdd(fourth, other.fourth, sum) }
    return sum
  }

  /// Adds d and d times each input in these lanes; the inputs lie `pitch` numbers apart.
  @inline(__always)
  mutating func add(_ d: V, _ x: UnsafePointer<V.Scalar>, _ pitch: Int, in lanes: V.Lanes) {
    unsafe first = V.multiplyAdd(d, V.load(x), first, in: lanes)
    unsafe addRest(d, x, pitch, in: lanes)
  }

  /// The same with d times the first input.
  @inline(__always)
  mutating func add(_ d: V, _ product: V, _ x: UnsafePointer<V.Scalar>, _ pitch: Int, in lanes: V.Lanes) {
    first = V.sum(first, product, in: lanes)
    unsafe addRest(d, x, pitch, in: lanes)
  }

  @inline(__always)
  private mutating func addRest(_ d: V, _ x: UnsafePointer<V.Scalar>, _ pitch: Int, in lanes: V.Lanes) {
    let inputs = Inputs.value
    bias = V.sum(bias, d, in: lanes)
    if inputs > 1 { second = unsafe V.multiplyAdd(d, V.load(x + pitch), second, in: lanes) }
    if inputs > 2 { third = unsafe V.multiplyAdd(d, V.load(x + 2 &* pitch), third, in: lanes) }
    if inputs > 3 { fourth = unsafe V.multiplyAdd(d, V.load(x + 3 &* pitch), fourth, in: lanes) }
  }

  /// Puts the sums of the lanes of these and of others in their place, a pair each, or adds them to what is there.
  @inline(__always)
  func put(_ other: Self, _ target: UnsafeMutablePointer<V.Scalar>, adding: Bool) {
    let inputs = Inputs.value
    unsafe Self.put(bias, other.bias, target, adding)
    unsafe Self.put(first, other.first, target + V.width, adding)
    if inputs > 1 { unsafe Self.put(second, other.second, target + 2 &* V.width, adding) }
    if inputs > 2 { unsafe Self.put(third, other.third, target + 3 &* V.width, adding) }
    if inputs > 3 { unsafe Self.put(fourth, other.fourth, target + 4 &* V.width, adding) }
  }

  @inline(__always)
  private static func put(_ a: V, _ b: V, _ target: UnsafeMutablePointer<V.Scalar>, _ adding: Bool) {
    let sums = V.pairSums(a, b)
    unsafe (adding ? V.sum(V.load(target), sums) : sums).store(target)
  }
}

/// The sums of a hidden unit with some units of the second layer. They are named one by one so that they are registers:
/// indices become constants only where the compiler unrolls a loop, which it does not in every one of these functions.
private struct UnitSums<V: KernelVector, Inputs: Count, Rows: Count> {
  private var first = RowSums<V, Inputs>()
  private var second = RowSums<V, Inputs>()
  private var third = RowSums<V, Inputs>()
  private var fourth = RowSums<V, Inputs>()

  @inline(__always) init() {}

  /// Adds the rows of d, which like the inputs lie `pitch` numbers apart, and their products with the inputs, of which
  /// the first one is given.
  @inline(__always)
  mutating func add(
    _ d: UnsafePointer<V.Scalar>, _ product: V, _ x: UnsafePointer<V.Scalar>, _ pitch: Int, in lanes: V.Lanes
  ) {
    let rows = Rows.value
    unsafe first.add(V.load(d), product, x, pitch, in: lanes)
    if rows > 1 { unsafe second.add(V.load(d + pitch), x, pitch, in: lanes) }
    if rows > 2 { unsafe third.add(V.load(d + 2 &* pitch), x, pitch, in: lanes) }
    if rows > 3 { unsafe fourth.add(V.load(d + 3 &* pitch), x, pitch, in: lanes) }
  }

  /// Puts the sums of these and of another hidden unit in their place, or adds them to what is there.
  @inline(__always)
  func put(_ next: Self, _ target: UnsafeMutablePointer<V.Scalar>, adding: Bool) {
    let (rows, width) = (Rows.value, (Inputs.value &+ 1) &* V.width)
    unsafe first.put(next.first, target, adding: adding)
    if rows > 1 { unsafe second.put(next.second, target + width, adding: adding) }
    if rows > 2 { unsafe third.put(next.third, target + 2 &* width, adding: adding) }
    if rows > 3 { unsafe fourth.put(next.fourth, target + 3 &* width, adding: adding) }
  }
}

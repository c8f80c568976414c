// No product of an activation is summed. With d the second layer's dz, and summing over the examples that a hidden unit i
// is active for, s(k, j) = Σ d(k) x(j) and s(k) = Σ d(k) are all that the first two layers' gradients need, as such a
// unit is linear there:
//
//     dW2(k, i) = Σ d(k) a(i)  = b1(i) s(k) + Σⱼ W1(i, j) s(k, j)
//     dW1(i, j) = Σ da(i) x(j) = Σₖ W2(k, i) s(k, j)
//     db1(i)    = Σ da(i)      = Σₖ W2(k, i) s(k)
//
// Of two inputs and three units those are six fused products and three sums for each hidden unit and example instead of
// eight and one, and the processor does both at once; masks leave out lanes for nothing.

extension NarrowSlice {
  /// The vectors of sums of a hidden unit: for each unit of the second layer Σ d and Σ d x.
  @inline(__always) static var sumCount: Int { Units.value &* (Inputs.value &+ 1) }

  /// Adds a pass's part to ``sums``: Σ d and Σ d x of the examples that a hidden unit is active for.
  @inline(__always)
  func backward(_ pass: NarrowPass) {
    // Twelve sums of each of two hidden units at once.
    let most = min(Units.value, 12 / (Inputs.value &+ 1))
    var unit = 0
    while unit &+ 1 < hidden {
      addSums(Two.self, pass, unit, rows: 0..<most)
      if most < Units.value { addSums(Two.self, pass, unit, rows: most..<Units.value) }
      unit &+= 2
    }
    while unit < hidden {
      addSums(One.self, pass, unit, rows: 0..<most)
      if most < Units.value { addSums(One.self, pass, unit, rows: most..<Units.value) }
      unit &+= 1
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
    let rowWidth = (Inputs.value &+ 1) &* V.width
    let places = unsafe sums + (unit &* Units.value &+ firstRow) &* rowWidth
    let nextPlaces = unsafe places + Units.value &* rowWidth
    var own = UnitSums<V, Inputs, Rows>()
    var next = UnitSums<V, Inputs, Rows>()
    if !pass.isFirst {
      unsafe own.load(places)
      if hasNext { unsafe next.load(nextPlaces) }
    }
    var first = pass.first
    var rows = unsafe job.scratch
    var features = unsafe job.features + first &* Inputs.value
    while first < pass.end {
      var x = unsafe features
      var activations = unsafe rows + unit &* pitch
      var d = unsafe rows + (hidden &+ firstRow) &* pitch
      for _ in 0..<vectors(for: min(pitch, pass.end &- first), width: V.width) {
        // What was dropped has the activation 0 and so no gradient.
        unsafe own.add(d, x, pitch, in: V.isNotZero(V.load(activations)))
        if hasNext { unsafe next.add(d, x, pitch, in: V.isNotZero(V.load(activations + pitch))) }
        unsafe x += V.width
        unsafe activations += V.width
        unsafe d += V.width
      }
      first &+= pitch
      unsafe rows += chunkPitch
      unsafe features += Inputs.value &* pitch
    }
    unsafe own.store(places)
    if hasNext { unsafe next.store(nextPlaces) }
  }

  /// Puts the gradients by the first layer's parameters and by the second layer's weights in their places.
  @inline(never)
  func putGradient() {
    let (inputs, units) = (Inputs.value, Units.value)
    let rowWidth = (inputs &+ 1) &* V.width
    let biases = unsafe job.parameters + inputs &* hidden
    var place = unsafe sums
    for unit in 0..<hidden {
      let weights = unsafe job.parameters + unit &* inputs
      let bias = unsafe V.broadcast(biases + unit)
      var layer = RowSums<V, Inputs>()
      var gradients = (V.zero, V.zero, V.zero, V.zero)
      let results = UnsafeMutableRawPointer(place)
      for row in 0..<4 where row < units {
        var sums = RowSums<V, Inputs>()
        unsafe sums.load(place)
        unsafe layer.add(sums, V.broadcast(second + (row &* hidden &+ unit)))
        let gradient = unsafe sums.gradient(weights, bias)
        switch row {
        case 0: gradients.0 = gradient
        case 1: gradients.1 = gradient
        case 2: gradients.2 = gradient
        default: gradients.3 = gradient
        }
        unsafe place += rowWidth
      }
      // They go to places far apart, later: the compiler would sum each vector's lanes on its own.
      let seconds = V.laneSums(gradients.0, gradients.1, gradients.2, units > 3 ? gradients.3 : layer.bias)
      unsafe results.storeBytes(of: seconds, as: V.Four.self)
      let firsts = V.laneSums(layer.first, layer.second, layer.third, layer.fourth)
      unsafe results.storeBytes(of: firsts, toByteOffset: firstsPlace &* stride, as: V.Four.self)
      if units > 3 {
        let biasSums = V.laneSums(layer.bias, V.zero, V.zero, V.zero)
        unsafe results.storeBytes(of: biasSums, toByteOffset: 4 &* stride, as: V.Four.self)
      }
    }
    spread(rowWidth &* units)
  }

  @inline(__always) private var stride: Int { MemoryLayout<V.Scalar>.stride }
  /// Where the gradients by the first layer's weights stand among those of a hidden unit, behind the four of the second
  /// layer's weights and the one of the bias.
  @inline(__always) private var firstsPlace: Int { V.width }

  /// Takes each hidden unit's gradients from the place of its sums, `pitch` numbers apart.
  @inline(never)
  private func spread(_ pitch: Int) {
    let (inputs, units) = (Inputs.value, Units.value)
    let biasGradient = unsafe job.gradient + inputs &* hidden
    let secondGradient = unsafe biasGradient + hidden
    var place = unsafe UnsafePointer(sums)
    for unit in 0..<hidden {
      for row in 0..<4 where row < units { unsafe secondGradient[row &* hidden &+ unit] = place[row] }
      unsafe biasGradient[unit] = place[units > 3 ? 4 : 3]
      for input in 0..<4 where input < inputs {
        unsafe job.gradient[unit &* inputs &+ input] = place[firstsPlace &+ input]
      }
      unsafe place += pitch
    }
  }
}

/// Sums over examples of d, which is one unit's of the second layer, and of d times each input.
private struct RowSums<V: KernelVector, Inputs: Count> {
  var bias = V.zero
  var first = V.zero
  var second = V.zero
  var third = V.zero
  var fourth = V.zero

  @inline(__always) init() {}

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

  /// Σ d a of a hidden unit with these weights and this bias.
  @inline(__always)
  func gradient(_ weights: UnsafePointer<V.Scalar>, _ bias: V) -> V {
    let inputs = Inputs.value
    var sum = unsafe V.multiplyAdd(V.broadcast(weights), first, V.product(bias, self.bias))
    if inputs > 1 { sum = unsafe V.multiplyAdd(V.broadcast(weights + 1), second, sum) }
    if inputs > 2 { sum = unsafe V.multiplyAdd(V.broadcast(weights + 2), third, sum) }
    if inputs > 3 { sum = unsafe V.multiplyAdd(V.broadcast(weights + 3), fourth, sum) }
    return sum
  }

  /// Adds d and d times each input in these lanes; the inputs lie `pitch` numbers apart.
  @inline(__always)
  mutating func add(_ d: V, _ x: UnsafePointer<V.Scalar>, _ pitch: Int, in lanes: V.Lanes) {
    let inputs = Inputs.value
    bias = V.sum(bias, d, in: lanes)
    first = unsafe V.multiplyAdd(d, V.load(x), first, in: lanes)
    if inputs > 1 { second = unsafe V.multiplyAdd(d, V.load(x + pitch), second, in: lanes) }
    if inputs > 2 { third = unsafe V.multiplyAdd(d, V.load(x + 2 &* pitch), third, in: lanes) }
    if inputs > 3 { fourth = unsafe V.multiplyAdd(d, V.load(x + 3 &* pitch), fourth, in: lanes) }
  }

  @inline(__always)
  mutating func load(_ source: UnsafePointer<V.Scalar>) {
    let inputs = Inputs.value
    unsafe bias = V.load(source)
    unsafe first = V.load(source + V.width)
    if inputs > 1 { unsafe second = V.load(source + 2 &* V.width) }
    if inputs > 2 { unsafe third = V.load(source + 3 &* V.width) }
    if inputs > 3 { unsafe fourth = V.load(source + 4 &* V.width) }
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<V.Scalar>) {
    let inputs = Inputs.value
    unsafe bias.store(target)
    unsafe first.store(target + V.width)
    if inputs > 1 { unsafe second.store(target + 2 &* V.width) }
    if inputs > 2 { unsafe third.store(target + 3 &* V.width) }
    if inputs > 3 { unsafe fourth.store(target + 4 &* V.width) }
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

  @inline(__always) private var width: Int { (Inputs.value &+ 1) &* V.width }

  /// Adds the rows of d, which like the inputs lie `pitch` numbers apart, and their products with the inputs.
  @inline(__always)
  mutating func add(_ d: UnsafePointer<V.Scalar>, _ x: UnsafePointer<V.Scalar>, _ pitch: Int, in lanes: V.Lanes) {
    let rows = Rows.value
    unsafe first.add(V.load(d), x, pitch, in: lanes)
    if rows > 1 { unsafe second.add(V.load(d + pitch), x, pitch, in: lanes) }
    if rows > 2 { unsafe third.add(V.load(d + 2 &* pitch), x, pitch, in: lanes) }
    if rows > 3 { unsafe fourth.add(V.load(d + 3 &* pitch), x, pitch, in: lanes) }
  }

  @inline(__always)
  mutating func load(_ source: UnsafePointer<V.Scalar>) {
    let rows = Rows.value
    unsafe first.load(source)
    if rows > 1 { unsafe second.load(source + width) }
    if rows > 2 { unsafe third.load(source + 2 &* width) }
    if rows > 3 { unsafe fourth.load(source + 3 &* width) }
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<V.Scalar>) {
    let rows = Rows.value
    unsafe first.store(target)
    if rows > 1 { unsafe second.store(target + width) }
    if rows > 2 { unsafe third.store(target + 2 &* width) }
    if rows > 3 { unsafe fourth.store(target + 3 &* width) }
  }
}

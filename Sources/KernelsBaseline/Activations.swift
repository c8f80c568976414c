// What networks compute of each z on its own, and what the gradient needs of it, for vectors of examples.

/// The activations as the entry points number them; two numbers go with each.
enum ActivationCode {
  @inline(__always) static var relu: Int { 0 }
  @inline(__always) static var sigmoid: Int { 1 }
  @inline(__always) static var none: Int { 2 }
  /// z below 0 times the first number.
  @inline(__always) static var leakyRelu: Int { 3 }
  /// Below 0 the first number times (e^z - 1), else the second times z.
  @inline(__always) static var elu: Int { 4 }
  @inline(__always) static var tanh: Int { 5 }
  /// The first number times z plus the second, kept to the range from 0 to 1.
  @inline(__always) static var hardSigmoid: Int { 6 }
  @inline(__always) static var softplus: Int { 7 }
  @inline(__always) static var softsign: Int { 8 }
  @inline(__always) static var swish: Int { 9 }
  @inline(__always) static var geluTanh: Int { 10 }
  /// The only one that takes all units of an example together.
  @inline(__always) static var softmax: Int { 11 }
}

/// An activation: a type, so that each has loops of its own, without a choice in them.
protocol ActivationFunction {
  /// The activation of z and its derivative there; `p` and `q` are its numbers.
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V)
}

enum Linear: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) { (z, V.one) }
}

enum Relu: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    (V.positivePart(z), V.keep(V.one, wherePositive: z))
  }
}

enum LeakyRelu: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    (
      V.choose(V.product(p, z), where: z, isBelow: V.zero, else: z),
      V.choose(V.one, where: V.zero, isBelow: z, else: p)
    )
  }
}

enum Elu: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    let below = V.product(p, V.exponentialMinusOne(z))
    return (
      V.choose(below, where: z, isBelow: V.zero, else: V.product(q, z)),
      V.choose(q, where: V.zero, isBelow: z, else: V.sum(below, p))
    )
  }
}

enum Tanh: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    let a = V.hyperbolicTangent(z)
    return (a, V.difference(V.one, V.product(a, a)))
  }
}

enum Sigmoid: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    let a = V.sigmoid(z)
    return (a, V.product(a, V.difference(V.one, a)))
  }
}

enum HardSigmoid: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    // Rounded twice in both builds, as the plain operations do: the borders of the range are the same.
    let line = V.sum(V.product(p, z), q)
    let a = V.choose(V.one, where: V.one, isBelow: line, else: V.positivePart(line))
    let inside = V.choose(p, where: line, isBelow: V.one, else: V.zero)
    return (a, V.keep(inside, wherePositive: line))
  }
}

enum Softplus: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    let power = V.exponential(V.difference(V.zero, V.magnitude(z)))
    // The sigmoid: 1 / (1 + e^-z), which for z below 0 is e^z / (1 + e^z).
    let share = V.quotient(V.choose(power, where: z, isBelow: V.zero, else: V.one), V.sum(V.one, power))
    return (V.sum(V.positivePart(z), V.logarithmOfOnePlus(power)), share)
  }
}

enum Softsign: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    let scale = V.sum(V.one, V.magnitude(z))
    return (V.quotient(z, scale), V.reciprocal(V.product(scale, scale)))
  }
}

enum Swish: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    let share = V.sigmoid(z)
    let slope = V.sum(V.one, V.product(z, V.difference(V.one, share)))
    return (V.product(z, share), V.product(share, slope))
  }
}

enum GeluTanh: ActivationFunction {
  @inline(__always)
  static func compute<V: KernelVector>(_ z: V, _ p: V, _ q: V) -> (a: V, derivative: V) {
    // √(2/π)
    let c = V.constant(0.7978845608028654)
    let square = V.product(z, z)
    let cubic = V.constant(0.044715)
    let t = V.hyperbolicTangent(V.product(c, V.sum(z, V.product(V.product(cubic, square), z))))
    let half = V.constant(0.5)
    let share = V.product(half, V.sum(V.one, t))
    let slope = V.product(c, V.sum(V.one, V.product(V.constant(3 * 0.044715), square)))
    let bend = V.product(V.product(V.product(half, z), V.difference(V.one, V.product(t, t))), slope)
    return (V.product(z, share), V.sum(share, bend))
  }
}

/// Puts the activations of rows of z, `pitch` numbers apart, into `activations` and their derivatives in the place of
/// z; without `activations` they take the place of z themselves.
@inline(__always)
func activate<V: KernelVector>(
  _ type: V.Type, _ code: Int, _ numbers: (Double, Double), z: UnsafeMutablePointer<V.Scalar>,
  activations: UnsafeMutablePointer<V.Scalar>?, rows: Int, pitch: Int, vectors: Int
) {
  let (p, q) = (V.constant(numbers.0), V.constant(numbers.1))
  let loop = unsafe ActivationLoop<V>(
    p: p, q: q, z: z, activations: activations, rows: rows, pitch: pitch, vectors: vectors)
  switch code {
  case ActivationCode.relu: unsafe loop.run(Relu.self)
  case ActivationCode.sigmoid: unsafe loop.run(Sigmoid.self)
  case ActivationCode.leakyRelu: unsafe loop.run(LeakyRelu.self)
  case ActivationCode.elu: unsafe loop.run(Elu.self)
  case ActivationCode.tanh: unsafe loop.run(Tanh.self)
  case ActivationCode.hardSigmoid: unsafe loop.run(HardSigmoid.self)
  case ActivationCode.softplus: unsafe loop.run(Softplus.self)
  case ActivationCode.softsign: unsafe loop.run(Softsign.self)
  case ActivationCode.swish: unsafe loop.run(Swish.self)
  case ActivationCode.geluTanh: unsafe loop.run(GeluTanh.self)
  default: unsafe loop.run(Linear.self)
  }
}

@unsafe
private struct ActivationLoop<V: KernelVector> {
  let p: V
  let q: V
  let z: UnsafeMutablePointer<V.Scalar>
  let activations: UnsafeMutablePointer<V.Scalar>?
  let rows: Int
  let pitch: Int
  let vectors: Int

  // Not inlined, so that the function is compiled for each activation.
  @inline(never)
  func run<Function: ActivationFunction>(_ function: Function.Type) {
    for row in 0..<(unsafe rows) {
      let first = unsafe row &* pitch
      for vector in 0..<(unsafe vectors) {
        let place = unsafe z + (first &+ vector &* V.width)
        let (a, derivative) = unsafe Function.compute(V.load(place), p, q)
        if let activations = unsafe activations {
          unsafe a.store(activations + (first &+ vector &* V.width))
          unsafe derivative.store(place)
        } else {
          unsafe a.store(place)
        }
      }
    }
  }
}

/// Puts the activations of a layer in the place of its z.
@inline(__always)
func activateInPlace<V: KernelVector>(
  _ type: V.Type, _ code: Int, _ numbers: (Double, Double), _ z: UnsafeMutablePointer<V.Scalar>, rows: Int, pitch: Int,
  vectors: Int
) {
  if code == ActivationCode.softmax {
    unsafe softmax(V.self, z: z, rows: rows, pitch: pitch, vectors: vectors)
  } else if code != ActivationCode.none {
    unsafe activate(V.self, code, numbers, z: z, activations: nil, rows: rows, pitch: pitch, vectors: vectors)
  }
}

/// Puts the softmax over `rows` rows, `pitch` numbers apart, in the place of z.
@inline(__always)
func softmax<V: KernelVector>(
  _ type: V.Type, z: UnsafeMutablePointer<V.Scalar>, rows: Int, pitch: Int, vectors: Int
) {
  for vector in 0..<vectors {
    let column = unsafe z + vector &* V.width
    // The largest first: e^z alone may be infinite.
    var largest = unsafe V.load(column)
    for row in 1..<max(1, rows) {
      let value = unsafe V.load(column + row &* pitch)
      largest = V.choose(value, where: largest, isBelow: value, else: largest)
    }
    var total = V.zero
    for row in 0..<rows {
      let place = unsafe column + row &* pitch
      let power = unsafe V.exponential(V.difference(V.load(place), largest))
      unsafe power.store(place)
      total = V.sum(total, power)
    }
    for row in 0..<rows {
      let place = unsafe column + row &* pitch
      unsafe V.quotient(V.load(place), total).store(place)
    }
  }
}

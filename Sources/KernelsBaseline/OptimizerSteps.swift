// The steps of the optimizers, number by number: every element is computed as the others are, so any part of the vectors
// may be computed anywhere. The formulas and their names are in Training/Optimization.

/// A vector that Adam can follow.
protocol StepVector: KernelVector {
  static func squareRoot(_ a: Self) -> Self
  /// 1 where `a` is above 0, -1 where it is below, else 0.
  static func sign(_ a: Self) -> Self
}

extension Float64Vector: StepVector {
  @inline(__always) static func squareRoot(_ a: Self) -> Self { a.squareRoot() }
  @inline(__always)
  static func sign(_ a: Self) -> Self {
    let negative = keep(Self(repeating: -1), wherePositive: Self(repeating: 0) - a)
    return keep(Self(repeating: 1), wherePositive: a) + negative
  }
}

extension Float32Vector: StepVector {
  @inline(__always) static func squareRoot(_ a: Self) -> Self { a.squareRoot() }
  @inline(__always)
  static func sign(_ a: Self) -> Self {
    let negative = keep(Self(repeating: -1), wherePositive: Self(repeating: 0) - a)
    return keep(Self(repeating: 1), wherePositive: a) + negative
  }
}

/// gradient = scale · gradient + decay · w + pull · sign(w)
@inline(__always)
func addPenalty<V: StepVector>(
  _ type: V.Type, parameters: UnsafePointer<V.Scalar>, gradient: UnsafeMutablePointer<V.Scalar>, count: Int,
  scale: V.Scalar, decay: V.Scalar, pull: V.Scalar
) {
  eachVector(V.self, count) { start, put in
    let w = unsafe put.load(parameters, start)
    let dw = unsafe V.sum(
      V.product(V(repeating: scale), put.load(gradient, start)), V.product(V(repeating: decay), w))
    unsafe put.store(V.sum(dw, V.product(V(repeating: pull), V.sign(w))), gradient, start)
  }
}

/// v = momentum · v + dW; W -= rate · v, or rate · (dW + momentum · v) with Nesterov's.
@inline(__always)
func stepMomentum<V: StepVector>(
  _ type: V.Type, parameters: UnsafeMutablePointer<V.Scalar>, gradient: UnsafePointer<V.Scalar>,
  velocity: UnsafeMutablePointer<V.Scalar>, count: Int, momentum: V.Scalar, rate: V.Scalar, isNesterov: Bool
) {
  let (momentums, rates) = (V(repeating: momentum), V(repeating: rate))
  eachVector(V.self, count) { start, put in
    let dw = unsafe put.load(gradient, start)
    let v = unsafe V.sum(V.product(momentums, put.load(velocity, start)), dw)
    unsafe put.store(v, velocity, start)
    let step = isNesterov ? V.sum(dw, V.product(momentums, v)) : v
    unsafe put.store(V.difference(put.load(parameters, start), V.product(rates, step)), parameters, start)
  }
}

/// m = beta1 m + (1 - beta1) dW, v = beta2 v + (1 - beta2) dW², W -= size · m / (√v / correction + epsilon)
///
/// `numbers` are beta1, 1 - beta1, beta2, 1 - beta2, epsilon, size and correction.
@inline(__always)
func stepAdam<V: StepVector>(
  _ type: V.Type, parameters: UnsafeMutablePointer<V.Scalar>, gradient: UnsafePointer<V.Scalar>,
  first: UnsafeMutablePointer<V.Scalar>, second: UnsafeMutablePointer<V.Scalar>, count: Int,
  numbers: UnsafePointer<V.Scalar>
) {
  let (beta1, rest1) = unsafe (V.broadcast(numbers), V.broadcast(numbers + 1))
  let (beta2, rest2) = unsafe (V.broadcast(numbers + 2), V.broadcast(numbers + 3))
  let (epsilon, size) = unsafe (V.broadcast(numbers + 4), V.broadcast(numbers + 5))
  let correction = unsafe V.broadcast(numbers + 6)
  eachVector(V.self, count) { start, put in
    let dw = unsafe put.load(gradient, start)
    let m = unsafe V.sum(V.product(beta1, put.load(first, start)), V.product(rest1, dw))
    let v = unsafe V.sum(V.product(beta2, put.load(second, start)), V.product(V.product(rest2, dw), dw))
    unsafe put.store(m, first, start)
    unsafe put.store(v, second, start)
    let divisor = V.sum(V.quotient(V.squareRoot(v), correction), epsilon)
    let step = V.quotient(V.product(size, m), divisor)
    unsafe put.store(V.difference(put.load(parameters, start), step), parameters, start)
  }
}

/// Loads and stores whole vectors, or the numbers at the end that fill none.
private struct VectorPlace<V: KernelVector> {
  let count: Int

  @inline(__always)
  func load(_ source: UnsafePointer<V.Scalar>, _ start: Int) -> V {
    if count == V.width { return unsafe V.load(source + start) }
    return unsafe withUnsafeTemporary(V.zero) { room in
      for index in 0..<count { unsafe room[index] = source[start &+ index] }
    }
  }

  @inline(__always)
  func store(_ value: V, _ target: UnsafeMutablePointer<V.Scalar>, _ start: Int) {
    if count == V.width {
      unsafe value.store(target + start)
    } else {
      _ = unsafe withUnsafeTemporary(value) { room in
        for index in 0..<count { unsafe target[start &+ index] = room[index] }
      }
    }
  }

  /// A vector after `body` has seen its numbers in memory.
  @inline(__always)
  private func withUnsafeTemporary(_ value: V, _ body: (UnsafeMutablePointer<V.Scalar>) -> Void) -> V {
    var value = value
    unsafe withUnsafeMutableBytes(of: &value) { bytes in
      if let start = bytes.baseAddress { unsafe body(start.assumingMemoryBound(to: V.Scalar.self)) }
    }
    return value
  }
}

@inline(__always)
private func eachVector<V: KernelVector>(_ type: V.Type, _ count: Int, _ body: (Int, VectorPlace<V>) -> Void) {
  var start = 0
  while start &+ V.width <= count {
    body(start, VectorPlace(count: V.width))
    start &+= V.width
  }
  if start < count { body(start, VectorPlace(count: count &- start)) }
}

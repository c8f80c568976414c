/// A number that a lane holds.
///
/// The protocols of the standard library would bring in code that other modules have too, and the linker might keep the
/// copy that was compiled for processors with AVX2.
protocol KernelScalar: BitwiseCopyable {
  static var zero: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
}

extension Double: KernelScalar {}
extension Float: KernelScalar {}

/// A vector of examples, one in each lane.
///
/// Every operation is a static function implemented on a concrete type: the operators of SIMD, used through a generic
/// parameter, would be loops over the lanes.
protocol KernelVector: BitwiseCopyable {
  associatedtype Scalar: KernelScalar
  /// Four sums side by side.
  associatedtype Four: BitwiseCopyable

  /// The number of lanes.
  static var width: Int { get }

  init(repeating value: Scalar)
  static var zero: Self { get }
  static var one: Self { get }

  static func sum(_ a: Self, _ b: Self) -> Self
  static func difference(_ a: Self, _ b: Self) -> Self
  static func product(_ a: Self, _ b: Self) -> Self
  /// a b + c, rounded once in the build for processors with FMA.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  static func reciprocal(_ a: Self) -> Self
  static func quotient(_ a: Self, _ b: Self) -> Self
  static func constant(_ value: Double) -> Self
  static func magnitude(_ a: Self) -> Self
  /// The magnitude of `a` with the sign of `b`.
  static func magnitude(_ a: Self, signOf b: Self) -> Self
  /// `value` where `a` is below `b`, else `other`: that where one of both is NaN.
  static func choose(_ value: Self, where a: Self, isBelow b: Self, else other: Self) -> Self
  /// `value` where `a` and `b` are equal, else `other`.
  static func choose(_ value: Self, where a: Self, equals b: Self, else other: Self) -> Self
  /// 0 where z is below 0, else z: NaN stays NaN.
  static func positivePart(_ z: Self) -> Self
  /// `value` where `a` is above 0, else 0.
  static func keep(_ value: Self, wherePositive a: Self) -> Self
  /// `value` where the lane's byte is 0xff, 0 where it is 0.
  static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self
  /// e to the power of x: see Exponential.swift.
  static func exponential(_ x: Self) -> Self
  /// e to the power of x, less 1: see Exponential.swift.
  static func exponentialMinusOne(_ x: Self) -> Self
  /// The natural logarithm of 1 + x: see Logarithm.swift.
  static func logarithmOfOnePlus(_ x: Self) -> Self
  /// The sums of the lanes of four vectors.
  static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four
  static func sum(_ a: Four, _ b: Four) -> Four
  static func lane(_ sums: Four, _ index: Int) -> Scalar
}

extension KernelVector {
  @inline(__always)
  static func load(_ source: UnsafePointer<Scalar>) -> Self {
    unsafe UnsafeRawPointer(source).loadUnaligned(as: Self.self)
  }

  @inline(__always)
  func store(_ target: UnsafeMutablePointer<Scalar>) {
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: self, as: Self.self)
  }

  @inline(__always)
  static func broadcast(_ source: UnsafePointer<Scalar>) -> Self { unsafe Self(repeating: source.pointee) }

  /// (e^2z - 1) / (e^2z + 1), within 4 units of the last place; of -0 it is -0, of an infinite z 1 or -1.
  @inline(__always)
  static func hyperbolicTangent(_ z: Self) -> Self {
    // Further out the result is 1 in every precision.
    let most = constant(20)
    let size = magnitude(z)
    let x = choose(most, where: most, isBelow: size, else: size)
    let e = exponentialMinusOne(sum(x, x))
    return magnitude(quotient(e, sum(e, constant(2))), signOf: z)
  }

  /// 1 / (1 + e^-z)
  @inline(__always)
  static func sigmoid(_ z: Self) -> Self {
    reciprocal(sum(one, exponential(difference(zero, z))))
  }
}

extension SIMD4<Double>: KernelVector {
  typealias Four = SIMD4<Double>
  @inline(__always) static var width: Int { 4 }
  @inline(__always) static var zero: Self { Self(repeating: 0) }
  @inline(__always) static var one: Self { Self(repeating: 1) }
  @inline(__always) static func lane(_ sums: Four, _ index: Int) -> Double { sums[index] }
  @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) static func difference(_ a: Self, _ b: Self) -> Self { a - b }
  @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always) static func reciprocal(_ a: Self) -> Self { Self(repeating: 1) / a }
  @inline(__always) static func quotient(_ a: Self, _ b: Self) -> Self { a / b }
  @inline(__always) static func constant(_ value: Double) -> Self { Self(repeating: value) }

  @inline(__always)
  static func magnitude(_ a: Self) -> Self {
    unsafe unsafeBitCast(
      unsafeBitCast(a, to: SIMD4<UInt64>.self) & SIMD4<UInt64>(repeating: 0x7fff_ffff_ffff_ffff), to: Self.self)
  }

  @inline(__always)
  static func magnitude(_ a: Self, signOf b: Self) -> Self {
    let rest = SIMD4<UInt64>(repeating: 0x7fff_ffff_ffff_ffff)
    let (size, sign) = unsafe (
      unsafeBitCast(a, to: SIMD4<UInt64>.self) & rest, unsafeBitCast(b, to: SIMD4<UInt64>.self) & ~rest
    )
    return unsafe unsafeBitCast(size | sign, to: Self.self)
  }

  @inline(__always)
  static func choose(_ value: Self, where a: Self, isBelow b: Self, else other: Self) -> Self {
    other.replacing(with: value, where: a .< b)
  }

  @inline(__always)
  static func choose(_ value: Self, where a: Self, equals b: Self, else other: Self) -> Self {
    other.replacing(with: value, where: a .== b)
  }

  @inline(__always)
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if FMA
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  // pointwiseMax would be a call; masks are bit operations.
  @inline(__always)
  static func positivePart(_ z: Self) -> Self {
    let negative = unsafe unsafeBitCast(z .< Self(repeating: 0), to: SIMD4<UInt64>.self)
    return unsafe unsafeBitCast(unsafeBitCast(z, to: SIMD4<UInt64>.self) & ~negative, to: Self.self)
  }

  @inline(__always)
  static func keep(_ value: Self, wherePositive a: Self) -> Self {
    let positive = unsafe unsafeBitCast(a .> Self(repeating: 0), to: SIMD4<UInt64>.self)
    return unsafe unsafeBitCast(unsafeBitCast(value, to: SIMD4<UInt64>.self) & positive, to: Self.self)
  }

  @inline(__always)
  static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self {
    let bytes = unsafe UnsafeRawPointer(mask).loadUnaligned(as: SIMD4<Int8>.self)
    let lanes = SIMD4<Int64>(truncatingIfNeeded: bytes)
    return unsafe unsafeBitCast(unsafeBitCast(value, to: SIMD4<Int64>.self) & lanes, to: Self.self)
  }

  @inline(__always)
  static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four {
    let ab = SIMD4(a[0], b[0], a[2], b[2]) + SIMD4(a[1], b[1], a[3], b[3])
    let cd = SIMD4(c[0], d[0], c[2], d[2]) + SIMD4(c[1], d[1], c[3], d[3])
    return SIMD4(ab[0], ab[1], cd[0], cd[1]) + SIMD4(ab[2], ab[3], cd[2], cd[3])
  }
}

extension SIMD8<Float>: KernelVector {
  typealias Four = SIMD4<Float>
  @inline(__always) static var width: Int { 8 }
  @inline(__always) static var zero: Self { Self(repeating: 0) }
  @inline(__always) static var one: Self { Self(repeating: 1) }
  @inline(__always) static func lane(_ sums: Four, _ index: Int) -> Float { sums[index] }
  @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  @inline(__always) static func sum(_ a: Four, _ b: Four) -> Four { a + b }
  @inline(__always) static func difference(_ a: Self, _ b: Self) -> Self { a - b }
  @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always) static func reciprocal(_ a: Self) -> Self { Self(repeating: 1) / a }
  @inline(__always) static func quotient(_ a: Self, _ b: Self) -> Self { a / b }
  @inline(__always) static func constant(_ value: Double) -> Self { Self(repeating: Float(value)) }

  @inline(__always)
  static func magnitude(_ a: Self) -> Self {
    unsafe unsafeBitCast(
      unsafeBitCast(a, to: SIMD8<UInt32>.self) & SIMD8<UInt32>(repeating: 0x7fff_ffff), to: Self.self)
  }

  @inline(__always)
  static func magnitude(_ a: Self, signOf b: Self) -> Self {
    let rest = SIMD8<UInt32>(repeating: 0x7fff_ffff)
    let (size, sign) = unsafe (
      unsafeBitCast(a, to: SIMD8<UInt32>.self) & rest, unsafeBitCast(b, to: SIMD8<UInt32>.self) & ~rest
    )
    return unsafe unsafeBitCast(size | sign, to: Self.self)
  }

  @inline(__always)
  static func choose(_ value: Self, where a: Self, isBelow b: Self, else other: Self) -> Self {
    other.replacing(with: value, where: a .< b)
  }

  @inline(__always)
  static func choose(_ value: Self, where a: Self, equals b: Self, else other: Self) -> Self {
    other.replacing(with: value, where: a .== b)
  }

  @inline(__always)
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
    #if FMA
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  @inline(__always)
  static func positivePart(_ z: Self) -> Self {
    let negative = unsafe unsafeBitCast(z .< Self(repeating: 0), to: SIMD8<UInt32>.self)
    return unsafe unsafeBitCast(unsafeBitCast(z, to: SIMD8<UInt32>.self) & ~negative, to: Self.self)
  }

  @inline(__always)
  static func keep(_ value: Self, wherePositive a: Self) -> Self {
    let positive = unsafe unsafeBitCast(a .> Self(repeating: 0), to: SIMD8<UInt32>.self)
    return unsafe unsafeBitCast(unsafeBitCast(value, to: SIMD8<UInt32>.self) & positive, to: Self.self)
  }

  @inline(__always)
  static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self {
    let bytes = unsafe UnsafeRawPointer(mask).loadUnaligned(as: SIMD8<Int8>.self)
    let lanes = SIMD8<Int32>(truncatingIfNeeded: bytes)
    return unsafe unsafeBitCast(unsafeBitCast(value, to: SIMD8<Int32>.self) & lanes, to: Self.self)
  }

  @inline(__always)
  static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four {
    let (p, q, r, s) = (a.lowHalf + a.highHalf, b.lowHalf + b.highHalf, c.lowHalf + c.highHalf, d.lowHalf + d.highHalf)
    let pq = SIMD4(p[0], q[0], p[2], q[2]) + SIMD4(p[1], q[1], p[3], q[3])
    let rs = SIMD4(r[0], s[0], r[2], s[2]) + SIMD4(r[1], s[1], r[3], s[3])
    return SIMD4(pq[0], pq[1], rs[0], rs[1]) + SIMD4(pq[2], pq[3], rs[2], rs[3])
  }
}

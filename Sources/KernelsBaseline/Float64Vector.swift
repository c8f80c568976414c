extension Float64Vector: LinearVector, KernelVector {
  typealias Four = SIMD4<Double>
  typealias Register = Float64Register
  @inline(__always) static var width: Int { Self.scalarCount }
  @inline(__always) static var zero: Self { Self(repeating: 0) }
  @inline(__always) static var one: Self { Self(repeating: 1) }
  @inline(__always) static func lane(_ sums: Four, _ index: Int) -> Double { sums[index] }
  @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { a + b }
  #if AVX512
    @inline(__always) static func sum(_ a: Four, _ b: Four) -> Four { a + b }
  #endif
  @inline(__always) static func difference(_ a: Self, _ b: Self) -> Self { a - b }
  @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { a * b }
  @inline(__always) static func reciprocal(_ a: Self) -> Self { Self(repeating: 1) / a }
  @inline(__always) static func quotient(_ a: Self, _ b: Self) -> Self { a / b }
  @inline(__always) static func constant(_ value: Double) -> Self { Self(repeating: value) }

  @inline(__always)
  static func magnitude(_ a: Self) -> Self {
    unsafe unsafeBitCast(
      unsafeBitCast(a, to: Float64Bits.self) & Float64Bits(repeating: 0x7fff_ffff_ffff_ffff), to: Self.self)
  }

  @inline(__always)
  static func magnitude(_ a: Self, signOf b: Self) -> Self {
    let rest = Float64Bits(repeating: 0x7fff_ffff_ffff_ffff)
    let (size, sign) = unsafe (
      unsafeBitCast(a, to: Float64Bits.self) & rest, unsafeBitCast(b, to: Float64Bits.self) & ~rest
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

  // One instruction, of which pointwiseMax would be a call.
  @inline(__always)
  static func positivePart(_ z: Self) -> Self {
    z.replacing(with: Self(repeating: 0), where: z .< Self(repeating: 0))
  }

  @inline(__always)
  static func keep(_ value: Self, wherePositive a: Self) -> Self {
    let positive = unsafe unsafeBitCast(a .> Self(repeating: 0), to: Float64Bits.self)
    return unsafe unsafeBitCast(unsafeBitCast(value, to: Float64Bits.self) & positive, to: Self.self)
  }

  @inline(__always)
  static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self {
    let bytes = unsafe UnsafeRawPointer(mask).loadUnaligned(as: Float64Bytes.self)
    // A conversion of SIMD's would be code that other targets may have too: see CompiledCodeTests.
    #if AVX512
      let lanes = Float64Lanes(
        Int64(bytes[0]), Int64(bytes[1]), Int64(bytes[2]), Int64(bytes[3]), Int64(bytes[4]), Int64(bytes[5]),
        Int64(bytes[6]), Int64(bytes[7]))
    #else
      let lanes = Float64Lanes(Int64(bytes[0]), Int64(bytes[1]), Int64(bytes[2]), Int64(bytes[3]))
    #endif
    return unsafe unsafeBitCast(unsafeBitCast(value, to: Float64Lanes.self) & lanes, to: Self.self)
  }

  @inline(__always)
  static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four {
    #if AVX512
      let ab = evenLanes(a, b) + oddLanes(a, b)
      let cd = evenLanes(c, d) + oddLanes(c, d)
      let abcd =
        Self(ab[0], ab[1], cd[0], cd[1], ab[4], ab[5], cd[4], cd[5])
        + Self(ab[2], ab[3], cd[2], cd[3], ab[6], ab[7], cd[6], cd[7])
      return abcd.lowHalf + abcd.highHalf
    #else
      let ab = SIMD4(a[0], b[0], a[2], b[2]) + SIMD4(a[1], b[1], a[3], b[3])
      let cd = SIMD4(c[0], d[0], c[2], d[2]) + SIMD4(c[1], d[1], c[3], d[3])
      return SIMD4(ab[0], ab[1], cd[0], cd[1]) + SIMD4(ab[2], ab[3], cd[2], cd[3])
    #endif
  }

  #if AVX512
    @inline(__always)
    private static func evenLanes(_ a: Self, _ b: Self) -> Self {
      Self(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6])
    }

    @inline(__always)
    private static func oddLanes(_ a: Self, _ b: Self) -> Self {
      Self(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7])
    }
  #endif
}

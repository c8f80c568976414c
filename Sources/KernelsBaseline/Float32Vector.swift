extension Float32Vector: LinearVector, KernelVector {
  typealias Four = SIMD4<Float>
  typealias Register = Self
  @inline(__always) static var width: Int { Self.scalarCount }
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
      unsafeBitCast(a, to: Float32Bits.self) & Float32Bits(repeating: 0x7fff_ffff), to: Self.self)
  }

  @inline(__always)
  static func magnitude(_ a: Self, signOf b: Self) -> Self {
    let rest = Float32Bits(repeating: 0x7fff_ffff)
    let (size, sign) = unsafe (
      unsafeBitCast(a, to: Float32Bits.self) & rest, unsafeBitCast(b, to: Float32Bits.self) & ~rest
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
    z.replacing(with: Self(repeating: 0), where: z .< Self(repeating: 0))
  }

  @inline(__always)
  static func keep(_ value: Self, wherePositive a: Self) -> Self {
    let positive = unsafe unsafeBitCast(a .> Self(repeating: 0), to: Float32Bits.self)
    return unsafe unsafeBitCast(unsafeBitCast(value, to: Float32Bits.self) & positive, to: Self.self)
  }

  @inline(__always)
  static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self {
    let bytes = unsafe UnsafeRawPointer(mask).loadUnaligned(as: Float32Bytes.self)
    // A conversion of SIMD's would be code that other targets may have too: see CompiledCodeTests.
    #if AVX512
      let lanes = Float32Lanes(lowHalf: widened(bytes.lowHalf), highHalf: widened(bytes.highHalf))
    #else
      let lanes = widened(bytes)
    #endif
    return unsafe unsafeBitCast(unsafeBitCast(value, to: Float32Lanes.self) & lanes, to: Self.self)
  }

  @inline(__always)
  private static func widened(_ bytes: SIMD8<Int8>) -> SIMD8<Int32> {
    SIMD8<Int32>(
      Int32(bytes[0]), Int32(bytes[1]), Int32(bytes[2]), Int32(bytes[3]), Int32(bytes[4]), Int32(bytes[5]),
      Int32(bytes[6]), Int32(bytes[7]))
  }

  #if AVX512
    // Sixteen lanes are not loaded and stored in one piece by the standard library; the compiler joins the halves.
    @inline(__always)
    static func load(_ source: UnsafePointer<Float>) -> Self {
      let source = unsafe UnsafeRawPointer(source)
      return unsafe Self(
        lowHalf: source.loadUnaligned(as: SIMD8<Float>.self),
        highHalf: source.loadUnaligned(fromByteOffset: 32, as: SIMD8<Float>.self))
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>) {
      let target = UnsafeMutableRawPointer(target)
      unsafe target.storeBytes(of: lowHalf, as: SIMD8<Float>.self)
      unsafe target.storeBytes(of: highHalf, toByteOffset: 32, as: SIMD8<Float>.self)
    }
  #endif

  @inline(__always)
  static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four {
    let (p, q, r, s) = (four(a), four(b), four(c), four(d))
    let pq = SIMD4(p[0], q[0], p[2], q[2]) + SIMD4(p[1], q[1], p[3], q[3])
    let rs = SIMD4(r[0], s[0], r[2], s[2]) + SIMD4(r[1], s[1], r[3], s[3])
    return SIMD4(pq[0], pq[1], rs[0], rs[1]) + SIMD4(pq[2], pq[3], rs[2], rs[3])
  }

  /// The lanes, added up to four.
  @inline(__always)
  private static func four(_ a: Self) -> Four {
    let half = a.lowHalf + a.highHalf
    #if AVX512
      return half.lowHalf + half.highHalf
    #else
      return half
    #endif
  }
}

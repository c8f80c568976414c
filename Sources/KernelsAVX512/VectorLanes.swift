#if AVX512
  import CVectors

  // The lanes of a vector as one bit each: an operation leaves out lanes for nothing, and memory holds them in a byte
  // or two.

  extension Float64Vector {
    @inline(__always) static var allLanes: UInt8 { .max }

    @inline(__always)
    static func lanes(ofBytes bytes: UnsafePointer<UInt8>) -> UInt8 { unsafe lanes8_of_bytes(bytes) }

    @inline(__always)
    static func positive(_ a: Self, in lanes: UInt8) -> UInt8 { doubles8_positive(a, lanes) }

    @inline(__always)
    static func lanes(first count: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: (1 &<< Swift.max(0, Swift.min(count, width))) &- 1)
    }

    @inline(__always)
    static func choose(_ value: Self, in lanes: UInt8, else other: Self) -> Self {
      doubles8_select(lanes, value, other)
    }

    @inline(__always)
    static func load(_ source: UnsafePointer<Double>, in lanes: UInt8) -> Self {
      unsafe doubles8_load(source, lanes)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Double>, in lanes: UInt8) {
      unsafe doubles8_store(target, self, lanes)
    }

    @inline(__always)
    static func pairSums(_ a: Self, _ b: Self) -> Self {
      Self(a[0], b[0], a[2], b[2], a[4], b[4], a[6], b[6]) + Self(a[1], b[1], a[3], b[3], a[5], b[5], a[7], b[7])
    }

    @inline(__always)
    static func sums(ofPairs p: Self, _ q: Self, _ r: Self, _ s: Self) -> Self {
      let pq = Self(lowHalf: p.lowHalf, highHalf: q.lowHalf) + Self(lowHalf: p.highHalf, highHalf: q.highHalf)
      let rs = Self(lowHalf: r.lowHalf, highHalf: s.lowHalf) + Self(lowHalf: r.highHalf, highHalf: s.highHalf)
      return Self(pq[0], pq[1], pq[4], pq[5], rs[0], rs[1], rs[4], rs[5])
        + Self(pq[2], pq[3], pq[6], pq[7], rs[2], rs[3], rs[6], rs[7])
    }
  }

  extension Float32Vector {
    @inline(__always) static var allLanes: UInt16 { .max }

    @inline(__always)
    static func lanes(ofBytes bytes: UnsafePointer<UInt8>) -> UInt16 { unsafe lanes16_of_bytes(bytes) }

    @inline(__always)
    static func positive(_ a: Self, in lanes: UInt16) -> UInt16 { floats16_positive(a, lanes) }

    @inline(__always)
    static func lanes(first count: Int) -> UInt16 {
      UInt16(truncatingIfNeeded: (1 &<< Swift.max(0, Swift.min(count, width))) &- 1)
    }

    @inline(__always)
    static func choose(_ value: Self, in lanes: UInt16, else other: Self) -> Self {
      floats16_select(lanes, value, other)
    }

    @inline(__always)
    static func load(_ source: UnsafePointer<Float>, in lanes: UInt16) -> Self {
      unsafe floats16_load(source, lanes)
    }

    @inline(__always)
    func store(_ target: UnsafeMutablePointer<Float>, in lanes: UInt16) {
      unsafe floats16_store(target, self, lanes)
    }

    @inline(__always)
    static func pairSums(_ a: Self, _ b: Self) -> Self {
      Self(
        lowHalf: pairs(a.lowHalf, b.lowHalf), highHalf: pairs(a.highHalf, b.highHalf))
    }

    @inline(__always)
    private static func pairs(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
      SIMD8(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5]) + SIMD8(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
    }

    @inline(__always)
    static func sums(ofPairs p: Self, _ q: Self, _ r: Self, _ s: Self) -> Self {
      let (a, b, c, d) = (
        p.lowHalf + p.highHalf, q.lowHalf + q.highHalf, r.lowHalf + r.highHalf, s.lowHalf + s.highHalf
      )
      let ab = SIMD8(lowHalf: a.lowHalf, highHalf: b.lowHalf) + SIMD8(lowHalf: a.highHalf, highHalf: b.highHalf)
      let cd = SIMD8(lowHalf: c.lowHalf, highHalf: d.lowHalf) + SIMD8(lowHalf: c.highHalf, highHalf: d.highHalf)
      let sums =
        SIMD8(ab[0], ab[1], ab[4], ab[5], cd[0], cd[1], cd[4], cd[5])
        + SIMD8(ab[2], ab[3], ab[6], ab[7], cd[2], cd[3], cd[6], cd[7])
      return Self(lowHalf: sums, highHalf: sums)
    }
  }

  extension KernelVector {
    @inline(__always)
    static func load(lanes source: UnsafePointer<UInt8>) -> Lanes {
      unsafe UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
    }

    @inline(__always)
    static func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<UInt8>) {
      unsafe UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: Lanes.self)
    }

    /// a + b in these lanes, a in the others.
    @inline(__always)
    static func sum(_ a: Self, _ b: Self, in lanes: Lanes) -> Self { choose(sum(a, b), in: lanes, else: a) }

    /// a b + c in these lanes, c in the others.
    @inline(__always)
    static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self, in lanes: Lanes) -> Self {
      choose(multiplyAdd(a, b, c), in: lanes, else: c)
    }

    /// `value` in these lanes, 0 in the others.
    @inline(__always)
    static func keep(_ value: Self, in lanes: Lanes) -> Self { choose(value, in: lanes, else: zero) }
  }
#endif

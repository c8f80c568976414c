#if !FMA
  import CVectors

  // SIMD adds and multiplies two lanes one by one, and what the compiler makes of that is no longer two lanes.

  extension Float64Register: LinearVector {
    typealias Four = SIMD4<Double>
    @inline(__always) static var width: Int { Self.scalarCount }
    @inline(__always) static var zero: Self { Self(repeating: 0) }
    @inline(__always) static func lane(_ sums: Four, _ index: Int) -> Double { sums[index] }
    @inline(__always) static func sum(_ a: Self, _ b: Self) -> Self { doubles2_sum(a, b) }
    @inline(__always) static func product(_ a: Self, _ b: Self) -> Self { doubles2_product(a, b) }
    @inline(__always) static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self { sum(product(a, b), c) }

    @inline(__always) static func positivePart(_ z: Self) -> Self { doubles2_positive_part(z) }

    @inline(__always)
    static func keep(_ value: Self, wherePositive a: Self) -> Self { doubles2_keep_where_positive(value, a) }

    @inline(__always)
    static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self {
      let lanes = unsafe SIMD2<Int64>(Int64(Int8(bitPattern: mask[0])), Int64(Int8(bitPattern: mask[1])))
      return unsafe unsafeBitCast(unsafeBitCast(value, to: SIMD2<Int64>.self) & lanes, to: Self.self)
    }

    @inline(__always)
    static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four {
      Four(lowHalf: Self(a[0], b[0]) + Self(a[1], b[1]), highHalf: Self(c[0], d[0]) + Self(c[1], d[1]))
    }
  }
#endif

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

/// A vector of examples, one in each lane: what sums and products need.
///
/// Every operation is a static function implemented on a concrete type: the operators of SIMD, used through a generic
/// parameter, would be loops over the lanes.
protocol LinearVector: BitwiseCopyable {
  associatedtype Scalar: KernelScalar
  /// Four sums side by side.
  associatedtype Four: BitwiseCopyable

  /// The number of lanes.
  static var width: Int { get }

  init(repeating value: Scalar)
  static var zero: Self { get }
  static func load(_ source: UnsafePointer<Scalar>) -> Self
  func store(_ target: UnsafeMutablePointer<Scalar>)

  static func sum(_ a: Self, _ b: Self) -> Self
  static func product(_ a: Self, _ b: Self) -> Self
  /// a b + c, rounded once in the build for processors with FMA.
  static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self
  /// 0 where z is below 0, else z: NaN stays NaN.
  static func positivePart(_ z: Self) -> Self
  /// `value` where `a` is above 0, else 0.
  static func keep(_ value: Self, wherePositive a: Self) -> Self
  /// `value` where the lane's byte is 0xff, 0 where it is 0.
  static func keep(_ value: Self, mask: UnsafePointer<UInt8>) -> Self
  /// The sums of the lanes of four vectors.
  static func laneSums(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> Four
  static func lane(_ sums: Four, _ index: Int) -> Scalar
}

/// A vector of examples, with all that networks compute of them.
protocol KernelVector: LinearVector {
  /// What one register holds of a vector: loops that keep many of them take these.
  associatedtype Register: LinearVector where Register.Scalar == Scalar
  #if AVX512
    /// Which lanes are meant, one bit each.
    associatedtype Lanes: BitwiseCopyable
  #endif

  static var one: Self { get }
  static func difference(_ a: Self, _ b: Self) -> Self
  #if AVX512
    static var allLanes: Lanes { get }
    /// The first so many lanes; none of a number below 1.
    static func lanes(first count: Int) -> Lanes
    /// The lanes whose bytes are 0xff; the bytes of the others are 0.
    static func lanes(ofBytes bytes: UnsafePointer<UInt8>) -> Lanes
    /// Those of these lanes that are above 0 or NaN.
    static func positive(_ a: Self, in lanes: Lanes) -> Lanes
    /// `value` in these lanes, `other` in the others.
    static func choose(_ value: Self, in lanes: Lanes, else other: Self) -> Self
    /// Reads these lanes alone; the others are 0.
    static func load(_ source: UnsafePointer<Scalar>, in lanes: Lanes) -> Self
    /// Writes these lanes alone.
    func store(_ target: UnsafeMutablePointer<Scalar>, in lanes: Lanes)
    /// Sums of some lanes of `a` in the even lanes, and of `b` in the odd ones.
    static func pairSums(_ a: Self, _ b: Self) -> Self
    /// Of four results of ``pairSums(_:_:)`` the sums of the eight vectors' lanes, one after the other, in the first
    /// lanes.
    static func sums(ofPairs p: Self, _ q: Self, _ r: Self, _ s: Self) -> Self
  #endif
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
  /// e to the power of x: see Exponential.swift.
  static func exponential(_ x: Self) -> Self
  /// Three of them side by side: each operation waits for the one before, and three can wait at once.
  static func exponentials(_ a: Self, _ b: Self, _ c: Self) -> (Self, Self, Self)
  /// e to the power of x, less 1: see Exponential.swift.
  static func exponentialMinusOne(_ x: Self) -> Self
  /// The natural logarithm of 1 + x: see Logarithm.swift.
  static func logarithmOfOnePlus(_ x: Self) -> Self
  static func sum(_ a: Four, _ b: Four) -> Four
}

extension LinearVector {
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
}

extension KernelVector {
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

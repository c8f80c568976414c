// e^x = 2^n e^r with n = round(x / ln 2) and |r| <= ln 2 / 2; e^r = 1 + r + r² q(r), where q is the polynomial whose
// greatest relative error over that range is least (Remez): 4e-18 for Double, 3e-9 for Float. x is kept to the range
// where 2^n is a normal number, so the result is never 0 or infinite: outside it is e to the nearer end. NaN stays NaN.
//
// The result is within 2 units of the last place over that range (a test measures it). e^x - 1 = 2^n (e^r - 1) + (2^n - 1)
// is within 3 of its own, also near 0; of -0 it is 0.
//
// ln 2 is taken away in two parts, the first with enough zeros at its end that n times it is exact.

extension Float64Vector {
  @inline(__always)
  static func exponential(_ x: Self) -> Self {
    let (r, shifted) = remainder(x)
    return power(part(r), shifted)
  }

  @inline(__always)
  static func exponentials(_ a: Self, _ b: Self, _ c: Self) -> (Self, Self, Self) {
    let (p, q, r) = (remainder(a), remainder(b), remainder(c))
    let (s, t, u) = (part(p.0), part(q.0), part(r.0))
    return (power(s, p.1), power(t, q.1), power(u, r.1))
  }

  /// 2^n e^r of e^r - 1 and n.
  @inline(__always)
  private static func power(_ part: Self, _ shifted: Self) -> Self {
    let exponent = unsafe unsafeBitCast(shifted, to: Float64Bits.self) &<< Float64Bits(repeating: 52)
    return unsafe unsafeBitCast(
      unsafeBitCast(part + Self(repeating: 1), to: Float64Bits.self) &+ exponent, to: Self.self)
  }

  @inline(__always)
  static func exponentialMinusOne(_ x: Self) -> Self {
    let (r, shifted) = remainder(x)
    let part = part(r)
    let n = unsafe unsafeBitCast(shifted, to: Float64Bits.self)
    let power = unsafe unsafeBitCast(
      (n &+ Float64Bits(repeating: 1023)) &<< Float64Bits(repeating: 52), to: Self.self)
    return multiplyAdd(power, part, power - Self(repeating: 1))
  }

  /// r, and n in the low bits of a number.
  @inline(__always)
  private static func remainder(_ x: Self) -> (Self, Self) {
    let lowest = Self(repeating: -708)
    let highest = Self(repeating: 709)
    var x = x
    x.replace(with: lowest, where: x .< lowest)
    x.replace(with: highest, where: x .> highest)
    // Adding 1.5 · 2^52 rounds to an integer, which then stands in the low bits.
    let magic = Self(repeating: 6_755_399_441_055_744)
    let shifted = multiplyAdd(x, Self(repeating: 1.4426950408889634), magic)
    let n = shifted - magic
    var r = multiplyAdd(n, Self(repeating: -6.93147180369123816490e-01), x)
    r = multiplyAdd(n, Self(repeating: -1.90821492927058770002e-10), r)
    return (r, shifted)
  }

  /// e^r - 1
  @inline(__always)
  private static func part(_ r: Self) -> Self {
    let r2 = r * r
    let r4 = r2 * r2
    let q01 = multiplyAdd(r, Self(repeating: 0.1666666666666641), Self(repeating: 0.5000000000000011))
    let q23 = multiplyAdd(r, Self(repeating: 0.008333333333494961), Self(repeating: 0.04166666666652973))
    let q45 = multiplyAdd(r, Self(repeating: 0.00019841269505802478), Self(repeating: 0.001388888894375978))
    let q67 = multiplyAdd(r, Self(repeating: 2.7557586783278443e-06), Self(repeating: 2.4801492949750686e-05))
    let q89 = multiplyAdd(r, Self(repeating: 2.5000023940315812e-08), Self(repeating: 2.763030624035685e-07))
    let q = multiplyAdd(
      r4, multiplyAdd(r4, q89, multiplyAdd(r2, q67, q45)), multiplyAdd(r2, q23, q01))
    return multiplyAdd(r2, q, r)
  }
}

extension Float32Vector {
  @inline(__always)
  static func exponential(_ x: Self) -> Self {
    let (r, shifted) = remainder(x)
    return power(part(r), shifted)
  }

  @inline(__always)
  static func exponentials(_ a: Self, _ b: Self, _ c: Self) -> (Self, Self, Self) {
    let (p, q, r) = (remainder(a), remainder(b), remainder(c))
    let (s, t, u) = (part(p.0), part(q.0), part(r.0))
    return (power(s, p.1), power(t, q.1), power(u, r.1))
  }

  /// 2^n e^r of e^r - 1 and n.
  @inline(__always)
  private static func power(_ part: Self, _ shifted: Self) -> Self {
    let exponent = unsafe unsafeBitCast(shifted, to: Float32Bits.self) &<< Float32Bits(repeating: 23)
    return unsafe unsafeBitCast(
      unsafeBitCast(part + Self(repeating: 1), to: Float32Bits.self) &+ exponent, to: Self.self)
  }

  @inline(__always)
  static func exponentialMinusOne(_ x: Self) -> Self {
    let (r, shifted) = remainder(x)
    let part = part(r)
    let n = unsafe unsafeBitCast(shifted, to: Float32Bits.self)
    let power = unsafe unsafeBitCast(
      (n &+ Float32Bits(repeating: 127)) &<< Float32Bits(repeating: 23), to: Self.self)
    return multiplyAdd(power, part, power - Self(repeating: 1))
  }

  /// r, and n in the low bits of a number.
  @inline(__always)
  private static func remainder(_ x: Self) -> (Self, Self) {
    let lowest = Self(repeating: -87)
    let highest = Self(repeating: 88)
    var x = x
    x.replace(with: lowest, where: x .< lowest)
    x.replace(with: highest, where: x .> highest)
    let magic = Self(repeating: 12_582_912)
    let shifted = multiplyAdd(x, Self(repeating: 1.442695), magic)
    let n = shifted - magic
    var r = multiplyAdd(n, Self(repeating: -0.693359375), x)
    r = multiplyAdd(n, Self(repeating: 2.12194440e-4), r)
    return (r, shifted)
  }

  /// e^r - 1
  @inline(__always)
  private static func part(_ r: Self) -> Self {
    let r2 = r * r
    let q01 = multiplyAdd(r, Self(repeating: 0.16666521), Self(repeating: 0.49999994))
    let q23 = multiplyAdd(r, Self(repeating: 0.008368745), Self(repeating: 0.041668393))
    let q = multiplyAdd(r2, multiplyAdd(r2, Self(repeating: 0.0013814536), q23), q01)
    return multiplyAdd(r2, q, r)
  }
}

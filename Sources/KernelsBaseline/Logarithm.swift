// log(1 + x) = k ln 2 + log(m) with 1 + x = 2^k m and m from √½ to √2; with f = m - 1 and s = f / (2 + f),
// log(m) = f - f²/2 + s (f²/2 + R(s²)). The polynomials R and the two parts of ln 2 are those of FreeBSD's msun (e_log.c,
// e_logf.c; Ng's). What rounding 1 + x lost is added over 1 + x. The result is within 2 units of the last place for all
// x above -1, a test measures it; log of 0 is -infinity, of numbers below NaN, and NaN stays NaN.

extension Float64Vector {
  @inline(__always)
  static func logarithmOfOnePlus(_ x: Self) -> Self {
    let one = Self(repeating: 1)
    let y = x + one
    // The mantissa's part from √½ on goes to m, and what is carried over to the exponent.
    let shifted =
      unsafe unsafeBitCast(y, to: Float64Bits.self)
      &+ Float64Bits(repeating: 0x3ff0_0000_0000_0000 - 0x3fe6_a09e_0000_0000)
    let exponent = (shifted &>> Float64Bits(repeating: 52)) | Float64Bits(repeating: 0x4330_0000_0000_0000)
    let k = unsafe unsafeBitCast(exponent, to: Self.self) - Self(repeating: 0x1p52 + 1023)
    let rest =
      (shifted & Float64Bits(repeating: 0x000f_ffff_ffff_ffff)) &+ Float64Bits(repeating: 0x3fe6_a09e_0000_0000)
    let m = unsafe unsafeBitCast(rest, to: Self.self)
    // What 1 + x lost, over 1 + x.
    var lost = (x - (y - one)).replacing(with: one - (y - x), where: x .> one)
    lost = (lost / y).replacing(with: Self(repeating: 0), where: k .> Self(repeating: 53))
    // Near 0 it is x itself.
    let isNear = (x .> Self(repeating: -0.2928932188134524)) .& (x .< Self(repeating: 0.4142135623730951))
    let f = (m - one).replacing(with: x, where: isNear)
    let n = k.replacing(with: Self(repeating: 0), where: isNear)
    lost.replace(with: Self(repeating: 0), where: isNear)
    let half = Self(repeating: 0.5) * f * f
    let s = f / (Self(repeating: 2) + f)
    let z = s * s
    let w = z * z
    let r1 = multiplyAdd(w, Self(repeating: 0.1531383769920937332), Self(repeating: 0.2222219843214978396))
    let r2 = multiplyAdd(w, Self(repeating: 0.1479819860511658591), Self(repeating: 0.1818357216161805012))
    let odd = multiplyAdd(w, r1, Self(repeating: 0.3999999999940941908))
    let even = multiplyAdd(
      w, multiplyAdd(w, r2, Self(repeating: 0.2857142874366239149)), Self(repeating: 0.6666666666666735130))
    let r = multiplyAdd(w, odd, z * even)
    let low = multiplyAdd(n, Self(repeating: 1.90821492927058770002e-10), lost)
    var result = multiplyAdd(s, half + r, low) - half + f
    result = multiplyAdd(n, Self(repeating: 6.93147180369123816490e-01), result)
    // x also where it is tiny (and -0), infinite or NaN.
    result.replace(with: x, where: magnitude(x) .< Self(repeating: 0x1p-53))
    result.replace(with: x, where: x .== Self(repeating: .infinity))
    result.replace(with: Self(repeating: -.infinity), where: x .== Self(repeating: -1))
    result.replace(with: Self(repeating: .nan), where: .!(x .>= Self(repeating: -1)))
    return result
  }
}

extension Float32Vector {
  @inline(__always)
  static func logarithmOfOnePlus(_ x: Self) -> Self {
    let one = Self(repeating: 1)
    let y = x + one
    // The mantissa's part from √½ on goes to m, and what is carried over to the exponent.
    let shifted = unsafe unsafeBitCast(y, to: Float32Bits.self) &+ Float32Bits(repeating: 0x3f80_0000 - 0x3f35_04f3)
    let exponent = (shifted &>> Float32Bits(repeating: 23)) | Float32Bits(repeating: 0x4b00_0000)
    let k = unsafe unsafeBitCast(exponent, to: Self.self) - Self(repeating: 0x1p23 + 127)
    let rest = (shifted & Float32Bits(repeating: 0x007f_ffff)) &+ Float32Bits(repeating: 0x3f35_04f3)
    let m = unsafe unsafeBitCast(rest, to: Self.self)
    // What 1 + x lost, over 1 + x.
    var lost = (x - (y - one)).replacing(with: one - (y - x), where: x .> one)
    lost = (lost / y).replacing(with: Self(repeating: 0), where: k .> Self(repeating: 24))
    // Near 0 it is x itself.
    let isNear = (x .> Self(repeating: -0.29289323)) .& (x .< Self(repeating: 0.41421357))
    let f = (m - one).replacing(with: x, where: isNear)
    let n = k.replacing(with: Self(repeating: 0), where: isNear)
    lost.replace(with: Self(repeating: 0), where: isNear)
    let half = Self(repeating: 0.5) * f * f
    let s = f / (Self(repeating: 2) + f)
    let z = s * s
    let w = z * z
    let odd = multiplyAdd(w, Self(repeating: 0.24279078841), Self(repeating: 0.40000972152))
    let even = multiplyAdd(w, Self(repeating: 0.28498786688), Self(repeating: 0.66666662693))
    let r = multiplyAdd(w, odd, z * even)
    let low = multiplyAdd(n, Self(repeating: 9.0580006145e-06), lost)
    var result = multiplyAdd(s, half + r, low) - half + f
    result = multiplyAdd(n, Self(repeating: 6.9313812256e-01), result)
    // x also where it is tiny (and -0), infinite or NaN.
    result.replace(with: x, where: magnitude(x) .< Self(repeating: 0x1p-24))
    result.replace(with: x, where: x .== Self(repeating: .infinity))
    result.replace(with: Self(repeating: -.infinity), where: x .== Self(repeating: -1))
    result.replace(with: Self(repeating: .nan), where: .!(x .>= Self(repeating: -1)))
    return result
  }
}

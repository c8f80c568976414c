/// Draws the masks of one hidden layer for examples that follow one another: byte 0xff keeps a unit, 0 drops it.
///
/// Philox4x32-10 (Salmon et al. 2011) with the key (seed, 0) and the counter (example's low word, example's high word,
/// iteration, layer · 2²⁴ + unit / 4); the word of lane unit mod 4 keeps the unit when it is below `threshold`, which is
/// keep · 2³² rounded up. Four examples at a time, each 32-bit word in a lane of 64.
@inline(__always)
func drawMasks(
  seed: UInt64, iteration: UInt64, layer: Int, units: Int, threshold: UInt64, firstExample: Int, examples: Int,
  masks: UnsafeMutablePointer<UInt8>, pitch: Int
) {
  let low = SIMD4<UInt64>(repeating: 0xffff_ffff)
  let limit = SIMD4<UInt64>(repeating: threshold)
  var unit = 0
  while unit < units {
    let group = UInt64(truncatingIfNeeded: layer &<< 24 | unit &>> 2)
    var offset = 0
    while offset < examples {
      let numbers =
        SIMD4<UInt64>(repeating: UInt64(truncatingIfNeeded: firstExample &+ offset)) &+ SIMD4<UInt64>(0, 1, 2, 3)
      var x = numbers & low
      var y = numbers &>> SIMD4<UInt64>(repeating: 32)
      var z = SIMD4<UInt64>(repeating: iteration)
      var w = SIMD4<UInt64>(repeating: group)
      var key = (seed, UInt64(0))
      for _ in 0..<10 {
        let first = x &* SIMD4<UInt64>(repeating: 0xd251_1f53)
        let second = z &* SIMD4<UInt64>(repeating: 0xcd9e_8d57)
        x = (second &>> SIMD4<UInt64>(repeating: 32)) ^ y ^ SIMD4<UInt64>(repeating: key.0)
        z = (first &>> SIMD4<UInt64>(repeating: 32)) ^ w ^ SIMD4<UInt64>(repeating: key.1)
        y = second & low
        w = first & low
        key = ((key.0 &+ 0x9e37_79b9) & 0xffff_ffff, (key.1 &+ 0xbb67_ae85) & 0xffff_ffff)
      }
      let row = unsafe masks + (unit &* pitch &+ offset)
      unsafe putMask(x .< limit, row)
      if unit &+ 1 < units { unsafe putMask(y .< limit, row + pitch) }
      if unit &+ 2 < units { unsafe putMask(z .< limit, row + 2 &* pitch) }
      if unit &+ 3 < units { unsafe putMask(w .< limit, row + 3 &* pitch) }
      offset &+= 4
    }
    unit &+= 4
  }
}

@inline(__always)
private func putMask(_ kept: SIMDMask<SIMD4<Int64>>, _ target: UnsafeMutablePointer<UInt8>) {
  let lanes = unsafe unsafeBitCast(kept, to: SIMD4<Int64>.self)
  let bytes = SIMD4<Int8>(truncatingIfNeeded: lanes)
  unsafe UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD4<Int8>.self)
}

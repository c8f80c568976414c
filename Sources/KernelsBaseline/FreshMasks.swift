/// Draws the masks of one hidden layer for examples that follow one another: byte 0xff keeps a unit, 0 drops it.
///
/// Philox4x32-10 (Salmon et al. 2011) with the key (seed, 0) and the counter (example's low word, example's high word,
/// iteration, layer · 2²⁴ + unit / 4); the word of lane unit mod 4 keeps the unit when it is below `threshold`, which
/// is keep · 2³² rounded up. Eight examples at a time, each 32-bit word in a lane of 64; a row has room for whole
/// eights.
@inline(__always)
func drawMasks(
  seed: UInt64, iteration: UInt64, layer: Int, units: Int, threshold: UInt64, firstExample: Int, examples: Int,
  masks: UnsafeMutablePointer<UInt8>, pitch: Int
) {
  let limit = SIMD4<Int64>(repeating: Int64(truncatingIfNeeded: threshold))
  var unit = 0
  while unit < units {
    let group = UInt64(truncatingIfNeeded: layer &<< 24 | unit &>> 2)
    let count = min(4, units &- unit)
    var offset = 0
    while offset < examples {
      // Twice four examples, so that the multiplications of one hide the waiting of the other.
      let example = firstExample &+ offset
      var first = Words(example: example, iteration: iteration, group: group)
      var second = Words(example: example &+ 4, iteration: iteration, group: group)
      var (low, high) = (seed, UInt64(0))
      for _ in 0..<10 {
        first.mix(low, high)
        second.mix(low, high)
        low = (low &+ 0x9e37_79b9) & 0xffff_ffff
        high = (high &+ 0xbb67_ae85) & 0xffff_ffff
      }
      let row = unsafe masks + (unit &* pitch &+ offset)
      unsafe first.put(limit, row, pitch, count)
      unsafe second.put(limit, row + 4, pitch, count)
      offset &+= 8
    }
    unit &+= 4
  }
}

/// The four words of four counters. Only the low halves of the lanes count: the rest is whatever the rounds left there.
private struct Words {
  var x: SIMD4<UInt64>
  var y: SIMD4<UInt64>
  var z: SIMD4<UInt64>
  var w: SIMD4<UInt64>

  @inline(__always)
  init(example: Int, iteration: UInt64, group: UInt64) {
    x = SIMD4(repeating: UInt64(truncatingIfNeeded: example)) &+ SIMD4(0, 1, 2, 3)
    y = x &>> SIMD4(repeating: 32)
    z = SIMD4(repeating: iteration)
    w = SIMD4(repeating: group)
  }

  /// One round.
  @inline(__always)
  mutating func mix(_ low: UInt64, _ high: UInt64) {
    let half = SIMD4<UInt64>(repeating: 0xffff_ffff)
    let first = (x & half) &* SIMD4(repeating: 0xd251_1f53)
    let second = (z & half) &* SIMD4(repeating: 0xcd9e_8d57)
    x = (second &>> SIMD4(repeating: 32)) ^ y ^ SIMD4(repeating: low)
    z = (first &>> SIMD4(repeating: 32)) ^ w ^ SIMD4(repeating: high)
    y = second
    w = first
  }

  /// The masks of the first `count` units.
  @inline(__always)
  func put(_ limit: SIMD4<Int64>, _ target: UnsafeMutablePointer<UInt8>, _ pitch: Int, _ count: Int) {
    unsafe putMask(x, limit, target)
    if count > 1 { unsafe putMask(y, limit, target + pitch) }
    if count > 2 { unsafe putMask(z, limit, target + 2 &* pitch) }
    if count > 3 { unsafe putMask(w, limit, target + 3 &* pitch) }
  }
}

@inline(__always)
private func putMask(_ words: SIMD4<UInt64>, _ limit: SIMD4<Int64>, _ target: UnsafeMutablePointer<UInt8>) {
  let word = unsafe unsafeBitCast(words & SIMD4(repeating: 0xffff_ffff), to: SIMD4<Int64>.self)
  let lanes = unsafe unsafeBitCast(word .< limit, to: SIMD4<Int64>.self)
  let bytes = SIMD4<Int8>(truncatingIfNeeded: lanes)
  unsafe UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD4<Int8>.self)
}

/// Draws the masks of one hidden layer for examples that follow one another: byte 0xff keeps a unit, 0 drops it.
///
/// Philox4x32-10 (Salmon et al. 2011) with the key (seed, 0) and the counter (example's low word, example's high word,
/// iteration, layer · 2²⁴ + unit / 4); the word of lane unit mod 4 keeps the unit when it is below `threshold`, which
/// is keep · 2³² rounded up, from 1 to 2³². Eight examples at a time, each 32-bit word in a lane of 64; a row has room
/// for whole eights, and the number of the first example is a multiple of eight.
@inline(__always)
func drawMasks(
  seed: UInt64, iteration: UInt64, layer: Int, units: Int, threshold: UInt64, firstExample: Int, examples: Int,
  masks: UnsafeMutablePointer<UInt8>, pitch: Int
) {
  var unit = 0
  while unit < units {
    unsafe drawFourUnits(
      seed: seed, iteration: iteration, group: UInt64(truncatingIfNeeded: layer &<< 24 | unit &>> 2),
      // The greatest word that keeps a unit.
      limit: UInt32(truncatingIfNeeded: threshold &- 1), firstExample: firstExample, examples: examples,
      masks: masks + unit &* pitch, pitch: pitch, units: min(4, units &- unit))
    unit &+= 4
  }
}

@inline(never)
private func drawFourUnits(
  seed: UInt64, iteration: UInt64, group: UInt64, limit: UInt32, firstExample: Int, examples: Int,
  masks: UnsafeMutablePointer<UInt8>, pitch: Int, units: Int
) {
  let limits = SIMD8<UInt32>(repeating: limit)
  var start = Start(
    seed: seed, iteration: iteration, group: group, exampleHigh: UInt64(truncatingIfNeeded: firstExample &>> 32))
  var high = firstExample &>> 32
  var offset = 0
  while offset < examples {
    let example = firstExample &+ offset
    if example &>> 32 != high {
      high = example &>> 32
      start = Start(seed: seed, iteration: iteration, group: group, exampleHigh: UInt64(truncatingIfNeeded: high))
    }
    let number = SIMD4(repeating: UInt64(truncatingIfNeeded: example))
    var first = Words(start, number &+ SIMD4(0, 2, 4, 6))
    var second = Words(start, number &+ SIMD4(1, 3, 5, 7))
    var keys = Keys(seed)
    // The waiting of one four is hidden by the other.
    for _ in 2..<10 {
      first.mix(keys)
      second.mix(keys)
      keys.advance()
    }
    let row = unsafe masks + offset
    unsafe putMask(first.x, second.x, limits, row)
    if units > 1 { unsafe putMask(first.y, second.y, limits, row + pitch) }
    if units > 2 { unsafe putMask(first.z, second.z, limits, row + 2 &* pitch) }
    if units > 3 { unsafe putMask(first.w, second.w, limits, row + 3 &* pitch) }
    offset &+= 8
  }
}

/// The key of a round.
private struct Keys {
  var low: SIMD4<UInt64>
  var high: SIMD4<UInt64>

  /// That of the third round.
  @inline(__always)
  init(_ seed: UInt64) {
    low = SIMD4(repeating: seed &+ 2 &* 0x9e37_79b9)
    high = SIMD4(repeating: 2 &* 0xbb67_ae85)
  }

  @inline(__always)
  mutating func advance() {
    low = low &+ SIMD4(repeating: 0x9e37_79b9)
    high = high &+ SIMD4(repeating: 0xbb67_ae85)
  }
}

/// What the first two rounds compute for all examples alike: of the counter only the example's low word differs.
private struct Start {
  /// Taken with the word z of the first round.
  let z1: UInt64
  /// Taken with the words x and z of the second round, and its word w.
  let x2: UInt64
  let z2: UInt64
  let w2: UInt64

  @inline(__always)
  init(seed: UInt64, iteration: UInt64, group: UInt64, exampleHigh: UInt64) {
    let second = (iteration & 0xffff_ffff) &* 0xcd9e_8d57
    let x1 = ((second &>> 32) ^ exampleHigh ^ seed) & 0xffff_ffff
    let first = x1 &* 0xd251_1f53
    z1 = group
    x2 = second ^ (seed &+ 0x9e37_79b9)
    z2 = (first &>> 32) ^ 0xbb67_ae85
    w2 = first
  }
}

/// The four words of four counters. Only the low halves of the lanes count: the rest is whatever the rounds left there.
private struct Words {
  var x: SIMD4<UInt64>
  var y: SIMD4<UInt64>
  var z: SIMD4<UInt64>
  var w: SIMD4<UInt64>

  /// The words after two rounds.
  @inline(__always)
  init(_ start: Start, _ examples: SIMD4<UInt64>) {
    let half = SIMD4<UInt64>(repeating: 0xffff_ffff)
    let first = (examples & half) &* SIMD4(repeating: 0xd251_1f53)
    let z1 = (first &>> SIMD4(repeating: 32)) ^ SIMD4(repeating: start.z1)
    let second = (z1 & half) &* SIMD4(repeating: 0xcd9e_8d57)
    x = (second &>> SIMD4(repeating: 32)) ^ SIMD4(repeating: start.x2)
    y = second
    z = first ^ SIMD4(repeating: start.z2)
    w = SIMD4(repeating: start.w2)
  }

  /// One round.
  @inline(__always)
  mutating func mix(_ keys: Keys) {
    let half = SIMD4<UInt64>(repeating: 0xffff_ffff)
    let first = (x & half) &* SIMD4(repeating: 0xd251_1f53)
    let second = (z & half) &* SIMD4(repeating: 0xcd9e_8d57)
    x = (second &>> SIMD4(repeating: 32)) ^ (y ^ keys.low)
    z = (first &>> SIMD4(repeating: 32)) ^ (w ^ keys.high)
    y = second
    w = first
  }
}

/// The masks of one unit for eight examples, the even ones in `first` and the odd ones in `second`.
@inline(__always)
private func putMask(
  _ first: SIMD4<UInt64>, _ second: SIMD4<UInt64>, _ limits: SIMD8<UInt32>, _ target: UnsafeMutablePointer<UInt8>
) {
  // No lane is taken out on its own: the compiler would compute the rounds lane by lane.
  let both = (first & SIMD4(repeating: 0xffff_ffff)) | (second &<< SIMD4(repeating: 32))
  let kept = unsafe unsafeBitCast(unsafeBitCast(both, to: SIMD8<UInt32>.self) .<= limits, to: SIMD32<UInt8>.self)
  // A conversion of SIMD's would be code that other targets may have too: see InstructionTests.
  let bytes = SIMD8(kept[0], kept[4], kept[8], kept[12], kept[16], kept[20], kept[24], kept[28])
  unsafe UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD8<UInt8>.self)
}

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
    let number = Counters(repeating: UInt64(truncatingIfNeeded: example))
    var first = Words(start, number &+ firstCounters)
    var second = Words(start, number &+ secondCounters)
    #if AVX512
      var third = Words(start, number &+ thirdCounters)
      // The eights that are wanted and have the same high word.
      let same = min(examples &- offset, 1 &<< 32 &- example & 0xffff_ffff)
      let eights = min(3, (same &+ 7) / 8)
    #else
      let eights = 1
    #endif
    var keys = Keys(seed)
    // The waiting of one vector is hidden by the others.
    for _ in 2..<10 {
      first.mix(keys)
      second.mix(keys)
      #if AVX512
        third.mix(keys)
      #endif
      keys.advance()
    }
    let row = unsafe masks + offset
    #if AVX512
      unsafe putMask(first.x, second.x, third.x, eights, limit, row)
      if units > 1 { unsafe putMask(first.y, second.y, third.y, eights, limit, row + pitch) }
      if units > 2 { unsafe putMask(first.z, second.z, third.z, eights, limit, row + 2 &* pitch) }
      if units > 3 { unsafe putMask(first.w, second.w, third.w, eights, limit, row + 3 &* pitch) }
    #else
      unsafe putMask(first.x, second.x, limit, row)
      if units > 1 { unsafe putMask(first.y, second.y, limit, row + pitch) }
      if units > 2 { unsafe putMask(first.z, second.z, limit, row + 2 &* pitch) }
      if units > 3 { unsafe putMask(first.w, second.w, limit, row + 3 &* pitch) }
    #endif
    offset &+= 8 &* eights
  }
}

// The counters: of three vectors of eight lanes those of eight examples each, of two of four the even and the odd ones
// of eight.
#if AVX512
  private typealias Counters = SIMD8<UInt64>
  private var firstCounters: Counters { Counters(0, 1, 2, 3, 4, 5, 6, 7) }
  private var secondCounters: Counters { Counters(8, 9, 10, 11, 12, 13, 14, 15) }
  private var thirdCounters: Counters { Counters(16, 17, 18, 19, 20, 21, 22, 23) }
#else
  private typealias Counters = SIMD4<UInt64>
  private var firstCounters: Counters { Counters(0, 2, 4, 6) }
  private var secondCounters: Counters { Counters(1, 3, 5, 7) }
#endif

/// The key of a round.
private struct Keys {
  var low: Counters
  var high: Counters

  /// That of the third round.
  @inline(__always)
  init(_ seed: UInt64) {
    low = Counters(repeating: seed &+ 2 &* 0x9e37_79b9)
    high = Counters(repeating: 2 &* 0xbb67_ae85)
  }

  @inline(__always)
  mutating func advance() {
    low = low &+ Counters(repeating: 0x9e37_79b9)
    high = high &+ Counters(repeating: 0xbb67_ae85)
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

/// The four words of as many counters as a vector has lanes. Only the low halves of the lanes count: the rest is whatever
/// the rounds left there.
private struct Words {
  var x: Counters
  var y: Counters
  var z: Counters
  var w: Counters

  /// The words after two rounds.
  @inline(__always)
  init(_ start: Start, _ examples: Counters) {
    let half = Counters(repeating: 0xffff_ffff)
    let first = (examples & half) &* Counters(repeating: 0xd251_1f53)
    let z1 = (first &>> Counters(repeating: 32)) ^ Counters(repeating: start.z1)
    let second = (z1 & half) &* Counters(repeating: 0xcd9e_8d57)
    x = (second &>> Counters(repeating: 32)) ^ Counters(repeating: start.x2)
    y = second
    z = first ^ Counters(repeating: start.z2)
    w = Counters(repeating: start.w2)
  }

  /// One round.
  @inline(__always)
  mutating func mix(_ keys: Keys) {
    let half = Counters(repeating: 0xffff_ffff)
    let first = (x & half) &* Counters(repeating: 0xd251_1f53)
    let second = (z & half) &* Counters(repeating: 0xcd9e_8d57)
    x = (second &>> Counters(repeating: 32)) ^ (y ^ keys.low)
    z = (first &>> Counters(repeating: 32)) ^ (w ^ keys.high)
    y = second
    w = first
  }
}

// No lane is taken out on its own: the compiler would compute the rounds lane by lane. A conversion of SIMD's would be
// code that other targets may have too: see CompiledCodeTests.

#if AVX512
  /// The masks of one unit for so many times eight examples, up to three.
  @inline(__always)
  private func putMask(
    _ first: Counters, _ second: Counters, _ third: Counters, _ eights: Int, _ limit: UInt32,
    _ target: UnsafeMutablePointer<UInt8>
  ) {
    unsafe putMask(first, limit, target)
    if eights > 1 { unsafe putMask(second, limit, target + 8) }
    if eights > 2 { unsafe putMask(third, limit, target + 16) }
  }

  @inline(__always)
  private func putMask(_ words: Counters, _ limit: UInt32, _ target: UnsafeMutablePointer<UInt8>) {
    let limits = Counters(repeating: UInt64(limit))
    let kept = unsafe unsafeBitCast((words & Counters(repeating: 0xffff_ffff)) .<= limits, to: SIMD64<UInt8>.self)
    let bytes = SIMD8(kept[0], kept[8], kept[16], kept[24], kept[32], kept[40], kept[48], kept[56])
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD8<UInt8>.self)
  }
#else
  /// The masks of one unit for eight examples, the even ones in `first` and the odd ones in `second`.
  @inline(__always)
  private func putMask(
    _ first: Counters, _ second: Counters, _ limit: UInt32, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let both = (first & Counters(repeating: 0xffff_ffff)) | (second &<< Counters(repeating: 32))
    let limits = SIMD8<UInt32>(repeating: limit)
    let kept = unsafe unsafeBitCast(unsafeBitCast(both, to: SIMD8<UInt32>.self) .<= limits, to: SIMD32<UInt8>.self)
    let bytes = SIMD8(kept[0], kept[4], kept[8], kept[12], kept[16], kept[20], kept[24], kept[28])
    unsafe UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD8<UInt8>.self)
  }
#endif

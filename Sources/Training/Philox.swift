/// Philox4x32-10, a random generator without a state: 128 bits of counter and a key of 64 give 128 random bits.
///
/// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
public struct Philox: Sendable, Hashable {
  /// The key.
  public let key: SIMD2<UInt32>

  /// A generator with the given key.
  public init(key: SIMD2<UInt32>) { self.key = key }

  /// A generator keyed by a seed: the key is (seed, 0).
  public init(seed: UInt32) { self.init(key: SIMD2(seed, 0)) }

  /// The four random words of a counter.
  public func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = counter.x.multipliedFullWidth(by: 0xd251_1f53)
      let second = counter.z.multipliedFullWidth(by: 0xcd9e_8d57)
      counter = SIMD4(second.high ^ counter.y ^ key.x, second.low, first.high ^ counter.w ^ key.y, first.low)
      key = SIMD2(key.x &+ 0x9e37_79b9, key.y &+ 0xbb67_ae85)
    }
    return counter
  }
}

import Tensors
import Testing
import Training

struct PhiloxTests {
  /// The known answers of philox4x32-10 that Random123 publishes (kat_vectors): counter, key, result.
  static let published: [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)] = [
    (SIMD4(0, 0, 0, 0), SIMD2(0, 0), SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    (
      SIMD4(repeating: 0xffff_ffff), SIMD2(repeating: 0xffff_ffff),
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ]

  @Test(arguments: published)
  func knownAnswers(_ counter: SIMD4<UInt32>, _ key: SIMD2<UInt32>, _ expected: SIMD4<UInt32>) {
    #expect(Philox(key: key).words(at: counter) == expected)
  }

  @Test func masksFollowTheCounter() {
    let dropout = Dropout(keepProbabilities: [0.5, 0.25], seed: 9, masks: .fresh)
    let masks = dropout.masks(hiddenSizes: [6, 3], exampleCount: 5, iteration: 70)
    let word = Philox(seed: 9).words(at: SIMD4(4, 0, 70, 1 << 24))[2]
    #expect(masks[1][2, 4] == (word < 1 << 30 ? 1 : 0))
    let second = Philox(seed: 9).words(at: SIMD4(3, 0, 70, 1))[1]
    #expect(masks[0][5, 3] == (second < 1 << 31 ? 1 : 0))
    #expect(Dropout.counter(iteration: 70, layer: 1, example: 1 << 32 | 4, unit: 2) == SIMD4(4, 1, 70, 1 << 24))
  }

  /// 20,000 units at keep 0.86: the standard deviation of the share is 0.0025, five of them are allowed.
  @Test func shareKept() {
    let dropout = Dropout(keepProbabilities: [0.86], seed: 1, masks: .fresh)
    let mask = dropout.masks(hiddenSizes: [20], exampleCount: 1000, iteration: 0)[0]
    #expect(abs(mask.elements.reduce(0, +) / 20_000 - 0.86) < 0.0125)
    #expect(dropout.masks(hiddenSizes: [20], exampleCount: 1000, iteration: 1)[0] != mask)
  }
}

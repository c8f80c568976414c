import KernelsAVX2
import KernelsAVX512
import KernelsBaseline
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

  /// Rows of any length, also across the example whose number needs a second word; nothing is written behind their
  /// eights.
  @Test(arguments: KernelTests.kernels)
  func kernelsDrawTheSameMasks(_ kernel: Kernel) {
    let (philox, units, pitch) = (Philox(seed: 9), 6, 96)
    for first in [0, 8, 1 << 32 - 40, 1 << 32 - 16, 1 << 32 - 8, 1 << 32] {
      for examples in 1...80 {
        var masks = [UInt8](repeating: 7, count: units * pitch)
        unsafe masks.withUnsafeMutableBufferPointer { buffer in
          guard let start = buffer.baseAddress else { return }
          let threshold: UInt64 = 1 << 30
          switch kernel {
          case .avx512:
            unsafe KernelsAVX512.dropoutMasks(
              seed: 9, iteration: 70, layer: 1, units: units, threshold: threshold, firstExample: first,
              examples: examples, masks: start, pitch: pitch)
          case .avx2:
            unsafe KernelsAVX2.dropoutMasks(
              seed: 9, iteration: 70, layer: 1, units: units, threshold: threshold, firstExample: first,
              examples: examples, masks: start, pitch: pitch)
          default:
            unsafe KernelsBaseline.dropoutMasks(
              seed: 9, iteration: 70, layer: 1, units: units, threshold: threshold, firstExample: first,
              examples: examples, masks: start, pitch: pitch)
          }
        }
        let isRight = (0..<units).allSatisfy { unit in
          (0..<pitch).allSatisfy { place in
            let found = masks[unit * pitch + place]
            guard place < examples else { return place < (examples + 7) / 8 * 8 || found == 7 }
            let counter = Dropout.counter(iteration: 70, layer: 1, example: first + place, unit: unit)
            return found == (philox.words(at: counter)[unit % 4] < 1 << 30 ? 0xff : 0)
          }
        }
        #expect(isRight, "\(examples) examples from \(first) on")
      }
    }
  }

  /// 20,000 units at keep 0.86: the standard deviation of the share is 0.0025, five of them are allowed.
  @Test func shareKept() {
    let dropout = Dropout(keepProbabilities: [0.86], seed: 1, masks: .fresh)
    let mask = dropout.masks(hiddenSizes: [20], exampleCount: 1000, iteration: 0)[0]
    #expect(abs(mask.elements.reduce(0, +) / 20_000 - 0.86) < 0.0125)
    #expect(dropout.masks(hiddenSizes: [20], exampleCount: 1000, iteration: 1)[0] != mask)
  }
}

import TensorFiles
import Testing

/// Golden files with some bytes changed at random: whatever is found, nothing traps and no memory is wasted.
@Suite struct MutationTests {
  /// Formats that are parsed here; a library that parses in C is not put to this test inside the test process.
  private static let examples = ExampleFile.golden.filter { !["h5", "mat73"].contains($0.format) }
  private static let mutantsPerFile = 400

  @Test(arguments: examples)
  func mutate(_ example: ExampleFile) throws {
    let bytes = try example.bytes()
    guard !bytes.isEmpty else { return }
    let limits = Limits(memory: 1 << 24, objects: 10_000)
    var random = Generator(state: UInt64(bytes.count))
    for _ in 0..<MutationTests.mutantsPerFile {
      var mutant = bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        // Numbers at the borders of their range find more than others.
        let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
        mutant[place] = values.randomElement(using: &random) ?? 0
      }
      do throws(FormatError) {
        let input = InputFile(bytes: mutant, name: example.name)
        let file = try FileFormats.open(input, from: example.format, limits: limits)
        _ = Listing(file)
      } catch {
        #expect(error.file == example.name)
      }
    }
  }

  /// The same numbers in every run (Knuth's MMIX generator, its upper half).
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      var result: UInt64 = 0
      for _ in 0..<2 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        result = result << 32 | state >> 32
      }
      return result
    }
  }
}

import ArgumentParser
import CFusedMultiplyAdd
import Training

/// `reg-benchmark multiply-add`: the seconds of one fused multiply-add of doubles at the core's limit.
struct MultiplyAddFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "multiply-add")

  @Option var rounds = 20

  func run() throws {
    guard try Kernel.auto.resolved() != .baseline else { throw WrongResult("this processor has no AVX2 and FMA") }
    // The vectors of the kernel, four doubles; and those of twice the width, where the processor has them.
    try measure("multiply-add", width: 4, fused_multiply_adds_256)
    if has_512_bit_vectors() { try measure("multiply-add 512", width: 8, fused_multiply_adds_512) }
  }

  private func measure(_ name: String, width: Int, _ multiplyAdds: (Int) -> Double) throws {
    // Lane i of each of the twelve chains converges to i / (1 - 0.5).
    let expected = Double(12 * width * (width - 1))
    let sum = multiplyAdds(1000)
    guard (sum - expected).magnitude < 1e-9 else { throw WrongResult("\(name): \(sum) instead of \(expected)") }
    let count = 1_000_000
    printFigure(name, rounds: rounds, units: count * 12 * width) { keep(multiplyAdds(count)) }
  }
}

/// `reg-benchmark spin`: work that touches no memory, to see whether a second core is one.
struct SpinFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "spin")

  @Option var rounds = 5

  func run() throws {
    var state: UInt64 = 1
    printFigure("spin", rounds: rounds, clock: .wall) {
      // xorshift64 (Marsaglia 2003): each step waits for the one before.
      for _ in 0..<50_000_000 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
      }
    }
    guard state != 0 else { throw WrongResult("the generator stopped at 0") }
  }
}

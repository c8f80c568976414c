import ArgumentParser
import CFusedMultiplyAdd
import Training

/// `reg-benchmark multiply-add`: the seconds of one fused multiply-add of doubles at the core's limit.
struct MultiplyAddFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "multiply-add")

  @Option var rounds = 20

  func run() throws {
    // The vectors are those of the kernel, four doubles.
    guard try Kernel.auto.resolved() == .avx2, fused_multiply_adds(1) != 0 else {
      throw WrongResult("this processor has no AVX2 and FMA")
    }
    // Every chain converges to y / (1 - x): 4/2, 8/3, 24/7 and 16, twelve times.
    let limits = 1 / (1 - 0.5) + 2 / (1 - 0.25) + 3 / (1 - 0.125) + 4 / (1 - 0.75)
    let sum = fused_multiply_adds(1000)
    guard (sum - 12 * limits).magnitude < 1e-9 else { throw WrongResult("the chains end at \(sum)") }
    let count = 1_000_000
    printFigure("multiply-add", rounds: rounds, units: count * fused_multiply_adds_per_round) {
      keep(fused_multiply_adds(count))
    }
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

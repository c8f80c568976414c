#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the learning rate changes with the iterations, after the warm-up.
///
/// The raw value is the text in files and on the command line: `constant`, `step(10000,0.5)`, `cosine`.
public enum Schedule: Sendable, Hashable {
  /// The same rate throughout.
  case constant
  /// The rate is multiplied by `factor` after each `every` iterations.
  case step(every: Int, factor: Double)
  /// rate · (1 + cos(π · part)) / 2, with the part of the iterations that is done: from the full rate to 0.
  ///
  /// Loshchilov and Hutter, "SGDR", 2017, (5), without restarts.
  case cosine

  /// What the learning rate is multiplied by at an iteration.
  ///
  /// - Parameters:
  ///   - iteration: from 0.
  ///   - total: the iterations of the whole training.
  ///   - warmUp: the iterations at the beginning in which the rate grows in equal steps to its full size; the schedule
  ///     begins after them.
  public func factor(iteration: Int, of total: Int, warmUp: Int) -> Double {
    if iteration < warmUp { return Double(iteration + 1) / Double(warmUp) }
    let (done, all) = (iteration - warmUp, total - warmUp)
    switch self {
    case .constant: return 1
    case .step(let every, let factor): return pow(factor, Double(done / every))
    case .cosine: return all <= 0 ? 1 : (1 + cos(Double.pi * Double(done) / Double(all))) / 2
    }
  }

  /// What is wrong with the numbers; nil where nothing is.
  func problem() -> String? {
    guard case .step(let every, let factor) = self else { return nil }
    if every < 1 { return "the schedule's step must be at least 1 iteration, found \(every)" }
    return factor > 0 && factor <= 1
      ? nil : "the schedule's factor must be greater than 0 and at most 1, found \(factor)"
  }
}

extension Schedule: RawRepresentable {
  public init?(rawValue: String) {
    guard let call = NumbersInParentheses(rawValue) else { return nil }
    switch (call.name, call.numbers.count) {
    case ("constant", 0): self = .constant
    case ("cosine", 0): self = .cosine
    case ("step", 2):
      guard let every = Int(exactly: call.numbers[0]) else { return nil }
      self = .step(every: every, factor: call.numbers[1])
    default: return nil
    }
  }

  public var rawValue: String {
    switch self {
    case .constant: "constant"
    case .step(let every, let factor): "step(\(every),\(factor))"
    case .cosine: "cosine"
    }
  }
}

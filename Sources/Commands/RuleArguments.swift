import ArgumentParser
import NetworkFiles
import ToolSupport
import Training

/// Names with numbers on the command line, `adam(0.9,0.999,1e-8)`, and what is wrong with one that names nothing.
enum RuleArguments {
  /// A name, the counts of numbers that it takes, and these counts in words.
  private typealias Rule = (name: String, counts: [Int], takes: String)

  /// The rule of the updates.
  static func optimizer(_ text: String) throws -> Optimizer {
    try rule(
      text, Optimizer(rawValue: text),
      [
        ("gradient-descent", [0], "no numbers"), ("momentum", [0, 1], "0 or 1 numbers"),
        ("nesterov", [0, 1], "0 or 1 numbers"), ("adam", [0, 3], "0 or 3 numbers"),
        ("adamw", [0, 1, 4], "0, 1 or 4 numbers"),
      ])
  }

  /// The way of the learning rate.
  static func schedule(_ text: String) throws -> Schedule {
    try rule(
      text, Schedule(rawValue: text),
      [
        ("constant", [0], "no numbers"), ("step", [2], "2 numbers, the first a whole one"),
        ("cosine", [0], "no numbers"),
      ])
  }

  /// The loss.
  static func loss(_ text: String) throws -> LossChoice {
    try rule(
      text, LossChoice(argument: text),
      [
        ("auto", [0], "no numbers"), ("cross-entropy", [0], "no numbers"), ("softmax", [0], "no numbers"),
        ("squared", [0], "no numbers"), ("huber", [0, 1], "0 or 1 numbers"),
      ])
  }

  /// A whole number, with its range where it is none.
  static func count(_ text: String) throws -> Int {
    if let number = Int(text) { return number }
    throw ValidationError("expected a whole number from 0 to \((1 << 32) - 1)")
  }

  private static func rule<Result>(_ text: String, _ result: Result?, _ rules: [Rule]) throws -> Result {
    if let result { return result }
    let name = text.prefix { $0 != "(" }
    guard let rule = rules.first(where: { $0.name == name }) else {
      throw ValidationError("expected one of " + rules.map(\.name).joined(separator: ", "))
    }
    guard text.hasSuffix(")") else { throw ValidationError("the numbers of \(rule.name) stand in parentheses") }
    let numbers = text.dropFirst(name.count + 1).dropLast().split(separator: ",", omittingEmptySubsequences: false)
    if let bad = numbers.first(where: { Double($0)?.isFinite != true }) {
      throw ValidationError("'\(bad)' is no finite number; \(rule.name) takes \(rule.takes)")
    }
    let found = rule.counts.contains(numbers.count) ? "" : ", found \(numbers.count)"
    throw ValidationError("\(rule.name) takes \(rule.takes)\(found)")
  }
}

/// A number, or `none`, which takes back the number of the settings that are the base.
struct NumberOrNone<Number: ExpressibleByArgument & Sendable>: ExpressibleByArgument, Sendable {
  /// The number; nil for `none`.
  let number: Number?

  init?(argument: String) {
    if argument == "none" {
      number = nil
      return
    }
    guard let number = Number(argument: argument) else { return nil }
    self.number = number
  }
}

/// A setting of which a search tries several values. The raw value is the name in reports; the option has hyphens.
package enum SearchableSetting: String, Sendable, Hashable, CaseIterable {
  /// ``TrainingSettings/hiddenSizes``: `20:3`.
  case hiddenSizes = "hidden"
  /// ``TrainingSettings/activation``.
  case activation
  /// ``TrainingSettings/initialization``.
  case initialization = "init"
  /// ``TrainingSettings/optimizer``.
  case optimizer
  /// ``TrainingSettings/learningRate``.
  case learningRate = "learning_rate"
  /// ``TrainingSettings/schedule``.
  case schedule
  /// ``TrainingSettings/batchSize``; `none` takes all examples.
  case batchSize = "batch_size"
  /// ``TrainingSettings/lambda``.
  case lambda
  /// ``TrainingSettings/l1``.
  case l1
  /// ``TrainingSettings/maxNorm``, or `none`.
  case maxNorm = "max_norm"
  /// ``TrainingSettings/keepProbabilities``: `0.9:0.8`.
  case keepProbabilities = "keep_prob"
  /// ``TrainingSettings/inputKeepProbability``.
  case inputKeepProbability = "input_keep_prob"

  /// The option of the command line.
  package var option: String { "--" + rawValue.map { $0 == "_" ? "-" : String($0) }.joined() }

  /// What a value is made of.
  enum Content {
    /// Whole numbers.
    case wholeNumbers
    /// Numbers.
    case numbers
    /// A name, perhaps with numbers in parentheses.
    case name
  }

  /// What a value is made of, which decides whether there are ranges of it.
  var content: Content {
    switch self {
    case .hiddenSizes, .batchSize: .wholeNumbers
    case .learningRate, .lambda, .l1, .maxNorm, .keepProbabilities, .inputKeepProbability: .numbers
    case .activation, .initialization, .optimizer, .schedule: .name
    }
  }

  /// Takes a value from its text, whose parts `:` joins.
  ///
  /// - Throws: ``TrainingError`` of code `settings` where the text is no value of this setting; whether the value is
  ///   within its range is for ``TrainingSettings/validate()``.
  package func set(_ text: String, in settings: inout TrainingSettings) throws(TrainingError) {
    switch self {
    case .hiddenSizes: settings.hiddenSizes = try parts(text, as: "a whole number") { Int($0) }
    case .activation: settings.activation = try named(text, Activation.init(rawValue:))
    case .initialization: settings.initialization = try named(text, Initialization.init(rawValue:))
    case .optimizer: settings.optimizer = try named(text, Optimizer.init(rawValue:))
    case .learningRate: settings.learningRate = try number(text)
    case .schedule: settings.schedule = try named(text, Schedule.init(rawValue:))
    case .batchSize: settings.batchSize = text == "none" ? nil : try one(text, as: "a whole number") { Int($0) }
    case .lambda: settings.lambda = try number(text)
    case .l1: settings.l1 = try number(text)
    case .maxNorm: settings.maxNorm = text == "none" ? nil : try number(text)
    case .keepProbabilities: settings.keepProbabilities = try parts(text, as: "a number") { Double($0) }
    case .inputKeepProbability: settings.inputKeepProbability = try number(text)
    }
  }

  /// The value that settings have, as the text that ``set(_:in:)`` takes; `none` where there is none.
  package func text(in settings: TrainingSettings) -> String {
    switch self {
    case .hiddenSizes: settings.hiddenSizes.map(String.init).joined(separator: ":")
    case .activation: settings.activation.rawValue
    case .initialization: settings.initialization.rawValue
    case .optimizer: settings.optimizer.rawValue
    case .learningRate: shortest(settings.learningRate)
    case .schedule: settings.schedule.rawValue
    case .batchSize: settings.batchSize.map(String.init) ?? "none"
    case .lambda: shortest(settings.lambda)
    case .l1: shortest(settings.l1)
    case .maxNorm: settings.maxNorm.map(shortest) ?? "none"
    case .keepProbabilities: settings.keepProbabilities.map(shortest).joined(separator: ":")
    case .inputKeepProbability: shortest(settings.inputKeepProbability)
    }
  }

  private func number(_ text: String) throws(TrainingError) -> Double {
    try one(text, as: "a number") { Double($0) }
  }

  private func one<Value>(_ text: String, as kind: String, _ parse: (String) -> Value?) throws(TrainingError) -> Value {
    guard let value = parse(text) else {
      throw TrainingError(.settings, "\(option): '\(text)' is not \(kind)")
    }
    return value
  }

  private func parts<Value>(
    _ text: String, as kind: String, _ parse: (String) -> Value?
  ) throws(TrainingError) -> [Value] {
    var values: [Value] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      values.append(try one(String(part), as: kind, parse))
    }
    return values
  }

  private func named<Value>(_ text: String, _ parse: (String) -> Value?) throws(TrainingError) -> Value {
    guard let value = parse(text) else { throw TrainingError(.settings, "\(option) has no value '\(text)'") }
    return value
  }

  /// `1` for 1.0, as people write it.
  private func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

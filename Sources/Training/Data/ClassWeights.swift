import Tensors

/// How much the examples of each class count.
public enum ClassWeights: Sendable, Hashable {
  /// n / (K n_k), with n examples, K classes and n_k examples of class k: every class counts the same. Where examples have
  /// weights, n and n_k are sums of weights. A class without examples is not counted in K and has the weight 1.
  case balanced
  /// One number for each class.
  case list([Double])

  /// The weights of the classes.
  ///
  /// - Parameter sums: for each class the sum of its examples' weights, or their number.
  /// - Throws: ``TrainingError`` of code `settings` when there are not as many numbers as classes, or one is negative or
  ///   not finite.
  public func factors(sums: [Double]) throws(TrainingError) -> [Double] {
    switch self {
    case .balanced:
      let present = sums.filter { $0 > 0 }
      let total = present.reduce(0, +)
      return sums.map { $0 > 0 ? total / (Double(present.count) * $0) : 1 }
    case .list(let numbers):
      guard numbers.count == sums.count else {
        throw TrainingError(
          .settings, "\(numbers.count) class weight\(numbers.count == 1 ? "" : "s") for \(sums.count) classes")
      }
      if let bad = numbers.first(where: { !($0 >= 0 && $0.isFinite) }) {
        throw TrainingError(.settings, "a class weight must be a number that is not negative, found \(bad)")
      }
      return numbers
    }
  }
}

extension ClassWeights: LosslessStringConvertible {
  /// Weights from their text: `balanced` or numbers, `1,5`.
  public init?(_ text: String) {
    if text == "balanced" {
      self = .balanced
      return
    }
    var numbers: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Double(part), number >= 0, number.isFinite else { return nil }
      numbers.append(number)
    }
    self = .list(numbers)
  }

  /// The text: `balanced`, `1,5`.
  public var description: String {
    switch self {
    case .balanced: "balanced"
    case .list(let numbers): numbers.map { Int(exactly: $0).map(String.init) ?? "\($0)" }.joined(separator: ",")
    }
  }
}

extension LabelKind {
  /// The number of classes; nil for values.
  public var classCount: Int? {
    switch self {
    case .binary: 2
    case .classes(let count): count
    case .values: nil
    }
  }
}

extension Dataset {
  /// For each class the sum of its examples' weights, in the order of the examples; empty for values.
  public var classSums: [Double] {
    guard let count = kind.classCount else { return [] }
    var sums = [Double](repeating: 0, count: count)
    for example in 0..<exampleCount { sums[Int(labels[0, example])] += weights?[example] ?? 1 }
    return sums
  }

  /// The class of all examples, where there is only one; nil for values.
  public var onlyClass: Int? {
    guard kind.classCount != nil else { return nil }
    let first = labels[0, 0]
    return (1..<exampleCount).contains { labels[0, $0] != first } ? nil : Int(first)
  }

  /// The same examples, their weights multiplied by those of their classes.
  ///
  /// - Throws: ``TrainingError`` of code `settings` when there are not as many numbers as classes, of code `dataset` when
  ///   all examples would have the weight 0.
  public func weighted(byClass factors: [Double]) throws(TrainingError) -> Dataset {
    guard let count = kind.classCount, factors.count == count else {
      throw TrainingError(.settings, "\(factors.count) class weights for \(kind.classCount ?? 0) classes")
    }
    let weights = (0..<exampleCount).map { example in
      (self.weights.map { $0[example] } ?? 1) * factors[Int(labels[0, example])]
    }
    return try Dataset(features: features, labels: labels, kind: kind, weights: weights)
  }
}

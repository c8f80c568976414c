/// What the numbers of the last layer mean.
public enum Output: Sendable, Hashable {
  /// One sigmoid unit: the probability of the second of two classes, 0 and 1.
  case probability
  /// One unit for each class of these names: an example is of the class with the largest number.
  case classes([String])
  /// So many numbers that stand for themselves.
  case values(Int)
}

extension Network {
  /// What the numbers of the last layer mean.
  ///
  /// Softmax has classes, `0`, `1` … where they have no names; other units have classes only where these have names.
  public var output: Output {
    guard let last = layers.last else { return .values(0) }
    if last.activation == .sigmoid && last.outputCount == 1 { return .probability }
    if last.outputCount > 1 {
      if let classNames { return .classes(classNames) }
      if last.activation == .softmax { return .classes((0..<last.outputCount).map(String.init)) }
    }
    return .values(last.outputCount)
  }
}

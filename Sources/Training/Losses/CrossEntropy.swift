public import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The cross-entropy of predictions and labels.
public enum CrossEntropy {
  /// The loss of one example from its z: y softplus(-z) + (1 - y) softplus(z).
  ///
  /// It equals -(y log(a) + (1 - y) log(1 - a)) with a = sigmoid(z), and stays finite and exact where a rounds to 0 or
  /// 1.
  public static func loss(z: Double, label: Double) -> Double {
    let tail = log1p(exp(-abs(z)))
    return label * (max(-z, 0) + tail) + (1 - label) * (max(z, 0) + tail)
  }

  /// Puts dz = a - y in the place of z.
  static func differentiate(_ z: inout MutableSpan<Double>, label: Double) {
    z[0] = Activation.sigmoid(z[0]) - label
  }

  /// The cost from the last layer's z, (1, examples): the mean loss.
  public static func cost(z: Matrix, labels: Matrix) -> Double {
    zip(z.elements, labels.elements).reduce(0) { $0 + loss(z: $1.0, label: $1.1) } / Double(labels.elements.count)
  }

  /// The cost from probabilities, (1, examples): -(1/m) sum of y log(a) + (1 - y) log(1 - a).
  ///
  /// Regularization notebook, `compute_cost(a3, Y)`. Infinite where a label's probability is 0.
  public static func cost(probabilities: Matrix, labels: Matrix) -> Double {
    zip(probabilities.elements, labels.elements).reduce(0) { $0 + loss(probability: $1.0, label: $1.1) }
      / Double(labels.elements.count)
  }

  /// The loss of one example from its probability: -(y log(a) + (1 - y) log(1 - a)).
  public static func loss(probability a: Double, label y: Double) -> Double {
    (y == 0 ? 0 : -y * log(a)) - (y == 1 ? 0 : (1 - y) * log1p(-a))
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The cross-entropy after a softmax, of labels that are class numbers.
public enum SoftmaxCrossEntropy {
  /// The loss of one example: -log(a_label) = log(sum of exp(z_k)) - z_label.
  ///
  /// The largest z is taken out of the sum, so that it stays finite and exact where a_label rounds to 0.
  public static func loss(z: Span<Double>, label: Double) -> Double {
    var largest = -Double.infinity
    for index in z.indices where z[index] > largest { largest = z[index] }
    var sum = 0.0
    for index in z.indices { sum += exp(z[index] - largest) }
    return log(sum) + (largest - z[Int(label)])
  }

  /// Puts dz = a - y in the place of z, with y = 1 for the label's unit and 0 for the others.
  static func differentiate(_ z: inout MutableSpan<Double>, label: Double) {
    Activation.softmax.apply(to: &z)
    z[Int(label)] -= 1
  }
}

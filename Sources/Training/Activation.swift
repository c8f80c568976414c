public import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The function that a layer applies to each element of z; the raw values are the names in files.
public enum Activation: String, Sendable, Hashable, CaseIterable {
  /// max(0, z)
  case relu
  /// 1 / (1 + exp(-z))
  case sigmoid

  /// The activation of one z. NaN stays NaN.
  public func callAsFunction(_ z: Double) -> Double {
    switch self {
    case .relu: z < 0 ? 0 : z
    case .sigmoid: 1 / (1 + exp(-z))
    }
  }

  /// The activations of all elements of `z`, in its shape.
  public func callAsFunction(_ z: Matrix) -> Matrix { z.mapped { self($0) } }

  /// The derivative at z, written in terms of the activation a: a > 0 for relu, a (1 - a) for sigmoid.
  public func derivative(atActivation a: Double) -> Double {
    switch self {
    case .relu: a > 0 ? 1 : 0
    case .sigmoid: a * (1 - a)
    }
  }
}

extension Activation {
  /// The activations of rows of z, `width` numbers of each row that lie `pitch` apart, in the arithmetic of the scalar
  /// where that is exact, else in Double.
  func apply<Scalar: KernelScalar>(
    to z: borrowing MutableSpan<Scalar>, into a: inout MutableSpan<Scalar>, rows: Int, pitch: Int, width: Int
  ) {
    for row in 0..<rows {
      let first = row * pitch
      switch self {
      case .linear: for index in first..<first + width { a[index] = z[index] }
      case .relu: for index in first..<first + width { a[index] = z[index] < 0 ? 0 : z[index] }
      default: for index in first..<first + width { a[index] = Scalar(self(Double(z[index]))) }
      }
    }
  }

  /// Puts da · activation'(z) in the place of z.
  func multiplyByDerivative<Scalar: KernelScalar>(
    _ da: borrowing MutableSpan<Scalar>, at z: inout MutableSpan<Scalar>, rows: Int, pitch: Int, width: Int
  ) {
    for row in 0..<rows {
      let first = row * pitch
      switch self {
      case .linear: for index in first..<first + width { z[index] = da[index] }
      case .relu: for index in first..<first + width { z[index] = z[index] > 0 ? da[index] : 0 }
      default:
        for index in first..<first + width { z[index] = da[index] * Scalar(derivative(at: Double(z[index]))) }
      }
    }
  }
}

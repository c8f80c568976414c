extension Activation {
  /// The activations of rows of z, `width` numbers of each row that lie `pitch` apart; the derivatives take the place of
  /// z, of which the backward pass needs nothing else.
  func apply<Scalar: KernelScalar>(
    to z: inout MutableSpan<Scalar>, into a: inout MutableSpan<Scalar>, rows: Int, pitch: Int, width: Int
  ) {
    for row in 0..<rows {
      for index in row * pitch..<row * pitch + width {
        let number = Double(z[index])
        a[index] = Scalar(self(number))
        z[index] = Scalar(derivative(at: number))
      }
    }
  }
}

extension Activation {
  /// The activations of rows of z, `width` numbers of each row that lie `pitch` apart; the derivatives take the place of
  /// z, of which the backward pass needs nothing else.
  func apply<Scalar: KernelScalar>(
    to z: inout MutableSpan<Scalar>, into a: inout MutableSpan<Scalar>, rows: Int, pitch: Int, width: Int
  ) {
    for row in 0..<rows {
      let range = row * pitch..<row * pitch + width
      switch self {
      case .linear:
        for index in range {
          a[index] = z[index]
          z[index] = 1
        }
      case .relu:
        for index in range {
          let isActive = z[index] > 0
          a[index] = z[index] < 0 ? 0 : z[index]
          z[index] = isActive ? 1 : 0
        }
      default:
        for index in range {
          let (value, derivative) = valueAndDerivative(at: Double(z[index]))
          a[index] = Scalar(value)
          z[index] = Scalar(derivative)
        }
      }
    }
  }

  /// ``callAsFunction(_:)`` and ``derivative(at:)`` of one z, where they share a function with that computed once.
  private func valueAndDerivative(at z: Double) -> (Double, Double) {
    switch self {
    case .tanh:
      let a = self(z)
      return (a, 1 - a * a)
    case .sigmoid:
      let a = self(z)
      return (a, a * (1 - a))
    case .elu(let alpha):
      let a = self(z)
      return (a, z > 0 ? 1 : a + alpha)
    case .swish:
      let sigmoid = Activation.sigmoid(z)
      return (z * sigmoid, sigmoid * (1 + z * (1 - sigmoid)))
    default: return (self(z), derivative(at: z))
    }
  }
}

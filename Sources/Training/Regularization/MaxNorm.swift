public import Tensors

/// A bound on the weights of each unit: after each update, a unit whose weights have a Euclidean norm above the limit is
/// scaled back to it; biases are free.
///
/// Srivastava et al., "Dropout", 2014, §5.1; Keras' `MaxNorm(max_value: limit, axis: 0)`.
public struct MaxNorm: Sendable, Hashable {
  /// The largest norm, above 0.
  public var limit: Double

  /// A bound.
  public init(limit: Double) { self.limit = limit }

  /// The weights (units, inputs) within the bound.
  public func callAsFunction(_ weights: Matrix) -> Matrix {
    var result = weights
    for row in 0..<weights.rows {
      let norm = weights.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > limit else { continue }
      for column in 0..<weights.columns { result[row, column] *= limit / norm }
    }
    return result
  }
}

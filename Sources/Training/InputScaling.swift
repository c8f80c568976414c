public import Tensors

/// The standardisation of inputs before the first layer: (x - mean) / scale, input by input.
public struct InputScaling: Sendable, Hashable {
  /// What is taken away, one number for each input.
  public var mean: [Double]
  /// What is divided by, one number for each input; never 0.
  public var scale: [Double]

  /// A standardisation; whether it fits is checked by ``Network/init(layers:inputNames:classNames:inputScaling:)``.
  public init(mean: [Double], scale: [Double]) {
    self.mean = mean
    self.scale = scale
  }

  /// - Throws: ``TrainingError`` of code `network` when the numbers are not as many as the inputs, not finite, or divide
  ///   by 0.
  func check(inputCount: Int) throws(NetworkError) {
    if mean.count != inputCount || scale.count != inputCount {
      throw NetworkError(
        .network, "\(mean.count) means and \(scale.count) scales of inputs for \(inputCount) inputs")
    }
    for input in 0..<inputCount where !(mean[input].isFinite && scale[input].isFinite && scale[input] != 0) {
      throw NetworkError(
        .network, "input \(input + 1) is standardised with mean \(mean[input]) and scale \(scale[input])", input: input)
    }
  }

  /// Features (inputs, examples), standardised.
  public func callAsFunction(_ features: Matrix) -> Matrix {
    var result = features
    for row in 0..<features.rows {
      for column in 0..<features.columns {
        result[row, column] = (features[row, column] - mean[row]) / scale[row]
      }
    }
    return result
  }

  /// Standardises one row of inputs.
  func apply(to rows: Span<Double>, into target: inout MutableSpan<Double>) {
    var input = 0
    for index in rows.indices {
      target[index] = (rows[index] - mean[input]) / scale[input]
      input = input + 1 == mean.count ? 0 : input + 1
    }
  }
}

/// How far the values of one output are from its labels.
public struct ValueErrors: Sendable, Hashable {
  private var squares = CompensatedSum()
  private var absolutes = CompensatedSum()
  /// The sum of the weights, the labels' mean and the sum of their squared deviations from it.
  private var weight = 0.0
  private var mean = 0.0
  private var deviations = 0.0

  init() {}

  /// Deviations are kept as in West, "Updating Mean and Variance Estimates: An Improved Method" (1979).
  mutating func add(value: Double, label: Double, weight: Double) {
    let error = value - label
    squares.add(weight * error * error)
    absolutes.add(weight * abs(error))
    let difference = label - mean
    self.weight += weight
    mean += difference * (weight / self.weight)
    deviations += weight * difference * (label - mean)
  }

  /// Deviations of blocks are put together as in Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm
  /// for Computing Sample Variances" (1979), (2.1).
  mutating func add(_ other: ValueErrors) {
    squares.add(other.squares)
    absolutes.add(other.absolutes)
    guard other.weight > 0 else { return }
    let both = weight + other.weight
    let difference = other.mean - mean
    deviations += other.deviations + difference * difference * (weight * other.weight / both)
    mean += difference * (other.weight / both)
    weight = both
  }

  /// The mean of the squared differences; nil without examples.
  public var meanSquaredError: Double? { squares.value.part(of: weight) }
  /// The root of the mean squared error; nil without examples.
  public var rmse: Double? { meanSquaredError.map { $0.squareRoot() } }
  /// The mean of the differences without their signs; nil without examples.
  public var meanAbsoluteError: Double? { absolutes.value.part(of: weight) }
  /// R², the part of the labels' variance that the values explain; nil where the labels are all equal.
  public var r2: Double? { deviations > 0 ? squares.value.part(of: deviations).map { 1 - $0 } : nil }
}

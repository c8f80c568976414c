/// What can be said about the elements of a tensor in a few numbers.
public struct TensorStatistics: Sendable, Hashable {
  /// The number of elements.
  public var count = 0
  /// The smallest element that is a number; NaN where there is none.
  public var minimum = Double.nan
  /// The largest element that is a number; NaN where there is none.
  public var maximum = Double.nan
  /// The mean of the finite elements.
  public var mean = Double.nan
  /// The standard deviation of the finite elements, with their number in the denominator.
  public var standardDeviation = Double.nan
  /// The square root of the sum of the squares of the finite elements.
  public var norm = 0.0
  /// How many elements are 0.
  public var zeros = 0
  /// How many elements are not a number.
  public var nans = 0
  /// How many elements are infinite.
  public var infinities = 0

  /// The statistics of numbers, in two passes, so that a large mean does not swallow a small deviation.
  public init(_ elements: [Double]) {
    count = elements.count
    var sum = 0.0
    for element in elements {
      if element.isNaN {
        nans += 1
        continue
      }
      minimum = element < minimum ? element : minimum.isNaN ? element : minimum
      maximum = element > maximum ? element : maximum.isNaN ? element : maximum
      if element == 0 { zeros += 1 }
      if element.isInfinite { infinities += 1 } else { sum += element }
    }
    let finite = Double(count - nans - infinities)
    guard finite > 0 else { return }
    mean = sum / finite
    var squaredDeviations = 0.0
    var squares = 0.0
    for element in elements where element.isFinite {
      squaredDeviations += (element - mean) * (element - mean)
      squares += element * element
    }
    standardDeviation = (squaredDeviations / finite).squareRoot()
    norm = squares.squareRoot()
  }
}

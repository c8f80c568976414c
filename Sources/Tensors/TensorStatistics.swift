/// What can be said about the elements of a tensor in a few numbers.
public struct TensorStatistics: Sendable {
  /// The number of elements.
  public var count = 0
  /// The smallest element that is a number; NaN where there is none.
  public var minimum = Double.nan
  /// The largest element that is a number; NaN where there is none.
  public var maximum = Double.nan
  /// How many elements are 0.
  public var zeros = 0
  /// How many elements are not a number.
  public var nans = 0
  /// How many elements are infinite.
  public var infinities = 0
  /// The sum, the sum of the squared deviations from the mean and the sum of the squares of the finite elements.
  private var sums = (plain: 0.0, ofSquaredDeviations: 0.0, ofSquares: 0.0)

  /// The mean of the finite elements; NaN where there is none.
  public var mean: Double { finite > 0 ? sums.plain / Double(finite) : .nan }
  /// The standard deviation of the finite elements, with their number in the denominator; NaN where there is none.
  public var standardDeviation: Double {
    finite > 0 ? (sums.ofSquaredDeviations / Double(finite)).squareRoot() : .nan
  }
  /// The square root of the sum of the squares of the finite elements.
  public var norm: Double { sums.ofSquares.squareRoot() }

  private var finite: Int { count - nans - infinities }

  /// The statistics of no numbers.
  public init() {}

  /// The statistics of numbers.
  public init(_ elements: [Double]) { add(elements) }

  /// Adds more numbers, in two passes over them, so that a large mean does not swallow a small deviation.
  ///
  /// Deviations of blocks are put together as in Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm
  /// for Computing Sample Variances" (1979), (2.1).
  public mutating func add(_ elements: [Double]) {
    let before = (count: Double(finite), mean: mean)
    var blockSum = 0.0
    for element in elements {
      if element.isNaN {
        nans += 1
        continue
      }
      minimum = element < minimum ? element : minimum.isNaN ? element : minimum
      maximum = element > maximum ? element : maximum.isNaN ? element : maximum
      if element == 0 { zeros += 1 }
      if element.isInfinite { infinities += 1 } else { blockSum += element }
    }
    count += elements.count
    let blockCount = Double(finite) - before.count
    guard blockCount > 0 else { return }
    let blockMean = blockSum / blockCount
    for element in elements where element.isFinite {
      sums.ofSquaredDeviations += (element - blockMean) * (element - blockMean)
      sums.ofSquares += element * element
    }
    sums.plain += blockSum
    guard before.count > 0 else { return }
    let difference = blockMean - before.mean
    sums.ofSquaredDeviations += difference * difference * (before.count * blockCount / (before.count + blockCount))
  }
}

/// Whether probabilities are what they say: of the examples with a probability near to 0.8, eight in ten should be hits.
///
/// Of two classes the probability is that of label 1 and a hit is an example with that label. Of more it is that of the
/// predicted class, and a hit is an example whose label is predicted: Guo, Pleiss, Sun and Weinberger, "On Calibration of
/// Modern Neural Networks" (2017).
public struct Calibration: Sendable, Hashable {
  /// The examples with a probability above k/10 up to (k + 1)/10; the first has those of 0 too.
  public struct Bin: Sendable, Hashable {
    /// The number of examples.
    public var count = 0
    fileprivate var weights = CompensatedSum()
    fileprivate var probabilities = CompensatedSum()
    fileprivate var hits = CompensatedSum()

    /// The sum of the examples' weights.
    public var weight: Double { weights.value }
    /// Their mean probability; nil without examples.
    public var probability: Double? { probabilities.part(of: weights) }
    /// The part of them that are hits; nil without examples.
    public var frequency: Double? { hits.part(of: weights) }
  }

  /// The bins, by probability.
  public private(set) var bins = Array(repeating: Bin(), count: Calibration.binCount)

  /// The number of bins.
  public static let binCount = 10

  mutating func add(probability: Double, isHit: Bool, weight: Double) {
    let bins = Double(Calibration.binCount)
    // As scikit-learn's calibration_curve has it, a border belongs to the bin below.
    var place = probability > 0 ? max(0, Int((min(probability, 1) * bins).rounded(.up)) - 1) : 0
    if place > 0, probability <= Double(place) / bins { place -= 1 }
    self.bins[place].count += 1
    self.bins[place].weights.add(weight)
    self.bins[place].probabilities.add(weight * probability)
    self.bins[place].hits.add(isHit ? weight : 0)
  }

  mutating func add(_ other: Calibration) {
    for place in bins.indices {
      bins[place].count += other.bins[place].count
      bins[place].weights.add(other.bins[place].weights)
      bins[place].probabilities.add(other.bins[place].probabilities)
      bins[place].hits.add(other.bins[place].hits)
    }
  }

  /// The expected calibration error: the mean over the examples of how far the mean probability of their bin is from the
  /// part of hits in it. Nil without examples.
  public var error: Double? {
    var (distances, weights) = (CompensatedSum(), CompensatedSum())
    for bin in bins {
      distances.add(abs(bin.probabilities.value - bin.hits.value))
      weights.add(bin.weights)
    }
    return distances.part(of: weights)
  }
}

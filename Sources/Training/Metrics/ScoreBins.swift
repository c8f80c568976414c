/// How many examples of a class, and not of it, have scores in each of many narrow bins: what remains of the scores when
/// there are too many to keep.
///
/// The bins of probabilities are as narrow near to 1 as near to 0: they are told apart by the exponent and the leading
/// bits of p below 1/2, and of 1 - p above. Other scores x are first brought to (1 + x / (1 + |x|)) / 2. The bins of all
/// columns together take about 8 MB.
package struct ScoreBins: Sendable, Hashable {
  private let areProbabilities: Bool
  /// The leading bits of the fraction that count.
  private let bits: Int
  private let binCount: Int
  /// A row of bins for each column.
  private(set) var positives: [Double]
  private(set) var negatives: [Double]

  /// Probabilities below 2^-63 share a bin.
  private static let octaves = 63

  /// Bins of so many columns.
  package init(columnCount: Int, areProbabilities: Bool) {
    self.areProbabilities = areProbabilities
    var bits = 12
    while bits > 2, 1 << (12 - bits) < columnCount { bits -= 1 }
    self.bits = bits
    binCount = 2 * ((ScoreBins.octaves << bits) + 2)
    positives = Array(repeating: 0, count: columnCount * binCount)
    negatives = positives
  }

  /// The bin of a score; greater scores are never in a lower one.
  package func bin(_ score: Double) -> Int {
    let probability = areProbabilities ? score : 0.5 + 0.5 * (score / (1 + abs(score)))
    return probability < 0.5 ? half(probability) : binCount - 1 - half(1 - probability)
  }

  /// The bin of a probability up to 1/2.
  private func half(_ probability: Double) -> Int {
    let least = Double(sign: .plus, exponent: -ScoreBins.octaves - 1, significand: 1).bitPattern >> UInt64(52 - bits)
    let key = probability > 0 ? probability.bitPattern >> UInt64(52 - bits) : 0
    return key < least ? 0 : min(binCount / 2 - 1, Int(key - least) + 1)
  }

  mutating func add(score: Double, column: Int, isPositive: Bool, weight: Double) {
    let place = column * binCount + bin(score)
    if isPositive { positives[place] += weight } else { negatives[place] += weight }
  }

  mutating func add(_ other: ScoreBins) {
    for place in positives.indices {
      positives[place] += other.positives[place]
      negatives[place] += other.negatives[place]
    }
  }

  /// The area of a column and the most that it can be wrong by: pairs in one bin count as halves, and may be all or
  /// nothing. Nil where there are no examples of the class, or none of the others.
  func area(column: Int) -> (value: Double, error: Double)? {
    var curve = AreaUnderCurve()
    for place in column * binCount..<(column + 1) * binCount {
      curve.addTies(positive: positives[place], negative: negatives[place])
    }
    return curve.area.map { ($0, curve.tiedPart) }
  }
}

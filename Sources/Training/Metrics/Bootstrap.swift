import Tensors

/// Percentile intervals from resamples: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3.
///
/// A resample draws as many examples as there are, with replacement, each with its weight: the multinomial bootstrap,
/// whose resamples all have the size of the set, which matters for the small sets that need intervals most (a Poisson
/// bootstrap of ten examples can draw none). Draw d of resample r is example floor(u m / 2^64) of m, where u has the first
/// (of d even) or the last two words (of d odd) of Philox with the key (seed, 0x626f6f74) at the counter (d / 2, d / 2^33,
/// r, 0), low word first: whoever computes it, it is the same.
///
/// The interval of a metric goes from the (1 - confidence) / 2 quantile of its values in the resamples to that of
/// (1 + confidence) / 2, between two values in proportion. Resamples in which it is not defined are left out.
public struct Bootstrap: Sendable, Hashable {
  /// The number of resamples.
  public let resamples: Int
  /// Chooses the resamples.
  public let seed: UInt32
  /// The part of such intervals that should hold the truth.
  public let confidence: Double

  /// Fewer resamples tell little of the ends.
  public static let fewestResamples = 100

  /// Intervals.
  public init(resamples: Int, seed: UInt32 = 1, confidence: Double = 0.95) {
    self.resamples = resamples
    self.seed = seed
    self.confidence = confidence
  }

  /// How often each of `count` examples is in a resample.
  package func counts(resample: Int, of count: Int) -> [UInt32] {
    let philox = Philox(key: SIMD2(seed, 0x626f_6f74))
    var counts = [UInt32](repeating: 0, count: count)
    for pair in 0..<(count + 1) / 2 {
      let words = philox.words(
        at: SIMD4(
          UInt32(truncatingIfNeeded: pair), UInt32(truncatingIfNeeded: pair >> 32),
          UInt32(truncatingIfNeeded: resample), 0))
      for (low, high) in [(words.x, words.y), (words.z, words.w)].prefix(count - 2 * pair) {
        let uniform = UInt64(high) << 32 | UInt64(low)
        counts[Int(uniform.multipliedFullWidth(by: UInt64(count)).high)] += 1
      }
    }
    return counts
  }

  /// The interval of every metric that is defined in at least half of the resamples.
  func ranges(of kept: KeptPredictions, threads: Int) -> [Metric: ClosedRange<Double>] {
    guard kept.rowCount > 0, resamples > 0 else { return [:] }
    let orders = kept.orders
    let all = Workers.map(Array(0..<resamples), over: threads) { resample in
      kept.metrics(counts: counts(resample: resample, of: kept.rowCount), orders: orders)
    }
    var ranges: [Metric: ClosedRange<Double>] = [:]
    for metric in Metric.allCases {
      let values = all.compactMap { $0[metric] }.filter(\.isFinite).sorted()
      guard 2 * values.count >= resamples else { continue }
      let low = Bootstrap.quantile((1 - confidence) / 2, of: values)
      // Equal values may be a last bit apart after the proportion is taken.
      ranges[metric] = low...max(low, Bootstrap.quantile((1 + confidence) / 2, of: values))
    }
    return ranges
  }

  /// A quantile of sorted values, as NumPy's `percentile` has it.
  package static func quantile(_ part: Double, of values: [Double]) -> Double {
    let place = part * Double(values.count - 1)
    let below = max(0, min(values.count - 1, Int(place)))
    let above = min(values.count - 1, below + 1)
    return values[below] + (place - Double(below)) * (values[above] - values[below])
  }
}

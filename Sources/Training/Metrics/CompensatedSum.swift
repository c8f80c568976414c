/// A sum whose rounding errors are summed too, so that it hardly depends on the order of what is added.
///
/// Ogita, Rump and Oishi, "Accurate Sum and Dot Product" (2005), algorithm 4.4 (Sum2) with Knuth's TwoSum.
package struct CompensatedSum: Sendable, Hashable {
  private var sum = 0.0
  private var errors = 0.0

  /// A sum of nothing.
  package init() {}

  /// Adds a number.
  @inline(__always)
  package mutating func add(_ number: Double) {
    let total = sum + number
    let part = total - sum
    errors += (sum - (total - part)) + (number - part)
    sum = total
  }

  /// Adds another sum.
  mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    errors += other.errors
  }

  /// The sum, rounded once.
  package var value: Double {
    // The errors of an infinite sum are no numbers.
    sum.isFinite ? sum + errors : sum
  }

  /// The sum as a part of another number; nil where that is 0 or the part is no number.
  func part(of whole: CompensatedSum) -> Double? { value.part(of: whole.value) }
}

extension Double {
  /// The number as a part of another one; nil where that is 0 or the part is no number.
  func part(of whole: Double) -> Double? {
    let part = self / whole
    return whole == 0 || part.isNaN ? nil : part
  }
}

/// The area under a ROC curve, summed from the lowest score to the highest.
///
/// It is the part of all pairs of an example of the class and one that is not of it in which the first has the greater
/// score; ties count as halves, which is what the trapezoids under the curve come to. Hanley and McNeil, "The meaning and
/// use of the area under a receiver operating characteristic (ROC) curve" (1982).
struct AreaUnderCurve {
  private var positive = CompensatedSum()
  private var negative = CompensatedSum()
  private var pairs = CompensatedSum()
  private var ties = CompensatedSum()

  /// Adds the examples that have the next greater score, by their weights.
  mutating func addTies(positive: Double, negative: Double) {
    if positive > 0 {
      pairs.add(positive * (self.negative.value + negative / 2))
      if negative > 0 { ties.add(positive * negative) }
      self.positive.add(positive)
    }
    if negative > 0 { self.negative.add(negative) }
  }

  /// The area; nil where there are no examples of the class, or none of the others.
  var area: Double? { pairs.value.part(of: positive.value * negative.value) }
  /// Half of the part of the pairs that are ties.
  var tiedPart: Double { ties.value.part(of: positive.value * negative.value).map { $0 / 2 } ?? 0 }
}

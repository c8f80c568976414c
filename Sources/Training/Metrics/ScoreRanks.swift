/// The scores of examples, from which the area under the ROC curve of each class is computed: exactly up to
/// ``mostScores`` scores, from ``ScoreBins`` beyond.
struct ScoreRanks: Sendable, Hashable {
  /// Scores that are kept, 8 MiB of them.
  static let mostScores = 1 << 20
  /// Classes beyond which no areas are computed.
  static let mostClasses = 1000

  private let task: EvaluationTask
  private let limit: Int
  /// The scores of an example: that of label 1, or one for each class; 0 where there is nothing to rank.
  private let columnCount: Int
  /// Row by row.
  private var scores: [Double] = []
  private var labels: [Int32] = []
  /// Empty while all weights are 1.
  private var weights: [Double] = []
  private var bins: ScoreBins?

  init(_ task: EvaluationTask, limit: Int = ScoreRanks.mostScores) {
    self.task = task
    self.limit = limit
    let classes = task.classCount ?? 0
    columnCount = classes > ScoreRanks.mostClasses || classes == 0 ? 0 : task.labels.unitCount
  }

  private init(noneOf task: EvaluationTask) {
    self.task = task
    (limit, columnCount) = (0, 0)
  }

  /// Ranks that keep nothing and have no area.
  static func none(_ task: EvaluationTask) -> ScoreRanks { ScoreRanks(noneOf: task) }

  /// Adds an example.
  mutating func add(label: Int, weight: Double, outputs: [Double], row: Int) {
    guard columnCount > 0 else { return }
    if bins == nil, scores.count + columnCount > limit { dropScores() }
    let first = row * columnCount
    if bins != nil {
      for column in 0..<columnCount {
        let isPositive = isPositive(label, column)
        bins?.add(score: outputs[first + column], column: column, isPositive: isPositive, weight: weight)
      }
      return
    }
    if weight != 1 || !weights.isEmpty {
      if weights.isEmpty { weights = Array(repeating: 1, count: labels.count) }
      weights.append(weight)
    }
    labels.append(Int32(label))
    for place in first..<(first + columnCount) { scores.append(outputs[place]) }
  }

  /// Adds the examples of others behind these.
  mutating func add(_ other: ScoreRanks) {
    for (row, label) in other.labels.enumerated() {
      add(label: Int(label), weight: other.weight(row), outputs: other.scores, row: row)
    }
    guard let others = other.bins else { return }
    if bins == nil { dropScores() }
    bins?.add(others)
  }

  private func weight(_ row: Int) -> Double { weights.isEmpty ? 1 : weights[row] }

  private func isPositive(_ label: Int, _ column: Int) -> Bool {
    task.labels == .binary ? label == 1 : label == column
  }

  /// Puts the scores into bins.
  private mutating func dropScores() {
    var bins = ScoreBins(columnCount: columnCount, areProbabilities: task.areProbabilities)
    for (row, label) in labels.enumerated() {
      for column in 0..<columnCount {
        bins.add(
          score: scores[row * columnCount + column], column: column, isPositive: isPositive(Int(label), column),
          weight: weight(row))
      }
    }
    self.bins = bins
    (scores, labels, weights) = ([], [], [])
  }

  /// The area under the curve: the mean over the classes that some examples are of and some are not. Nil where there is
  /// none; the error is nil where the area is exact, else the most that it can be wrong by.
  var area: (value: Double, error: Double?)? {
    var (areas, errors) = ([Double](), [Double]())
    for column in 0..<columnCount {
      if let bins {
        guard let (value, error) = bins.area(column: column) else { continue }
        areas.append(value)
        errors.append(error)
      } else if let value = exactArea(column) {
        areas.append(value)
      }
    }
    guard !areas.isEmpty else { return nil }
    let count = Double(areas.count)
    return (areas.reduce(0, +) / count, bins == nil ? nil : errors.reduce(0, +) / count)
  }

  private func exactArea(_ column: Int) -> Double? {
    // Weights below 0 stand for the examples of the class.
    var entries: [(score: Double, weight: Double)] = []
    entries.reserveCapacity(labels.count)
    for (row, label) in labels.enumerated() {
      let weight = weight(row)
      entries.append((scores[row * columnCount + column], isPositive(Int(label), column) ? -weight : weight))
    }
    // The order of equal scores would be seen in the last bits of a sum of weights.
    entries.sort { $0.score < $1.score || ($0.score == $1.score && $0.weight < $1.weight) }
    var curve = AreaUnderCurve()
    var next = 0
    while next < entries.count {
      let score = entries[next].score
      var (positive, negative) = (0.0, 0.0)
      repeat {
        let weight = entries[next].weight
        if weight < 0 { positive -= weight } else { negative += weight }
        next += 1
      } while next < entries.count && entries[next].score == score
      curve.addTies(positive: positive, negative: negative)
    }
    return curve.area
  }
}

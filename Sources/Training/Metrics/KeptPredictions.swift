/// The predictions of all rows, which bootstrap intervals need.
struct KeptPredictions: Sendable {
  /// The numbers that are kept, 256 MiB of them.
  static let mostNumbers = 1 << 25

  let task: EvaluationTask
  private let limit: Int
  private(set) var rowCount = 0
  /// The class of each row.
  private(set) var classes: [Int32] = []
  /// The log loss of each row of a class.
  private(set) var losses: [Double] = []
  /// The labels of values, row by row.
  private(set) var values: [Double] = []
  private(set) var outputs: [Double] = []
  private(set) var weights: [Double] = []
  private var isFull = false

  init(_ task: EvaluationTask, limit: Int = KeptPredictions.mostNumbers) {
    self.task = task
    self.limit = limit
  }

  /// The numbers of a row: outputs, labels, weight and, of classes, the loss and the places of its scores in their
  /// order.
  private var rowNumbers: Int {
    let units = task.labels.unitCount
    return task.classCount == nil ? 2 * units + 1 : 2 * units + 3
  }

  mutating func add(class number: Int, weight: Double, outputs: [Double], logLoss: Double, row: Int) {
    guard makeRoom() else { return }
    classes.append(Int32(number))
    losses.append(logLoss)
    keep(outputs, row, weight)
  }

  mutating func add(values labels: ArraySlice<Double>, weight: Double, outputs: [Double], row: Int) {
    guard makeRoom() else { return }
    values += labels
    keep(outputs, row, weight)
  }

  private mutating func keep(_ outputs: [Double], _ row: Int, _ weight: Double) {
    let units = task.labels.unitCount
    self.outputs += outputs[row * units..<(row + 1) * units]
    weights.append(weight)
    rowCount += 1
  }

  mutating func add(_ other: KeptPredictions) {
    if other.isFull || (rowCount + other.rowCount) > limit / rowNumbers { empty() }
    guard !isFull else { return }
    classes += other.classes
    losses += other.losses
    values += other.values
    outputs += other.outputs
    weights += other.weights
    rowCount += other.rowCount
  }

  private mutating func makeRoom() -> Bool {
    if rowCount >= limit / rowNumbers { empty() }
    return !isFull
  }

  private mutating func empty() {
    isFull = true
    (classes, losses, values, outputs, weights) = ([], [], [], [], [])
  }

  /// - Throws: ``TrainingError`` of code `settings` when there were too many rows.
  func check() throws(TrainingError) {
    guard isFull else { return }
    throw TrainingError(
      .settings,
      "bootstrap intervals need all predictions in memory, which holds \(limit / rowNumbers) examples of "
        + "\(task.labels.unitCount) output\(task.labels.unitCount == 1 ? "" : "s"); there are more, for which the "
        + "intervals are narrow anyway")
  }

  /// Measures a resample in which each row comes so many times.
  func metrics(counts: [UInt32], orders: [ScoreOrder]) -> [Metric: Double] {
    var evaluator = Evaluator(task, ranks: ScoreRanks.none(task), kept: nil)
    let units = task.labels.unitCount
    for row in 0..<rowCount where counts[row] > 0 {
      let weight = weights[row] * Double(counts[row])
      if task.classCount == nil {
        evaluator.add(values: values[row * units..<(row + 1) * units], weight: weight, outputs: outputs, row: row)
      } else {
        evaluator.add(class: Int(classes[row]), weight: weight, outputs: outputs, logLoss: losses[row], row: row)
      }
    }
    var metrics = evaluator.metrics
    let areas = orders.compactMap { $0.area(counts: counts, weights: weights) }
    if !areas.isEmpty { metrics[.auc] = areas.reduce(0, +) / Double(areas.count) }
    return metrics
  }

  /// The rows in the order of the scores of each class; none where there are no areas.
  var orders: [ScoreOrder] {
    guard let classCount = task.classCount, classCount <= ScoreRanks.mostClasses else { return [] }
    let units = task.labels.unitCount
    return (0..<units).map { unit in
      ScoreOrder(
        scores: (0..<rowCount).map { outputs[$0 * units + unit] },
        isPositive: classes.map { task.labels == .binary ? $0 == 1 : Int($0) == unit })
    }
  }
}

/// Rows in the order of their scores, from which the area under the curve of any resample follows without sorting.
struct ScoreOrder: Sendable {
  private struct Place {
    let row: Int32
    let isPositive: Bool
    /// Whether the row before has another score.
    let beginsScore: Bool
  }

  private let places: [Place]

  init(scores: [Double], isPositive: [Bool]) {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    places = order.indices.map { index in
      let row = order[index]
      return Place(
        row: Int32(row), isPositive: isPositive[row], beginsScore: index > 0 && scores[order[index - 1]] != scores[row])
    }
  }

  /// The area of a resample; nil where there are no examples of the class, or none of the others.
  func area(counts: [UInt32], weights: [Double]) -> Double? {
    var curve = AreaUnderCurve()
    var (positive, negative) = (0.0, 0.0)
    for place in places {
      if place.beginsScore {
        curve.addTies(positive: positive, negative: negative)
        (positive, negative) = (0, 0)
      }
      let weight = Double(counts[Int(place.row)]) * weights[Int(place.row)]
      if place.isPositive { positive += weight } else { negative += weight }
    }
    curve.addTies(positive: positive, negative: negative)
    return curve.area
  }
}

/// Measures predictions row by row; evaluators of blocks of rows are put together in the order of the blocks, so that
/// threads may take one block each and the result is the same bits for any number of them.
///
/// Its memory does not grow with the rows beyond the first million, but for ``keepsPredictions``.
public struct Evaluator: Sendable {
  /// What is predicted.
  public let task: EvaluationTask
  /// Whether the predictions are kept, for ``evaluation(bootstrap:threads:)``.
  public var keepsPredictions: Bool { kept != nil }
  /// The number of rows.
  public private(set) var rowCount = 0

  private var weight = CompensatedSum()
  private var loss = CompensatedSum()
  private var squares = CompensatedSum()
  private var confusion: Confusion?
  private var calibration: Calibration?
  private var errors: [ValueErrors] = []
  private var ranks: ScoreRanks
  private var kept: KeptPredictions?

  /// No rows yet.
  ///
  /// - Parameters:
  ///   - task: what the rows are measured for.
  ///   - keepsPredictions: whether all predictions are kept, which intervals need: up to 256 MiB of them.
  public init(_ task: EvaluationTask, keepsPredictions: Bool = false) {
    self.init(task, ranks: ScoreRanks(task), kept: keepsPredictions ? KeptPredictions(task) : nil)
  }

  /// The same with other limits.
  ///
  /// - Parameters:
  ///   - mostScores: the scores from which the area under the curve is exact.
  ///   - mostKept: the numbers of kept predictions; nil to keep none.
  package init(_ task: EvaluationTask, mostScores: Int, mostKept: Int? = nil) {
    self.init(
      task, ranks: ScoreRanks(task, limit: mostScores), kept: mostKept.map { KeptPredictions(task, limit: $0) })
  }

  init(_ task: EvaluationTask, ranks: ScoreRanks, kept: KeptPredictions?) {
    self.task = task
    self.ranks = ranks
    self.kept = kept
    confusion = task.classCount.map { Confusion(classCount: $0) }
    calibration = task.areProbabilities ? Calibration() : nil
    if case .values(let count) = task.labels { errors = Array(repeating: ValueErrors(), count: count) }
  }

  /// Adds a row of a class.
  ///
  /// - Parameters:
  ///   - number: the class of the row, from 0; of two classes with one output 0 or 1.
  ///   - weight: how much the row counts; 0 is a row that is not there.
  ///   - outputs: the last layer's activations, row by row.
  ///   - z: the last layer's z, row by row.
  ///   - row: which of the rows.
  /// - Precondition: the task has classes, and the number is one of them.
  public mutating func add(class number: Int, weight: Double = 1, outputs: [Double], z: [Double], row: Int) {
    precondition(number >= 0 && number < task.classCount ?? 0, "\(number) is not the number of a class")
    add(
      class: number, weight: weight, outputs: outputs,
      logLoss: task.logLoss(of: number, outputs: outputs, z: z, row: row), row: row)
  }

  /// Adds a row of a class whose loss is known.
  mutating func add(class number: Int, weight: Double, outputs: [Double], logLoss: Double, row: Int) {
    rowCount += 1
    guard weight > 0 else { return }
    self.weight.add(weight)
    loss.add(weight * logLoss)
    let prediction = task.prediction(outputs, row: row)
    confusion?.add(label: number, prediction: prediction, weight: weight)
    if task.areProbabilities { addProbabilities(number, prediction, weight, outputs, row) }
    ranks.add(label: number, weight: weight, outputs: outputs, row: row)
    kept?.add(class: number, weight: weight, outputs: outputs, logLoss: logLoss, row: row)
  }

  private mutating func addProbabilities(
    _ label: Int, _ prediction: Int, _ weight: Double, _ outputs: [Double], _ row: Int
  ) {
    var square = 0.0
    if task.labels == .binary {
      let distance = outputs[row] - Double(label)
      square = distance * distance
      calibration?.add(probability: outputs[row], isHit: label == 1, weight: weight)
    } else {
      let first = row * task.labels.unitCount
      for unit in 0..<task.labels.unitCount {
        let distance = outputs[first + unit] - (unit == label ? 1 : 0)
        square += distance * distance
      }
      // As one sigmoid unit in the place of the two would have it.
      if task.labels.unitCount == 2 { square /= 2 }
      calibration?.add(probability: outputs[first + prediction], isHit: prediction == label, weight: weight)
    }
    squares.add(weight * square)
  }

  /// Adds a row of values.
  ///
  /// - Parameters:
  ///   - labels: the labels of the row.
  ///   - weight: how much the row counts; 0 is a row that is not there.
  ///   - outputs: the last layer's activations, row by row.
  ///   - row: which of the rows.
  /// - Precondition: the task has as many values as there are labels.
  public mutating func add(values labels: ArraySlice<Double>, weight: Double = 1, outputs: [Double], row: Int) {
    precondition(labels.count == errors.count, "\(labels.count) labels for \(errors.count) values")
    rowCount += 1
    guard weight > 0 else { return }
    self.weight.add(weight)
    for (unit, label) in labels.enumerated() {
      errors[unit].add(value: outputs[row * errors.count + unit], label: label, weight: weight)
    }
    let units = outputs.span.extracting(row * errors.count..<(row + 1) * errors.count)
    loss.add(weight * task.loss(of: labels.span, outputs: units))
    kept?.add(values: labels, weight: weight, outputs: outputs, row: row)
  }

  /// Adds the rows of another evaluator of the same task behind these.
  public mutating func add(_ other: Evaluator) {
    rowCount += other.rowCount
    weight.add(other.weight)
    loss.add(other.loss)
    squares.add(other.squares)
    if let others = other.confusion { confusion?.add(others) }
    if let others = other.calibration { calibration?.add(others) }
    for unit in errors.indices { errors[unit].add(other.errors[unit]) }
    ranks.add(other.ranks)
    if let others = other.kept { kept?.add(others) }
  }

  /// What was measured.
  public var evaluation: Evaluation {
    var evaluation = Evaluation(task: task, examples: rowCount, totalWeight: weight.value)
    evaluation.confusion = confusion
    evaluation.calibration = calibration
    evaluation.values = errors
    evaluation.metrics = metrics
    let area = ranks.area
    evaluation.metrics[.auc] = area?.value
    evaluation.aucError = area?.error
    return evaluation
  }

  /// All metrics but the area under the curve.
  var metrics: [Metric: Double] {
    var metrics: [Metric: Double] = [:]
    metrics[.cost] = task.loss == nil ? nil : loss.part(of: weight)
    guard let confusion else {
      // Without examples there are none, and a mean over no values is none.
      func mean(_ numbers: [Double?]) -> Double? {
        let defined = numbers.compactMap(\.self)
        return defined.count < numbers.count ? nil : defined.reduce(0, +).part(of: Double(defined.count))
      }
      metrics[.meanSquaredError] = mean(errors.map(\.meanSquaredError))
      metrics[.meanAbsoluteError] = mean(errors.map(\.meanAbsoluteError))
      metrics[.rmse] = mean(errors.map(\.rmse))
      metrics[.r2] = mean(errors.map(\.r2))
      return metrics
    }
    metrics[.accuracy] = confusion.accuracy
    let scores = confusion.scores(isBinary: task.labels == .binary)
    metrics[.precision] = scores.precision
    metrics[.recall] = scores.recall
    metrics[.f1] = scores.f1
    metrics[.logLoss] = loss.part(of: weight)
    guard task.areProbabilities else { return metrics }
    metrics[.brier] = squares.part(of: weight)
    metrics[.calibrationError] = calibration?.error
    return metrics
  }

  /// What was measured, with bootstrap intervals.
  ///
  /// - Parameters:
  ///   - bootstrap: how the resamples are drawn.
  ///   - threads: how many resamples are taken at a time.
  /// - Throws: ``TrainingError`` of code `settings` when the predictions were not kept, or were too many to keep.
  public func evaluation(bootstrap: Bootstrap, threads: Int = 1) throws(TrainingError) -> Evaluation {
    guard let kept else { throw TrainingError(.settings, "intervals need the predictions, which were not kept") }
    try kept.check()
    var evaluation = evaluation
    evaluation.intervals = Evaluation.Intervals(
      bootstrap: bootstrap, ranges: bootstrap.ranges(of: kept, threads: threads))
    return evaluation
  }

  /// Checks that the rows so far are not too many to keep, where they are kept.
  ///
  /// - Throws: ``TrainingError`` of code `settings`.
  public func checkRoom() throws(TrainingError) { try kept?.check() }
}

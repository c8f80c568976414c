import Testing

import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct BootstrapTests {
  /// A set of labels and z from one stream: label 1 with the probability sigmoid(2 z), so 0.5 in the mean.
  private func rows(_ count: Int, set: UInt32) -> (z: [Double], labels: [Int]) {
    let philox = Philox(key: SIMD2(99, set))
    let words = (0..<count).map { philox.words(at: SIMD4(UInt32($0), 0, 0, 0)) }
    let z = words.map { 6 * Double($0.x) / 4_294_967_296 - 3 }
    return (z, zip(z, words).map { Double($1.y) / 4_294_967_296 < 1 / (1 + exp(-2 * $0)) ? 1 : 0 })
  }

  private func evaluator(_ rows: (z: [Double], labels: [Int]), keeps: Bool = true) -> Evaluator {
    var evaluator = Evaluator(EvaluatorTests.binary, keepsPredictions: keeps)
    let outputs = rows.z.map { 1 / (1 + exp(-$0)) }
    for (row, label) in rows.labels.enumerated() {
      evaluator.add(class: label, outputs: outputs, z: rows.z, row: row)
    }
    return evaluator
  }

  /// Of 200 sets, about 95 % of the intervals hold what the metric is of very many rows.
  @Test func intervalsHoldTheTruthAsOftenAsTheySay() throws {
    let truth = evaluator(rows(200_000, set: 0), keeps: false).evaluation
    var held: [Metric: Int] = [:]
    for set in 1...200 as ClosedRange<UInt32> {
      let evaluation = try evaluator(rows(150, set: set)).evaluation(bootstrap: Bootstrap(resamples: 200, seed: set))
      for metric in [Metric.accuracy, .logLoss, .auc, .f1, .brier] {
        let range = try #require(evaluation.intervals?.ranges[metric])
        let value = try #require(truth[metric])
        held[metric, default: 0] += range.contains(value) ? 1 : 0
      }
    }
    // 190 are expected; percentile intervals of 150 rows hold a little less. The sets are fixed, so this is no chance.
    for (metric, count) in held { #expect((178...198).contains(count), "\(metric): \(count)") }
    #expect(held.count == 5)
  }

  @Test func resamplesHaveTheSizeOfTheSet() {
    let bootstrap = Bootstrap(resamples: 10, seed: 4)
    for count in [1, 2, 7, 1000] {
      let counts = bootstrap.counts(resample: 3, of: count)
      #expect(counts.count == count && counts.reduce(0, +) == count)
    }
    #expect(bootstrap.counts(resample: 1, of: 50) != bootstrap.counts(resample: 2, of: 50))
    #expect(bootstrap.counts(resample: 1, of: 50) != Bootstrap(resamples: 10, seed: 5).counts(resample: 1, of: 50))
    // About 1/e of the examples are in no resample.
    let none = bootstrap.counts(resample: 0, of: 10_000).count { $0 == 0 }
    #expect((3500...3850).contains(none))
  }

  @Test func everyNumberOfThreadsGivesTheSameBits() throws {
    let evaluator = evaluator(rows(301, set: 5))
    let bootstrap = Bootstrap(resamples: 101, seed: 2)
    let one = try evaluator.evaluation(bootstrap: bootstrap, threads: 1)
    for threads in [2, 3, 64, 200] {
      #expect(try evaluator.evaluation(bootstrap: bootstrap, threads: threads) == one)
    }
    #expect(one.metrics == evaluator.evaluation.metrics)
  }

  @Test func whatIsSeldomDefinedHasNoInterval() throws {
    let one = evaluator(([0.5, 1, -1], [1, 1, 1]))
    let intervals = try one.evaluation(bootstrap: Bootstrap(resamples: 100)).intervals
    let ranges = try #require(intervals).ranges
    #expect(ranges[.auc] == nil && ranges[.accuracy] != nil)
    let none = evaluator(([], []))
    #expect(try none.evaluation(bootstrap: Bootstrap(resamples: 100)).intervals?.ranges == [:])
    // An infinite loss is no end of an interval.
    let task = EvaluationTask(labels: .binary, activation: .hardSigmoid(slope: 1, offset: 0), loss: .crossEntropy)
    var infinite = Evaluator(task, keepsPredictions: true)
    infinite.add(class: 1, outputs: [0], z: [0], row: 0)
    let evaluation = try infinite.evaluation(bootstrap: Bootstrap(resamples: 100))
    #expect(evaluation.logLoss == .infinity && evaluation.intervals?.ranges[.logLoss] == nil)
  }

  @Test func tooManyPredictionsAreAnError() throws {
    #expect(throws: TrainingError(.settings, "intervals need the predictions, which were not kept")) {
      _ = try evaluator(([1], [1]), keeps: false).evaluation(bootstrap: Bootstrap(resamples: 100))
    }
    // Five numbers a row.
    var kept = Evaluator(EvaluatorTests.binary, mostScores: 100, mostKept: 14)
    for _ in 0..<2 { kept.add(class: 1, outputs: [0.5], z: [0], row: 0) }
    try kept.checkRoom()
    var other = kept
    kept.add(class: 1, outputs: [0.5], z: [0], row: 0)
    #expect {
      try kept.checkRoom()
    } throws: { error in
      "\(error)".hasPrefix("bootstrap intervals need all predictions in memory, which holds 2 examples of 1 output; ")
    }
    #expect(throws: TrainingError.self) { _ = try kept.evaluation(bootstrap: Bootstrap(resamples: 100)) }
    #expect(kept.evaluation.accuracy == 0)
    try other.checkRoom()
    other.add(other)
    #expect(throws: TrainingError.self) { try other.checkRoom() }
  }

  @Test func quantilesAreThoseOfNumPy() {
    #expect(Bootstrap.quantile(0.025, of: [3]) == 3)
    #expect(Bootstrap.quantile(0.5, of: [1, 2, 4, 8]) == 3)
    #expect(abs(Bootstrap.quantile(0.975, of: [1, 2, 4, 8]) - 7.7) < 1e-14)
    #expect(Bootstrap.quantile(1, of: [1, 2]) == 2 && Bootstrap.quantile(0, of: [1, 2]) == 1)
  }
}

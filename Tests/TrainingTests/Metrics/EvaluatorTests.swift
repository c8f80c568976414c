import Testing

import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What an evaluator makes of odd sets, and of many rows.
struct EvaluatorTests {
  static let binary = EvaluationTask(labels: .binary, activation: .sigmoid, loss: .crossEntropy)

  /// Rows of a sigmoid, label 1 where `label` says so.
  static func evaluator(
    _ z: [Double], _ labels: [Int], weights: [Double]? = nil, task: EvaluationTask = binary, scores limit: Int = 1 << 20
  ) -> Evaluator {
    var evaluator = Evaluator(task, mostScores: limit)
    let outputs = z.map { 1 / (1 + exp(-$0)) }
    for (row, label) in labels.enumerated() {
      evaluator.add(class: label, weight: weights?[row] ?? 1, outputs: outputs, z: z, row: row)
    }
    return evaluator
  }

  /// Normal-looking numbers from a fixed stream.
  static func numbers(_ count: Int, seed: UInt32) -> [Double] {
    let philox = Philox(seed: seed)
    return (0..<count).map { place in
      let words = philox.words(at: SIMD4(UInt32(place), 0, 0, 7))
      return [words.x, words.y, words.z, words.w].reduce(0) { $0 + Double($1) / 4_294_967_296 } * 2 - 4
    }
  }

  @Test func withoutExamplesNothingIsDefined() {
    for task in [
      Self.binary, EvaluationTask(labels: .classes(3), activation: .softmax, loss: .softmax),
      EvaluationTask(labels: .values(2), activation: .linear, loss: .squared),
      EvaluationTask(labels: .values(0), activation: .linear, loss: .squared),
    ] {
      let evaluation = Evaluator(task).evaluation
      #expect(evaluation.metrics == [:] && evaluation.examples == 0 && evaluation.totalWeight == 0)
      #expect(evaluation.values.allSatisfy { $0.r2 == nil && $0.rmse == nil })
      #expect(evaluation.calibration?.bins.allSatisfy { $0.probability == nil } ?? true)
    }
  }

  @Test func rowsOfNoWeightAreNotThere() {
    let some = Self.evaluator([1, -2, 3], [1, 0, 0]).evaluation
    let more = Self.evaluator([1, 50, -2, 3], [1, 0, 0, 0], weights: [1, 0, 1, 1]).evaluation
    #expect(some.metrics == more.metrics && more.totalWeight == 3 && more.examples == 4)
    #expect(Self.evaluator([1], [1], weights: [0]).evaluation.metrics == [:])
  }

  @Test func scoresThatAreNumbersAreRankedWithoutProbabilities() {
    let task = EvaluationTask(labels: .classes(2), activation: .linear, loss: nil)
    var evaluator = Evaluator(task)
    for (label, outputs) in [(0, [3.0, -1]), (1, [-5, 1e300]), (1, [2, -1e300]), (0, [1, 0])] {
      evaluator.add(class: label, outputs: outputs, z: outputs, row: 0)
    }
    let evaluation = evaluator.evaluation
    #expect(
      evaluation.metrics.keys.sorted { $0.rawValue < $1.rawValue } == [.accuracy, .auc, .f1, .precision, .recall])
    // Of the class 0 three pairs of four are in order, of the class 1 two.
    #expect(evaluation.auc == 0.625 && evaluation.calibration == nil && evaluation.accuracy == 0.75)
  }

  @Test(arguments: [1, 3, 64, 65, 1000, 1001]) func manyClassesAreCounted(count: Int) {
    let task = EvaluationTask(labels: .classes(count), activation: .softmax, loss: .softmax)
    var evaluator = Evaluator(task)
    var block = evaluator
    var outputs = [Double](repeating: 0, count: count)
    for row in 0..<20 {
      outputs[row % count] = 1
      block.add(class: row % min(count, 7), outputs: outputs, z: outputs, row: 0)
      outputs[row % count] = 0
      if row % 3 == 2 || row == 19 {
        evaluator.add(block)
        block = Evaluator(task)
      }
    }
    let evaluation = evaluator.evaluation
    #expect(evaluation.confusion?.cells.reduce(0) { $0 + $1.cell.count } == 20)
    #expect(evaluation.confusion?[0, 0].count == (count == 1 ? 20 : count == 3 ? 7 : 1))
    #expect((evaluation.auc != nil) == (count > 1 && count <= 1000))
    #expect(evaluation.metrics.values.allSatisfy { $0.isFinite })
  }

  @Test func theHuberCostIsItsMeanOverTheExamples() throws {
    let task = EvaluationTask(labels: .values(2), activation: .linear, loss: .huber(delta: 0.5))
    var evaluator = Evaluator(task)
    // Half of 0.5 · 0.25² + 0.5 (2 - 0.25), and of 0.5 · 0.5² + 0.
    evaluator.add(values: [1, 1], outputs: [1.25, 3], row: 0)
    evaluator.add(values: [1, 1], weight: 3, outputs: [0.5, 1], row: 0)
    #expect(evaluator.evaluation.cost == (0.03125 + 0.875 + 3 * 0.125) / 8)
    var squared = Evaluator(EvaluationTask(labels: .values(2), activation: .linear, loss: .squared))
    squared.add(values: [1, 1], outputs: [1.25, 3], row: 0)
    #expect(squared.evaluation.cost == 4.0625 / 2 && squared.evaluation.meanSquaredError == 4.0625 / 2)
    #expect(Evaluator(EvaluationTask(labels: .values(2), activation: .linear, loss: nil)).evaluation.cost == nil)
  }

  /// What a probability rounds away, the loss keeps.
  @Test func theLossIsExactWhereProbabilitiesRound() {
    #expect(Self.evaluator([1000], [0]).evaluation.logLoss == 1000)
    let task = EvaluationTask(labels: .classes(2), activation: .softmax, loss: .softmax)
    var evaluator = Evaluator(task)
    evaluator.add(class: 1, outputs: [1, 0], z: [2000, 0], row: 0)
    #expect(evaluator.evaluation.cost == 2000)
  }

  /// The area from bins is as near to the exact one as it says, and says it is not exact.
  @Test(arguments: [1.0, 8, 60, 2000]) func binsAreAsNearAsTheySay(spread: Double) throws {
    let z = Self.numbers(30_000, seed: 2).map { $0 * spread }
    let noise = Self.numbers(30_000, seed: 3)
    let labels = zip(z, noise).map { $0 / spread + $1 > 0.5 ? 1 : 0 }
    let weights = noise.map { abs($0) + 0.1 }
    for weights in [nil, weights] {
      let exact = Self.evaluator(z, labels, weights: weights).evaluation
      let binned = Self.evaluator(z, labels, weights: weights, scores: 20_000).evaluation
      let error = try #require(binned.aucError)
      let (area, near) = (try #require(exact.auc), try #require(binned.auc))
      #expect(exact.aucError == nil && abs(area - near) <= error + 1e-15, "\(area) \(near) \(error)")
      // Beyond 2^-63 all probabilities are in one bin.
      #expect(spread > 8 || (error < 1e-4 && abs(area - near) < 1e-6))
      #expect(exact.metrics.filter { $0.key != .auc } == binned.metrics.filter { $0.key != .auc })
    }
  }

  /// Bins are in the order of their scores, and neighbours differ by less than one in a thousand of the odds.
  @Test func binsAreInOrder() {
    for areProbabilities in [true, false] {
      let bins = ScoreBins(columnCount: 1, areProbabilities: areProbabilities)
      var scores =
        [0, -0.0, .leastNonzeroMagnitude, 1e-300, 1e-19, 0.5, 1 - 1e-16, 1.0]
        + Self.numbers(2000, seed: 4).map { 1 / (1 + exp(-9 * $0)) }
      if !areProbabilities { scores += [-1e308, 1e308, -3, 7, -1e-9, 2.5] }
      scores.sort()
      let places = scores.map(bins.bin)
      #expect(places == places.sorted() && places.allSatisfy { $0 >= 0 })
    }
    let bins = ScoreBins(columnCount: 1, areProbabilities: true)
    for probability in [1e-12, 1e-3, 0.2, 0.499, 0.6, 0.999] {
      let odds = probability / (1 - probability) * 1.001
      #expect(bins.bin(odds / (1 + odds)) > bins.bin(probability))
    }
    #expect(bins.bin(0) == 0 && bins.bin(1) > bins.bin(1 - 0x1p-53))
  }

  /// However the rows are cut into blocks, the area is that of all of them, before and after the scores are dropped.
  @Test(arguments: [1000, 2000, 2001, 5000]) func blocksMakeNoDifferenceToTheArea(limit: Int) {
    let z = Self.numbers(2000, seed: 5)
    let labels = Self.numbers(2000, seed: 6).map { $0 > 0 ? 1 : 0 }
    let whole = Self.evaluator(z, labels, scores: limit).evaluation
    for block in [1, 300, 1500] {
      var sum = Evaluator(Self.binary, mostScores: limit)
      for first in stride(from: 0, to: 2000, by: block) {
        let rows = first..<min(2000, first + block)
        // A block that is larger than the limit has dropped its scores.
        sum.add(Self.evaluator(Array(z[rows]), Array(labels[rows]), scores: limit))
      }
      let evaluation = sum.evaluation
      #expect(evaluation.auc == whole.auc && evaluation.aucError == whole.aucError)
      #expect((whole.aucError == nil) == (limit >= 2000))
    }
  }

  /// scikit-learn's `roc_auc_score` sums a curve; this counts pairs, as its definition says.
  @Test func theAreaIsThePartOfPairsInOrder() {
    let z = Self.numbers(90, seed: 7).map { ($0 * 4).rounded() / 4 }
    let labels = Self.numbers(90, seed: 8).map { $0 > 0.3 ? 1 : 0 }
    var (pairs, right) = (0, 0.0)
    for one in labels.indices where labels[one] == 1 {
      for other in labels.indices where labels[other] == 0 {
        pairs += 1
        right += z[one] > z[other] ? 1 : z[one] == z[other] ? 0.5 : 0
      }
    }
    #expect(Self.evaluator(z, labels).evaluation.auc == right / Double(pairs))
  }

  @Test func sumsKeepWhatRoundingLoses() {
    var sum = CompensatedSum()
    for number in [1e16, 1, -1e16, 1, 1e-3] { sum.add(number) }
    #expect(sum.value == 2.001)
    var infinite = CompensatedSum()
    for number in [1, .infinity, 2] { infinite.add(number) }
    #expect(infinite.value == .infinity)
  }
}

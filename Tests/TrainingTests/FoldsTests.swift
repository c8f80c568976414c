import Tensors
import Testing
import Training

@Suite struct FoldsTests {
  private func dataset(_ labels: [Double], _ kind: LabelKind = .binary) throws -> Dataset {
    let numbers = labels.indices.map(Double.init)
    return try Dataset(
      features: Matrix(rows: 1, columns: labels.count, elements: numbers),
      labels: Matrix(rows: 1, columns: labels.count, elements: labels), kind: kind)
  }

  /// Every class has the same share of every fold, to one example, and so have all of them together.
  @Test(arguments: [2, 3, 5, 10]) func classesAreStratified(count: Int) throws {
    let labels = (0..<103).map { [0, 1, 2, 0, 0, 1, 0][$0 % 7] as Double }
    let data = try dataset(labels, .classes(3))
    let folds = try Folds(count, of: data, seed: 7)
    #expect(folds.heldOut.flatMap(\.self).sorted() == Array(0..<103))
    for label in [0.0, 1, 2] {
      let shares = folds.heldOut.map { $0.count { labels[$0] == label } }
      #expect(shares.allSatisfy { abs($0 - shares[0]) <= 1 })
    }
    let sizes = folds.heldOut.map(\.count)
    #expect(sizes.allSatisfy { abs($0 - sizes[0]) <= 1 })
    #expect(folds.smallestClass == [0.0, 1, 2].map { label in labels.count { $0 == label } }.min())
  }

  @Test func valuesAreDealtWithoutClasses() throws {
    let folds = try Folds(3, of: dataset([0.5, 1.5, -2, 8, 9, 10, 11], .values(1)), seed: 1)
    #expect(folds.heldOut.map(\.count) == [3, 2, 2])
    #expect(folds.smallestClass == 7)
  }

  /// Which example is where is part of what a search promises.
  @Test func theFoldsOfASeedAreTheSame() throws {
    let data = try dataset([0, 1, 0, 1, 0, 1, 0, 1, 0, 0])
    #expect(try Folds(3, of: data, seed: 1).heldOut == FoldsTests.expected)
    #expect(try Folds(3, of: data, seed: 2).heldOut != FoldsTests.expected)
  }

  /// Computed with Python, from the description of ``Folds``.
  static let expected = [[3, 6, 7, 9], [0, 4, 5], [1, 2, 8]]

  @Test func thePartsAreTheExamples() throws {
    let data = try dataset([0, 1, 0, 1, 0, 1])
    let folds = try Folds(3, of: data, seed: 1)
    for fold in 0..<3 {
      let parts = try folds.parts(of: data, holdingOut: fold)
      #expect(parts.dev.features.elements == folds.heldOut[fold].map(Double.init))
      #expect(Set(parts.train.features.elements + parts.dev.features.elements).count == 6)
      #expect(parts.train.exampleCount == 4)
    }
  }

  @Test(arguments: [1, 7]) func thereAreAsManyFoldsAsCanBe(count: Int) throws {
    let data = try dataset([0, 1, 0, 1, 0, 1])
    #expect(throws: TrainingError(.settings, "--folds must be from 2 to the 6 examples, found \(count)")) {
      try Folds(count, of: data, seed: 1)
    }
  }

  @Test func datasetsAreJoined() throws {
    let one = try dataset([0, 1])
    let two = try Dataset(
      features: Matrix([[7, 8, 9]]), labels: Matrix([[1, 1, 0]]), weights: [1, 2, 3])
    let joined = try one.joined(with: two)
    #expect(joined.features.elements == [0, 1, 7, 8, 9] && joined.labels.elements == [0, 1, 1, 1, 0])
    #expect(joined.weights == [1, 1, 1, 2, 3])
    #expect(try one.joined(with: one).weights == nil)
    let wide = try Dataset(features: Matrix([[7], [8]]), labels: Matrix([[1]]))
    #expect(try one.joined(with: one).joined(with: one).exampleCount == 6)
    #expect(throws: TrainingError.self) { try one.joined(with: wide) }
  }
}

@Suite struct SuccessiveHalvingTests {
  private func rounds(_ count: Int, iterations: Int = 30_000) -> [[Int]] {
    SuccessiveHalving(settingCount: count, iterations: iterations).rounds.map { [$0.settingCount, $0.divisor] }
  }

  @Test func aThirdGoesOnThreeTimesAsLong() {
    #expect(rounds(1) == [[1, 1]])
    #expect(rounds(2) == [[2, 1]])
    #expect(rounds(3) == [[3, 3], [1, 1]])
    #expect(rounds(15) == [[15, 9], [5, 3], [2, 1]])
    #expect(rounds(81) == [[81, 81], [27, 27], [9, 9], [3, 3], [1, 1]])
    #expect(rounds(100) == [[100, 81], [34, 27], [12, 9], [4, 3], [2, 1]])
  }

  /// A training of five iterations has no ninth.
  @Test func thereIsAtLeastOneIteration() {
    #expect(rounds(100, iterations: 5) == [[100, 3], [34, 1]])
    #expect(rounds(100, iterations: 0) == [[100, 1]])
  }

  @Test func theIterationsAreRoundedUp() {
    let round = SuccessiveHalving(settingCount: 15, iterations: 30_000).rounds
    #expect(round.map { $0.iterations(of: 30_000) } == [3334, 10_000, 30_000])
    #expect(round.map { $0.iterations(of: 0) } == [0, 0, 0])
    #expect(SuccessiveHalving(withoutHalving: 15).rounds.map { $0.iterations(of: 7) } == [7])
  }
}

@Suite struct SearchRankingTests {
  /// A result of the scores of its folds.
  private func result(
    _ number: Int, _ scores: [(accuracy: Double?, cost: Double)], parameters: Int = 10, round: Int = 0,
    diverged: Bool = false
  ) throws -> SearchResult {
    let space = SearchSpace([try SearchValues((0...number).map { "\($0)" }.joined(separator: ","), for: .lambda)])
    let runs = scores.enumerated().map { fold, score in
      let score = SearchScore(accuracy: score.accuracy, cost: score.cost)
      return SearchRun(
        key: SearchRun.Key(point: number, fold: fold, round: round), iterations: 5, bestIteration: 5,
        train: diverged ? nil : score, dev: diverged ? nil : score, divergence: diverged ? "the cost is nan" : nil,
        seconds: 1)
    }
    return SearchResult(
      point: try space.grid(from: TrainingSettings())[number], parameterCount: parameters, runs: runs, seconds: 1)
  }

  private func order(_ ranking: SearchRanking, _ results: [SearchResult]) -> [Int] {
    ranking.sorted(results).map(\.point.number)
  }

  @Test func accuracyThenCostThenSizeThenOrder() throws {
    let results = [
      try result(0, [(0.9, 0.3)]), try result(1, [(0.95, 0.4)]), try result(2, [(0.9, 0.2)]),
      try result(3, [(0.9, 0.2)], parameters: 9), try result(4, [(0.9, 0.2)]),
    ]
    #expect(order(.accuracy, results) == [1, 3, 2, 4, 0])
    #expect(order(.accuracy, results.reversed()) == [1, 3, 2, 4, 0])
    #expect(order(.cost, results) == [3, 2, 4, 0, 1])
  }

  @Test func valuesAreRankedByCost() throws {
    let results = [try result(0, [(nil, 3)]), try result(1, [(nil, 1)]), try result(2, [(nil, .infinity)])]
    #expect(order(.accuracy, results) == [1, 0, 2] && order(.cost, results) == [1, 0, 2])
  }

  @Test func laterRoundsComeFirstAndDivergedOnesLast() throws {
    let results = [
      try result(0, [(0.99, 0.1)]), try result(1, [(0.5, 0.9)], round: 1), try result(2, [(0, 0)], diverged: true),
      try result(3, [(0.4, 0.9)]),
    ]
    #expect(order(.accuracy, results) == [1, 0, 3, 2])
  }

  /// (1 + 2 + 6) / 3 = 3; ((4 + 1 + 9) / 2)^(1/2) = 7^(1/2).
  @Test func foldsHaveMeanAndDeviation() throws {
    let result = try result(0, [(0.1, 1), (0.2, 2), (0.6, 6)])
    let costs = try #require(result.values(\.dev) { $0.cost })
    #expect(costs.mean == 3 && costs.deviation == 7.0.squareRoot() && costs.values == [1, 2, 6])
    #expect(abs(try #require(result.devAccuracy) - 0.3) < 1e-15)
    #expect(try self.result(0, [(0.5, 1)]).values(\.dev) { $0.cost }?.deviation == 0)
  }
}

import Tensors
import Testing
import Training

/// The same bits for every number of ranks, whatever they hold of the examples.
struct RanksTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var training: TrainerTests.Case
    var inputs = 3
    var examples: Int
    var hidden: [Int]? = nil
    var change: @Sendable (inout TrainingSettings) -> Void = { _ in }
    var testDescription: String { "\(training.name), \(inputs)-\(hidden ?? training.hidden) on \(examples)" }
  }

  private static let plain = TrainerTests.Case(name: "plain")
  private static let weighted = TrainerTests.Case(
    loss: .softmax, kind: .classes(3), activation: .tanh, isWeighted: true, name: "weights, softmax, tanh")

  private static let adam: @Sendable (inout TrainingSettings) -> Void = {
    ($0.batchSize, $0.optimizer, $0.learningRate, $0.epochs) = (700, .adam(.init()), 0.01, 2)
    ($0.keepProbabilities, $0.standardizes) = ([0.8], true)
  }
  private static let early: @Sendable (inout TrainingSettings) -> Void = {
    ($0.batchSize, $0.patience, $0.epochs, $0.learningRate) = (1000, 1, 6, 2)
  }

  static let cases: [Case] = [
    Case(training: plain, examples: 100), Case(training: plain, examples: 40_003, change: { $0.lambda = 0.7 }),
    Case(
      training: plain, examples: 5000, change: { ($0.keepProbabilities, $0.dropoutMasks) = ([0.8], .fixed) }),
    Case(training: plain, examples: 5000, change: { ($0.keepProbabilities, $0.dropoutMasks) = ([0.8], .fresh) }),
    Case(training: plain, examples: 3001, change: { ($0.precision, $0.standardizes) = (.float32, true) }),
    Case(training: plain, examples: 3001, change: adam), Case(training: plain, examples: 4001, change: early),
    // More than one block of examples, and more than one window of them.
    Case(
      training: plain, inputs: 700, examples: 13_000, hidden: [2], change: { ($0.batchSize, $0.epochs) = (4000, 2) }),
    Case(training: weighted, examples: 2500, change: { $0.l1 = 0.1 }),
    Case(training: weighted, examples: 2500, change: { ($0.batchSize, $0.epochs) = (600, 2) }),
    Case(training: weighted, examples: 2500, change: { $0.inputKeepProbability = 0.9 }),
    // Wide layers.
    Case(training: plain, inputs: 40, examples: 100, hidden: [60, 9], change: { $0.keepProbabilities = [0.7] }),
    Case(training: plain, inputs: 5, examples: 2300, hidden: [50, 60], change: { $0.inputKeepProbability = 0.8 }),
    Case(
      training: plain, inputs: 30, examples: 2100, hidden: [70, 5],
      change: { ($0.keepProbabilities, $0.dropoutMasks) = ([0.8], .fixed) }),
    Case(training: weighted, inputs: 30, examples: 4500, hidden: [80, 20]),
    Case(training: weighted, inputs: 30, examples: 900, hidden: [80, 20], change: adam),
  ]

  private static func settings(_ shape: Case) -> TrainingSettings {
    var settings = TrainingSettings()
    settings.hiddenSizes = shape.hidden ?? shape.training.hidden
    settings.activation = shape.training.activation
    settings.loss = shape.training.loss
    (settings.iterations, settings.recordEvery) = (5, 1)
    shape.change(&settings)
    return settings
  }

  private static func streamed(_ dataset: Dataset, isHeld: Bool) -> TrainingExamples {
    var columns = [dataset.features, dataset.labels]
    if let weights = dataset.weights { columns.append(Matrix(rows: 1, columns: weights.count, elements: weights)) }
    let rows = Matrix(
      rows: columns.reduce(0) { $0 + $1.rows }, columns: dataset.exampleCount, elements: columns.flatMap(\.elements)
    ).transposed
    var streamed = StreamedExamples(
      inputCount: dataset.inputCount, exampleCount: dataset.exampleCount, kind: dataset.kind,
      hasWeights: dataset.weights != nil, totalWeight: dataset.weights == nil ? nil : dataset.totalWeight
    ) { MatrixRows(rows) }
    streamed.isHeldByRanks = isHeld
    return .rows(streamed)
  }

  @Test(arguments: cases) func sameBits(_ shape: Case) throws {
    var training = shape.training
    training.examples = shape.examples
    let dataset = try TrainerTests.dataset(training, inputs: shape.inputs)
    let settings = Self.settings(shape)
    let dev = settings.patience == nil ? nil : TrainingExamples.memory(try dataset.examples(Array(0..<900)))
    let alone = try Trainer(settings: settings, examples: .memory(dataset), dev: dev).run()
    let forms: [(String, TrainingExamples)] =
      [("in memory", .memory(dataset)), ("held", Self.streamed(dataset, isHeld: true))]
      + (settings.batchSize == nil ? [] : [("read", Self.streamed(dataset, isHeld: false))])
    for (name, examples) in forms {
      for count in [1, 2, 3, 4, 7] where count > 1 || name == "in memory" {
        let results = ThreadRanks.run(count) { ranks in
          var settings = settings
          settings.threads = 1 + ranks.rank % 2
          return try Trainer(settings: settings, examples: examples, dev: dev, ranks: ranks).run()
        }
        for (rank, result) in results.enumerated() {
          #expect(try result.get() == alone, "\(name), rank \(rank) of \(count)")
        }
      }
    }
  }

  /// A dev set that is read, by each rank a part of its blocks.
  @Test func devSetThatIsRead() throws {
    var training = Self.plain
    training.examples = 9000
    let dataset = try TrainerTests.dataset(training)
    var settings = TrainingSettings()
    (settings.hiddenSizes, settings.iterations, settings.patience, settings.recordEvery) = ([4], 4, 3, 1)
    let finished = settings
    let alone = try Trainer(settings: settings, examples: .memory(dataset), dev: .memory(dataset)).run()
    for count in [2, 3, 6] {
      let results = ThreadRanks.run(count) {
        try Trainer(
          settings: finished, examples: Self.streamed(dataset, isHeld: true),
          dev: Self.streamed(dataset, isHeld: false), ranks: $0
        ).run()
      }
      for result in results { #expect(try result.get() == alone, "\(count) ranks") }
    }
  }

  /// A training that stops after an update on all ranks, because one asked, and goes on with another number of them.
  @Test func oneRankAsksToStop() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 2000)
    for hidden in [[5], [60, 50]] {
      var settings = TrainingSettings()
      (settings.hiddenSizes, settings.iterations, settings.optimizer) = (hidden, 30, .momentum(.init()))
      let finished = settings
      let whole = try Trainer(settings: settings, dataset: dataset).run()
      let stopped = ThreadRanks.run(3) { ranks in
        var state: TrainingState?
        let result = try Trainer(settings: finished, examples: .memory(dataset), ranks: ranks).run(
          progress: { progress in
            state = progress.state
            return ranks.rank == 1 && progress.iterationsDone == 10 ? .stop : .continue
          })
        return (result, state)
      }
      for result in stopped {
        let (result, state) = try result.get()
        #expect(result.interrupted && result.iterationsDone == 11)
        let ends = ThreadRanks.run(2) {
          try Trainer(settings: finished, examples: .memory(dataset), ranks: $0).run(from: state)
        }
        for end in ends { #expect(try end.get().network == whole.network) }
      }
    }
  }

  /// The failure of one rank is that of all, and of several the first one in the order of the examples is told.
  @Test func failures() throws {
    struct Bad: Error, Equatable { var row: Int }
    final class Rows: RowSource {
      var next = 0
      let bad: [Int]
      init(_ bad: [Int]) { self.bad = bad }
      var columnCount: Int { 3 }
      var rowCount: Int? { 5000 }
      func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
        let count = min(64, block.count / 3, 5000 - next)
        if let row = bad.first(where: { next..<next + count ~= $0 }) { throw Bad(row: row) }
        for index in 0..<3 * count { block[index] = Double(index % 3 == 2 ? index % 2 : index) }
        next += count
        return count
      }
      func seek(toRow row: Int) { next = row }
    }
    for (bad, told) in [([4900], 4900), ([2600, 4900], 2600), ([10, 4900], 10)] {
      for batchSize in [nil, 500] {
        for isHeld in [true, batchSize == nil] {
          var settings = TrainingSettings()
          (settings.hiddenSizes, settings.batchSize, settings.iterations) = ([3], batchSize, 20)
          let finished = settings
          let results = ThreadRanks.run(4) { ranks in
            var examples = StreamedExamples(inputCount: 2, exampleCount: 5000, kind: .binary) { Rows(bad) }
            examples.isHeldByRanks = isHeld
            return try Trainer(settings: finished, examples: .rows(examples), ranks: ranks).run().iterationsDone
          }
          var found: [Int] = []
          for result in results {
            switch result {
            case .success: Issue.record("it fails")
            case .failure(let error as Bad): found.append(error.row)
            case .failure(let error): #expect(error is FailureElsewhere)
            }
          }
          // Examples that fit one block are read by one rank.
          #expect(found == [told])
        }
      }
    }
  }

  @Test func treesAreThoseOfOne() {
    for count in 1...64 {
      for ranks in [1, 2, 3, 4, 5, 7, 64, 70] {
        let parts = (0..<ranks).map { $0 * count / ranks..<($0 + 1) * count / ranks }
        let tree = SliceTree(count: count, parts: parts)
        // What is added in a node, and behind it across the ranks, as texts.
        func sum(_ range: Range<Int>) -> String {
          var terms = range.map(String.init)
          var step = 1
          while step < terms.count {
            for index in stride(from: 0, to: terms.count - step, by: 2 * step) {
              terms[index] = "(\(terms[index])+\(terms[index + step]))"
            }
            step *= 2
          }
          return terms[0]
        }
        var sums: [Int: String] = [:]
        for node in tree.nodes.joined() { sums[node.lowerBound] = sum(node) }
        for (target, source) in tree.additions { sums[target] = "(\(sums[target] ?? "?")+\(sums[source] ?? "?"))" }
        #expect(sums[0] == sum(0..<count))
      }
    }
  }
}

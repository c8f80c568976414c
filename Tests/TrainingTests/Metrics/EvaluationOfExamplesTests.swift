import Tensors
import Testing
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Networks on examples that are in memory or read block by block.
struct EvaluationOfExamplesTests {
  /// Rows that come a few at a time, fewer than fit.
  private final class SlowRows: RowSource {
    let matrix: Matrix
    private var next = 0

    init(_ matrix: Matrix) { self.matrix = matrix }

    var columnCount: Int { matrix.columns }
    var rowCount: Int? { nil }

    func nextRows(into block: inout MutableSpan<Double>) -> Int {
      let count = min(block.count / matrix.columns, 977, matrix.rows - next)
      for index in 0..<count * matrix.columns { block[index] = matrix.elements[next * matrix.columns + index] }
      next += count
      return count
    }

    func seek(toRow row: Int) { next = row }
  }

  private func rows(_ count: Int, columns: Int, seed: UInt32) -> Matrix {
    var random = NumPyRandom(seed: seed)
    return Matrix(rows: columns, columns: count, elements: (0..<count * columns).map { _ in random.rand() * 4 - 2 })
  }

  private func streamed(_ dataset: Dataset) -> TrainingExamples {
    let width = dataset.inputCount + dataset.labels.rows + (dataset.weights == nil ? 0 : 1)
    var rows = Matrix(rows: dataset.exampleCount, columns: width)
    for example in 0..<dataset.exampleCount {
      for input in 0..<dataset.inputCount { rows[example, input] = dataset.features[input, example] }
      for row in 0..<dataset.labels.rows {
        rows[example, dataset.inputCount + row] = dataset.labels[row, example]
      }
      if let weights = dataset.weights { rows[example, width - 1] = weights[example] }
    }
    let all = rows
    return .rows(
      StreamedExamples(
        inputCount: dataset.inputCount, exampleCount: dataset.exampleCount, kind: dataset.kind,
        hasWeights: dataset.weights != nil, totalWeight: dataset.totalWeight, open: { SlowRows(all) }))
  }

  /// A network with one hidden layer, and examples of a kind.
  private func example(_ kind: LabelKind, loss: Loss, count: Int, weighted: Bool) throws -> (Network, Dataset) {
    var network = try Network.initialized(layerSizes: [3, 5, kind.unitCount], seed: 4)
    network.layers[1].activation = loss.outputActivation
    network.inputScaling = InputScaling(mean: [0.1, 0, -1], scale: [1, 2, 0.5])
    var labels = rows(count, columns: kind.rowCount, seed: 8)
    for index in labels.elements.indices {
      switch kind {
      case .binary: labels.elements[index] = labels.elements[index] > 0 ? 1 : 0
      case .classes(let classes):
        labels.elements[index] = ((labels.elements[index] + 2) / 4 * Double(classes)).rounded(.down)
      case .values: break
      }
    }
    let weights = weighted ? (0..<count).map { Double($0 % 7) / 2 } : nil
    return (
      network, try Dataset(features: rows(count, columns: 3, seed: 9), labels: labels, kind: kind, weights: weights)
    )
  }

  @Test(arguments: [(LabelKind.binary, Loss.crossEntropy), (.classes(4), .softmax), (.values(2), .huber(delta: 1))])
  func theBitsAreTheSameForStreamsAndThreads(kind: LabelKind, loss: Loss) throws {
    for weighted in [false, true] {
      let (network, dataset) = try example(kind, loss: loss, count: 20_003, weighted: weighted)
      let one = try Evaluation.of(network, on: .memory(dataset), loss: loss)
      #expect(one.examples == 20_003 && one.totalWeight == dataset.totalWeight && one.cost != nil)
      for threads in [1, 2, 5] {
        #expect(try Evaluation.of(network, on: .memory(dataset), loss: loss, threads: threads) == one)
        #expect(try Evaluation.of(network, on: streamed(dataset), loss: loss, threads: threads) == one)
      }
    }
  }

  /// The cost, of all kinds, against the sum over all examples that are computed with the plain operations.
  @Test func theCostIsTheMeanLoss() throws {
    for (kind, loss) in [
      (LabelKind.binary, Loss.crossEntropy), (.classes(3), .softmax), (.values(2), .squared),
      (.values(1), .huber(delta: 0.5)),
    ] {
      let (network, dataset) = try example(kind, loss: loss, count: 500, weighted: true)
      let a = network.probabilities(dataset.features)
      var (sum, right) = (0.0, 0.0)
      for example in 0..<500 {
        let weight = dataset.weights?[example] ?? 1
        var best = 0
        for unit in 0..<a.rows {
          let label = dataset.labels[kind.rowCount > 1 ? unit : 0, example]
          if a[unit, example] > a[best, example] { best = unit }
          let error = a[unit, example] - label
          switch loss {
          case .crossEntropy: sum += weight * CrossEntropy.loss(probability: a[unit, example], label: label)
          case .softmax: if Double(unit) == label { sum -= weight * log(a[unit, example]) }
          case .squared: sum += weight * error * error / Double(a.rows)
          case .huber(let delta):
            let loss = abs(error) <= delta ? error * error / 2 : delta * (abs(error) - delta / 2)
            sum += weight * loss / Double(a.rows)
          }
        }
        if kind == .binary { best = a[0, example] > 0.5 ? 1 : 0 }
        if Double(best) == dataset.labels[0, example] { right += weight }
      }
      let evaluation = try Evaluation.of(network, on: .memory(dataset), loss: loss)
      #expect(abs((evaluation.cost ?? 0) - sum / dataset.totalWeight) < 1e-12, "\(kind)")
      if case .values = kind { continue }
      #expect(abs((evaluation.accuracy ?? 0) - right / dataset.totalWeight) < 1e-12, "\(kind)")
    }
  }

  @Test func intervalsAreThereWhenAskedFor() throws {
    let (network, dataset) = try example(.binary, loss: .crossEntropy, count: 90, weighted: false)
    let bootstrap = Bootstrap(resamples: 100)
    let evaluation = try Evaluation.of(network, on: .memory(dataset), loss: .crossEntropy, bootstrap: bootstrap)
    let range = try #require(evaluation.intervals?.ranges[.cost])
    let cost = try #require(evaluation.cost)
    #expect(range.contains(cost))
    #expect(
      try Evaluation.of(network, on: streamed(dataset), loss: .crossEntropy, threads: 3, bootstrap: bootstrap)
        == evaluation)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let (network, dataset) = try example(.binary, loss: .crossEntropy, count: 10, weighted: false)
    let (_, classes) = try example(.classes(3), loss: .softmax, count: 10, weighted: false)
    #expect {
      _ = try Evaluation.of(network, on: .memory(classes), loss: .softmax)
    } throws: {
      "\($0)" == "the network has 3 inputs and 1 outputs, the examples need 3 and 3"
    }
    let bad = TrainingExamples.rows(
      StreamedExamples(inputCount: 3, exampleCount: 2, kind: .binary) {
        MatrixRows(Matrix([[0, 0, 0, 1], [0, 0, 0, 2]]))
      })
    #expect {
      _ = try Evaluation.of(network, on: bad, loss: .crossEntropy)
    } throws: {
      "\($0)" == "the label of example 2 is 2.0, expected 0 or 1"
    }
    var large = network
    large.layers[1].activation = .linear
    large.layers[1].weights.elements = large.layers[1].weights.elements.map { _ in 1e308 }
    let huge = try Dataset(features: Matrix([[1e10], [1e10], [1e10]]), labels: Matrix([[1]]))
    #expect {
      _ = try Evaluation.of(large, on: .memory(huge), loss: .crossEntropy)
    } throws: { error in
      (error as? TrainingError)?.code == .divergence
    }
    _ = dataset
  }
}

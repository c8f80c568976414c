import FoundationEssentials
import Tensors
import Testing
import Training

/// 100 updates of PyTorch in float64: `Reference/steps.json`, written by `Reference/steps.py`.
///
/// The script makes order and masks from the documentation of `ExampleOrder` and `Dropout` alone.
struct StepTableTests {
  struct Reference: Decodable {
    let data: [String: Examples]
    let cases: [Case]
  }

  /// One row for each example.
  struct Examples: Decodable, Sendable {
    let features: [[Double]]
    let labels: [[Double]]
    let weights: [Double]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let data: String
    let inputs: Int?
    let activation: String
    let loss: String
    let optimizer: String
    let learningRate: Double
    let schedule: String
    let warmUp: Int
    let batchSize: Int?
    let shuffleSeed: UInt32
    let lambda: Double
    let l1: Double
    let maxNorm: Double?
    let keepProb: [Double]
    let inputKeepProb: Double
    let dropoutSeed: UInt32
    let dropoutMasks: String
    let standardize: Bool
    let weighted: Bool
    /// Layer by layer, row by row.
    let weights: [[[Double]]]
    let biases: [[Double]]
    let steps: [Step]

    var testDescription: String { name }
  }

  struct Step: Decodable, Sendable {
    /// The updates that were done.
    let step: Int
    /// The cost before the last of them.
    let cost: Double
    /// Layer by layer W row by row, then b; without the weights of the inputs that are 0 throughout.
    let parameters: [Double]
  }

  static let reference: Reference? = {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(
        Reference.self, from: Data(contentsOf: URL(filePath: "/\(folder)/Reference/steps.json")))
    } catch {
      Issue.record("Reference/steps.json: \(error)")
      return nil
    }
  }()

  @Test func theTableIsThere() { #expect(Self.reference?.cases.count ?? 0 >= 50) }

  @Test(arguments: reference?.cases ?? [], KernelTests.kernels)
  func pyTorch(_ shape: Case, _ kernel: Kernel) throws {
    let dataset = try Self.dataset(shape)
    var settings = try Self.settings(shape)
    settings.kernel = kernel
    let network = try Self.network(shape, dataset)
    let trainer = try Trainer(settings: settings, examples: .memory(dataset), initialNetwork: network)
    try compare(trainer, shape)
    guard settings.batchSize != nil else { return }
    // The same batches where the examples are read.
    let rows = TrainingExamples.rows(TrainerTests.streamed(dataset))
    try compare(try Trainer(settings: settings, examples: rows, initialNetwork: network), shape)
  }

  private func compare(_ trainer: Trainer, _ shape: Case) throws {
    var found: [Int: [Double]] = [:]
    let kept = Set(shape.steps.map(\.step))
    let result = try trainer.run(progress: { progress in
      if kept.contains(progress.iterationsDone) {
        found[progress.iterationsDone] = Self.parameters(progress.state.network)
      }
      return .continue
    })
    #expect(result.iterationsDone == 100 && result.costs.count == 100)
    for step in shape.steps {
      // Both round each of some thousand operations of an update in another order, by 1e-16 of numbers near 1. Adam
      // divides by the gradient's size, which makes up to ten times as much of it, and an update passes on the rounding
      // of the one before: some 1e-13 in 100 updates. What is not the same formula differs by more than 1e-6.
      #expect(abs(result.costs[step.step - 1].cost - step.cost) <= 1e-10, "the cost before update \(step.step)")
      let parameters = try #require(found[step.step])
      #expect(parameters.count == step.parameters.count)
      let largest = zip(parameters, step.parameters).map { abs($0 - $1) }.max() ?? .infinity
      #expect(largest <= 1e-10, "the parameters after update \(step.step)")
    }
  }

  private static func dataset(_ shape: Case) throws -> Dataset {
    let examples = try #require(reference?.data[shape.data])
    let count = examples.features.count
    var features = Matrix(rows: shape.inputs ?? examples.features[0].count, columns: count)
    for (example, row) in examples.features.enumerated() {
      for (input, number) in row.enumerated() { features[input, example] = number }
    }
    let kind: LabelKind =
      switch shape.data {
      case "classes": .classes(3)
      case "values": .values(2)
      default: .binary
      }
    return try Dataset(
      features: features, labels: Matrix(examples.labels).transposed, kind: kind,
      weights: shape.weighted ? examples.weights : nil)
  }

  private static func settings(_ shape: Case) throws -> TrainingSettings {
    var settings = TrainingSettings()
    settings.loss = try #require(Loss(rawValue: shape.loss))
    settings.optimizer = try #require(Optimizer(rawValue: shape.optimizer))
    settings.learningRate = shape.learningRate
    settings.schedule = try #require(Schedule(rawValue: shape.schedule))
    settings.warmUp = shape.warmUp
    settings.batchSize = shape.batchSize
    settings.shuffleSeed = shape.shuffleSeed
    settings.lambda = shape.lambda
    settings.l1 = shape.l1
    settings.maxNorm = shape.maxNorm
    settings.keepProbabilities = shape.keepProb.isEmpty ? [1] : shape.keepProb
    settings.inputKeepProbability = shape.inputKeepProb
    settings.dropoutSeed = shape.dropoutSeed
    settings.dropoutMasks = try #require(DropoutMasks(rawValue: shape.dropoutMasks))
    settings.iterations = 100
    settings.recordEvery = 1
    return settings
  }

  private static func network(_ shape: Case, _ dataset: Dataset) throws -> Network {
    let activation = try #require(Activation(rawValue: shape.activation))
    let output = try #require(Loss(rawValue: shape.loss)).outputActivation
    var layers: [Layer] = []
    for (index, (weights, biases)) in zip(shape.weights, shape.biases).enumerated() {
      var all = Matrix(rows: weights.count, columns: index == 0 ? dataset.inputCount : weights[0].count)
      for (unit, row) in weights.enumerated() { for (input, weight) in row.enumerated() { all[unit, input] = weight } }
      let isLast = index == shape.weights.count - 1
      layers.append(
        Layer(
          weights: all, biases: Matrix(rows: biases.count, columns: 1, elements: biases),
          activation: isLast ? output : activation))
    }
    let scaling = shape.standardize ? try InputScaling.fitted(to: .memory(dataset)) : nil
    return try Network(layers: layers, inputScaling: scaling)
  }

  /// The parameters of a network in the order of the table, of the first three inputs only.
  private static func parameters(_ network: Network) -> [Double] {
    network.layers.enumerated().flatMap { index, layer in
      let weights = (0..<layer.outputCount).flatMap { unit in
        (0..<min(layer.inputCount, index == 0 ? 3 : .max)).map { layer.weights[unit, $0] }
      }
      return weights + layer.biases.elements
    }
  }
}

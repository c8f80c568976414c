import Tensors
import Testing
import Training

struct TrainingSettingsTests {
  @Test func defaultsAreTheNotebooks() throws {
    let settings = TrainingSettings()
    #expect(settings.hiddenSizes == [20, 3] && settings.learningRate == 0.3 && settings.iterations == 30_000)
    #expect(settings.lambda == 0 && settings.keepProbabilities == [1] && settings.precision == .float64)
    #expect(settings.seed == 3 && settings.dropoutSeed == 1 && settings.dropoutMasks == .fresh)
    #expect(settings.recordEvery == 1000 && !settings.dropout.isActive)
    try settings.validate()
  }

  static let broken: [(@Sendable (inout TrainingSettings) -> Void, String)] = [
    ({ $0.keepProbabilities = [1.2] }, "keep_prob must be greater than 0 and at most 1, found 1.2"),
    ({ $0.keepProbabilities = [0.8, 0] }, "keep_prob must be greater than 0 and at most 1, found 0.0"),
    ({ $0.keepProbabilities = [.nan] }, "keep_prob must be greater than 0 and at most 1, found nan"),
    ({ $0.keepProbabilities = [0.8, 0.8, 0.8] }, "keep_prob has 3 values for 2 hidden layers"),
    ({ $0.keepProbabilities = [] }, "keep_prob has 0 values for 2 hidden layers"),
    ({ $0.learningRate = -1 }, "learning_rate must be a positive number, found -1.0"),
    ({ $0.lambda = -0.5 }, "lambda must be a number that is not negative, found -0.5"),
    ({ $0.iterations = -1 }, "num_iterations must not be negative, found -1"),
    ({ $0.hiddenSizes = [20, 0] }, "the size of a hidden layer must be at least 1, found 0"),
    ({ $0.threads = 0 }, "the number of threads must be at least 1, found 0"),
    ({ $0.recordEvery = -5 }, "the interval of recorded costs must not be negative, found -5"),
  ]

  @Test(arguments: broken.indices)
  func outOfRange(_ index: Int) {
    var settings = TrainingSettings()
    Self.broken[index].0(&settings)
    let error = #expect(throws: TrainingError.self) { try settings.validate() }
    #expect(error?.message == Self.broken[index].1 && error?.code == .settings)
  }

  @Test func networksThatDoNotFit() throws {
    let dataset = try KernelTests.dataset(inputs: 2, examples: 5)
    let wrongInputs = try Network.initialized(layerSizes: [3, 1], seed: 1)
    #expect(throws: TrainingError.self) {
      try Trainer(settings: TrainingSettings(), dataset: dataset, initialNetwork: wrongInputs)
    }
    let twoOutputs = try Network.initialized(layerSizes: [2, 2], seed: 1)
    #expect(throws: TrainingError.self) {
      try Trainer(settings: TrainingSettings(), dataset: dataset, initialNetwork: twoOutputs)
    }
  }
}

import ArgumentParser
import NetworkFiles
import TensorFiles
import Training

/// `reg-benchmark train`: the training alone, without start-up and reading.
///
/// Prints the costs too, so that whoever compares can compare the results first.
struct TrainFigure: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "train")

  @Argument var data: String
  @Option var hidden = "20,3"
  @Option var lambda = 0.0
  @Option var keepProb = 1.0
  @Option(help: "fresh or fixed") var masks = "fixed"
  @Option(help: "auto, avx2 or baseline") var kernel = "auto"
  @Option(help: "float64 or float32") var precision = "float64"
  @Option(help: "notebook, he or xavier") var initialization = "notebook"
  @Option var learningRate = 0.3
  @Option var iterations = 30_000
  @Option(help: "0 for all examples") var batchSize = 0
  @Flag var adam = false
  @Flag(help: "Any number of classes.") var softmax = false
  @Option var reportEvery = 10_000
  @Option var threads = 1
  @Option var rounds = 1

  func run() throws {
    var selection = DatasetSelection()
    if softmax { selection.wanted = .classes }
    let loaded = try selection.load(FileFormats.open(data))
    let trainer = try Trainer(settings: settings(), examples: loaded.train)
    var costs: [Double] = []
    let result = try trainer.run(reportEvery: reportEvery, report: { costs.append($0.cost) })
    guard result.divergence == nil else { throw WrongResult("the training diverged") }
    let accuracy = try Evaluation.of(result.network, on: loaded.train, loss: trainer.settings.loss)[.accuracy] ?? .nan
    print("result\t{\"costs\": \(costs), \"accuracy\": \(accuracy), \"kernel\": \"\(result.kernel)\"}")
    try printFigure("training", rounds: rounds, clock: threads > 1 ? .wall : .processor) {
      keep(try trainer.run(reportEvery: reportEvery))
    }
  }

  private func settings() throws -> TrainingSettings {
    func known<Value>(_ value: Value?, _ name: String) throws -> Value {
      guard let value else { throw ValidationError("\(name) is not known") }
      return value
    }
    var settings = TrainingSettings()
    settings.hiddenSizes = hidden.split(separator: ",").compactMap { Int($0) }
    settings.lambda = lambda
    settings.keepProbabilities = [keepProb]
    settings.dropoutMasks = try known(DropoutMasks(rawValue: masks), masks)
    settings.kernel = try known(Kernel(rawValue: kernel), kernel)
    settings.precision = try known(Precision(rawValue: precision), precision)
    settings.initialization = try known(Initialization(rawValue: initialization), initialization)
    settings.learningRate = learningRate
    settings.iterations = iterations
    settings.batchSize = batchSize > 0 ? batchSize : nil
    settings.recordEvery = 0
    settings.threads = threads
    if softmax { settings.loss = .softmax }
    if adam { settings.optimizer = .adam(Adam()) }
    return settings
  }
}

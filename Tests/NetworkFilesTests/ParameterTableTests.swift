import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// The tables of `Formats/parameters/README.md` name just what is written.
@Suite("The specification of parameter files") struct ParameterTableTests {
  private static let specification = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Formats/parameters/README.md").path

  /// The names in the first column of the tables below a heading.
  private func names(below heading: String) throws -> Set<String> {
    let text = try String(contentsOfFile: Self.specification, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## \(heading)\n").dropFirst().first)
    var names: Set<String> = []
    for line in section.components(separatedBy: "\n## ")[0].split(separator: "\n") where line.hasPrefix("| `") {
      let cell = line.split(separator: "|")[0]
      names.formUnion(cell.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
    }
    return names
  }

  @Test func everyAttributeIsInTheTables() throws {
    let data = try Dataset(features: Matrix([[0, 1]]), labels: Matrix([[0, 1]]))
    var settings = TrainingSettings()
    settings.hiddenSizes = [2]
    settings.iterations = 10
    // What is named where it is not the notebook's.
    settings.optimizer = .adam(Adam())
    settings.schedule = .cosine
    (settings.warmUp, settings.batchSize, settings.epochs, settings.shuffleSeed) = (1, 1, 5, 2)
    (settings.l1, settings.maxNorm, settings.inputKeepProbability) = (0.1, 3, 0.9)
    (settings.initialization, settings.recordEvery) = (.he, 5)
    var record = TrainingRecord(
      settings: settings, result: try Trainer(settings: settings, dataset: data).run(progress: { _ in .stop }))
    record.dataFile = "data.mat"
    record.dataSHA256 = "00"
    record.features = "X"
    record.labels = "y"
    (record.settings.patience, record.settings.loss) = (3, "squared")
    (record.stoppedEarly, record.bestIteration, record.divergence) = (true, 1, "the cost is nan at iteration 2")
    record.devCosts = [CostRecord(iteration: 1, cost: 0.5)]
    (record.selection.weights, record.selection.classWeights, record.selection.examplesAxis) = ("w", "1,5", "rows")
    (record.selection.testFeatures, record.selection.testLabels) = ("A", "b")
    (record.selection.testFraction, record.selection.devFraction) = (0.2, 0.1)
    (record.selection.testFile, record.selection.testSHA256) = ("t.csv", "00")
    (record.selection.devFile, record.selection.devSHA256) = ("d.csv", "00")
    record.train = .init(examples: 2, accuracy: 1, cost: 0.5)
    for metric in Metric.allCases { record.train?.metrics[metric] = 0.5 }
    record.dev = .init(examples: 2, accuracy: 1)
    record.test = record.dev
    record.search = .init(settings: 3, runs: 9, folds: 3, accuracy: 1, cost: 0.5)
    var network = try Network.initialized(layerSizes: [1, 2, 1], seed: 3)
    network.inputNames = ["x1"]
    network.classNames = ["no", "yes"]
    network.inputScaling = InputScaling(mean: [1], scale: [2])
    record.settings.weightPenalties = [0.1, 0.1]
    let archive = try ParameterFile(TrainedNetwork(network: network, training: record)).archive()
    #expect(record.isInterrupted && archive.attribute("interrupted", of: "training")?.integer == 1)
    #expect(Set(archive.attributes().map(\.name)) == (try names(below: "Attributes of the root")))
    let written = Set(archive.attributes(of: "training").map(\.name))
    #expect(try names(below: "Attributes of the group `training`").subtracting(["…"]) == written)
    #expect(
      archive.members.map(\.name) == [
        "W1", "b1", "W2", "b2", "input_mean", "input_scale", "training/iteration", "training/cost",
        "training/dev_iteration", "training/dev_cost",
      ])
    #expect(try ParameterFile(archive).training == record)
    #expect(
      try names(below: "Activations").isSuperset(
        of: Activation.named.filter { $0.activation.parameters.isEmpty }.map(\.name)))
  }
}

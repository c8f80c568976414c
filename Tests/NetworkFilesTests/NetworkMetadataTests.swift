import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// What stands beside the weights comes back from a text.
@Suite struct NetworkMetadataTests {
  /// A network with everything that a text can keep.
  static func full() throws -> TrainedNetwork {
    var network = try Network.initialized(layerSizes: [2, 5, 3], seed: 7)
    network.layers[0].activation = .leakyRelu(slope: 0.1)
    network.layers[1].activation = .softmax
    network = try Network(
      layers: network.layers, inputNames: ["x,1", "Größe"], classNames: ["a", "b \"c\"", ""],
      inputScaling: InputScaling(mean: [0.1, -3], scale: [1e-3, 7]))
    var settings = TrainingSettings()
    settings.hiddenSizes = [5]
    settings.learningRate = 1
    settings.lambda = 0.7
    settings.keepProbabilities = [0.86]
    let result = try Trainer(
      settings: settings,
      dataset: try Dataset(features: Matrix([[0, 1], [1, 0]]), labels: Matrix([[0, 1]]))
    ).run()
    var record = TrainingRecord(settings: settings, result: result)
    record.settings.weightPenalties = [0.1, 1.0 / 3]
    record.dataFile = "data.mat"
    record.dataSHA256 = String(repeating: "a", count: 64)
    record.features = "X"
    record.labels = "y"
    record.train = .init(examples: 211, accuracy: 0.1 + 0.2, cost: 1.0 / 3)
    record.test = .init(examples: 200, accuracy: 1, cost: 0)
    return TrainedNetwork(network: network, training: record)
  }

  /// The network as a format without a place for anything keeps it.
  private func bare(_ trained: TrainedNetwork) throws -> TrainedNetwork {
    var bare = TrainedNetwork(network: trained.network)
    bare.network.inputNames = nil
    bare.network.classNames = nil
    bare.network.layers[0].activation = .leakyRelu(slope: Double(Float(0.1)))
    bare.network.inputScaling = InputScaling(mean: [Double(Float(0.1)), -3], scale: [Double(Float(1e-3)), 7])
    return bare
  }

  @Test func everythingComesBack() throws {
    let trained = try Self.full()
    var found = try bare(trained)
    try NetworkMetadata(text: NetworkMetadata(trained).text).restore(&found)
    #expect(found.notes == [])
    #expect(found.network == trained.network)
    #expect(found.training == trained.training)
  }

  /// A score and a curve of one name both come back, also the score alone.
  @Test(arguments: [[], [CostRecord(iteration: 0, cost: 0.7), CostRecord(iteration: 9, cost: 0.5)]])
  func theCostOfTheDevSetComesBack(costs: [CostRecord]) throws {
    var trained = try Self.full()
    trained.training?.dev = .init(examples: 40, accuracy: 0.9, cost: 0.25)
    trained.training?.devCosts = costs
    var found = try bare(trained)
    try NetworkMetadata(text: NetworkMetadata(trained).text).restore(&found)
    #expect(found.notes == [] && found.training == trained.training)
  }

  @Test func theTextIsTheSameAfterRounding() throws {
    let trained = try Self.full()
    var rounded = try bare(try trained.roundedToFloat32())
    try NetworkMetadata(trained).restore(&rounded)
    #expect(rounded.notes == [] && rounded.training == trained.training)
  }

  @Test func otherWeightsGetNothing() throws {
    let trained = try Self.full()
    var found = try bare(trained)
    found.network.layers[1].weights[0, 0] += 0.001
    try NetworkMetadata(trained).restore(&found)
    #expect(found.training == nil && found.network.inputNames == nil)
    #expect(
      found.notes == [
        "the weights have changed since the file was written by reg-tools: what it says of their training is not used"
      ])
  }

  @Test func activationsOfTheFormatItselfWin() throws {
    let trained = try Self.full()
    var found = try bare(trained)
    found.network.layers[0].activation = .leakyRelu(slope: 0.2)
    try NetworkMetadata(trained).restore(&found)
    #expect(found.network.layers[0].activation == .leakyRelu(slope: 0.2))
    #expect(try NetworkMetadata(trained).activations == [.leakyRelu(slope: 0.1), .softmax])
  }

  @Test(arguments: ["", "[]", "{\"a\": 1, \"a\": 2}", "nonsense"])
  func textsThatAreNone(_ text: String) { #expect(throws: FormatError.self) { try NetworkMetadata(text: text) } }

  @Test func aDamagedTextIsNoted() throws {
    let trained = try Self.full()
    let text = try NetworkMetadata(trained).text
    for (old, new) in [("softmax", "softmix"), ("\"format_version\":1", "\"format_version\":9")] {
      var found = try bare(trained)
      try NetworkMetadata(text: text.replacing(old, with: new)).restore(&found)
      #expect(found.training == nil)
      #expect(found.notes.count == 1 && found.notes[0].hasPrefix("what reg-tools wrote beside the weights cannot be"))
    }
  }

  /// From HDF5 to another container and back: the same file, byte by byte.
  @Test(arguments: ["npz", "mat", "h5"], [ElementType.float64, .float32])
  func containersKeepEverything(_ ending: String, _ type: ElementType) throws {
    let folder = try TemporaryFolder()
    let trained = type == .float32 ? try Self.full().roundedToFloat32() : try Self.full()
    try NetworkFormats.write(trained, to: "\(folder.path)/a.h5")
    try NetworkFormats.write(trained, to: "\(folder.path)/b.\(ending)")
    let found = try NetworkFormats.network(in: FileFormats.open("\(folder.path)/b.\(ending)"))
    #expect(found.network == trained.network && found.training == trained.training && found.elementType == type)
    #expect(found.leftOut == [])
    try NetworkFormats.write(found, to: "\(folder.path)/c.h5")
    let bytes = try ["a", "c"].map { try InputFile(path: "\(folder.path)/\($0).h5").contents(limit: 1 << 20) }
    #expect(bytes[0] == bytes[1])
  }
}

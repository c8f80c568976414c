import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// What is written to Keras' files comes back equal to the bit, with names and the record of the training.
@Suite struct KerasRoundTripTests {
  static let formats: [any NetworkFormat] = [KerasArchiveFormat(), KerasH5Format(), KerasWeightsFormat()]

  private func trained(isFloat: Bool = false) throws -> TrainedNetwork {
    var random = SplitMix(state: 3)
    var trained = try KerasNetworks.network(
      layers: 4, [.relu, .leakyRelu(slope: 0.07), .hardSigmoid(slope: 0.3, offset: 0.4), .softmax], isScaled: true,
      isFloat: isFloat, using: &random)
    trained.network.inputNames = (1...trained.network.inputCount).map { "größe \($0)" }
    trained.network.classNames = (1...max(trained.network.outputCount, 2)).map { "class \($0)" }
    var record = TrainingRecord(settings: TrainingRecord.Settings())
    record.settings.lambda = 0.7
    record.settings.keepProbabilities = [0.86, 1, 0.5]
    record.settings.seed = 3
    record.train = TrainingRecord.Score(examples: 211, accuracy: 0.9, cost: 0.25)
    trained.training = record
    return trained
  }

  private func back(
    _ trained: TrainedNetwork, _ format: any NetworkFormat, change: (String) throws -> Void = { _ in }
  ) throws -> TrainedNetwork {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    try NetworkFormats.write(trained, to: path, as: format)
    try change(path)
    let file = try FileFormats.open(path)
    #expect(NetworkFormats.recognize(file)?.name == format.name)
    return try NetworkFormats.network(in: file)
  }

  @Test(arguments: formats.indices, [true, false])
  func everything(_ format: Int, isFloat: Bool) throws {
    let trained = try trained(isFloat: isFloat)
    let found = try back(trained, Self.formats[format])
    #expect(found.network == trained.network)
    #expect(found.training == trained.training)
    #expect(found.elementType == trained.elementType)
    #expect(found.notes == [] && found.leftOut == [])
  }

  /// The file of weights fits the model of the `.keras` file, whose Normalization layer has no variables.
  @Test func theScalingOfTheInputsIsNoWeight() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.weights.h5"
    try NetworkFormats.write(try trained(isFloat: true), to: path)
    let reader = try FileFormats.open(path).reader
    #expect(reader.groups.contains("layers/normalization/vars"))
    #expect(!reader.entries.contains { $0.name.hasPrefix("layers/normalization/") })
  }

  /// A scaling that float32 would round is the same number in every form, also where its root is at a border.
  @Test(arguments: formats.indices)
  func scalingsComeBackToTheBit(_ format: Int) throws {
    var random = SplitMix(state: 5)
    var trained = try KerasNetworks.network(layers: 2, [.tanh], isScaled: true, isFloat: true, using: &random)
    let count = trained.network.inputCount
    for _ in 0..<20 {
      trained.network.inputScaling?.scale = (0..<count).map { _ in
        // Halfway between two float32 numbers, and a bit of float64 beside it.
        let short = Float.random(in: 1e-3...9, using: &random)
        let half = (Double(short) + Double(short.nextUp)) / 2
        return Bool.random(using: &random) ? half.nextUp : half.nextDown
      }
      #expect(try back(trained, Self.formats[format]).network == trained.network)
    }
  }

  /// Activations that are given by hand do not take the scaling away.
  @Test func givenActivationsKeepTheScaling() throws {
    let folder = try TemporaryFolder()
    let (path, trained) = (folder.path + "/a.weights.h5", try trained())
    try NetworkFormats.write(trained, to: path)
    let options = NetworkReadingOptions(activations: trained.network.layers.map(\.activation))
    #expect(try NetworkFormats.network(in: FileFormats.open(path), options: options).network == trained.network)
  }

  @Test(arguments: formats.indices)
  func equalNetworksAreEqualBytes(_ format: Int) throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b"] {
      try NetworkFormats.write(try trained(), to: "\(folder.path)/\(name)", as: Self.formats[format])
    }
    let bytes = try ["a", "b"].map { try InputFile(path: "\(folder.path)/\($0)").contents(limit: 1 << 24) }
    #expect(bytes[0] == bytes[1])
  }

  @Test func endingsChooseTheForm() throws {
    #expect(try NetworkFormats.forWriting(path: "a.keras").name == "keras")
    #expect(try NetworkFormats.forWriting(path: "a.weights.h5").name == "keras-weights")
    #expect(try NetworkFormats.forWriting(path: "a.h5").name == "parameters")
    #expect(NetworkFormats.named("keras-h5")?.name == "keras-h5")
  }

  /// A deflated archive is read too.
  @Test func compressed() throws {
    let (folder, trained) = (try TemporaryFolder(), try trained())
    let path = folder.path + "/a.keras"
    try NetworkFormats.write(trained, to: path, options: WritingOptions(compression: 9))
    try NetworkFormats.write(trained, to: folder.path + "/b.keras")
    #expect(try NetworkFormats.network(in: FileFormats.open(path)).network == trained.network)
    #expect(try InputFile(path: path).size() < InputFile(path: folder.path + "/b.keras").size())
  }

  @Test(arguments: formats.indices)
  func whatKerasLacksIsRefusedByName(_ format: Int) throws {
    var trained = try trained()
    trained.network.layers[1].activation = .geluTanh
    let error = #expect(throws: FormatError.self) { try Self.formats[format].changes(writing: trained) }
    #expect(
      error?.description
        == "layer 2: the activation gelu_tanh has no layer or name in Keras that a file can hold")
    trained.network.layers[1].activation = .leakyRelu(slope: -0.5)
    #expect(throws: FormatError.self) { try Self.formats[format].changes(writing: trained) }
    trained = try self.trained()
    trained.network.inputScaling?.scale[0] = -1
    let scaling = #expect(throws: FormatError.self) { try Self.formats[format].changes(writing: trained) }
    #expect(scaling?.location == .object("input 1"))
  }

  /// λ/(2m) needs m.
  @Test func aPenaltyWithoutTheNumberOfExamplesIsNamed() throws {
    var trained = try trained()
    #expect(try KerasArchiveFormat().changes(writing: trained) == [])
    trained.training?.train = nil
    #expect(
      try KerasArchiveFormat().changes(writing: trained) == [
        "the penalty lambda 0.7 is not told to Keras, whose l2 is lambda / 2m: the number m of examples is not known"
      ])
    #expect(try back(trained, KerasArchiveFormat()).training == trained.training)
  }
}

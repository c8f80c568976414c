import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// What is written to Keras' files, and what is said of it.
@Suite struct KerasWritingTests {
  static let formats: [any NetworkFormat] = [KerasArchiveFormat(), KerasH5Format(), KerasWeightsFormat()]

  private func trained() throws -> TrainedNetwork {
    try RandomNetworks.network(.leakyRelu(slope: 0.07), last: .softmax, layers: 4, isScaled: true)
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

  /// The file of weights fits the model of the `.keras` file, whose Normalization layer has no variables.
  @Test func theScalingOfTheInputsIsNoWeight() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.weights.h5"
    try NetworkFormats.write(try trained(), to: path)
    let reader = try FileFormats.open(path).reader
    #expect(reader.groups.contains("layers/normalization/vars"))
    #expect(!reader.entries.contains { $0.name.hasPrefix("layers/normalization/") })
  }

  /// A scaling that float32 would round is the same number in every form, also where its root is at a border.
  @Test(arguments: formats.indices)
  func scalingsComeBackToTheBit(_ format: Int) throws {
    let folder = try TemporaryFolder()
    var random = TestGenerator(5)
    var trained = try RandomNetworks.network(.tanh, layers: 2, isNarrow: true, isScaled: true)
    let count = trained.network.inputCount
    for number in 0..<20 {
      trained.network.inputScaling?.scale = (0..<count).map { _ in
        // Halfway between two float32 numbers, and a bit of float64 beside it.
        let short = Float.random(in: 1e-3...9, using: &random)
        let half = (Double(short) + Double(short.nextUp)) / 2
        return Bool.random(using: &random) ? half.nextUp : half.nextDown
      }
      let path = "\(folder.path)/\(number)"
      try NetworkFormats.write(trained, to: path, as: Self.formats[format])
      #expect(try NetworkFormats.network(in: FileFormats.open(path)).network == trained.network)
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
    let folder = try TemporaryFolder()
    try NetworkFormats.write(trained, to: folder.path + "/a.keras")
    #expect(try NetworkFormats.network(in: FileFormats.open(folder.path + "/a.keras")).training == trained.training)
  }
}

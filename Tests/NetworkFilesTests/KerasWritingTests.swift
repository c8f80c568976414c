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

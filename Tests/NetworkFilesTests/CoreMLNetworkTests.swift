import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Networks in Core ML files, of this program and of coremltools.
@Suite struct CoreMLNetworkTests {
  private func network(_ name: String) throws -> TrainedNetwork {
    try NetworkFormats.network(in: FileFormats.open("\(FormatFolder.path)/coreml/golden/\(name).mlmodel"))
  }

  /// The tables are computed in float64 from the numbers of the file.
  @Test(arguments: ComputedRows.all("coreml"))
  func filesOfCoremltoolsComputeTheSame(_ rows: ComputedRows) throws {
    let difference = try rows.difference(try network(rows.name).network)
    #expect(difference <= 1e-12)
  }

  @Test func activationsAndClassesAreFound() throws {
    #expect(try network("mlp").network.layers.map(\.activation) == [.relu, .sigmoid])
    #expect(try network("swish").network.layers.map(\.activation) == [.swish, .linear])
    #expect(try network("classifier").network.output == .classes(["red", "green", "blue"]))
    #expect(try network("constants").network.inputScaling?.scale == [2, 0.5, 4])
    #expect(try network("halves").elementType == .float32)
  }

  @Test(arguments: [
    ("convolution", "conv: this is a layer convolution; only chains of dense layers are read"),
    (
      "trees",
      "treeEnsembleRegressor: this kind of Core ML model is not read as a network; only chains of dense layers in a "
        + "neuralNetwork are"
    ),
    (
      "quantised",
      "hidden/weights: this is array quantised to 8 bits, not an array of numbers; save the model without quantising "
        + "its weights"
    ),
  ])
  func otherModelsAreRefused(_ name: String, _ message: String) throws {
    let error = FormatFolder.refusal(of: "coreml/golden/\(name).mlmodel")
    #expect(error?.code == .unsupported && error?.description == message)
  }

  /// Without what stands beside the layers, they alone give the network back.
  @Test(arguments: RandomNetworks.activations)
  func theLayersAloneAreTheNetwork(_ activation: Activation) throws {
    for count in [1, 2, 3] {
      let trained = try RandomNetworks.network(activation, layers: count, isNarrow: true, isScaled: count == 2)
      _ = try WrittenNetworks.withoutMetadata(trained, ending: "mlmodel")
    }
  }

  /// coremltools accepts what is written here, and its layers compute the same, but that scales and the numbers of
  /// activations are float32 in the file.
  @Test(.python("coremltools", "numpy"))
  func coremltoolsReadsTheSame() throws {
    let folder = try TemporaryFolder()
    try WrittenNetworks.check(
      in: folder.path, ending: "mlmodel", by: "coreml/check_coreml.py", tolerance: [.float32: 1e-6])
  }
}

import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Networks in Core ML files, of this program and of coremltools.
@Suite struct CoreMLNetworkTests {
  private func network(_ name: String) throws -> TrainedNetwork {
    try NetworkFormats.network(in: FileFormats.open("\(PeerProgram.package)/Formats/coreml/golden/\(name).mlmodel"))
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
    do throws(FormatError) {
      let file = try FileFormats.open("\(PeerProgram.package)/Formats/coreml/golden/\(name).mlmodel")
      _ = try NetworkFormats.network(in: file)
      Issue.record("\(name) was read")
    } catch {
      #expect(error.code == .unsupported)
      #expect(FormatError(error.code, at: error.location, error.sentence).description == message)
    }
  }

  /// Without what stands beside the layers, they alone give the network back.
  @Test(arguments: WrittenNetworks.activations)
  func theLayersAloneAreTheNetwork(_ activation: Activation) throws {
    let folder = try TemporaryFolder()
    for depth in [1, 2, 3] {
      let trained = try TrainedNetwork(network: try WrittenNetworks.network(activation, depth: depth))
        .roundedToFloat32()
      let path = "\(folder.path)/n.mlmodel"
      try NetworkFormats.write(trained, to: path)
      var bytes = try InputFile(path: path).contents(limit: 1 << 22)
      let key = Array("reg_tools".utf8)
      let place = try #require((0..<bytes.count - key.count).first { bytes[$0...].starts(with: key) })
      bytes[place] = UInt8(ascii: "x")
      let found = try NetworkFormats.network(in: FileFormats.open(InputFile(bytes: bytes, name: "n")))
      #expect(found.network.layers.map(\.weights) == trained.network.layers.map(\.weights))
      #expect(found.network.layers.map(\.biases) == trained.network.layers.map(\.biases))
      for (found, written) in zip(found.network.layers, trained.network.layers) {
        #expect(found.activation.name == written.activation.name)
        #expect(found.activation.parameters.map(Float.init) == written.activation.parameters.map(Float.init))
      }
      #expect(found.network.inputScaling?.mean.map(Float.init) == trained.network.inputScaling?.mean.map(Float.init))
    }
  }

  /// coremltools accepts what is written here, and its layers compute the same.
  @Test(.enabled(if: PeerProgram.has("coremltools", "numpy"), "coremltools is not installed"))
  func coremltoolsReadsTheSame() throws {
    let folder = try TemporaryFolder()
    let names = try WrittenNetworks.write(to: folder.path, ending: "mlmodel", types: [.float32])
    let lines = try PeerProgram.lines("coreml/check_coreml.py", folder.path)
    #expect(lines.count == names.count)
    for line in lines {
      guard line.count == 3, let difference = Double(line[1]), let largest = Double(line[2]) else {
        Issue.record("\(line)")
        continue
      }
      // Scales and the numbers of activations are float32 in the file.
      #expect(difference <= 1e-6 * max(1, largest), "\(line)")
    }
  }
}

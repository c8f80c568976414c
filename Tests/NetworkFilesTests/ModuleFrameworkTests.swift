import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// PyTorch and PaddlePaddle compute with our files what we do, where they are installed.
@Suite struct ModuleFrameworkTests {
  @Test(.python("torch", "numpy", "safetensors"))
  func torch() throws { try compute("torch", .torch) }

  @Test(.python("paddle", "numpy", "safetensors"))
  func paddle() throws { try compute("paddle", .paddle) }

  private func compute(_ framework: String, _ format: SafetensorsNetworkFormat) throws {
    let folder = try TemporaryFolder()
    for (index, activation) in RandomNetworks.activations.enumerated() where activation.name != "hard_sigmoid" {
      let count = index % 6 + 1
      let isNarrow = index.isMultiple(of: 2)
      let network = try RandomNetworks.network(activation, layers: count, isNarrow: isNarrow, isScaled: count == 3)
      let inputs = RandomNetworks.inputs(network.network.inputCount, examples: 50)
      let paths = ["n.safetensors", "X.npy", "Y.npy"].map { "\(folder.path)/\($0)" }
      try NetworkFormats.write(network, to: paths[0], as: format)
      var archive = TensorArchive()
      archive.set("X", to: try Tensor(inputs.transposed))
      try FileFormats.write(archive, to: paths[1])
      _ = try Python.lines("safetensors/networks/predict.py", framework, paths[0], paths[1], paths[2])
      let outputs = try FileFormats.open(paths[2]).reader.tensor("Y").matrix()
      let found = network.network.probabilities(inputs).transposed
      let tolerance = isNarrow ? 2e-6 : 1e-12
      for (one, other) in zip(found.elements, outputs.elements) {
        #expect(abs(one - other) <= tolerance * max(1, abs(other)), "\(activation.rawValue): \(one) \(other)")
      }
    }
  }
}

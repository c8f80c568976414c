import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// PyTorch and PaddlePaddle compute with our files what we do, where they are installed.
@Suite struct ModuleFrameworkTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Formats/safetensors/networks/predict.py").path

  /// How the program ends.
  private func predict(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", Self.script] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test(arguments: ["torch", "paddle"])
  func compute(_ framework: String) throws {
    let folder = try TemporaryFolder()
    let format: SafetensorsNetworkFormat = framework == "torch" ? .torch : .paddle
    for (index, activation) in RandomNetworks.activations.enumerated() where activation.name != "hard_sigmoid" {
      let count = index % 6 + 1
      let isNarrow = index.isMultiple(of: 2)
      let network = try RandomNetworks.network(activation, layers: count, isNarrow: isNarrow, isScaled: count == 3)
      let inputs = RandomNetworks.inputs(network.network.inputCount, rows: 50)
      try NetworkFormats.write(network, to: "\(folder.path)/n.safetensors", as: format)
      var archive = TensorArchive()
      archive.set("X", to: try Tensor(inputs.transposed))
      try FileFormats.write(archive, to: "\(folder.path)/X.npy")
      let paths = ["n.safetensors", "X.npy", "Y.npy"].map { "\(folder.path)/\($0)" }
      let status = try predict([framework] + paths)
      if status == 3 {
        print("skipped: \(framework) is not installed")
        return
      }
      try #require(status == 0, "\(activation.rawValue)")
      let outputs = try FileFormats.open(paths[2]).reader.tensor("Y").matrix()
      let found = network.network.probabilities(inputs).transposed
      let tolerance = isNarrow ? 2e-6 : 1e-12
      for (one, other) in zip(found.elements, outputs.elements) {
        #expect(abs(one - other) <= tolerance * max(1, abs(other)), "\(activation.rawValue): \(one) \(other)")
      }
    }
  }
}

import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Networks of one layer to six with every activation, written for other programs.
enum WrittenNetworks {
  /// Writes every network into a folder, beside examples and what the network computes from them; a script there
  /// computes it too, and gives for each file the largest difference and the largest of the outputs.
  ///
  /// - Parameter tolerance: the largest difference relative to the outputs, or to 1, for each type of numbers.
  static func check(
    in folder: String, ending: String, by script: String, tolerance: KeyValuePairs<ElementType, Double>
  ) throws {
    var tolerances: [String: Double] = [:]
    for (type, tolerance) in tolerance {
      for activation in RandomNetworks.activations {
        for count in 1...6 {
          // Softmax is for the last layer.
          let trained = try RandomNetworks.network(
            activation == .softmax ? .tanh : activation, last: activation, layers: count, isNarrow: type == .float32,
            isScaled: count.isMultiple(of: 2))
          let name = "\(type.rawValue)_\(activation.rawValue)_\(count)"
          try NetworkFormats.write(trained, to: "\(folder)/\(name).\(ending)")
          let inputs = RandomNetworks.inputs(trained.network.inputCount, examples: 1000)
          var archive = TensorArchive()
          archive.set("x", to: try Tensor(inputs.transposed))
          archive.set("y", to: try Tensor(trained.network.probabilities(inputs).transposed))
          try FileFormats.write(archive, to: "\(folder)/\(name).npz")
          tolerances[name] = tolerance
        }
      }
    }
    let lines = try Python.lines(script, folder)
    #expect(lines.count == tolerances.count)
    for line in lines {
      guard line.count == 3, let difference = Double(line[1]), let largest = Double(line[2]) else {
        Issue.record("\(line)")
        continue
      }
      let tolerance = try #require(tolerances[line[0]])
      #expect(difference <= tolerance * max(1, largest), "\(line)")
    }
  }

  /// The network that a form's own layers make, without what stands beside them for reg-tools alone.
  static func withoutMetadata(_ trained: TrainedNetwork, ending: String) throws -> TrainedNetwork {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/n.\(ending)"
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
    return found
  }
}

import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Networks go to Keras and come from it, and compute the same on a thousand rows.
@Suite(.python("keras", "numpy"))
struct KerasPeerTests {
  /// Every activation that Keras has, in networks of one layer to six.
  private static let activations: [Activation] = [
    .linear, .relu, .leakyRelu(slope: 0.07), .elu(alpha: 1), .elu(alpha: 0.5), .selu, .gelu, .tanh, .sigmoid,
    .hardSigmoid(slope: 1 / 6, offset: 0.5), .hardSigmoid(slope: 0.2, offset: 0.4), .softplus, .softsign, .swish,
    .softmax,
  ]

  @Test func bothDirections() throws {
    let folder = try TemporaryFolder()
    var networks: [TrainedNetwork] = []
    var rows: [Matrix] = []
    for (index, activation) in (Self.activations + Self.activations).enumerated() {
      let isFloat = index < Self.activations.count
      let trained = try RandomNetworks.network(
        index % 4 == 1 ? .tanh : activation, last: activation, layers: index % 6 + 1, isNarrow: isFloat,
        isScaled: index % 3 == 0)
      let start = folder.path + "/\(index)"
      try NetworkFormats.write(trained, to: start + ".keras")
      try NetworkFormats.write(trained, to: start + ".h5", as: KerasH5Format())
      try NetworkFormats.write(trained, to: start + ".weights.h5")
      networks.append(trained)
      rows.append(RandomNetworks.inputs(trained.network.inputCount, examples: 1000).transposed)
      try write(rows[index], to: start + ".rows.npy")
    }
    _ = try Python.lines("keras/check_keras.py", folder.path)
    var (double, single) = (0.0, 0.0)
    for (index, trained) in networks.enumerated() {
      let expected = trained.network.probabilities(rows[index].transposed).transposed
      let start = folder.path + "/\(index)"
      for ending in [".keras", ".h5", ".weights.h5"] {
        double = max(double, try difference(expected, start + ending + ".npy"))
        if ending != ".weights.h5" {
          single = max(
            single, trained.elementType == .float32 ? try self.difference(expected, start + ending + ".own.npy") : 0)
        }
      }
    }
    for index in 0..<26 {
      let start = folder.path + "/k\(index)"
      let text = String(decoding: try #require(FileManager.default.contents(atPath: start + ".txt")), as: UTF8.self)
      let activations = text.split(separator: " ").compactMap { Activation(rawValue: String($0)) }
      let rows = try matrix(start + ".rows.npy").transposed
      for ending in [".keras", ".h5", ".weights.h5"] {
        let options = NetworkReadingOptions(activations: ending == ".weights.h5" ? activations : nil)
        let trained = try NetworkFormats.network(in: FileFormats.open(start + ending), options: options)
        #expect(trained.network.layers.map(\.activation) == activations)
        #expect(trained.elementType == (index % 2 == 1 ? .float32 : .float64))
        double = max(double, try difference(trained.network.probabilities(rows).transposed, start + ".npy"))
      }
    }
    for number in 0... {
      let start = folder.path + "/s\(number)"
      guard FileManager.default.fileExists(atPath: start + ".keras") else {
        #expect(number == 12)
        break
      }
      let rows = try matrix(start + ".rows.npy").transposed
      for ending in [".keras", ".h5"] {
        let trained = try NetworkFormats.network(in: FileFormats.open(start + ending))
        let difference = try difference(trained.network.probabilities(rows).transposed, start + ".npy")
        #expect(difference <= 1e-12, "\(start)\(ending)")
      }
    }
    // Relative to the largest output of the network. Computed in float64, what is left are other orders of summation;
    // what Keras computes in float32 is as far from that as float32 is.
    #expect(double <= 1e-12)
    #expect(single <= 1e-6)
  }

  private func matrix(_ path: String) throws -> Matrix {
    let reader = try FileFormats.open(path).reader
    return try reader.tensor(try #require(reader.entries.first).name).matrix()
  }

  private func write(_ matrix: Matrix, to path: String) throws {
    var archive = TensorArchive()
    archive.set("data", to: try Tensor(matrix))
    try FileFormats.write(archive, to: path)
  }

  /// The largest difference between outputs and those in a file, relative to the largest output.
  private func difference(_ outputs: Matrix, _ path: String) throws -> Double {
    let found = try matrix(path)
    try #require(found.rows == outputs.rows && found.columns == outputs.columns, "\(path)")
    let largest = outputs.elements.reduce(1e-300) { max($0, abs($1)) }
    return zip(outputs.elements, found.elements).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }
}

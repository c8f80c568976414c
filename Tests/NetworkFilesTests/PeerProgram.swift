import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Python programs beside the formats, for tests that compare with other programs where these are installed.
enum PeerProgram {
  /// The folder of the package.
  static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Whether Python has some modules.
  static func has(_ modules: String...) -> Bool {
    do { return try run(["-c", "import " + modules.joined(separator: ", ")]).status == 0 } catch { return false }
  }

  /// The lines that a script of `Formats` prints, split at tabs.
  static func lines(_ script: String, _ arguments: String...) throws -> [[String]] {
    let (status, text) = try run(["\(package)/Formats/\(script)"] + arguments)
    #expect(status == 0, "\(script)")
    return text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
  }

  private static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}

/// A table of inputs and of what another program computes from them: columns x1 … and y1 …
struct ComputedRows: CustomTestStringConvertible {
  let name: String
  /// (inputs, examples)
  let inputs: Matrix
  /// (outputs, examples)
  let outputs: Matrix
  var testDescription: String { name }

  /// The tables in `Formats/<format>/networks`.
  static func all(_ format: String) -> [ComputedRows] {
    let folder = "\(PeerProgram.package)/Formats/\(format)/networks"
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
        let file = try FileFormats.open("\(folder)/\(name)")
        let names = try #require(file.reader as? any TableReader).columnNames
        let columns = try file.reader.tensor("data").matrix().transposed
        let width = names.filter { $0.hasPrefix("x") }.count
        func rows(_ range: Range<Int>) -> Matrix { Matrix(range.map { Array(columns.row($0)) }) }
        return ComputedRows(
          name: String(name.dropLast(4)), inputs: rows(0..<width), outputs: rows(width..<names.count))
      }
    } catch {
      Issue.record("\(folder): \(error)")
      return []
    }
  }

  /// The largest difference of a network's outputs, relative where they are larger than 1.
  func difference(_ network: Network) throws -> Double {
    let found = network.probabilities(inputs)
    try #require(found.rows == outputs.rows && found.columns == outputs.columns)
    return zip(found.elements, outputs.elements).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  }
}

/// Networks that are written for other programs: of 1 to 6 layers, with one activation and with standardised inputs.
enum WrittenNetworks {
  static let activations =
    Activation.named.map(\.activation).filter { $0 != .linear } + [
      .leakyRelu(slope: 0.3), .elu(alpha: 0.7), .hardSigmoid(slope: 0.2, offset: 0.4),
    ]

  static func network(_ activation: Activation, depth: Int) throws -> Network {
    let sizes = [3] + (1...depth).map { 2 + ($0 * 5 + depth) % 7 }
    var network = try Network.initialized(layerSizes: sizes, seed: UInt32(depth))
    for index in network.layers.indices {
      // Softmax is for the last layer.
      network.layers[index].activation = index < depth - 1 && activation == .softmax ? .tanh : activation
      for row in 0..<network.layers[index].outputCount {
        network.layers[index].biases[row, 0] = Double(row + index) / 7 - 0.3
      }
    }
    if depth % 2 == 0 {
      network.inputScaling = InputScaling(mean: [0.1, -0.3, 1], scale: [0.3, 2, 0.7])
      network.inputNames = ["a", "b", "c"]
    }
    return network
  }

  /// Writes every network into a folder, beside rows of inputs and what the network computes from them.
  static func write(
    to folder: String, ending: String, types: [ElementType], rows: Int = 1000
  ) throws -> [(name: String, type: ElementType)] {
    var names: [(String, ElementType)] = []
    var random = NumPyRandom(seed: 7)
    var inputs = Matrix(rows: 3, columns: rows)
    // Numbers that float32 holds, so that both programs take the same.
    for index in inputs.elements.indices { inputs.elements[index] = Double(Float(2 * random.standardNormal())) }
    for type in types {
      for activation in activations {
        for depth in 1...6 {
          let name = "\(type.rawValue)_\(activation.rawValue)_\(depth)"
          var trained = TrainedNetwork(network: try network(activation, depth: depth))
          if type == .float32 { trained = try trained.roundedToFloat32() }
          try NetworkFormats.write(trained, to: "\(folder)/\(name).\(ending)")
          var archive = TensorArchive()
          archive.set("x", to: try Tensor(inputs.transposed))
          archive.set("y", to: try Tensor(trained.network.probabilities(inputs).transposed))
          try FileFormats.write(archive, to: "\(folder)/\(name).npz")
          names.append((name, type))
        }
      }
    }
    return names
  }
}

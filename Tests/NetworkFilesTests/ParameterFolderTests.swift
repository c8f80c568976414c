import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// The files of `Formats/parameters`, which another program wrote.
@Suite("Parameters of other programs") struct ParameterFolderTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Formats/parameters").path

  private static func files(_ name: String) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").filter { $0.hasSuffix(".h5") }
        .sorted().map { "\(folder)/\(name)/\($0)" }
    } catch {
      return []
    }
  }

  @Test func theFolderIsThere() {
    #expect(Self.files("golden").count == 6)
    #expect(Self.files("malformed").count == 11)
  }

  @Test(arguments: files("golden"))
  func golden(_ path: String) throws {
    let file = try ParameterFile(FileFormats.open(path))
    #expect(file.network.layerSizes == [2, 4, 3, 1])
    #expect(file.network.layers.map(\.activation) == [.relu, .relu, .sigmoid])
    // 0, 1/64, 2/64 … in the order W1, b1, W2 …
    let numbers = file.network.layers.flatMap { $0.weights.elements + $0.biases.elements }
    #expect(numbers == numbers.indices.map { Double($0) / 64 })
    if path.hasSuffix("/h5py.h5") || path.hasSuffix("/fixed_text.h5") {
      #expect(file.network.inputNames == ["x1", "x2"])
      #expect(file.training?.settings.lambda == 0.7)
      #expect(file.training?.settings.keepProbabilities == [0.8, 0.9])
      #expect(file.training?.settings.iterations == 30000)
    } else {
      #expect(file.training == nil)
    }
  }

  @Test(arguments: files("malformed"))
  func malformed(_ path: String) throws {
    var error = #expect(throws: FormatError.self) { try ParameterFile(FileFormats.open(path)) }
    #expect(error?.file == path)
    error?.file = nil
    let expected = try String(contentsOfFile: path + ".expected", encoding: .utf8)
    #expect(error.map { $0.description + "\n" } == expected)
  }
}

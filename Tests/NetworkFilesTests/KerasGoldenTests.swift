import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// A file that Keras wrote, and what stands beside it in `<file>.network.expected`: see `Formats/keras/make_golden.py`.
struct KerasExample: Sendable, CustomTestStringConvertible {
  /// The network format of the file.
  let format: String
  let path: String

  var testDescription: String { path.split(separator: "/").suffix(3).joined(separator: "/") }

  static let all: [KerasExample] = ["keras", "keras-h5", "keras-weights"].flatMap { files(of: $0, in: "golden") }
  static let malformed: [KerasExample] = ["keras", "keras-h5", "keras-weights"].flatMap {
    files(of: $0, in: "malformed")
  }

  private static func files(of format: String, in folder: String) -> [KerasExample] {
    let folder = "\(FormatFolder.path)/\(format)/\(folder)"
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch { return [] }
    return names.filter { $0.hasSuffix(".network.expected") }.sorted().map {
      KerasExample(format: format, path: "\(folder)/\($0.dropLast(".network.expected".count))")
    }
  }

  /// The lines of what is expected, by their first words.
  func expected() throws -> [(word: String, rest: String)] {
    let text = String(
      decoding: try #require(FileManager.default.contents(atPath: path + ".network.expected")), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
  }
}

extension Network {
  /// The outputs for one row of inputs.
  func outputs(for row: [Double]) -> [Double] {
    probabilities(Matrix(rows: row.count, columns: 1, elements: row)).elements
  }
}

/// Networks in files that real Keras versions wrote compute what Keras computes.
@Suite struct KerasGoldenTests {
  @Test(arguments: KerasExample.all)
  func golden(_ example: KerasExample) throws {
    let file = try FileFormats.open(example.path)
    let format = try #require(NetworkFormats.recognize(file))
    #expect(format.name == example.format)
    let expected = try example.expected()
    func line(_ word: String) -> String? { expected.first { $0.word == word }?.rest }
    var options = NetworkReadingOptions()
    let activations = try line("activations").map { text in
      try text.split(separator: " ").map { try #require(Activation(rawValue: String($0))) }
    }
    if example.format == "keras-weights" {
      #expect(throws: FormatError.self) { try NetworkFormats.network(in: file, options: options) }
      options.activations = activations
    }
    if let layer = line("refused") {
      let error = #expect(throws: FormatError.self) { try NetworkFormats.network(in: file, options: options) }
      #expect(error?.location == .object(layer) && error?.code == .unsupported && error?.file == example.path)
      #expect(!file.reader.entries.isEmpty)
      return
    }
    let trained = try NetworkFormats.network(in: file, options: options)
    #expect(trained.network.layerSizes.map(String.init).joined(separator: "-") == line("layers"))
    #expect(trained.network.layers.map(\.activation) == activations)
    let isDouble = example.path.contains("double")
    // What is folded into weights of float32 is a double.
    #expect(trained.elementType == (isDouble || trained.notes.contains { $0.contains("folded") } ? .float64 : .float32))
    if example.format != "keras-weights" {
      let numbers = { (word: String) in line(word)?.split(separator: " ").map { Double($0) ?? .nan } }
      #expect(trained.training?.settings.weightPenalties == numbers("l2"))
      if let rates = numbers("rates") {
        let keeps = rates.dropLast().map { 1 - $0 }
        #expect(trained.training?.settings.keepProbabilities == keeps)
      }
    }
    var largest = 0.0
    for row in expected where row.word == "row" {
      let sides = row.rest.split(separator: " ").split(separator: "->").map { $0.map { Double($0) ?? .nan } }
      for (found, wanted) in zip(trained.network.outputs(for: sides[0]), sides[1]) {
        largest = max(largest, abs(found - wanted) / max(1, abs(wanted)))
      }
    }
    // Keras computed in the precision of the file.
    #expect(largest <= (isDouble ? 1e-14 : 2e-6))
  }

  /// What is damaged or no network is refused with the words in `<file>.network.expected`.
  @Test(arguments: KerasExample.malformed)
  func malformed(_ example: KerasExample) throws {
    let file = try FileFormats.open(example.path)
    let format = try #require(NetworkFormats.all.first { $0.name == example.format })
    let error = #expect(throws: FormatError.self) { try NetworkFormats.network(in: file, as: format) }
    #expect(error?.file == example.path)
    var bare = error
    bare?.file = nil
    let text = try example.expected().map { $0.word + " " + $0.rest }.joined(separator: "\n")
    #expect(bare?.description == text)
  }
}

import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Files that frameworks wrote, `Formats/<form>/networks`, predict what the frameworks computed.
@Suite struct FrameworkFileTests {
  /// The files of some forms, those beside which what they compute stands.
  static let files: [String] = ["safetensors", "caffe", "matlab-theta", "parameters"].flatMap { form in
    let folder = "\(FormatFolder.path)/\(form)/networks"
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(".expected.") }.sorted()
        .map { "\(folder)/\($0)" }
    } catch { return [] }
  }

  @Test func theFilesAreThere() { #expect(Self.files.count == 23) }

  /// The activations that stand in a file of their own.
  private static func options(_ path: String) throws -> NetworkReadingOptions {
    guard let text = FileManager.default.contents(atPath: path + ".activations") else { return NetworkReadingOptions() }
    let names = String(decoding: text, as: UTF8.self).split(separator: "\n").joined()
    // A comma within parentheses separates numbers; none of the files has one.
    let activations = try names.split(separator: ",").map { try #require(Activation(rawValue: String($0))) }
    return NetworkReadingOptions(activations: activations.isEmpty ? nil : activations)
  }

  @Test(arguments: files)
  func predicts(_ expected: String) throws {
    let path = String(expected[..<(try #require(expected.range(of: ".expected.")).lowerBound)])
    let trained = try NetworkFormats.network(in: FileFormats.open(path), options: Self.options(path))
    let reader = try FileFormats.open(expected).reader
    let (inputs, outputs) = (try reader.tensor("X").matrix(), try reader.tensor("Y").matrix())
    let found = try Predictor(network: trained.network).probabilities(inputs.transposed).transposed
    #expect(found.rows == outputs.rows && found.columns == outputs.columns)
    // What was computed in float32 is rounded to it in every step; PaddlePaddle has the constants of SELU in float32.
    let isFloat = outputs.elements.allSatisfy { Double(Float($0)) == $0 }
    let tolerance = isFloat ? 2e-6 : path.hasSuffix("paddle_activations.safetensors") ? 1e-9 : 1e-12
    for (one, other) in zip(found.elements, outputs.elements) {
      #expect(abs(one - other) <= tolerance * max(1, abs(other)), "\(path): \(one) \(other)")
    }
    #expect(trained.leftOut == [])
  }

  @Test(arguments: [
    (
      "convolution",
      "0: this is a convolution (its weights are 2x1x3x3); only chains of dense layers are networks here "
        + "(reg-inspect lists the arrays of others)"
    ),
    (
      "recurrent",
      "lstm: this is a recurrent layer; only chains of dense layers are networks here (reg-inspect lists the "
        + "arrays of others)"
    ),
    (
      "embedding",
      "embed: this is an embedding (its weights are 5x3); only chains of dense layers are networks here "
        + "(reg-inspect lists the arrays of others)"
    ),
    (
      "ambiguous",
      "bn1: the file does not tell where this batch normalisation stands among fc1, fc2; in PyTorch, torch.nn.utils.fusion.fuse_linear_bn_eval puts it into the weights"
    ),
  ])
  func isRefused(_ stem: String, _ sentence: String) {
    let error = FormatFolder.refusal(of: "safetensors/networks/torch_\(stem).safetensors", [.relu, .linear])
    #expect(error?.description == sentence)
  }

  @Test func activationsAreAskedFor() {
    #expect(
      FormatFolder.refusal(of: "safetensors/networks/torch_sequential.safetensors")?.description
        == "the file does not say which activation follows each of its 3 layers; --activations relu,relu,sigmoid would "
        + "name them")
    #expect(
      FormatFolder.refusal(of: "safetensors/networks/torch_sequential.safetensors", [.relu])?.description
        == "1 activation is given for 3 layers")
    #expect(
      FormatFolder.refusal(of: "caffe/networks/weights_only.caffemodel.h5")?.description
        == "the activations stand in the .prototxt of the network: put it beside the file, under the same name, or name "
        + "them, --activations relu,softmax")
  }

  @Test func whatWasDecidedIsSaid() throws {
    func notes(_ name: String) throws -> [String] {
      let path = "\(FormatFolder.path)/\(name)"
      return try NetworkFormats.network(in: FileFormats.open(path), options: Self.options(path)).notes
    }
    #expect(
      try notes("safetensors/networks/torch_custom.safetensors") == [
        "the order of the layers is told by their shapes: net.input, net.hidden, net.classifier"
      ])
    #expect(try notes("safetensors/networks/torch_numbered.safetensors") == [])
    #expect(
      try notes("safetensors/networks/torch_normalized.safetensors") == [
        "'1' is folded into the weights of layer 1", "'5' is folded into the weights of layer 3",
      ])
    #expect(
      try notes("matlab-theta/networks/octave_digits.mat") == [
        "the classes are 1 to 3, as MATLAB counts; where the course's data has digits, 10 is the digit 0"
      ])
  }
}

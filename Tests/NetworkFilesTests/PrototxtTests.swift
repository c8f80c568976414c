import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// The text beside Caffe's weights.
@Suite struct PrototxtTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("data/ip1/0", to: try Tensor([Float(1), 2, 3, 4], shape: [2, 2]))
    archive.set("data/ip1/1", to: try Tensor([Float(0.5), -0.5]))
    try FileFormats.write(archive, to: "\(folder.path)/a.caffemodel.h5", as: HDF5Format())
  }

  private func read(_ text: String) throws -> TrainedNetwork {
    let data = Data(text.utf8)
    #expect(FileManager.default.createFile(atPath: "\(folder.path)/a.prototxt", contents: data))
    return try NetworkFormats.network(in: FileFormats.open("\(folder.path)/a.caffemodel.h5"))
  }

  private static let layer =
    "layer { name: \"ip1\" type: \"InnerProduct\" bottom: \"data\" top: \"ip1\" inner_product_param { num_output: 2 } }"

  @Test func aLayerAndItsActivation() throws {
    let found = try read(
      "input: 'data' # the inputs\n\(Self.layer);layer < type: 'TanH', name: 't' bottom: ['ip1'] top: 't' >")
    #expect(found.network.layers.map(\.activation) == [.tanh])
    #expect(found.notes == ["the layers and their activations are those of \(folder.path)/a.prototxt"])
  }

  @Test(arguments: [
    ("layer { name: \"ip1\"", "prototxt:1: the text ends within a message: a brace is missing"),
    ("a: 1\nlayer ] {", "prototxt:2: ':' or '{' was expected behind the name of a field"),
    ("name: 'a\nb'", "prototxt:1: a text without its closing quotation mark"),
    ("\n\n}", "prototxt:3: the name of a field was expected, not '}'"),
    ("name:", "prototxt:1: a value is missing"),
    (String(repeating: "a {", count: 40), "prototxt:1: there are more than 32 messages inside one another"),
    ("name: 'empty'", "prototxt: there are no layers in it, as the .prototxt of a network has them"),
    (
      "layer { name: 'conv' type: 'Convolution' bottom: 'data' top: 'conv' }",
      "caffemodel.h5: conv: the layer is of type Convolution; only chains of dense layers (InnerProduct) with an "
        + "activation each are networks here"
    ),
    (
      layer + "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'r' }",
      "caffemodel.h5: r: the layer takes 'data', not 'ip1' of the layer before it; only chains of dense layers "
        + "(InnerProduct) with an activation each are networks here"
    ),
    (
      "layer { name: 'ip1' type: 'InnerProduct' bottom: 'data' top: 'ip1' inner_product_param { num_output: 3 } }",
      "caffemodel.h5: ip1: the .prototxt says 3 units, the weights are those of 2"
    ),
    (
      "layer { name: 'ip9' type: 'InnerProduct' bottom: 'data' top: 'ip9' inner_product_param { num_output: 2 } }",
      "caffemodel.h5: ip9: the file has no array data/ip9/0 for this layer of the .prototxt"
    ),
  ])
  func isRefused(_ text: String, _ message: String) {
    let error = #expect(throws: FormatError.self) { try read(text) }
    #expect(error?.description == "\(folder.path)/a." + message)
  }

  /// Whatever stands there, it is an error or a network.
  @Test func textsWithBytesChanged() throws {
    let text = Array("input: \"data\"\n\(Self.layer)\nlayer { type: 'ReLU' bottom: 'ip1' top: 'ip1' }".utf8)
    var random = TestGenerator(1)
    for _ in 0..<2000 {
      var mutant = text
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        mutant[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do { _ = try read(String(decoding: mutant, as: UTF8.self)) } catch { #expect(error is FormatError) }
    }
  }

  @Test func theTextIsWrittenBesideTheWeights() throws {
    let network = try RandomNetworks.network(.leakyRelu(slope: 0.2), layers: 2, isNarrow: true, isScaled: true)
    try NetworkFormats.write(network, to: "\(folder.path)/b.caffemodel.h5")
    let text = try String(contentsOfFile: "\(folder.path)/b.prototxt", encoding: .utf8)
    #expect(text.contains("relu_param { negative_slope: 0.2 }") && text.contains("dropout_ratio: 0.09999999999999998"))
    #expect(text.contains("type: \"Scale\""))
    let error = #expect(throws: FormatError.self) {
      try CaffeFormat().changes(writing: RandomNetworks.network(.gelu, layers: 1, isNarrow: true))
    }
    #expect(
      error?.description
        == "ip1: Caffe has no layer for the activation gelu; it has ReLU, ELU, TanH, Sigmoid, BNLL (softplus), Swish and "
        + "Softmax")
  }
}

import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Networks in ONNX files, of this program and of others.
@Suite struct ONNXNetworkTests {
  private func network(_ name: String) throws -> TrainedNetwork {
    try NetworkFormats.network(in: FileFormats.open("\(PeerProgram.package)/Formats/onnx/\(name).onnx"))
  }

  /// Files of PyTorch, Keras, tf2onnx, skl2onnx, PaddlePaddle and onnx compute here what onnxruntime computes.
  @Test(arguments: ComputedRows.all("onnx"))
  func filesOfOtherProgramsComputeTheSame(_ rows: ComputedRows) throws {
    let trained = try network("golden/\(rows.name)")
    // The other program computes in the precision of the file.
    let tolerance = rows.name.hasSuffix("float64") || rows.name == "sklearn_regressor" ? 1e-13 : 2e-6
    let difference = try rows.difference(trained.network)
    #expect(difference <= tolerance)
  }

  @Test(arguments: [
    ("torch_mlp", ["relu", "relu", "sigmoid"]),
    (
      "torch_activations",
      [
        "relu", "gelu", "gelu_tanh", "swish", "elu(0.5)", "selu", "leaky_relu(0.20000000298023224)", "softplus",
        "softsign", "hard_sigmoid(0.1666666716337204,0.5)", "tanh", "softmax",
      ]
    ),
    ("torch_dynamo_softplus", ["softplus"]),
    (
      "keras_activations",
      [
        "elu(1.0)", "selu", "softplus", "softsign", "swish", "hard_sigmoid(0.1666666716337204,0.5)",
        "leaky_relu(0.20000000298023224)", "softmax",
      ]
    ),
    ("paddle_mlp", ["relu", "gelu", "swish", "softmax"]),
    ("sklearn_binary", ["relu", "relu", "sigmoid"]),
    ("normalized", ["leaky_relu(0.25)", "linear"]),
    ("old_inputs", ["softmax"]),
  ])
  func activationsAreFound(_ name: String, _ activations: [String]) throws {
    #expect(try network("golden/\(name)").network.layers.map(\.activation.rawValue) == activations)
  }

  @Test func classesAndScalingsAreFound() throws {
    #expect(try network("golden/sklearn_classes").network.classNames == ["blue", "green", "red"])
    #expect(try network("golden/sklearn_binary").network.output == .probability)
    #expect(try network("golden/sklearn_classes_float64").elementType == .float64)
    #expect(try network("golden/normalized").network.inputScaling?.scale == [2, 4, 0.5])
    #expect(try network("golden/sklearn_scaled").network.inputScaling != nil)
    #expect(try network("golden/torch_mlp").elementType == .float32)
  }

  @Test func numbersMayStandInAnotherFile() throws {
    #expect(try network("external/external").network.layerSizes == [3, 2])
  }

  /// The first operation that no chain of dense layers has is named.
  @Test(arguments: [
    ("torch_convolution", "/0/Conv: this is a Conv; only chains of dense layers are read"),
    ("branch", "h1: this value goes into 2 operations (Gemm, Add); only chains of dense layers are read"),
    ("two_inputs", "z: this is the second of 2 inputs of the graph; only chains of dense layers are read"),
    ("two_outputs", "h1: this value goes into 2 operations (Gemm, Gemm); only chains of dense layers are read"),
    ("log_softmax", "log: this is a LogSoftmax; only chains of dense layers are read"),
    ("hard_swish", "y: this is a HardSwish; only chains of dense layers are read"),
  ])
  func otherGraphsAreRefused(_ name: String, _ message: String) throws {
    do throws(FormatError) {
      let file = try FileFormats.open("\(PeerProgram.package)/Formats/onnx/golden/\(name).onnx")
      _ = try NetworkFormats.network(in: file)
      Issue.record("\(name) was read")
    } catch {
      #expect(error.code == .unsupported)
      #expect(FormatError(error.code, at: error.location, error.sentence).description == message)
    }
  }

  /// Without what stands beside the graph, the operations alone give the network back.
  @Test(arguments: WrittenNetworks.activations, [ElementType.float64, .float32])
  func theGraphAloneIsTheNetwork(_ activation: Activation, _ type: ElementType) throws {
    let folder = try TemporaryFolder()
    for depth in [1, 2, 3] {
      var trained = TrainedNetwork(network: try WrittenNetworks.network(activation, depth: depth))
      if type == .float32 { trained = try trained.roundedToFloat32() }
      let path = "\(folder.path)/n.onnx"
      try NetworkFormats.write(trained, to: path)
      var bytes = try InputFile(path: path).contents(limit: 1 << 22)
      let key = Array("reg_tools".utf8)
      let place = try #require((0..<bytes.count - key.count).first { bytes[$0...].starts(with: key) })
      bytes[place] = UInt8(ascii: "x")
      let found = try NetworkFormats.network(in: FileFormats.open(InputFile(bytes: bytes, name: "n")))
      #expect(found.elementType == type)
      #expect(found.network.layers.map(\.weights) == trained.network.layers.map(\.weights))
      #expect(found.network.layers.map(\.biases) == trained.network.layers.map(\.biases))
      if type == .float64 {
        #expect(found.network.layers.map(\.activation) == trained.network.layers.map(\.activation))
        #expect(found.network.inputScaling == trained.network.inputScaling)
      } else {
        for (found, written) in zip(found.network.layers, trained.network.layers) {
          #expect(found.activation.name == written.activation.name)
          #expect(found.activation.parameters.map(Float.init) == written.activation.parameters.map(Float.init))
        }
      }
    }
  }

  /// onnx accepts what is written here, and onnxruntime computes the same from it.
  @Test(.enabled(if: PeerProgram.has("onnx", "onnxruntime"), "onnx and onnxruntime are not installed"))
  func onnxruntimeComputesTheSame() throws {
    let folder = try TemporaryFolder()
    let names = try WrittenNetworks.write(to: folder.path, ending: "onnx", types: [.float64, .float32])
    let lines = try PeerProgram.lines("onnx/check_onnx.py", folder.path)
    #expect(lines.count == names.count)
    let types = Dictionary(uniqueKeysWithValues: names.map { ($0.name, $0.type) })
    for line in lines {
      let type = try #require(types[line[0]])
      guard line.count == 3, let difference = Double(line[1]), let largest = Double(line[2]) else {
        Issue.record("\(line)")
        continue
      }
      // In float32 each of the layers rounds.
      let tolerance = type == .float64 ? 1e-13 : 4e-6
      #expect(difference <= tolerance * max(1, largest), "\(line)")
    }
  }
}

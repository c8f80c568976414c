import Foundation
import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Networks in ONNX files, of this program and of others.
@Suite struct ONNXNetworkTests {
  private func network(_ name: String) throws -> TrainedNetwork {
    try NetworkFormats.network(in: FileFormats.open("\(FormatFolder.path)/onnx/\(name).onnx"))
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
        "elu(1.0)", "selu", "softplus", "softsign", "swish", "hard_sigmoid(0.1666666716337204,0.5000000149011612)",
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
    let error = FormatFolder.refusal(of: "onnx/golden/\(name).onnx")
    #expect(error?.code == .unsupported && error?.description == message)
  }

  /// Without what stands beside the graph, the operations alone give the network back.
  @Test(arguments: RandomNetworks.activations, [ElementType.float64, .float32])
  func theGraphAloneIsTheNetwork(_ activation: Activation, _ type: ElementType) throws {
    for count in [1, 2, 3] {
      let trained = try RandomNetworks.network(
        activation, layers: count, isNarrow: type == .float32, isScaled: count == 2)
      let found = try WrittenNetworks.withoutMetadata(trained, ending: "onnx")
      #expect(found.elementType == type)
      guard type == .float64 else { continue }
      #expect(found.network.layers.map(\.activation) == trained.network.layers.map(\.activation))
      #expect(found.network.inputScaling == trained.network.inputScaling)
    }
  }

  /// onnx accepts what is written here, and onnxruntime computes the same from it; in float32 each of the layers rounds.
  @Test(.python("onnx", "onnxruntime"))
  func onnxruntimeComputesTheSame() throws {
    let folder = try TemporaryFolder()
    try WrittenNetworks.check(
      in: folder.path, ending: "onnx", by: "onnx/check_onnx.py",
      tolerance: [.float64: 1e-13, .float32: 4e-6])
  }
}

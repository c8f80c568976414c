import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// The names and shapes of weights tell their order and whose they are.
@Suite struct ModuleNamesTests {
  /// A file of arrays of ones with these shapes.
  private func file(_ shapes: KeyValuePairs<String, [Int]>, format: String? = nil) throws -> (OpenFile, TemporaryFolder)
  {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    for (name, shape) in shapes {
      let count = try Tensor.elementCount(shape: shape)
      archive.set(name, to: try Tensor((0..<count).map { Float($0) }, shape: shape))
    }
    if let format { archive.setAttribute("format", to: .text(format)) }
    try FileFormats.write(archive, to: "\(folder.path)/a.safetensors")
    return (try FileFormats.open("\(folder.path)/a.safetensors"), folder)
  }

  private func read(_ file: OpenFile, _ activations: [Activation]) throws -> TrainedNetwork {
    try NetworkFormats.network(in: file, options: NetworkReadingOptions(activations: activations))
  }

  @Test func numbersAreOrderedByTheirValue() throws {
    let (file, _) = try file([
      "10.weight": [1, 4], "10.bias": [1], "2.weight": [4, 3], "0.weight": [3, 2], "0.bias": [3],
    ])
    let found = try read(file, [.relu, .relu, .sigmoid])
    #expect(found.network.layerSizes == [2, 3, 4, 1])
    #expect(found.network.layers[1].biases.elements == [0, 0, 0, 0])
    #expect(found.notes == [] && found.elementType == .float32)
  }

  @Test func theShapesTellWhoseWeightsTheyAre() throws {
    let (paddle, _) = try file(["0.weight": [2, 3], "0.bias": [3], "2.weight": [3, 1], "2.bias": [1]])
    #expect(NetworkFormats.recognize(paddle)?.name == "safetensors-paddle")
    #expect(try read(paddle, [.relu, .sigmoid]).network.layers[0].weights == Matrix([[0, 3], [1, 4], [2, 5]]))
    let (torch, _) = try file(["0.weight": [3, 2], "2.weight": [1, 3]])
    #expect(NetworkFormats.recognize(torch)?.name == "safetensors")
    #expect(try read(torch, [.relu, .sigmoid]).network.layers[0].weights == Matrix([[0, 1], [2, 3], [4, 5]]))
  }

  @Test func squareWeightsArePyTorchsUnlessTheFileSaysOtherwise() throws {
    let note =
      "the shapes fit the order of PyTorch's weights and that of PaddlePaddle's, and the file does not say which it is: "
      + "PyTorch's is taken (--from safetensors-paddle takes the other)"
    let (unknown, _) = try file(["0.weight": [2, 2], "0.bias": [2]])
    let found = try read(unknown, [.linear])
    #expect(found.network.layers[0].weights == Matrix([[0, 1], [2, 3]]) && found.notes == [note])
    let other = try NetworkFormats.network(
      in: unknown, as: SafetensorsNetworkFormat.paddle, options: NetworkReadingOptions(activations: [.linear]))
    #expect(other.network.layers[0].weights == Matrix([[0, 2], [1, 3]]) && other.notes == [])
    let (paddle, _) = try file(["0.weight": [2, 2], "0.bias": [2]], format: "pd")
    #expect(try read(paddle, [.linear]).network.layers[0].weights == Matrix([[0, 2], [1, 3]]))
    let (torch, _) = try file(["0.weight": [2, 2], "0.bias": [2]], format: "pt")
    #expect(try read(torch, [.linear]).notes == [])
  }

  @Test func namesWithoutNumbers() throws {
    let (one, _) = try file(["model.alpha.weight": [3, 2], "model.beta.weight": [1, 3]], format: "pt")
    #expect(try read(one, [.relu, .linear]).network.layerSizes == [2, 3, 1])
    let (several, _) = try file(["model.alpha.weight": [2, 2], "model.beta.weight": [2, 2]], format: "pt")
    let error = #expect(throws: FormatError.self) { try read(several, [.relu, .linear]) }
    let sentence = "the file does not tell in which order the layers model.alpha, model.beta follow one another"
    #expect(error?.sentence.hasPrefix(sentence) == true)
  }

  @Test func whatDoesNotFit() throws {
    func message(_ shapes: KeyValuePairs<String, [Int]>, _ activations: [Activation]) throws -> String? {
      let (file, _) = try file(shapes)
      do { _ = try read(file, activations) } catch let error as FormatError {
        return FormatError(error.code, at: error.location, error.sentence).description
      }
      return nil
    }
    #expect(
      try message(["0.weight": [3, 2], "1.weight": [1, 5]], [.relu, .sigmoid])
        == "1: the layer takes 5 inputs, but the layer before has 3 units")
    #expect(
      try message(["0.weight": [3, 2], "0.bias": [4]], [.relu])
        == "0.bias: the shape is 4, 3 was expected")
    #expect(
      try message(["0.weight": [3, 2], "1.weight": [3], "1.bias": [3]], [.relu])
        == "1: this is a normalisation of layers (its weights are 3); only chains of dense layers are networks here "
        + "(reg-inspect lists the arrays of others)")
  }

  @Test func whatElseIsThereIsNamed() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("0.weight", to: try Tensor([Float(1), 2], shape: [1, 2]))
    archive.set("step", to: try Tensor([Int64(3)], shape: []))
    try FileFormats.write(archive, to: "\(folder.path)/a.safetensors")
    #expect(try read(try FileFormats.open("\(folder.path)/a.safetensors"), [.sigmoid]).leftOut == ["step"])
  }

  /// A parameter of the user's own, and weights that were saved under another name.
  @Test func whatMayChangeTheNetworkIsRefused() throws {
    for (name, sentence) in [
      (
        "scale",
        "this array belongs to no dense layer, and may change what the network computes; where it does not, leave it out: "
          + "reg-convert IN OUT --arrays 0.weight"
      ),
      (
        "1.bias",
        "there is no 1.weight beside it; of tensors that share their memory only one is saved, so save them with clones: "
          + "{k: v.clone() for k, v in model.state_dict().items()}"
      ),
    ] {
      let (file, _) = try file(["0.weight": [1, 2], "\(name)": [1]])
      let error = #expect(throws: FormatError.self) { try read(file, [.sigmoid]) }
      #expect(error?.location == .object(name) && error?.sentence == sentence)
    }
  }

  @Test func aSingleLayerHasNoName() throws {
    let (file, _) = try file(["weight": [1, 2], "bias": [1]])
    #expect(try read(file, [.sigmoid]).network.layerSizes == [2, 1])
  }

  @Test func theArchitectureIsAProgram() throws {
    let folder = try TemporaryFolder()
    let network = try RandomNetworks.network(.hardSigmoid(slope: 0.2, offset: 0.5), layers: 2, isNarrow: false)
    let format = SafetensorsNetworkFormat.torch
    #expect(
      try format.changes(writing: network).first
        == "layer 1: PyTorch has no module for hard_sigmoid(0.2,0.5); its place in the sequence is that of a function of "
        + "your own, min(max(0.2 z + 0.5, 0), 1)")
    try NetworkFormats.write(network, to: "\(folder.path)/a.safetensors")
    let reader = try FileFormats.open("\(folder.path)/a.safetensors").reader
    let texts = try reader.attributes(of: "")
    let sizes = network.network.layerSizes
    #expect(
      texts.first { $0.name == "architecture" }?.value.text
        == "nn.Sequential(nn.Linear(\(sizes[0]), \(sizes[1])), HardSigmoid(0.2, 0.5), nn.Dropout(1 - 0.9), "
        + "nn.Linear(\(sizes[1]), \(sizes[2])), HardSigmoid(0.2, 0.5)).double()")
    #expect(reader.entries.map(\.name) == ["0.weight", "0.bias", "3.weight", "3.bias"])
  }
}

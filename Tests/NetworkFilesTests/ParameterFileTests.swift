import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

@Suite("Parameter files") struct ParameterFileTests {
  /// A small network that was trained for a few iterations.
  private func trained(iterations: Int = 3) throws -> ParameterFile {
    let data = try Dataset(
      features: Matrix([[0, 0.5, -0.25, 1], [1, 0.25, 0.75, -1]]), labels: Matrix([[1, 0, 1, 0]]))
    var settings = TrainingSettings()
    settings.hiddenSizes = [4, 3]
    settings.iterations = iterations
    settings.lambda = 0.1
    settings.keepProbabilities = [0.8, 0.9]
    settings.recordEvery = 1
    let result = try Trainer(settings: settings, dataset: data).run()
    var record = TrainingRecord(settings: settings, result: result)
    record.dataFile = "data.mat"
    record.dataSHA256 = String(repeating: "0f", count: 32)
    record.train = .init(examples: 4, accuracy: 0.75, cost: 0.5)
    record.dev = .init(examples: 3)
    for (place, metric) in Metric.allCases.enumerated() { record.dev?.metrics[metric] = Double(place) / 16 }
    var network = result.network
    network.inputNames = ["x1", "Größe"]
    return ParameterFile(TrainedNetwork(network: network, training: record))
  }

  private func bytes(of archive: TensorArchive) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/model.h5"
    try FileFormats.write(archive, to: path)
    return try InputFile(path: path).contents(limit: 1 << 20)
  }

  private func reopened(_ archive: TensorArchive, keepingUnknown: Bool = false) throws -> ParameterFile {
    try ParameterFile(
      try FileFormats.open(InputFile(bytes: bytes(of: archive), name: "model.h5")), keepingUnknown: keepingUnknown)
  }

  @Test func everythingComesBack() throws {
    let written = try trained()
    let read = try reopened(written.archive())
    #expect(read.network == written.network)
    #expect(read.training == written.training)
    #expect(read.training?.costs.count == 3)
  }

  @Test func theSameTrainingWritesTheSameBytes() throws {
    #expect(try bytes(of: trained().archive()) == bytes(of: trained().archive()))
  }

  @Test func whatIsUnknownIsKept() throws {
    var archive = try trained().archive()
    archive.setAttribute("note", to: .text("mine"))
    archive.setAttribute("temperature", of: "training", to: try .number(21.5))
    archive.set("extra/notes", to: try Tensor([1.0, 2.0]))
    archive.setAttribute("unit", of: "W1", to: .text("none"))
    var file = try reopened(archive, keepingUnknown: true)
    file.trained.network.layers[0].weights[0, 0] = 42
    let rewritten = try reopened(file.archive(), keepingUnknown: true).archive()
    #expect(rewritten.attribute("note")?.text == "mine")
    #expect(rewritten.attribute("temperature", of: "training")?.double == 21.5)
    #expect(rewritten.attribute("unit", of: "W1")?.text == "none")
    #expect(try rewritten["extra/notes"]?.doublesInStorageOrder() == [1, 2])
    #expect(try rewritten["W1"]?.doublesInStorageOrder().first == 42)
  }

  /// What is not asked for is not read, so it cannot cost anything either.
  @Test func onlyTheNetworkIsRead() throws {
    var archive = try trained().archive()
    archive.set("extra", to: try Tensor([1.0, 2.0]))
    archive.set("W9", to: try Tensor([1.0, 2.0]))
    let reader = CountingReader(archive)
    let file = OpenFile(input: InputFile(bytes: [], name: "m"), format: HDF5Format(), reader: reader)
    let model = try ParameterFile(file)
    #expect(model.network.layers.count == 3 && model.training?.costs.count == 3)
    #expect(
      reader.read.sorted() == ["W1", "W2", "W3", "b1", "b2", "b3", "training/cost", "training/iteration"])
    #expect(try ParameterFile(file, keepingUnknown: true).archive()["extra"] != nil)
    let error = #expect(throws: FormatError.self) { try reader.archive(limit: 100) }
    #expect(error?.code == .limit && error?.description.hasSuffix(" for other arrays, the limit is 100") == true)
  }

  /// Reads from memory, and counts what is read.
  private final class CountingReader: TensorReader {
    let archiveToRead: TensorArchive
    var read: [String] = []

    init(_ archive: TensorArchive) { archiveToRead = archive }

    var entries: [TensorEntry] {
      archiveToRead.members.map {
        TensorEntry(name: $0.name, shape: $0.tensor.shape, content: .numbers($0.tensor.elementType, storedAs: nil))
      }
    }
    var groups: [String] { ["training"] }
    func attributes(of path: String) throws(FormatError) -> [Attribute] { archiveToRead.attributes(of: path) }
    func tensor(_ name: String) throws(FormatError) -> Tensor {
      read.append(name)
      guard let tensor = archiveToRead[name] else { throw FormatError(.missingArray, at: .object(name), "missing") }
      return tensor
    }
  }

  @Test func aShorterTrainingLeavesNothingOfTheLongerOne() throws {
    var file = try reopened(trained(iterations: 5).archive())
    file.trained.training = try trained(iterations: 2).training
    #expect(try reopened(file.archive()).training == file.training)
  }

  @Test func biasesOfOtherProgramsAreRowsOrVectors() throws {
    let file = try trained()
    for shape in [[4], [1, 4], [4, 1]] {
      var archive = try file.archive()
      archive.set("b1", to: try Tensor(file.network.layers[0].biases.elements, shape: shape))
      #expect(try ParameterFile(archive).network == file.network)
    }
  }

  @Test func aMATFileIsTheNotebooksNetwork() throws {
    let file = try trained()
    var archive = TensorArchive()
    for member in try file.archive().members where !member.name.contains("/") {
      archive.set(member.name, to: member.tensor)
    }
    let folder = try TemporaryFolder()
    try FileFormats.write(archive, to: "\(folder.path)/model.mat")
    var expected = file.network
    expected.inputNames = nil
    #expect(try ParameterFile(FileFormats.open("\(folder.path)/model.mat")).network == expected)
  }

  private static let refused: [(String, @Sendable (inout TensorArchive) throws -> Void, String)] = [
    (
      "newer", { $0.setAttribute("format_version", to: try .integer(2)) },
      "format_version: the file has version 2, this program reads up to 1; a newer one is needed"
    ),
    (
      "another format", { $0.setAttribute("format", to: .text("other")) },
      "format: the file says it is 'other', not reg-parameters"
    ),
    (
      "no version", { $0.setAttribute("format_version", to: .text("one")) },
      "format_version: this is not a version of the format: 0"
    ),
    (
      "requires", { $0.setAttribute("requires", to: .texts(["embeddings"])) },
      "requires: the file needs a program that understands 'embeddings'; this one does not"
    ),
    (
      "activation", { $0.setAttribute("activations", to: .texts(["mish", "relu", "sigmoid"])) },
      "activations: layer 1 has the activation 'mish'; there are linear, relu, "
        + "leaky_relu, elu, selu, gelu, gelu_tanh, tanh, sigmoid, hard_sigmoid, softplus, softsign, swish, softmax"
    ),
    (
      "activations", { $0.setAttribute("activations", to: .texts(["relu"])) },
      "activations: 1 activations for 3 layers"
    ),
    (
      "chain", { $0.set("W2", to: try Tensor(Matrix(rows: 3, columns: 5))) },
      "W2: layer 2 takes 5 inputs but layer 1 has 4 units"
    ),
    (
      "biases", { $0.set("b2", to: try Tensor(Matrix(rows: 2, columns: 1))) },
      "W2: the biases of layer 2 are 2 x 1, expected 3 x 1"
    ),
    (
      "not finite", { $0.set("b3", to: try Tensor(Matrix([[Double.nan]]))) },
      "W3: b3 holds nan in row 1, column 1"
    ),
    (
      "three dimensions", { $0.set("W1", to: try Tensor([Double](repeating: 0, count: 8), shape: [2, 2, 2])) },
      "W1: the shape is 2x2x2, two dimensions are needed"
    ),
  ]

  @Test("is refused", arguments: refused.indices)
  func refusals(_ index: Int) throws {
    let (name, damage, message) = Self.refused[index]
    var archive = try trained().archive()
    try damage(&archive)
    let error = #expect(throws: FormatError.self, "\(name)") { try ParameterFile(archive) }
    #expect(error?.description == message)
  }

  @Test func aDatasetIsNoModel() throws {
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1.0, 2.0]))
    let open = try FileFormats.open(InputFile(bytes: bytes(of: archive), name: "data.h5"))
    let error = #expect(throws: FormatError.self) { try ParameterFile(open) }
    #expect(error?.description == "data.h5: no trained parameters: there is no array W1; the file has X")
  }
}

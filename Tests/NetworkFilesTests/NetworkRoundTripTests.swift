import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// The same network through every form that is written: it comes back, or is refused by name.
@Suite struct NetworkRoundTripTests {
  /// A form and the kind of file it is written into.
  struct Form: CustomTestStringConvertible, Sendable {
    let format: any NetworkFormat
    let ending: String
    var testDescription: String { "\(format.name) .\(ending)" }
  }

  static let forms: [Form] =
    (NetworkFormats.all as [any NetworkFormat]
    + Array(ParametersFormat.inContainers.dropFirst())).filter(\.writes).map {
      Form(format: $0, ending: $0.pathExtensions.first ?? "h5")
    }

  static let activations =
    Activation.named.map(\.activation).filter { $0 != .softmax } + [
      .leakyRelu(slope: 0.3), .elu(alpha: 0.7), .hardSigmoid(slope: 0.2, offset: 0.5),
    ]

  /// Networks of 1 to 6 layers, with every kind of output, of numbers that float32 holds or not.
  static func networks(_ activation: Activation) throws -> [TrainedNetwork] {
    try (1...6).map { depth in
      let last: (Activation, Int) = [(.sigmoid, 1), (.softmax, 3), (.linear, 2)][depth % 3]
      let sizes = [3] + (1..<depth).map { 2 + ($0 * 5 + depth) % 7 } + [last.1]
      var network = try Network.initialized(layerSizes: sizes, seed: UInt32(depth))
      for index in network.layers.indices {
        network.layers[index].activation = index == depth - 1 ? last.0 : activation
        for row in 0..<network.layers[index].outputCount {
          network.layers[index].biases[row, 0] = Double(row + index) / 7 - 0.3
        }
      }
      if depth % 2 == 0 { network.inputNames = ["x1", "Größe", "a,b"] }
      if depth % 3 == 1 { network.classNames = ["aus", "ja, \"doch\"", "c"] }
      if depth % 3 == 0 { network.classNames = ["no", "yes"] }
      network = try Network(
        layers: network.layers, inputNames: network.inputNames, classNames: depth % 3 == 2 ? nil : network.classNames)
      var settings = TrainingRecord.Settings()
      settings.lambda = 0.7
      settings.keepProbabilities = depth > 2 ? (1..<depth).map { 1 - Double($0) / 8 } : nil
      settings.seed = 3
      var record = TrainingRecord(settings: settings)
      record.train = .init(examples: 211, accuracy: 0.1 + 0.2, cost: 1.0 / 3)
      record.dataFile = "data.mat"
      record.costs = [CostRecord(iteration: 0, cost: 0.65), CostRecord(iteration: 1000, cost: 0.1)]
      let trained = TrainedNetwork(network: network, training: record)
      return depth % 2 == 1 ? trained : try trained.roundedToFloat32()
    }
  }

  @Test(arguments: forms, activations)
  func comesBackOrIsRefused(_ form: Form, _ activation: Activation) throws {
    let folder = try TemporaryFolder()
    for (index, trained) in try Self.networks(activation).enumerated() {
      let path = "\(folder.path)/n\(index).\(form.ending)"
      let changes: [String]
      do throws(FormatError) {
        changes = try form.format.changes(writing: trained)
        try NetworkFormats.write(trained, to: path, as: form.format)
      } catch {
        #expect(error.code == .unsupported && error.location != .file, "\(error)")
        #expect(try folder.names.filter { $0.hasPrefix("n\(index).") } == [])
        continue
      }
      let options = NetworkReadingOptions(activations: trained.network.layers.map(\.activation))
      let file = try FileFormats.open(path)
      let recognized = try #require(NetworkFormats.recognize(file), "\(form.format.name) is not recognised")
      #expect(recognized.name == form.format.name || form.format.name.hasPrefix(recognized.name))
      let found = try NetworkFormats.network(in: file, as: form.format, options: options)
      guard changes.isEmpty else {
        // What is not kept has been said; what the network computes is kept, in float32 at least.
        let rows = Matrix([[0.5, -1, 2], [1.25, 0.5, -0.75], [0, 3, 1]])
        let (a, b) = (trained.network.probabilities(rows).elements, found.network.probabilities(rows).elements)
        for (a, b) in zip(a, b) { #expect(abs(a - b) < 1e-5, "\(form.format.name): \(changes)") }
        continue
      }
      #expect(found.network == trained.network, "\(form.format.name), \(index + 1) layers")
      #expect(found.training == trained.training, "\(form.format.name), \(index + 1) layers")
      #expect(found.elementType == trained.elementType)
      #expect(found.leftOut == [])
    }
  }

  @Test(arguments: forms)
  func standardisedInputsAreKeptOrSaid(_ form: Form) throws {
    let folder = try TemporaryFolder()
    var trained = try Self.networks(.sigmoid)[2]
    trained.network.inputScaling = InputScaling(mean: [0.1, -3, 1e6], scale: [0.3, 2, 1e5])
    let path = "\(folder.path)/n.\(form.ending)"
    let changes = try form.format.changes(writing: trained)
    try NetworkFormats.write(trained, to: path, as: form.format)
    let options = NetworkReadingOptions(activations: trained.network.layers.map(\.activation))
    let found = try NetworkFormats.network(in: FileFormats.open(path), as: form.format, options: options)
    if changes.isEmpty { #expect(found.network == trained.network, "\(form.format.name)") }
    let rows = Matrix([[0.5, -1], [1.25, 0.5], [1e6, 1.1e6]])
    let (a, b) = (trained.network.probabilities(rows).elements, found.network.probabilities(rows).elements)
    for (a, b) in zip(a, b) { #expect(abs(a - b) < 1e-5, "\(form.format.name): \(changes)") }
  }

  @Test(arguments: forms)
  func theSameNetworkWritesTheSameBytes(_ form: Form) throws {
    let folder = try TemporaryFolder()
    let trained = try Self.networks(.sigmoid)[2]
    let bytes = try ["a", "b"].map { name in
      let path = "\(folder.path)/\(name).\(form.ending)"
      try NetworkFormats.write(trained, to: path, as: form.format)
      return try InputFile(path: path).contents(limit: 1 << 22)
    }
    #expect(bytes[0] == bytes[1])
  }
}

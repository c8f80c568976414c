import Foundation
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

  /// Networks of one layer to six, every other one standardising its inputs, in which the last layer gives a
  /// probability, classes, values, or has the activation of the others.
  private static func networks(_ activation: Activation) throws -> [TrainedNetwork] {
    let last: [Activation?] = [nil, .sigmoid, .softmax, .linear]
    return try (1...6).flatMap { count in
      try [false, true].flatMap { isNarrow in
        try [nil, last[count % 4]].map { last in
          try RandomNetworks.network(
            activation, last: last, layers: count, isNarrow: isNarrow, isScaled: count.isMultiple(of: 2),
            isNamed: count != 3)
        }
      }
    }
  }

  /// The network that a form makes of another; nil where it is refused, at a layer, with nothing written.
  private func back(_ trained: TrainedNetwork, through form: Form, in folder: TemporaryFolder) throws -> (
    network: TrainedNetwork, changes: [String]
  )? {
    let names = try folder.names
    let path = "\(folder.path)/network.\(form.ending)"
    let changes: [String]
    do throws(FormatError) { changes = try form.format.changes(writing: trained) } catch {
      #expect(error.code == .unsupported && error.location != .file, "\(error)")
      #expect(throws: FormatError.self) { try NetworkFormats.write(trained, to: path, as: form.format) }
      #expect(try folder.names == names)
      return nil
    }
    try NetworkFormats.write(trained, to: path, as: form.format)
    let file = try FileFormats.open(path)
    #expect(NetworkFormats.recognize(file)?.name == form.format.name)
    let found = try NetworkFormats.network(in: file)
    for name in try folder.names where !names.contains(name) {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
    }
    return (found, changes)
  }

  /// Checks that what is not kept has been said, and that what a network computes is kept, in float32 at least.
  private func check(_ found: TrainedNetwork, _ trained: TrainedNetwork, _ changes: [String], of inputs: Matrix) {
    if changes.isEmpty {
      #expect(found.network == trained.network)
      #expect(found.training == trained.training)
      #expect(found.elementType == trained.elementType)
    }
    let (a, b) = (trained.network.probabilities(inputs).elements, found.network.probabilities(inputs).elements)
    for (a, b) in zip(a, b) { #expect(abs(a - b) < 1e-5 * max(1, abs(a)), "\(changes)") }
    #expect(found.leftOut == [])
    // What is read beside the file is named; of the weights of our own files there is nothing else to say.
    #expect(found.notes.filter { !$0.hasSuffix(".prototxt") } == [])
  }

  @Test(arguments: forms, RandomNetworks.activations)
  func comesBackOrIsRefused(_ form: Form, _ activation: Activation) throws {
    let folder = try TemporaryFolder()
    for trained in try Self.networks(activation) {
      guard let (found, changes) = try back(trained, through: form, in: folder) else { continue }
      check(found, trained, changes, of: RandomNetworks.inputs(trained.network.inputCount))
    }
  }

  /// Means and scales far from 0 and 1.
  @Test(arguments: forms)
  func standardisedInputsAreKeptOrSaid(_ form: Form) throws {
    var trained = try RandomNetworks.network(.sigmoid, layers: 3)
    let count = trained.network.inputCount
    let scaling = InputScaling(
      mean: (0..<count).map { [0.1, -3, 1e6][$0 % 3] }, scale: (0..<count).map { [0.3, 2, 1e5][$0 % 3] })
    trained.network.inputScaling = scaling
    var inputs = RandomNetworks.inputs(count)
    for row in 0..<count {
      for column in 0..<inputs.columns {
        inputs[row, column] = inputs[row, column] * scaling.scale[row] + scaling.mean[row]
      }
    }
    let (found, changes) = try #require(try back(trained, through: form, in: TemporaryFolder()))
    check(found, trained, changes, of: inputs)
  }

  /// Through another form and back is the same file, where the form keeps everything.
  @Test(arguments: forms)
  func theFileIsTheSame(_ form: Form) throws {
    let folder = try TemporaryFolder()
    for (isNarrow, isScaled) in [(true, false), (false, false), (true, true), (false, true)] {
      let trained = try RandomNetworks.network(.sigmoid, layers: 3, isNarrow: isNarrow, isScaled: isScaled)
      let (first, second) = ("\(folder.path)/first.h5", "\(folder.path)/second.h5")
      try NetworkFormats.write(trained, to: first)
      let read = try NetworkFormats.network(in: FileFormats.open(first))
      let (found, changes) = try #require(try back(read, through: form, in: folder))
      guard changes.isEmpty else {
        #expect(!isNarrow || isScaled, "\(changes)")
        continue
      }
      try NetworkFormats.write(found, to: second)
      #expect(FileManager.default.contentsEqual(atPath: first, andPath: second))
    }
  }

  @Test(arguments: forms)
  func theSameNetworkWritesTheSameBytes(_ form: Form) throws {
    let folder = try TemporaryFolder()
    let trained = try RandomNetworks.network(.sigmoid, layers: 3, isScaled: true)
    let paths = ["a", "b"].map { "\(folder.path)/\($0).\(form.ending)" }
    for path in paths { try NetworkFormats.write(trained, to: path, as: form.format) }
    #expect(FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1]))
  }

  /// What float32 has no number near to is no rounding: a scale that would be 0, a weight that would be infinite.
  @Test(arguments: ["onnx", "coreml"])
  func whatFloat32CannotHoldIsRefused(_ name: String) throws {
    let format = try #require(NetworkFormats.named(name))
    func sentence(_ network: Network) -> String? {
      do throws(FormatError) {
        _ = try format.changes(writing: TrainedNetwork(network: network, elementType: .float32))
      } catch { return error.description }
      return nil
    }
    var network = try Network.initialized(layerSizes: [2, 1], seed: 1)
    network.inputScaling = InputScaling(mean: [0, 0], scale: [1, 1e-50])
    #expect(sentence(network) == "input_scale: the scale 1e-50 is too near to 0 for float32, which divides by it")
    network.inputScaling = InputScaling(mean: [0, 1e300], scale: [1, 1])
    #expect(sentence(network) == "input_scale: the number 1e+300 is beyond the range of float32")
    network.inputScaling = nil
    network.layers[0].weights[0, 1] = -1e39
    #expect(sentence(network) == "W1: the number -1e+39 is beyond the range of float32")
  }
}

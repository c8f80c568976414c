import Tensors
import Testing
import Training

/// The fast prediction against the plain operations, for every activation.
@Suite struct PredictorTests {
  static let activations = Activation.named.map(\.activation) + [.hardSigmoid(slope: 0.2, offset: 0.5)]

  /// A network whose hidden layers have the activation given, in turn with the others.
  static func network(_ activation: Activation, depth: Int, scaled: Bool) throws -> Network {
    let sizes = [3] + (0..<depth).map { 4 + $0 * 3 } + [2]
    var network = try Network.initialized(layerSizes: sizes, seed: UInt32(depth + 1))
    for index in network.layers.indices {
      network.layers[index].activation = activation
      if index % 3 == 1 { network.layers[index].activation = index % 2 == 0 ? .sigmoid : .relu }
      for row in 0..<network.layers[index].outputCount {
        network.layers[index].biases[row, 0] = Double(row) / 8 - 0.25
      }
    }
    if scaled { network.inputScaling = InputScaling(mean: [0.5, -1, 0], scale: [2, 0.25, -1]) }
    return network
  }

  static func features(_ count: Int) -> Matrix {
    var features = Matrix(rows: 3, columns: count)
    for index in features.elements.indices { features.elements[index] = Double((index * 7919) % 1009) / 250 - 2 }
    return features
  }

  @Test(arguments: activations, [0, 1, 2, 5])
  func outputsAreThoseOfThePlainOperations(_ activation: Activation, _ depth: Int) throws {
    for scaled in [false, true] {
      let network = try Self.network(activation, depth: depth, scaled: scaled)
      let features = Self.features(1300)
      let forward = network.forward(features)
      for kernel in [Kernel.auto, .baseline] {
        let predictor = try Predictor(network: network, kernel: kernel)
        let outputs = predictor.probabilities(features)
        for (found, expected) in zip(outputs.elements, forward.a[network.layers.count - 1].elements) {
          #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)))
        }
        var z = [Double](repeating: 0, count: 2 * 1300)
        var room = z.mutableSpan
        predictor.predictZ(features.transposed.elements.span, into: &room, scratch: predictor.makeScratch())
        for (found, expected) in zip(z, forward.z[network.layers.count - 1].transposed.elements) {
          #expect(abs(found - expected) <= 1e-12 * max(1, abs(expected)))
        }
      }
    }
  }

  @Test(arguments: activations)
  func blocksMakeNoDifference(_ activation: Activation) throws {
    let predictor = try Predictor(network: try Self.network(activation, depth: 3, scaled: true))
    let rows = Self.features(1111).transposed
    let whole = predictor.probabilities(rows.transposed).transposed.elements
    let scratch = predictor.makeScratch()
    var first = 0
    for count in [1, 7, 500, 603] {
      var outputs = [Double](repeating: 0, count: count * 2)
      var room = outputs.mutableSpan
      predictor.predict(
        rows.elements.span.extracting(first * 3..<(first + count) * 3), into: &room, scratch: scratch)
      #expect(outputs == Array(whole[first * 2..<(first + count) * 2]))
      first += count
    }
    #expect(first == 1111)
  }

  @Test func whatTheOutputsMean() throws {
    func output(_ units: Int, _ activation: Activation, _ names: [String]? = nil) throws -> Output {
      var layers = try Network.initialized(layerSizes: [2, units], seed: 1).layers
      layers[0].activation = activation
      return try Network(layers: layers, classNames: names).output
    }
    #expect(try output(1, .sigmoid) == .probability)
    #expect(try output(1, .sigmoid, ["no", "yes"]) == .probability)
    #expect(try output(3, .softmax) == .classes(["0", "1", "2"]))
    #expect(try output(3, .softmax, ["a", "b", "c"]) == .classes(["a", "b", "c"]))
    #expect(try output(3, .sigmoid) == .values(3))
    #expect(try output(3, .sigmoid, ["a", "b", "c"]) == .classes(["a", "b", "c"]))
    #expect(try output(1, .linear) == .values(1))
    #expect(throws: NetworkError.self) { () throws in _ = try output(3, .softmax, ["a", "b"]) }
  }

  @Test func scalingsThatDoNotFitAreRefused() throws {
    let layers = try Network.initialized(layerSizes: [2, 1], seed: 1).layers
    for (mean, scale) in [([1.0], [1.0]), ([1, 2], [1, 0]), ([1, .nan], [1, 1]), ([1, 2], [1, .infinity])] {
      #expect(throws: NetworkError.self) { () throws in
        _ = try Network(layers: layers, inputScaling: InputScaling(mean: mean, scale: scale))
      }
    }
  }
}

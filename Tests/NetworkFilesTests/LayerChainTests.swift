import NetworkFiles
import TensorFiles
import Tensors
import Testing
import Training

/// Operations become layers that compute the same.
@Suite struct LayerChainTests {
  private let first = Matrix([[1, 2], [3, 4], [-5, 6]])
  private let second = Matrix([[0.5, -1, 2]])

  /// The outputs of a network for the inputs (1, -2) and (0.5, 3).
  private func outputs(_ chain: consuming LayerChain) throws -> [Double] {
    try chain.trainedNetwork().network.probabilities(Matrix([[1, 0.5], [-2, 3]])).elements
  }

  @Test func denseLayersWithActivations() throws {
    var chain = LayerChain(inputCount: 2)
    try chain.dense(weights: first, biases: [0.1, 0.2, 0.3], name: "a")
    chain.penalize(l2: 0.01)
    try chain.activation(.relu, name: "a")
    chain.dropout(rate: 0.25)
    try chain.dense(weights: second, biases: nil, name: "b")
    try chain.activation(.sigmoid, name: "b")
    let trained = try chain.trainedNetwork()
    #expect(trained.network.layers.map(\.weights) == [first, second])
    #expect(trained.network.layers.map(\.activation) == [.relu, .sigmoid])
    #expect(trained.network.layers[1].biases == Matrix([[0]]))
    #expect(trained.training?.settings.keepProbabilities == [0.75])
    #expect(trained.training?.settings.weightPenalties == [0.01, 0])
    #expect(trained.notes == [])
  }

  /// (2 x + 1, -x, 0.5 x - 3) of the units of the first layer, before and after its activation.
  @Test(arguments: [true, false])
  func scalingsAreFolded(_ isBefore: Bool) throws {
    let (factors, terms) = ([2, -1, 0.5], [1, 0, -3.0])
    var chain = LayerChain()
    try chain.dense(weights: first, biases: [0.1, 0.2, 0.3], name: "a")
    if isBefore { try chain.scale(by: factors, adding: terms, name: "bn") }
    try chain.activation(.tanh, name: "a")
    if !isBefore { try chain.scale(by: factors, adding: terms, name: "bn") }
    try chain.dense(weights: second, biases: [1], name: "b")
    let notes = try chain.trainedNetwork().notes
    #expect(notes == ["'bn' is folded into the weights of layer \(isBefore ? 1 : 2)"])
    var expected: [Double] = []
    for x in [[1, -2], [0.5, 3]] {
      var sum = 1.0
      for unit in 0..<3 {
        let z = first[unit, 0] * x[0] + first[unit, 1] * x[1] + [0.1, 0.2, 0.3][unit]
        let scaled = factors[unit] * (isBefore ? z : Activation.tanh(z)) + terms[unit]
        sum += second[0, unit] * (isBefore ? Activation.tanh(scaled) : scaled)
      }
      expected.append(sum)
    }
    for (found, value) in zip(try outputs(chain), expected) { #expect(abs(found - value) < 1e-14) }
  }

  @Test func standardisationBeforeTheFirstLayerIsKept() throws {
    var chain = LayerChain(inputCount: 2)
    try chain.standardize(mean: [1, 2], scale: [4, 0.5], name: "norm")
    try chain.dense(weights: first, biases: nil, name: "a")
    let network = try chain.trainedNetwork().network
    #expect(network.inputScaling == InputScaling(mean: [1, 2], scale: [4, 0.5]))
    #expect(network.layers[0].weights == first)
  }

  @Test func aSecondStandardisationIsFolded() throws {
    var chain = LayerChain(inputCount: 2)
    try chain.standardize(mean: [1, 2], scale: [4, 0.5], name: "norm")
    try chain.standardize(mean: [0, 1], scale: [2, 2], name: "again")
    try chain.dense(weights: second.columns == 3 ? Matrix([[1, 1]]) : second, biases: nil, name: "a")
    // ((1 - 1) / 4 - 0) / 2 + ((-2 - 2) / 0.5 - 1) / 2, and the same for (0.5, 3)
    #expect(try outputs(chain) == [-4.5, -0.0625 + 0.5])
  }

  @Test func twoActivationsAndAScalingAtTheEnd() throws {
    var chain = LayerChain()
    try chain.dense(weights: Matrix([[1, 1], [1, -1]]), biases: [0, 0], name: "a")
    try chain.activation(.relu, name: "a")
    try chain.activation(.tanh, name: "then")
    try chain.scale(by: [2, 3], adding: [1, 1], name: "scale")
    let trained = try chain.trainedNetwork()
    #expect(trained.network.layers.map(\.activation) == [.relu, .tanh, .linear])
    #expect(trained.notes.count == 3)
    let found = try outputs(chain)
    let expected = [1, 2 * Activation.tanh(3.5) + 1, 3 * Activation.tanh(3) + 1, 1]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-15) }
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func sentence(_ body: () throws -> Void) -> String? {
      do { try body() } catch let error as FormatError { return error.description } catch { return nil }
      return nil
    }
    #expect(
      sentence {
        var chain = LayerChain()
        try chain.dense(weights: first, biases: nil, name: "a")
        try chain.dense(weights: first, biases: nil, name: "b")
      } == "b: the layer takes 2 inputs, but the layer before has 3 units")
    #expect(
      sentence {
        var chain = LayerChain(inputCount: 4)
        try chain.dense(weights: first, biases: nil, name: "a")
      } == "a: the layer takes 2 inputs, but there are 4")
    #expect(
      sentence {
        var chain = LayerChain()
        try chain.dense(weights: first, biases: [1], name: "a")
      } == "a: 1 biases for 3 units")
    #expect(
      sentence {
        var chain = LayerChain()
        try chain.dense(weights: first, biases: nil, name: "a")
        try chain.scale(by: [1], adding: [1], name: "bn")
      } == "bn: 1 numbers for 3 units")
    #expect(
      sentence {
        var chain = LayerChain()
        try chain.activation(.relu, name: "r")
      } == "r: an operation before the first dense layer")
    #expect(sentence { () throws in _ = try LayerChain().trainedNetwork() } == "there is no dense layer")
    #expect(
      sentence {
        var chain = LayerChain()
        try chain.dense(weights: Matrix([[.nan]]), biases: nil, name: "a")
        _ = try chain.trainedNetwork()
      } == "a: W1 holds nan in row 1, column 1")
  }
}

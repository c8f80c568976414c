import Tensors
import Testing
import Training

/// Backward propagation against central differences of the cost.
///
/// The operations here are the plain ones; TrainerTests compares the kernels with them.
struct GradientCheckTests {
  /// What the gradient is taken of.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var hidden = [4, 3]
    var activation = Activation.tanh
    var loss = Loss.crossEntropy
    var kind = LabelKind.binary
    var lambda = 0.0
    var l1 = 0.0
    var keep = 1.0
    var inputKeep = 1.0
    var isWeighted = false
    var standardizes = false
    var testDescription: String { name }
  }

  static let layers: [Case] = [[4], [4, 3], [5, 4, 3], [4, 5, 3, 2]].flatMap { hidden in
    [(0.0, 1.0), (0.7, 1.0), (0.0, 0.8), (0.7, 0.8)].map { lambda, keep in
      let name = "\(hidden), lambda \(lambda), keep \(keep)"
      return Case(name: name, hidden: hidden, activation: .relu, lambda: lambda, keep: keep)
    }
  }

  /// All that a hidden layer may have.
  static let activations: [Case] = Activation.named.map(\.activation).filter { $0 != .softmax }.flatMap { activation in
    [1.0, 0.8].map { Case(name: "\(activation.rawValue), keep \($0)", activation: activation, lambda: 0.3, keep: $0) }
  }

  static let losses: [Case] = {
    let kinds: [(Loss, LabelKind)] = [
      (.crossEntropy, .binary), (.softmax, .classes(2)), (.softmax, .classes(4)), (.squared, .values(1)),
      (.squared, .values(3)), (.huber(delta: 0.4), .values(1)), (.huber(delta: 1), .values(3)),
    ]
    return kinds.flatMap { loss, kind in
      let one = Case(name: "\(loss.rawValue) of \(kind)", loss: loss, kind: kind)
      var all = [one]
      func add(_ what: String, _ change: (inout Case) -> Void) {
        var other = one
        other.name += ", " + what
        change(&other)
        all.append(other)
      }
      add("no hidden layer") { $0.hidden = [] }
      add("weights of examples") { $0.isWeighted = true }
      add("L1") { $0.l1 = 0.4 }
      add("elastic net") { ($0.l1, $0.lambda) = (0.2, 0.7) }
      add("dropout on the inputs") { $0.inputKeep = 0.7 }
      add("standardised inputs") { $0.standardizes = true }
      add("everything") {
        ($0.isWeighted, $0.l1, $0.lambda, $0.keep, $0.inputKeep, $0.standardizes) = (true, 0.2, 0.7, 0.8, 0.7, true)
      }
      return all
    }
  }()

  @Test(arguments: layers + activations + losses)
  func gradients(_ shape: Case) throws {
    let examples = 8
    let data = try Self.dataset(shape, examples: examples)
    var network = try Network.initialized(
      layerSizes: [3] + shape.hidden + [shape.kind.unitCount], seed: 2, activation: shape.activation,
      outputActivation: shape.loss.outputActivation)
    var random = NumPyRandom(seed: 12)
    for index in network.layers.indices {
      // Biases away from 0, so that no z stands on a corner, as that of relu.
      network.layers[index].biases = random.randn(network.layers[index].outputCount, 1)
    }
    if shape.standardizes { network.inputScaling = try InputScaling.fitted(to: .memory(data)) }
    let keeps = shape.hidden.map { _ in shape.keep }
    let dropout = Dropout(keepProbabilities: keeps, inputKeepProbability: shape.inputKeep, seed: 5, masks: .fresh)
    let masks =
      dropout.isActive ? dropout.masks(hiddenSizes: shape.hidden, exampleCount: examples, iteration: 3) : []
    let inputMask =
      dropout.isActiveOnInputs ? dropout.inputMask(inputCount: 3, exampleCount: examples, iteration: 3) : nil
    let (l2, l1) = (L2(lambda: shape.lambda), L1(lambda: shape.l1))
    func forward(_ network: Network) -> ForwardPass {
      network.forward(
        data.features, masks: masks, keepProbabilities: keeps, inputMask: inputMask,
        inputKeepProbability: shape.inputKeep)
    }
    // As for a batch: m of the penalties is another than that of the examples.
    func cost(_ network: Network) -> Double {
      network.cost(
        forward(network), labels: data.labels, loss: shape.loss, weights: data.weights, l2: l2, l1: l1,
        penaltyCount: 11)
    }
    let gradients = network.backward(
      forward(network), features: data.features, labels: data.labels, loss: shape.loss, weights: data.weights, l2: l2,
      l1: l1, penaltyCount: 11, keepProbabilities: keeps)
    let step = 1e-5
    var largest = 0.0
    for layer in network.layers.indices {
      for (path, gradient) in [(\Layer.weights, gradients[layer].weights), (\Layer.biases, gradients[layer].biases)] {
        for index in gradient.elements.indices {
          var (higher, lower) = (network, network)
          higher.layers[layer][keyPath: path].elements[index] += step
          lower.layers[layer][keyPath: path].elements[index] -= step
          let difference = (cost(higher) - cost(lower)) / (2 * step)
          // Rounding leaves about 1e-16 / 1e-5 = 1e-11, the third derivative about step² = 1e-10.
          #expect(abs(difference - gradient.elements[index]) <= 4e-9, "layer \(layer + 1), element \(index)")
          largest = max(largest, abs(difference))
        }
      }
    }
    #expect(largest > 0.01, "the gradients are too small to tell anything")
  }

  private static func dataset(_ shape: Case, examples: Int) throws -> Dataset {
    var random = NumPyRandom(seed: 11)
    let features = random.randn(3, examples)
    var labels = random.rand(shape.kind.rowCount, examples)
    for index in labels.elements.indices {
      switch shape.kind {
      case .binary: labels.elements[index] = labels.elements[index] < 0.5 ? 0 : 1
      case .classes(let count): labels.elements[index] = Double(Int(labels.elements[index] * Double(count)))
      case .values: labels.elements[index] *= 3
      }
    }
    let weights = shape.isWeighted ? random.rand(1, examples).elements.map { 3 * $0 } : nil
    return try Dataset(features: features, labels: labels, kind: shape.kind, weights: weights)
  }
}

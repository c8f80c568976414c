import Tensors
import Testing
import Training

/// Backward propagation against central differences of the cost.
struct GradientCheckTests {
  @Test(
    arguments: [[4], [4, 3], [5, 4, 3], [4, 5, 3, 2]], [(0.0, 1.0), (0.7, 1.0), (0.0, 0.8), (0.7, 0.8)])
  func gradients(_ hidden: [Int], _ regularization: (lambda: Double, keep: Double)) throws {
    try check(hidden, .relu, regularization.lambda, regularization.keep)
  }

  @Test(arguments: [1.0, 0.8])
  func sigmoidHiddenLayers(_ keep: Double) throws { try check([4, 3], .sigmoid, 0.3, keep) }

  private func check(_ hidden: [Int], _ activation: Activation, _ lambda: Double, _ keep: Double) throws {
    var random = NumPyRandom(seed: 11)
    let examples = 6
    let features = random.randn(3, examples)
    let labels = random.rand(1, examples)
    let y = Matrix(rows: 1, columns: examples, elements: labels.elements.map { $0 < 0.5 ? 0 : 1 })
    var network = try Network.initialized(layerSizes: [3] + hidden + [1], seed: 2)
    for index in network.layers.indices {
      // Biases away from 0, so that no z stands on the corner of relu.
      network.layers[index].biases = random.randn(network.layers[index].outputCount, 1)
      if index < hidden.count { network.layers[index].activation = activation }
    }
    let l2 = L2(lambda: lambda)
    let keeps = hidden.map { _ in keep }
    let dropout = Dropout(keepProbabilities: keeps, seed: 5, masks: .fresh)
    let masks = keep < 1 ? dropout.masks(hiddenSizes: hidden, exampleCount: examples, iteration: 3) : []
    func cost(_ network: Network) -> Double {
      network.cost(network.forward(features, masks: masks, keepProbabilities: keeps), labels: y, l2: l2)
    }
    let pass = network.forward(features, masks: masks, keepProbabilities: keeps)
    let gradients = network.backward(pass, features: features, labels: y, l2: l2, keepProbabilities: keeps)
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
          #expect(abs(difference - gradient.elements[index]) <= 2e-9, "layer \(layer + 1), element \(index)")
          largest = max(largest, abs(difference))
        }
      }
    }
    #expect(largest > 0.01, "the gradients are too small to tell anything")
  }
}

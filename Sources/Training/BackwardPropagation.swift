public import Tensors

/// The gradients of the cost by one layer's values.
public struct LayerGradient: Sendable, Hashable {
  /// dW, in the shape of the weights.
  public var weights: Matrix
  /// db, in the shape of the biases.
  public var biases: Matrix
  /// dZ · m, (units, examples), as the notebook has it: 1/m enters in dW and db.
  public var dz: Matrix
  /// dA · m, (units, examples), after the mask and the division by keep; of the last layer there is none.
  public var da: Matrix?
}

extension Network {
  /// Backward propagation.
  ///
  /// Regularization notebook, `backward_propagation`, section 2 `backward_propagation_with_regularization` and section
  /// 3.2 `backward_propagation_with_dropout`, together: with m examples, from the last layer to the first,
  ///
  ///     dZ = the loss's gradient of the last layer (A - Y for the cross-entropy), dA · activation'(Z) of the others
  ///     dW = (1/m) dZ A_previousᵀ + (lambda/m) W + (l1/m) sign(W)
  ///     db = (1/m) sum of dZ over the examples
  ///     dA_previous = Wᵀ dZ, with dropout times the forward pass's mask and divided by keep again
  ///
  /// - Parameters:
  ///   - forward: the forward pass, with its masks.
  ///   - features: (inputs, examples).
  ///   - labels: (numbers of a label, examples).
  ///   - loss: what is minimised.
  ///   - weights: how much each example counts; m is their sum.
  ///   - l2: the penalty.
  ///   - l1: the other penalty.
  ///   - penaltyCount: m of the penalties, where it is another: that of the whole training set for a batch.
  ///   - keepProbabilities: for each hidden layer; not used when the pass has no masks.
  /// - Returns: the gradients of each layer, in the layers' order.
  public func backward(
    _ forward: ForwardPass, features: Matrix, labels: Matrix, loss: Loss = .crossEntropy, weights: [Double]? = nil,
    l2: L2 = L2(lambda: 0), l1: L1 = L1(lambda: 0), penaltyCount: Double? = nil, keepProbabilities: [Double] = []
  ) -> [LayerGradient] {
    let exampleWeights = weights
    let share = 1 / (exampleWeights?.reduce(0, +) ?? Double(labels.columns))
    let count = penaltyCount ?? exampleWeights?.reduce(0, +) ?? Double(labels.columns)
    let features = forward.inputs ?? inputScaling?(features) ?? features
    var gradients: [LayerGradient] = []
    var dz = lossGradient(forward, labels, loss, exampleWeights)
    var da: Matrix?
    for index in layers.indices.reversed() {
      let previous = index == 0 ? features : forward.a[index - 1]
      let weights = layers[index].weights
      let dw = dz.multiplied(by: previous.transposed).combined(with: weights) {
        share * $0 + l2.gradient($1, exampleCount: count) + l1.gradient($1, exampleCount: count)
      }
      gradients.append(LayerGradient(weights: dw, biases: dz.rowSums.mapped { share * $0 }, dz: dz, da: da))
      guard index > 0 else { break }
      var dPrevious = weights.transposed.multiplied(by: dz)
      if index - 1 < forward.masks.count {
        let keep = keepProbabilities[index - 1]
        dPrevious = dPrevious.combined(with: forward.masks[index - 1]) { $0 * $1 / keep }
      }
      let activation = layers[index - 1].activation
      dz = dPrevious.combined(with: forward.z[index - 1]) { $0 * activation.derivative(at: $1) }
      da = dPrevious
    }
    return gradients.reversed()
  }

  /// dZ of the last layer. The notebook takes it from A where it is A - Y.
  private func lossGradient(_ forward: ForwardPass, _ labels: Matrix, _ loss: Loss, _ weights: [Double]?) -> Matrix {
    if loss == .crossEntropy && weights == nil { return forward.a[layers.count - 1].combined(with: labels, -) }
    return loss.gradient(z: forward.z[layers.count - 1], labels: labels, weights: weights)
  }
}

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
  /// Backward propagation for the cross-entropy after a sigmoid.
  ///
  /// Regularization notebook, `backward_propagation`, section 2 `backward_propagation_with_regularization` and section
  /// 3.2 `backward_propagation_with_dropout`, together: with m examples, from the last layer to the first,
  ///
  ///     dZ = A - Y of the last layer, dA · activation'(Z) of the others
  ///     dW = (1/m) dZ A_previousᵀ + (lambda/m) W
  ///     db = (1/m) sum of dZ over the examples
  ///     dA_previous = Wᵀ dZ, with dropout times the forward pass's mask and divided by keep again
  ///
  /// - Parameters:
  ///   - forward: the forward pass, with its masks.
  ///   - features: (inputs, examples).
  ///   - labels: (1, examples).
  ///   - l2: the penalty.
  ///   - keepProbabilities: for each hidden layer; not used when the pass has no masks.
  /// - Returns: the gradients of each layer, in the layers' order.
  public func backward(
    _ forward: ForwardPass, features: Matrix, labels: Matrix, l2: L2 = L2(lambda: 0), keepProbabilities: [Double] = []
  ) -> [LayerGradient] {
    let exampleCount = labels.columns
    let share = 1 / Double(exampleCount)
    let features = inputScaling?(features) ?? features
    var gradients: [LayerGradient] = []
    var dz = forward.a[layers.count - 1].combined(with: labels, -)
    var da: Matrix?
    for index in layers.indices.reversed() {
      let previous = index == 0 ? features : forward.a[index - 1]
      let weights = layers[index].weights
      let dw = dz.multiplied(by: previous.transposed).combined(with: weights) {
        share * $0 + l2.gradient($1, exampleCount: exampleCount)
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
}

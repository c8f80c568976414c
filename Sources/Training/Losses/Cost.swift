public import Tensors

extension Network {
  /// The cost without a penalty of a forward pass: the weighted mean loss, from the last layer's z.
  public func cost(
    _ forward: ForwardPass, labels: Matrix, loss: Loss = .crossEntropy, weights: [Double]? = nil
  ) -> Double {
    loss.cost(z: forward.z[layers.count - 1], labels: labels, weights: weights)
  }

  /// The cost with regularization.
  ///
  /// Regularization notebook, section 2, formula (2), `compute_cost_with_regularization(A3, Y, parameters, lambd)`:
  /// loss + (1/m) (lambda/2) sum of W² + (1/m) l1 sum of |W|.
  ///
  /// - Parameters:
  ///   - forward: what the forward propagation found.
  ///   - labels: (outputs, examples).
  ///   - loss: the loss of one example.
  ///   - weights: what each example counts; nil where all count 1.
  ///   - l2: the penalty on the squares.
  ///   - l1: the penalty on the absolute values.
  ///   - penaltyCount: m of the penalties, where it is not the sum of the weights: that of the whole training set when
  ///     the labels are those of a batch.
  public func cost(
    _ forward: ForwardPass, labels: Matrix, loss: Loss = .crossEntropy, weights: [Double]? = nil, l2: L2,
    l1: L1 = L1(lambda: 0), penaltyCount: Double? = nil
  ) -> Double {
    let count = penaltyCount ?? weights?.reduce(0, +) ?? Double(labels.columns)
    return cost(forward, labels: labels, loss: loss, weights: weights)
      + l2.penalty(layers, exampleCount: count) + l1.penalty(layers, exampleCount: count)
  }
}

public import Tensors

/// What a forward pass leaves for the backward one: for each layer z and a, (units, examples), and the hidden masks.
public struct ForwardPass: Sendable, Hashable {
  /// z = W a_previous + b of each layer.
  public var z: [Matrix]
  /// a = activation(z) of each layer, after dropout.
  public var a: [Matrix]
  /// The dropout masks of the hidden layers, 0 or 1; empty without dropout.
  public var masks: [Matrix]
  /// What the first layer was given, (inputs, examples), where it is not the features or the scaled features.
  public var inputs: Matrix?

  /// A pass from its parts; `masks` is empty or has one matrix for each hidden layer.
  public init(z: [Matrix], a: [Matrix], masks: [Matrix] = []) {
    self.z = z
    self.a = a
    self.masks = masks
  }
}

extension Network {
  /// Forward propagation: z = W a_previous + b, a = activation(z), for features (inputs, examples), which are
  /// standardised first where the network says so.
  ///
  /// Regularization notebook, `forward_propagation(X, parameters)`: linear → relu → linear → relu → linear → sigmoid.
  public func forward(_ features: Matrix) -> ForwardPass { forward(features, masks: [], keepProbabilities: []) }

  /// Forward propagation with inverted dropout on the hidden layers: a = activation(z) · mask / keep.
  ///
  /// Regularization notebook, section 3.1, `forward_propagation_with_dropout(X, parameters, keep_prob)`.
  ///
  /// - Parameters:
  ///   - features: (inputs, examples).
  ///   - masks: for each hidden layer (units, examples), 1 where the unit is kept and 0 where not; empty for no
  ///     dropout.
  ///   - keepProbabilities: for each hidden layer, the probability of keeping a unit.
  ///   - inputMask: (inputs, examples), 1 where the input is kept and 0 where not; nil for no dropout of inputs.
  ///   - inputKeepProbability: the probability of keeping an input.
  public func forward(
    _ features: Matrix, masks: [Matrix], keepProbabilities: [Double], inputMask: Matrix? = nil,
    inputKeepProbability: Double = 1
  ) -> ForwardPass {
    var pass = ForwardPass(z: [], a: [], masks: masks)
    var a = inputScaling?(features) ?? features
    if let inputMask {
      a = a.combined(with: inputMask) { $0 * $1 / inputKeepProbability }
      pass.inputs = a
    }
    for (index, layer) in layers.enumerated() {
      let z = layer.weights.multiplied(by: a).addingToEachColumn(layer.biases)
      a = layer.activation(z)
      if index < masks.count {
        let keep = keepProbabilities[index]
        a = a.combined(with: masks[index]) { $0 * $1 / keep }
      }
      pass.z.append(z)
      pass.a.append(a)
    }
    return pass
  }
}

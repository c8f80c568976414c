/// The forward pass of one chunk: the activations of every layer go to `activations`, (all units, examples), rows
/// `pitch` numbers apart; the last layer's stay z.
///
/// Dropout only masks; the division by keep is in the next layer's weights.
@inline(__always)
func forward<V: KernelVector>(
  _ type: V.Type, _ shape: Shape, parameters: UnsafePointer<V.Scalar>, features: UnsafePointer<V.Scalar>,
  activations: UnsafeMutablePointer<V.Scalar>, dropout: Dropout?, masks: UnsafePointer<UInt8>, pitch: Int, vectors: Int
) {
  var parameters = unsafe parameters
  var source = unsafe features
  var target = unsafe activations
  var masks = unsafe masks
  for layer in 0..<(unsafe shape.layerCount) {
    let inputs = unsafe shape.inputs(layer)
    let units = unsafe shape.outputs(layer)
    let weights = unsafe Weights(
      elements: parameters, unitStride: inputs, stepStride: 1, steps: inputs, biases: parameters + inputs &* units)
    let isLast = unsafe layer &+ 1 == shape.layerCount
    let isMasked = unsafe !isLast && dropout?.isActive(layer) == true
    let groups = vectors / groupVectors
    let activation = unsafe shape.activation(layer)
    if isLast || activation != ActivationCode.relu {
      unsafe affine(
        V.self, .none, units: units, weights, source: source, target: target, masks: masks, pitch: pitch, groups: groups
      )
      if !isLast && activation == ActivationCode.sigmoid {
        unsafe sigmoid(V.self, units, target, isMasked ? masks : nil, pitch, vectors)
      } else if !isLast {
        // There are no masks here: the training of such layers goes layer by layer.
        unsafe activateInPlace(
          V.self, activation, shape.numbers(layer), target, rows: units, pitch: pitch, vectors: vectors)
      }
    } else if isMasked {
      unsafe affine(
        V.self, .maskedRelu, units: units, weights, source: source, target: target, masks: masks, pitch: pitch,
        groups: groups)
    } else {
      unsafe affine(
        V.self, .relu, units: units, weights, source: source, target: target, masks: masks, pitch: pitch, groups: groups
      )
    }
    unsafe parameters += shape.parameters(layer)
    unsafe source = UnsafePointer(target)
    unsafe target += units &* pitch
    unsafe masks += units &* pitch
  }
}

/// The sigmoid of rows in their place, 0 where a mask drops them.
@inline(__always)
private func sigmoid<V: KernelVector>(
  _ type: V.Type, _ units: Int, _ rows: UnsafeMutablePointer<V.Scalar>, _ masks: UnsafePointer<UInt8>?, _ pitch: Int,
  _ vectors: Int
) {
  for unit in 0..<units {
    for vector in 0..<vectors {
      let offset = unit &* pitch &+ vector &* V.width
      var a = unsafe V.sigmoid(V.load(rows + offset))
      if let masks = unsafe masks { unsafe a = V.keep(a, mask: masks + offset) }
      unsafe a.store(rows + offset)
    }
  }
}

/// The dropout of a training as the entry points take it: 1 for masks drawn anew or 0 for masks that are given, the
/// seed, the iteration, the number of the first example, and for each hidden layer the threshold of ``drawMasks``, 2³²
/// where nothing is dropped.
@unsafe
struct Dropout {
  let values: UnsafePointer<UInt64>

  @inline(__always) var isFresh: Bool { unsafe values[0] == 1 }
  @inline(__always) var seed: UInt64 { unsafe values[1] }
  @inline(__always) var iteration: UInt64 { unsafe values[2] }
  @inline(__always) var firstExample: Int { unsafe Int(truncatingIfNeeded: values[3]) }
  @inline(__always) func threshold(_ layer: Int) -> UInt64 { unsafe values[4 &+ layer] }
  @inline(__always) func isActive(_ layer: Int) -> Bool { unsafe threshold(layer) < 1 &<< 32 }
}

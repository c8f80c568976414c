/// The sum of the gradients of all slices goes to the first: the second is added to the first, the fourth to the third
/// and so on, then in steps of two, four …; always the same tree.
@inline(__always)
func combineSlices<V: KernelVector>(
  _ type: V.Type, gradients: UnsafeMutablePointer<V.Scalar>, slices: Int, pitch: Int, first: Int, count: Int
) {
  var step = 1
  while step < slices {
    var slice = 0
    while slice &+ step < slices {
      let target = unsafe gradients + (slice &* pitch &+ first)
      let source = unsafe target + step &* pitch
      var index = 0
      while index &+ V.width <= count {
        unsafe V.sum(V.load(target + index), V.load(source + index)).store(target + index)
        index &+= V.width
      }
      while index < count {
        unsafe target[index] = target[index] + source[index]
        index &+= 1
      }
      slice &+= 2 &* step
    }
    step &*= 2
  }
}

/// dW = scale share gradient + decay W, W -= rate dW, and for biases the same without scale and decay.
///
/// `scales` has for each layer 1 / keep of the layer before, 1 for the first. `scaled`, where given, gets the
/// parameters with the weights times scale, which the next forward pass uses.
@inline(__always)
func updateParameters<V: KernelVector>(
  _ type: V.Type, shape: Shape, parameters: UnsafeMutablePointer<V.Scalar>, gradient: UnsafePointer<V.Scalar>,
  scales: UnsafePointer<V.Scalar>, scaled: UnsafeMutablePointer<V.Scalar>?, share: V.Scalar, decay: V.Scalar,
  rate: V.Scalar
) {
  var offset = 0
  for layer in 0..<(unsafe shape.layerCount) {
    let weights = unsafe shape.inputs(layer) &* shape.outputs(layer)
    let scale = unsafe scales[layer]
    unsafe update(
      V.self, parameters + offset, gradient + offset, count: weights, share: share * scale, decay: decay, rate: rate)
    unsafe update(
      V.self, parameters + offset + weights, gradient + offset + weights, count: shape.outputs(layer), share: share,
      decay: .zero, rate: rate)
    if let scaled = unsafe scaled {
      unsafe multiply(V.self, parameters + offset, by: scale, to: scaled + offset, count: weights)
      unsafe (scaled + offset + weights).update(from: parameters + offset + weights, count: shape.outputs(layer))
    }
    unsafe offset &+= shape.parameters(layer)
  }
}

@inline(__always)
private func update<V: KernelVector>(
  _ type: V.Type, _ parameters: UnsafeMutablePointer<V.Scalar>, _ gradient: UnsafePointer<V.Scalar>, count: Int,
  share: V.Scalar, decay: V.Scalar, rate: V.Scalar
) {
  let (shares, decays, rates) = (V(repeating: share), V(repeating: decay), V(repeating: rate))
  var index = 0
  while index &+ V.width <= count {
    let w = unsafe V.load(parameters + index)
    let dw = unsafe V.sum(V.product(shares, V.load(gradient + index)), V.product(decays, w))
    unsafe V.difference(w, V.product(rates, dw)).store(parameters + index)
    index &+= V.width
  }
  while index < count {
    let w = unsafe parameters[index]
    unsafe parameters[index] = w - rate * (share * gradient[index] + decay * w)
    index &+= 1
  }
}

@inline(__always)
private func multiply<V: KernelVector>(
  _ type: V.Type, _ source: UnsafePointer<V.Scalar>, by factor: V.Scalar, to target: UnsafeMutablePointer<V.Scalar>,
  count: Int
) {
  let factors = V(repeating: factor)
  var index = 0
  while index &+ V.width <= count {
    unsafe V.product(factors, V.load(source + index)).store(target + index)
    index &+= V.width
  }
  while index < count {
    unsafe target[index] = factor * source[index]
    index &+= 1
  }
}

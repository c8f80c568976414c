/// The gradient of the summed loss of one slice of the examples, for entry points of one scalar.
///
/// The slice is computed chunk by chunk: forward, sigmoid and dz = a - y, then backward from the last layer, each
/// layer's activations being overwritten by its dz. The gradient is that by the weights times keep of the layer before,
/// which the update makes good.
@inline(__always)
func sliceGradient<V: KernelVector>(
  _ type: V.Type, shape: Shape, parameters: UnsafePointer<V.Scalar>, features: UnsafePointer<V.Scalar>,
  labels: UnsafePointer<V.Scalar>, exampleCount: Int, dropout: Dropout?, masks: UnsafeMutablePointer<UInt8>,
  scratch: UnsafeMutablePointer<V.Scalar>, outputs: UnsafeMutablePointer<V.Scalar>?,
  gradient: UnsafeMutablePointer<V.Scalar>
) {
  let pitch = chunkVectors &* V.width
  var parameterCount = 0
  var hiddenUnits = 0
  for layer in 0..<(unsafe shape.layerCount) {
    unsafe parameterCount &+= shape.parameters(layer)
    if unsafe layer &+ 1 < shape.layerCount { unsafe hiddenUnits &+= shape.outputs(layer) }
  }
  unsafe gradient.update(repeating: .zero, count: parameterCount)
  var first = 0
  var chunk = 0
  while first < exampleCount {
    let examples = min(pitch, exampleCount &- first)
    let vectors = vectors(for: examples, width: V.width)
    let features = unsafe features + chunk &* shape.inputs(0) &* pitch
    let labels = unsafe labels + chunk &* pitch
    var chunkMasks = unsafe masks
    if let dropout = unsafe dropout {
      if unsafe dropout.isFresh {
        unsafe drawMasks(shape, dropout, firstExample: first, examples: vectors &* V.width, masks, pitch)
      } else {
        unsafe chunkMasks += chunk &* hiddenUnits &* pitch
      }
    }
    unsafe forward(
      V.self, shape, parameters: parameters, features: features, activations: scratch, dropout: dropout,
      masks: chunkMasks, pitch: pitch, vectors: vectors)
    let last = unsafe scratch + hiddenUnits &* pitch
    if let outputs = unsafe outputs {
      unsafe (outputs + first).update(from: last, count: examples)
    }
    unsafe putDifferences(V.self, last, labels, examples: examples, vectors: vectors)
    unsafe backward(
      V.self, shape, parameters: parameters + parameterCount, features: features, activations: last, pitch: pitch,
      vectors: vectors, gradient: gradient + parameterCount)
    first &+= pitch
    chunk &+= 1
  }
}

/// Puts dz = a - y in the place of the last layer's z.
@inline(__always)
func putDifferences<V: KernelVector>(
  _ type: V.Type, _ last: UnsafeMutablePointer<V.Scalar>, _ labels: UnsafePointer<V.Scalar>, examples: Int, vectors: Int
) {
  #if AVX512
    for group in 0..<vectors / groupVectors {
      let first = group &* groupVectors &* V.width
      let second = first &+ V.width
      let third = second &+ V.width
      let (a, b, c) = unsafe (V.load(last + first), V.load(last + second), V.load(last + third))
      let (p, q, r) = V.exponentials(V.difference(V.zero, a), V.difference(V.zero, b), V.difference(V.zero, c))
      unsafe V.difference(V.reciprocal(V.sum(V.one, p)), V.load(labels + first)).store(last + first)
      unsafe V.difference(V.reciprocal(V.sum(V.one, q)), V.load(labels + second)).store(last + second)
      unsafe V.difference(V.reciprocal(V.sum(V.one, r)), V.load(labels + third)).store(last + third)
    }
  #else
    // Sixteen registers hold what one at a time needs.
    for vector in 0..<vectors {
      let offset = vector &* V.width
      unsafe V.difference(V.sigmoid(V.load(last + offset)), V.load(labels + offset)).store(last + offset)
    }
  #endif
  // Examples that only fill a vector up have no loss.
  for padding in examples..<(vectors &* V.width) { unsafe last[padding] = .zero }
}

/// The masks of a chunk's hidden layers.
@inline(__always)
func drawMasks(
  _ shape: Shape, _ dropout: Dropout, firstExample: Int, examples: Int, _ masks: UnsafeMutablePointer<UInt8>,
  _ pitch: Int
) {
  var masks = unsafe masks
  for layer in 0..<(unsafe shape.layerCount &- 1) {
    let units = unsafe shape.outputs(layer)
    if unsafe dropout.isActive(layer) {
      unsafe drawMasks(
        seed: dropout.seed, iteration: dropout.iteration, layer: layer, units: units,
        threshold: dropout.threshold(layer), firstExample: dropout.firstExample &+ firstExample, examples: examples,
        masks: masks, pitch: pitch)
    }
    unsafe masks += units &* pitch
  }
}

/// The backward pass of one chunk; `parameters` and `gradient` point to the ends, `activations` to the last layer's dz.
@inline(__always)
private func backward<V: KernelVector>(
  _ type: V.Type, _ shape: Shape, parameters: UnsafePointer<V.Scalar>, features: UnsafePointer<V.Scalar>,
  activations: UnsafeMutablePointer<V.Scalar>, pitch: Int, vectors: Int, gradient: UnsafeMutablePointer<V.Scalar>
) {
  var parameters = unsafe parameters
  var gradient = unsafe gradient
  var dz = unsafe activations
  var layer = unsafe shape.layerCount &- 1
  while layer >= 0 {
    let inputs = unsafe shape.inputs(layer)
    let units = unsafe shape.outputs(layer)
    unsafe parameters -= shape.parameters(layer)
    unsafe gradient -= shape.parameters(layer)
    let previous = unsafe layer == 0 ? features : UnsafePointer(dz - inputs &* pitch)
    unsafe addWeightGradient(
      V.self, units: units, inputs: inputs, dz: dz, inputs: previous, pitch: pitch, vectors: vectors,
      gradient: gradient, biasGradient: gradient + units &* inputs)
    if layer > 0 {
      let weights = unsafe Weights(
        elements: parameters, unitStride: 1, stepStride: inputs, steps: units, biases: nil)
      let source = unsafe UnsafePointer(dz)
      unsafe dz -= inputs &* pitch
      // There are no masks here: what was dropped has the activation 0 and so no gradient.
      let masks = unsafe UnsafePointer(UnsafeRawPointer(dz).assumingMemoryBound(to: UInt8.self))
      if unsafe shape.activation(layer &- 1) == Shape.relu {
        unsafe affine(
          V.self, .reluGradient, units: inputs, weights, source: source, target: dz, masks: masks, pitch: pitch,
          groups: vectors / groupVectors)
      } else {
        unsafe affine(
          V.self, .sigmoidGradient, units: inputs, weights, source: source, target: dz, masks: masks, pitch: pitch,
          groups: vectors / groupVectors)
      }
    }
    layer &-= 1
  }
}

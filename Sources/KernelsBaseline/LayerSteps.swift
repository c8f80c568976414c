// The products of one layer and one chunk, for networks whose activations and losses are computed elsewhere.

@inline(__always)
func forwardLayer<V: KernelVector>(
  _ type: V.Type, parameters: UnsafePointer<V.Scalar>, inputs: Int, units: Int, source: UnsafePointer<V.Scalar>,
  target: UnsafeMutablePointer<V.Scalar>, examples: Int
) {
  let weights = unsafe Weights(
    elements: parameters, unitStride: inputs, stepStride: 1, steps: inputs, biases: parameters + inputs &* units)
  unsafe plainAffine(V.self, units: units, weights, source: source, target: target, examples: examples)
}

@inline(__always)
func backwardLayer<V: KernelVector>(
  _ type: V.Type, parameters: UnsafePointer<V.Scalar>, inputs: Int, units: Int, dz: UnsafePointer<V.Scalar>,
  target: UnsafeMutablePointer<V.Scalar>, examples: Int
) {
  let weights = unsafe Weights(elements: parameters, unitStride: 1, stepStride: inputs, steps: units, biases: nil)
  unsafe plainAffine(V.self, units: inputs, weights, source: dz, target: target, examples: examples)
}

@inline(__always)
private func plainAffine<V: KernelVector>(
  _ type: V.Type, units: Int, _ weights: Weights<V.Scalar>, source: UnsafePointer<V.Scalar>,
  target: UnsafeMutablePointer<V.Scalar>, examples: Int
) {
  // There are no masks here.
  let masks = unsafe UnsafePointer(UnsafeRawPointer(target).assumingMemoryBound(to: UInt8.self))
  unsafe affine(
    V.self, .none, units: units, weights, source: source, target: target, masks: masks, pitch: chunkVectors &* V.width,
    groups: vectors(for: examples, width: V.width) / groupVectors)
}

@inline(__always)
func layerGradient<V: KernelVector>(
  _ type: V.Type, inputs: Int, units: Int, dz: UnsafePointer<V.Scalar>, source: UnsafePointer<V.Scalar>, examples: Int,
  gradient: UnsafeMutablePointer<V.Scalar>
) {
  unsafe addWeightGradient(
    V.self, units: units, inputs: inputs, dz: dz, inputs: source, pitch: chunkVectors &* V.width,
    vectors: vectors(for: examples, width: V.width), gradient: gradient, biasGradient: gradient + units &* inputs)
}

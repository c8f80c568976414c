// The entry points of activations and losses: see EntryPoints.swift.

/// Puts the activations of rows of z, a chunk apart, into `activations` and their derivatives in the place of z, in
/// Double, for a chunk of `examples` filled up to whole groups of vectors; `first` and `second` are the
/// numbers of the activation.
public func float64Activate(
  code: Int, first: Double, second: Double, z: UnsafeMutablePointer<Double>, activations: UnsafeMutablePointer<Double>,
  rows: Int, examples: Int
) {
  unsafe activate(
    SIMD4<Double>.self, code, (first, second), z: z, activations: activations, rows: rows, pitch: float64ChunkExamples,
    vectors: vectors(for: examples, width: SIMD4<Double>.width))
}

/// Puts the gradients of the examples' losses by the last layer's z in the place of z, in Double: 0 cross-entropy of a
/// sigmoid, 1 of a softmax, whose labels are one row, 2 the mean squared error, 3 Huber's.
public func float64LossGradients(
  code: Int, delta: Double, z: UnsafeMutablePointer<Double>, labels: UnsafePointer<Double>, units: Int, examples: Int
) {
  unsafe lossGradients(
    SIMD4<Double>.self, code, delta: delta, z: z, labels: labels, units: units, pitch: float64ChunkExamples,
    vectors: vectors(for: examples, width: SIMD4<Double>.width))
}

/// The sum of the cross-entropies of as many of the first `examples` as fill vectors of four, from the last layer's z.
public func float64CrossEntropies(z: UnsafePointer<Double>, labels: UnsafePointer<Double>, examples: Int) -> Double {
  unsafe crossEntropies(SIMD4<Double>.self, z: z, labels: labels, vectors: examples / SIMD4<Double>.width)
}

/// log(1 + x) of a vector of numbers in their place: see Logarithm.swift.
public func float64LogarithmsOfOnePlus(_ numbers: UnsafeMutablePointer<Double>) {
  unsafe SIMD4<Double>.logarithmOfOnePlus(SIMD4<Double>.load(numbers)).store(numbers)
}

/// e^x - 1 of a vector of numbers in their place: see Exponential.swift.
public func float64ExponentialsMinusOne(_ numbers: UnsafeMutablePointer<Double>) {
  unsafe SIMD4<Double>.exponentialMinusOne(SIMD4<Double>.load(numbers)).store(numbers)
}

/// tanh of a vector of numbers in their place.
public func float64HyperbolicTangents(_ numbers: UnsafeMutablePointer<Double>) {
  unsafe SIMD4<Double>.hyperbolicTangent(SIMD4<Double>.load(numbers)).store(numbers)
}

/// Puts the activations of rows of z, a chunk apart, into `activations` and their derivatives in the place of z, in
/// Float, for a chunk of `examples` filled up to whole groups of vectors; `first` and `second` are the
/// numbers of the activation.
public func float32Activate(
  code: Int, first: Double, second: Double, z: UnsafeMutablePointer<Float>, activations: UnsafeMutablePointer<Float>,
  rows: Int, examples: Int
) {
  unsafe activate(
    SIMD8<Float>.self, code, (first, second), z: z, activations: activations, rows: rows, pitch: float32ChunkExamples,
    vectors: vectors(for: examples, width: SIMD8<Float>.width))
}

/// Puts the gradients of the examples' losses by the last layer's z in the place of z, in Float: 0 cross-entropy of a
/// sigmoid, 1 of a softmax, whose labels are one row, 2 the mean squared error, 3 Huber's.
public func float32LossGradients(
  code: Int, delta: Double, z: UnsafeMutablePointer<Float>, labels: UnsafePointer<Float>, units: Int, examples: Int
) {
  unsafe lossGradients(
    SIMD8<Float>.self, code, delta: delta, z: z, labels: labels, units: units, pitch: float32ChunkExamples,
    vectors: vectors(for: examples, width: SIMD8<Float>.width))
}

/// log(1 + x) of a vector of numbers in their place: see Logarithm.swift.
public func float32LogarithmsOfOnePlus(_ numbers: UnsafeMutablePointer<Float>) {
  unsafe SIMD8<Float>.logarithmOfOnePlus(SIMD8<Float>.load(numbers)).store(numbers)
}

/// e^x - 1 of a vector of numbers in their place: see Exponential.swift.
public func float32ExponentialsMinusOne(_ numbers: UnsafeMutablePointer<Float>) {
  unsafe SIMD8<Float>.exponentialMinusOne(SIMD8<Float>.load(numbers)).store(numbers)
}

/// tanh of a vector of numbers in their place.
public func float32HyperbolicTangents(_ numbers: UnsafeMutablePointer<Float>) {
  unsafe SIMD8<Float>.hyperbolicTangent(SIMD8<Float>.load(numbers)).store(numbers)
}

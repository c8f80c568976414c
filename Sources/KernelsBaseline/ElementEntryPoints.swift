// The entry points of activations and losses: see EntryPoints.swift.

/// Puts the activations of rows of z, a chunk apart, into `activations` and their derivatives in the place of z, in
/// Double, for a chunk of `examples` filled up to whole groups of vectors; `first` and `second` are the numbers of the
/// activation. Without `activations` they take the place of z, and those of softmax are of all rows together.
public func float64Activate(
  code: Int, first: Double, second: Double, z: UnsafeMutablePointer<Double>, activations: UnsafeMutablePointer<Double>?,
  rows: Int, examples: Int
) {
  let vectors = vectors(for: examples, width: Float64Vector.width)
  if let activations = unsafe activations {
    unsafe activate(
      Float64Vector.self, code, (first, second), z: z, activations: activations, rows: rows,
      pitch: float64ChunkExamples, vectors: vectors)
  } else {
    unsafe activateInPlace(
      Float64Vector.self, code, (first, second), z, rows: rows, pitch: float64ChunkExamples, vectors: vectors)
  }
}

/// Puts the gradients of the examples' losses by the last layer's z in the place of z, in Double: 0 cross-entropy of a
/// sigmoid, 1 of a softmax, whose labels are one row, 2 the mean squared error, 3 Huber's.
public func float64LossGradients(
  code: Int, delta: Double, z: UnsafeMutablePointer<Double>, labels: UnsafePointer<Double>, units: Int, examples: Int
) {
  unsafe lossGradients(
    Float64Vector.self, code, delta: delta, z: z, labels: labels, units: units, pitch: float64ChunkExamples,
    vectors: vectors(for: examples, width: Float64Vector.width))
}

/// The sum of the cross-entropies of as many of the first `examples` as fill whole vectors, from the last layer's z.
public func float64CrossEntropies(z: UnsafePointer<Double>, labels: UnsafePointer<Double>, examples: Int) -> Double {
  unsafe crossEntropies(Float64Vector.self, z: z, labels: labels, vectors: examples / Float64Vector.width)
}

/// log(1 + x) of numbers in their place, whole sixteens of them: see Logarithm.swift.
public func float64LogarithmsOfOnePlus(_ numbers: UnsafeMutablePointer<Double>, count: Int) {
  for first in stride(from: 0, to: count, by: Float64Vector.width) {
    unsafe Float64Vector.logarithmOfOnePlus(Float64Vector.load(numbers + first)).store(numbers + first)
  }
}

/// e^x - 1 of numbers in their place, whole sixteens of them: see Exponential.swift.
public func float64ExponentialsMinusOne(_ numbers: UnsafeMutablePointer<Double>, count: Int) {
  for first in stride(from: 0, to: count, by: Float64Vector.width) {
    unsafe Float64Vector.exponentialMinusOne(Float64Vector.load(numbers + first)).store(numbers + first)
  }
}

/// tanh of numbers in their place, whole sixteens of them.
public func float64HyperbolicTangents(_ numbers: UnsafeMutablePointer<Double>, count: Int) {
  for first in stride(from: 0, to: count, by: Float64Vector.width) {
    unsafe Float64Vector.hyperbolicTangent(Float64Vector.load(numbers + first)).store(numbers + first)
  }
}

/// Puts the activations of rows of z, a chunk apart, into `activations` and their derivatives in the place of z, in
/// Float, for a chunk of `examples` filled up to whole groups of vectors; `first` and `second` are the numbers of the
/// activation. Without `activations` they take the place of z, and those of softmax are of all rows together.
public func float32Activate(
  code: Int, first: Double, second: Double, z: UnsafeMutablePointer<Float>, activations: UnsafeMutablePointer<Float>?,
  rows: Int, examples: Int
) {
  let vectors = vectors(for: examples, width: Float32Vector.width)
  if let activations = unsafe activations {
    unsafe activate(
      Float32Vector.self, code, (first, second), z: z, activations: activations, rows: rows,
      pitch: float32ChunkExamples, vectors: vectors)
  } else {
    unsafe activateInPlace(
      Float32Vector.self, code, (first, second), z, rows: rows, pitch: float32ChunkExamples, vectors: vectors)
  }
}

/// Puts the gradients of the examples' losses by the last layer's z in the place of z, in Float: 0 cross-entropy of a
/// sigmoid, 1 of a softmax, whose labels are one row, 2 the mean squared error, 3 Huber's.
public func float32LossGradients(
  code: Int, delta: Double, z: UnsafeMutablePointer<Float>, labels: UnsafePointer<Float>, units: Int, examples: Int
) {
  unsafe lossGradients(
    Float32Vector.self, code, delta: delta, z: z, labels: labels, units: units, pitch: float32ChunkExamples,
    vectors: vectors(for: examples, width: Float32Vector.width))
}

/// log(1 + x) of numbers in their place, whole sixteens of them: see Logarithm.swift.
public func float32LogarithmsOfOnePlus(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
  for first in stride(from: 0, to: count, by: Float32Vector.width) {
    unsafe Float32Vector.logarithmOfOnePlus(Float32Vector.load(numbers + first)).store(numbers + first)
  }
}

/// e^x - 1 of numbers in their place, whole sixteens of them: see Exponential.swift.
public func float32ExponentialsMinusOne(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
  for first in stride(from: 0, to: count, by: Float32Vector.width) {
    unsafe Float32Vector.exponentialMinusOne(Float32Vector.load(numbers + first)).store(numbers + first)
  }
}

/// tanh of numbers in their place, whole sixteens of them.
public func float32HyperbolicTangents(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
  for first in stride(from: 0, to: count, by: Float32Vector.width) {
    unsafe Float32Vector.hyperbolicTangent(Float32Vector.load(numbers + first)).store(numbers + first)
  }
}

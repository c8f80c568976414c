// The functions that other modules call, once for each scalar: generic code is specialised inside this module only,
// with this module's processor. All memory is the caller's; nothing is allocated.

/// Examples are laid out in chunks of this many, (rows, examples) each: so many Doubles fill the vectors of a chunk.
public let float64ChunkExamples = 72
/// Examples are laid out in chunks of this many, (rows, examples) each: so many Floats fill the vectors of a chunk.
public let float32ChunkExamples = 144

/// The Doubles of a vector.
public var float64VectorWidth: Int { Float64Vector.width }
/// The Floats of a vector.
public var float32VectorWidth: Int { Float32Vector.width }

/// The gradient of the summed loss of a slice, in Double.
///
/// - Parameters:
///   - shape: the number of layers L, the L + 1 sizes beginning with the inputs, the L activations (0 relu, 1 sigmoid)
///     and two numbers for each.
///   - parameters: layer by layer W, (outputs, inputs) row by row, times 1 / keep of the layer before, and b.
///   - features: the slice's chunks, each (inputs, chunk examples), filled up with finite numbers.
///   - labels: the slice's chunks.
///   - exampleCount: the examples of the slice.
///   - dropout: nil for none; else 1 for masks drawn anew or 0 for given ones, the seed, the iteration, the number of
///     the slice's first example, and for each hidden layer keep · 2³² rounded up.
///   - masks: given masks, the slice's chunks, each (hidden units, chunk examples), 0xff or 0; else memory for four
///     chunks.
///   - scratch: memory for four chunks of all units, two rows more and 12,288 numbers more.
///   - outputs: gets the last layer's z of each example, where given.
///   - gradient: gets the gradient, in the order of the parameters.
public func float64SliceGradient(
  shape: UnsafePointer<Int>, parameters: UnsafePointer<Double>, features: UnsafePointer<Double>,
  labels: UnsafePointer<Double>, exampleCount: Int, dropout: UnsafePointer<UInt64>?,
  masks: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<Double>, outputs: UnsafeMutablePointer<Double>?,
  gradient: UnsafeMutablePointer<Double>
) {
  let shape = unsafe Shape(values: shape)
  if unsafe isNarrow(shape) {
    unsafe narrowSliceGradient(
      Float64Vector.self, shape: shape, parameters: parameters, features: features, labels: labels,
      exampleCount: exampleCount, dropout: dropout.map { unsafe Dropout(values: $0) }, masks: masks, scratch: scratch,
      outputs: outputs, gradient: gradient)
  } else {
    unsafe sliceGradient(
      Float64Vector.self, shape: shape, parameters: parameters, features: features, labels: labels,
      exampleCount: exampleCount, dropout: dropout.map { unsafe Dropout(values: $0) }, masks: masks, scratch: scratch,
      outputs: outputs, gradient: gradient)
  }
}

/// The sum over `slices` gradients that lie `pitch` numbers apart, of the numbers from `first` on, into the first
/// slice.
public func float64CombineSlices(
  gradients: UnsafeMutablePointer<Double>, slices: Int, pitch: Int, first: Int, count: Int
) {
  unsafe combineSlices(
    Float64Vector.self, gradients: gradients, slices: slices, pitch: pitch, first: first, count: count)
}

/// W -= rate (scale share gradient + decay W) and b -= rate share gradient; `scales` has 1 / keep of the layer before
/// each layer, `scaled`, where given, gets the parameters with the weights times it.
public func float64UpdateParameters(
  shape: UnsafePointer<Int>, parameters: UnsafeMutablePointer<Double>, gradient: UnsafePointer<Double>,
  scales: UnsafePointer<Double>, scaled: UnsafeMutablePointer<Double>?, share: Double, decay: Double, rate: Double
) {
  unsafe updateParameters(
    Float64Vector.self, shape: Shape(values: shape), parameters: parameters, gradient: gradient, scales: scales,
    scaled: scaled, share: share, decay: decay, rate: rate)
}

/// The outputs of rows of inputs: (rows, inputs) row by row to (rows, outputs), the last layer's activations and its z,
/// where there is room given for them.
///
/// `scratch` is memory for one chunk of the inputs and all units.
public func float64PredictRows(
  shape: UnsafePointer<Int>, parameters: UnsafePointer<Double>, inputs: UnsafePointer<Double>, rowCount: Int,
  scratch: UnsafeMutablePointer<Double>, outputs: UnsafeMutablePointer<Double>?, z: UnsafeMutablePointer<Double>?
) {
  unsafe predictRows(
    Float64Vector.self, shape: Shape(values: shape), parameters: parameters, inputs: inputs, rowCount: rowCount,
    scratch: scratch, outputs: outputs, z: z)
}

/// e to the power of numbers in their place, whole sixteens of them; those outside the range of normal results count as
/// its nearer end.
public func float64Exponentials(_ numbers: UnsafeMutablePointer<Double>, count: Int) {
  for first in stride(from: 0, to: count, by: Float64Vector.width) {
    unsafe Float64Vector.exponential(Float64Vector.load(numbers + first)).store(numbers + first)
  }
}

/// target (units, examples) = weights · source + biases of one layer, in Double, for a chunk of `examples` filled up to
/// whole groups of vectors.
///
/// `parameters` are W, (units, inputs) row by row, then b; the rows of source and target lie a chunk apart.
public func float64ForwardLayer(
  parameters: UnsafePointer<Double>, inputs: Int, units: Int, source: UnsafePointer<Double>,
  target: UnsafeMutablePointer<Double>, examples: Int
) {
  unsafe forwardLayer(
    Float64Vector.self, parameters: parameters, inputs: inputs, units: units, source: source, target: target,
    examples: examples)
}

/// target (inputs, examples) = weightsᵀ · dz of one layer, in Double: the gradient by what the layer was given.
public func float64BackwardLayer(
  parameters: UnsafePointer<Double>, inputs: Int, units: Int, dz: UnsafePointer<Double>,
  target: UnsafeMutablePointer<Double>, examples: Int
) {
  unsafe backwardLayer(
    Float64Vector.self, parameters: parameters, inputs: inputs, units: units, dz: dz, target: target, examples: examples
  )
}

/// gradient += the gradient of one layer's W and b, in Double: dz · sourceᵀ and the row sums of dz.
public func float64LayerGradient(
  inputs: Int, units: Int, dz: UnsafePointer<Double>, source: UnsafePointer<Double>, examples: Int,
  gradient: UnsafeMutablePointer<Double>
) {
  unsafe layerGradient(
    Float64Vector.self, inputs: inputs, units: units, dz: dz, source: source, examples: examples, gradient: gradient)
}

/// The gradient of the summed loss of a slice, in Float.
///
/// - Parameters:
///   - shape: the number of layers L, the L + 1 sizes beginning with the inputs, the L activations (0 relu, 1 sigmoid)
///     and two numbers for each.
///   - parameters: layer by layer W, (outputs, inputs) row by row, times 1 / keep of the layer before, and b.
///   - features: the slice's chunks, each (inputs, chunk examples), filled up with finite numbers.
///   - labels: the slice's chunks.
///   - exampleCount: the examples of the slice.
///   - dropout: nil for none; else 1 for masks drawn anew or 0 for given ones, the seed, the iteration, the number of
///     the slice's first example, and for each hidden layer keep · 2³² rounded up.
///   - masks: given masks, the slice's chunks, each (hidden units, chunk examples), 0xff or 0; else memory for four
///     chunks.
///   - scratch: memory for four chunks of all units, two rows more and 12,288 numbers more.
///   - outputs: gets the last layer's z of each example, where given.
///   - gradient: gets the gradient, in the order of the parameters.
public func float32SliceGradient(
  shape: UnsafePointer<Int>, parameters: UnsafePointer<Float>, features: UnsafePointer<Float>,
  labels: UnsafePointer<Float>, exampleCount: Int, dropout: UnsafePointer<UInt64>?,
  masks: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutablePointer<Float>, outputs: UnsafeMutablePointer<Float>?,
  gradient: UnsafeMutablePointer<Float>
) {
  let shape = unsafe Shape(values: shape)
  if unsafe isNarrow(shape) {
    unsafe narrowSliceGradient(
      Float32Vector.self, shape: shape, parameters: parameters, features: features, labels: labels,
      exampleCount: exampleCount, dropout: dropout.map { unsafe Dropout(values: $0) }, masks: masks, scratch: scratch,
      outputs: outputs, gradient: gradient)
  } else {
    unsafe sliceGradient(
      Float32Vector.self, shape: shape, parameters: parameters, features: features, labels: labels,
      exampleCount: exampleCount, dropout: dropout.map { unsafe Dropout(values: $0) }, masks: masks, scratch: scratch,
      outputs: outputs, gradient: gradient)
  }
}

/// The sum over `slices` gradients that lie `pitch` numbers apart, of the numbers from `first` on, into the first
/// slice.
public func float32CombineSlices(
  gradients: UnsafeMutablePointer<Float>, slices: Int, pitch: Int, first: Int, count: Int
) {
  unsafe combineSlices(
    Float32Vector.self, gradients: gradients, slices: slices, pitch: pitch, first: first, count: count)
}

/// W -= rate (scale share gradient + decay W) and b -= rate share gradient; `scales` has 1 / keep of the layer before
/// each layer, `scaled`, where given, gets the parameters with the weights times it.
public func float32UpdateParameters(
  shape: UnsafePointer<Int>, parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
  scales: UnsafePointer<Float>, scaled: UnsafeMutablePointer<Float>?, share: Float, decay: Float, rate: Float
) {
  unsafe updateParameters(
    Float32Vector.self, shape: Shape(values: shape), parameters: parameters, gradient: gradient, scales: scales,
    scaled: scaled, share: share, decay: decay, rate: rate)
}

/// The outputs of rows of inputs: (rows, inputs) row by row to (rows, outputs), the last layer's activations and its z,
/// where there is room given for them.
///
/// `scratch` is memory for one chunk of the inputs and all units.
public func float32PredictRows(
  shape: UnsafePointer<Int>, parameters: UnsafePointer<Float>, inputs: UnsafePointer<Float>, rowCount: Int,
  scratch: UnsafeMutablePointer<Float>, outputs: UnsafeMutablePointer<Float>?, z: UnsafeMutablePointer<Float>?
) {
  unsafe predictRows(
    Float32Vector.self, shape: Shape(values: shape), parameters: parameters, inputs: inputs, rowCount: rowCount,
    scratch: scratch, outputs: outputs, z: z)
}

/// e to the power of numbers in their place, whole sixteens of them; those outside the range of normal results count as
/// its nearer end.
public func float32Exponentials(_ numbers: UnsafeMutablePointer<Float>, count: Int) {
  for first in stride(from: 0, to: count, by: Float32Vector.width) {
    unsafe Float32Vector.exponential(Float32Vector.load(numbers + first)).store(numbers + first)
  }
}

/// target (units, examples) = weights · source + biases of one layer, in Float, for a chunk of `examples` filled up to
/// whole groups of vectors.
///
/// `parameters` are W, (units, inputs) row by row, then b; the rows of source and target lie a chunk apart.
public func float32ForwardLayer(
  parameters: UnsafePointer<Float>, inputs: Int, units: Int, source: UnsafePointer<Float>,
  target: UnsafeMutablePointer<Float>, examples: Int
) {
  unsafe forwardLayer(
    Float32Vector.self, parameters: parameters, inputs: inputs, units: units, source: source, target: target,
    examples: examples)
}

/// target (inputs, examples) = weightsᵀ · dz of one layer, in Float: the gradient by what the layer was given.
public func float32BackwardLayer(
  parameters: UnsafePointer<Float>, inputs: Int, units: Int, dz: UnsafePointer<Float>,
  target: UnsafeMutablePointer<Float>, examples: Int
) {
  unsafe backwardLayer(
    Float32Vector.self, parameters: parameters, inputs: inputs, units: units, dz: dz, target: target, examples: examples
  )
}

/// gradient += the gradient of one layer's W and b, in Float: dz · sourceᵀ and the row sums of dz.
public func float32LayerGradient(
  inputs: Int, units: Int, dz: UnsafePointer<Float>, source: UnsafePointer<Float>, examples: Int,
  gradient: UnsafeMutablePointer<Float>
) {
  unsafe layerGradient(
    Float32Vector.self, inputs: inputs, units: units, dz: dz, source: source, examples: examples, gradient: gradient)
}

/// The dropout masks of one layer for examples that follow one another, (units, examples) in rows `pitch` bytes apart:
/// 0xff keeps a unit and 0 drops it. Rows have room for whole eights of examples.
public func dropoutMasks(
  seed: UInt64, iteration: UInt64, layer: Int, units: Int, threshold: UInt64, firstExample: Int, examples: Int,
  masks: UnsafeMutablePointer<UInt8>, pitch: Int
) {
  unsafe drawMasks(
    seed: seed, iteration: iteration, layer: layer, units: units, threshold: threshold, firstExample: firstExample,
    examples: examples, masks: masks, pitch: pitch)
}

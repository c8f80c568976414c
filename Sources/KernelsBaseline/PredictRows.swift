/// The outputs of rows of inputs, (rows, inputs) row by row to (rows, outputs): the last layer's activations into
/// `outputs` and its z into `z`, where they are given.
///
/// `scratch` has a chunk's rows of the inputs and of all units.
@inline(__always)
func predictRows<V: KernelVector>(
  _ type: V.Type, shape: Shape, parameters: UnsafePointer<V.Scalar>, inputs: UnsafePointer<V.Scalar>, rowCount: Int,
  scratch: UnsafeMutablePointer<V.Scalar>, outputs: UnsafeMutablePointer<V.Scalar>?,
  z: UnsafeMutablePointer<V.Scalar>?
) {
  let pitch = chunkVectors &* V.width
  let inputCount = unsafe shape.inputs(0)
  let layerCount = unsafe shape.layerCount
  let outputCount = unsafe shape.outputs(layerCount &- 1)
  var units = inputCount
  for layer in 0..<(layerCount &- 1) { unsafe units &+= shape.outputs(layer) }
  let last = unsafe scratch + units &* pitch
  let masks = unsafe UnsafePointer(UnsafeRawPointer(scratch).assumingMemoryBound(to: UInt8.self))
  var first = 0
  while first < rowCount {
    let rows = min(pitch, rowCount &- first)
    let vectors = vectors(for: rows, width: V.width)
    for input in 0..<inputCount {
      let target = unsafe scratch + input &* pitch
      let source = unsafe inputs + (first &* inputCount &+ input)
      for row in 0..<rows { unsafe target[row] = source[row &* inputCount] }
      for row in rows..<(vectors &* V.width) { unsafe target[row] = .zero }
    }
    unsafe forward(
      V.self, shape, parameters: parameters, features: scratch, activations: scratch + inputCount &* pitch,
      dropout: nil, masks: masks, pitch: pitch, vectors: vectors)
    if let z = unsafe z { unsafe putRows(last, rows, outputCount, pitch, z + first &* outputCount) }
    if let outputs = unsafe outputs {
      unsafe activateInPlace(
        V.self, shape.activation(layerCount &- 1), shape.numbers(layerCount &- 1), last, rows: outputCount,
        pitch: pitch, vectors: vectors)
      unsafe putRows(last, rows, outputCount, pitch, outputs + first &* outputCount)
    }
    first &+= pitch
  }
}

/// (outputs, rows) of a chunk to (rows, outputs).
@inline(__always)
private func putRows<Scalar: BitwiseCopyable>(
  _ source: UnsafePointer<Scalar>, _ rows: Int, _ outputs: Int, _ pitch: Int, _ target: UnsafeMutablePointer<Scalar>
) {
  for output in 0..<outputs {
    let row = unsafe source + output &* pitch
    for index in 0..<rows { unsafe target[index &* outputs &+ output] = row[index] }
  }
}

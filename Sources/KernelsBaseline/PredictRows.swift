/// The outputs of rows of inputs, (rows, inputs) row by row to (rows, outputs): the last layer's activations, or its z
/// where the shape gives it none.
///
/// `scratch` has a chunk's rows of the inputs and of all units.
@inline(__always)
func predictRows<V: KernelVector>(
  _ type: V.Type, shape: Shape, parameters: UnsafePointer<V.Scalar>, inputs: UnsafePointer<V.Scalar>, rowCount: Int,
  scratch: UnsafeMutablePointer<V.Scalar>, outputs: UnsafeMutablePointer<V.Scalar>
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
    let activation = unsafe shape.activation(layerCount &- 1)
    for output in 0..<outputCount {
      let row = unsafe last + output &* pitch
      for vector in 0..<(unsafe activation == Shape.none ? 0 : vectors) {
        let z = unsafe V.load(row + vector &* V.width)
        let a = unsafe activation == Shape.sigmoid ? V.sigmoid(z) : V.positivePart(z)
        unsafe a.store(row + vector &* V.width)
      }
      for index in 0..<rows { unsafe outputs[(first &+ index) &* outputCount &+ output] = row[index] }
    }
    first &+= pitch
  }
}

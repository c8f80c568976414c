// Vectors of which sixteen fit the registers: the backward pass sums the gradients as they are defined, chunk by chunk.
// The build for AVX-512 has a file of its own for it.

/// The vectors of sums of a narrow network: for each unit of the first layer those of its weights, its bias and the next
/// layer's weights, for each of the second its bias and the last layer's weight, and one more.
@inline(__always)
func narrowSums(inputs: Int, hidden: Int, units: Int) -> Int {
  hidden &* (inputs &+ 1 &+ units) &+ 2 &* units &+ 1
}

/// A slice of a network with so many inputs and units in its second layer.
@unsafe
struct NarrowSlice<V: KernelVector, Inputs: Count, Units: Count> {
  let job: NarrowJob<V.Scalar>

  @inline(never)
  func differentiate() {
    let inputs = Inputs.value
    let units = Units.value
    let (shape, exampleCount, masks, scratch) = unsafe (job.shape, job.exampleCount, job.masks, job.scratch)
    let (parameters, features, labels) = unsafe (job.parameters, job.features, job.labels)
    let (dropout, outputs) = unsafe (job.dropout, job.outputs)
    let pitch = chunkVectors &* V.width
    let hidden = unsafe shape.outputs(0)
    let hasHead = unsafe shape.layerCount == 3
    let hiddenUnits = hasHead ? hidden &+ units : hidden
    let second = unsafe parameters + (inputs &+ 1) &* hidden
    let third = unsafe second + (hidden &+ 1) &* units
    let rows = unsafe scratch + hidden &* pitch
    let last = unsafe hasHead ? rows + units &* pitch : rows
    let sums = unsafe last + pitch
    let headSums = unsafe sums + hidden &* (inputs &+ units &+ 1) &* V.width
    unsafe sums.update(
      repeating: .zero, count: narrowSums(inputs: inputs, hidden: hidden, units: units) &* V.width)
    var first = 0
    var chunk = 0
    while first < exampleCount {
      let examples = min(pitch, exampleCount &- first)
      let vectors = vectors(for: examples, width: V.width)
      let groups = vectors / groupVectors
      let x = unsafe features + chunk &* inputs &* pitch
      let y = unsafe labels + chunk &* pitch
      var chunkMasks = unsafe masks
      if let dropout = unsafe dropout {
        if unsafe dropout.isFresh {
          unsafe drawMasks(shape, dropout, firstExample: first, examples: vectors &* V.width, masks, pitch)
        } else {
          unsafe chunkMasks += chunk &* hiddenUnits &* pitch
        }
      }
      if unsafe dropout?.isActive(0) == true {
        unsafe narrowForward(
          V.self, inputs: inputs, units: units, isMasked: true, hidden: hidden, first: parameters, second: second,
          features: x, activations: scratch, target: rows, masks: chunkMasks, pitch: pitch, groups: groups)
      } else {
        unsafe narrowForward(
          V.self, inputs: inputs, units: units, isMasked: false, hidden: hidden, first: parameters, second: second,
          features: x, activations: scratch, target: rows, masks: chunkMasks, pitch: pitch, groups: groups)
      }
      if hasHead {
        let masks = unsafe chunkMasks + hidden &* pitch
        if unsafe dropout?.isActive(1) == true {
          unsafe narrowHeadForward(
            V.self, units: units, isMasked: true, parameters: third, rows: rows, target: last, masks: masks,
            pitch: pitch, vectors: vectors)
        } else {
          unsafe narrowHeadForward(
            V.self, units: units, isMasked: false, parameters: third, rows: rows, target: last, masks: masks,
            pitch: pitch, vectors: vectors)
        }
      }
      if let outputs = unsafe outputs {
        unsafe (outputs + first).update(from: last, count: examples)
      }
      unsafe putDifferences(V.self, last, y, examples: examples, vectors: vectors)
      if hasHead {
        unsafe narrowHeadBackward(
          V.self, units: units, parameters: third, rows: rows, dz: last, sums: headSums, pitch: pitch, vectors: vectors)
      } else {
        unsafe narrowBias(V.self, dz: last, sum: headSums, vectors: vectors)
      }
      unsafe narrowBackward(
        V.self, inputs: inputs, units: units, hidden: hidden, second: second, features: x, activations: scratch,
        dz: rows, sums: sums, pitch: pitch, vectors: vectors)
      first &+= pitch
      chunk &+= 1
    }
    unsafe putGradient(inputs, units, hidden, hasHead, sums, headSums)
  }

  /// Sums the lanes.
  @inline(__always)
  private func putGradient(
    _ inputs: Int, _ units: Int, _ hidden: Int, _ hasHead: Bool, _ sums: UnsafePointer<V.Scalar>,
    _ headSums: UnsafePointer<V.Scalar>
  ) {
    let gradient = unsafe job.gradient
    let biases = unsafe gradient + inputs &* hidden
    let second = unsafe biases + hidden
    var place = unsafe sums
    for unit in 0..<hidden {
      unsafe put(place, units, second + unit, hidden)
      unsafe put(place + units &* V.width, inputs, gradient + unit &* inputs, 1)
      unsafe put(place + (units &+ inputs) &* V.width, 1, biases + unit, 1)
      unsafe place += (units &+ inputs &+ 1) &* V.width
    }
    let secondBiases = unsafe second + units &* hidden
    if hasHead {
      let third = unsafe secondBiases + units
      unsafe put(headSums, units, third, 1)
      unsafe put(headSums + units &* V.width, units, secondBiases, 1)
      unsafe put(headSums + 2 &* units &* V.width, 1, third + units, 1)
    } else {
      unsafe put(headSums, 1, secondBiases, 1)
    }
  }

  /// The sums of up to four vectors' lanes go to places `stride` numbers apart; `count` is a constant where this is
  /// called.
  @inline(__always)
  private func put(
    _ vectors: UnsafePointer<V.Scalar>, _ count: Int, _ target: UnsafeMutablePointer<V.Scalar>, _ stride: Int
  ) {
    let zero = V.zero
    let sums = V.laneSums(
      unsafe V.load(vectors), count > 1 ? unsafe V.load(vectors + V.width) : zero,
      count > 2 ? unsafe V.load(vectors + 2 &* V.width) : zero, count > 3 ? unsafe V.load(vectors + 3 &* V.width) : zero
    )
    unsafe target[0] = V.lane(sums, 0)
    if count > 1 { unsafe target[stride] = V.lane(sums, 1) }
    if count > 2 { unsafe target[2 &* stride] = V.lane(sums, 2) }
    if count > 3 { unsafe target[3 &* stride] = V.lane(sums, 3) }
  }
}

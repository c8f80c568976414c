/// A slice of a network with so many inputs and units in its second layer.
///
/// Its chunks are computed in passes: all of them forward, then all of them backward, so that one chunk's waiting is
/// hidden by another, and sums stay in registers for longer.
@safe
struct NarrowSlice<V: KernelVector, Inputs: Count, Units: Count> {
  let job: NarrowJob<V.Scalar>
  let hidden: Int
  let hasHead: Bool
  /// The second layer's parameters.
  let second: UnsafePointer<V.Scalar>
  /// The third layer's, where there is one.
  let third: UnsafePointer<V.Scalar>
  /// The distance of rows of examples.
  let pitch: Int
  /// The distance of the chunks of a pass: the first layer's activations, the second's and the last layer's z.
  let chunkPitch: Int
  /// The most chunks of a pass.
  let passChunks: Int
  /// For each hidden unit the sums over the examples before a pass, ``sumCount`` vectors.
  let sums: UnsafeMutablePointer<V.Scalar>
  /// The sums of the last layer's weights, of the second layer's biases and of the last layer's bias.
  let headSums: UnsafeMutablePointer<V.Scalar>

  @inline(__always)
  init(job: NarrowJob<V.Scalar>) {
    let (inputs, units) = (Inputs.value, Units.value)
    unsafe self.job = job
    hidden = unsafe job.shape.outputs(0)
    hasHead = unsafe job.shape.layerCount == 3
    unsafe second = job.parameters + (inputs &+ 1) &* hidden
    unsafe third = second + (hidden &+ 1) &* units
    pitch = chunkVectors &* V.width
    chunkPitch = (hidden &+ units &+ 1) &* pitch
    // What a pass stores should stay in the first cache.
    passChunks = max(1, min(4, passBytes / (chunkPitch &* MemoryLayout<V.Scalar>.stride)))
    unsafe headSums = job.scratch + passChunks &* chunkPitch
    unsafe sums = headSums + (2 &* units &+ 1) &* V.width
  }

  @inline(never)
  func differentiate() {
    let (inputs, units, exampleCount) = unsafe (Inputs.value, Units.value, job.exampleCount)
    let hiddenUnits = hasHead ? hidden &+ units : hidden
    unsafe headSums.update(repeating: .zero, count: (2 &* units &+ 1) &* V.width)
    var pass = NarrowPass(first: 0, end: 0, exampleCount: exampleCount)
    repeat {
      pass.first = pass.end
      pass.end = min(exampleCount, pass.first &+ passChunks &* pitch)
      var first = pass.first
      var rows = unsafe job.scratch
      while first < pass.end {
        let chunk = first / pitch
        let vectors = vectors(for: min(pitch, pass.end &- first), width: V.width)
        let x = unsafe job.features + chunk &* inputs &* pitch
        var masks = unsafe job.masks
        if let dropout = unsafe job.dropout {
          // There is room for the fresh masks of one pass.
          unsafe masks += (dropout.isFresh ? chunk &- pass.first / pitch : chunk) &* hiddenUnits &* pitch
          if unsafe dropout.isFresh {
            unsafe drawMasks(job.shape, dropout, firstExample: first, examples: vectors &* V.width, masks, pitch)
          }
        }
        if unsafe job.dropout?.isActive(0) == true {
          unsafe narrowForward(
            V.self, inputs: inputs, units: units, isMasked: true, hidden: hidden, first: job.parameters, second: second,
            features: x, activations: rows, target: rows + hidden &* pitch, masks: masks, pitch: pitch,
            groups: vectors / groupVectors)
        } else {
          unsafe narrowForward(
            V.self, inputs: inputs, units: units, isMasked: false, hidden: hidden, first: job.parameters,
            second: second, features: x, activations: rows, target: rows + hidden &* pitch, masks: masks, pitch: pitch,
            groups: vectors / groupVectors)
        }
        first &+= pitch
        unsafe rows += chunkPitch
      }
      first = pass.first
      unsafe rows = job.scratch
      while first < pass.end {
        let chunk = first / pitch
        let examples = min(pitch, pass.end &- first)
        let y = unsafe job.labels + chunk &* pitch
        var masks = unsafe job.masks + hidden &* pitch
        if let dropout = unsafe job.dropout {
          unsafe masks += (dropout.isFresh ? chunk &- pass.first / pitch : chunk) &* hiddenUnits &* pitch
        }
        let target = unsafe rows + hidden &* pitch
        let vectors = vectors(for: examples, width: V.width)
        let last = unsafe hasHead ? target + units &* pitch : target
        if hasHead {
          if unsafe job.dropout?.isActive(1) == true {
            unsafe narrowHeadForward(
              V.self, units: units, isMasked: true, parameters: third, rows: target, target: last, masks: masks,
              pitch: pitch, vectors: vectors)
          } else {
            unsafe narrowHeadForward(
              V.self, units: units, isMasked: false, parameters: third, rows: target, target: last, masks: masks,
              pitch: pitch, vectors: vectors)
          }
        }
        if let outputs = unsafe job.outputs { unsafe (outputs + first).update(from: last, count: examples) }
        unsafe putDifferences(V.self, last, y, examples: examples, vectors: vectors)
        if hasHead {
          unsafe narrowHeadBackward(
            V.self, units: units, parameters: third, rows: target, dz: last, sums: headSums, pitch: pitch,
            vectors: vectors)
        } else {
          unsafe narrowBias(V.self, dz: last, sum: headSums, vectors: vectors)
        }
        first &+= pitch
        unsafe rows += chunkPitch
      }
      backward(pass)
    } while pass.end < exampleCount
    putGradient()
    putHeadGradient()
  }
}

extension NarrowSlice {
  /// Puts the gradients by the last layer's parameters and by the second layer's biases in their places.
  @inline(__always)
  private func putHeadGradient() {
    let units = Units.value
    let secondBiases = unsafe job.gradient + ((Inputs.value &+ 1) &* hidden &+ units &* hidden)
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
  func put(_ vectors: UnsafePointer<V.Scalar>, _ count: Int, _ target: UnsafeMutablePointer<V.Scalar>, _ stride: Int) {
    let zero = V.zero
    let sums = V.laneSums(
      unsafe V.load(vectors), count > 1 ? unsafe V.load(vectors + V.width) : zero,
      count > 2 ? unsafe V.load(vectors + 2 &* V.width) : zero, count > 3 ? unsafe V.load(vectors + 3 &* V.width) : zero
    )
    for index in 0..<4 where index < count { unsafe target[index &* stride] = V.lane(sums, index) }
  }
}

/// Examples that are computed forward and then backward.
struct NarrowPass {
  var first: Int
  var end: Int
  let exampleCount: Int

  @inline(__always) var isFirst: Bool { first == 0 }
  @inline(__always) var isLast: Bool { end == exampleCount }
}

/// The bytes of a pass's activations, unless one chunk has more.
@inline(__always) private var passBytes: Int { 42 << 10 }

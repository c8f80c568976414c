/// A slice of a network with so many inputs and units in its second layer.
///
/// Its chunks are computed in passes: all of them forward to the second layer's dz, then all of them backward, hidden
/// unit by hidden unit, so that sums stay in registers for long. Of the first layer's activations a pass keeps only
/// which are above 0, a bit each.
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
  /// For the examples of a pass the second layer's dz, products of some of it with the first input, and the inputs.
  let rows: UnsafeMutablePointer<V.Scalar>
  /// For each hidden unit the lanes that it is active in, one of a pass's vectors after the other.
  let active: UnsafeMutablePointer<UInt8>
  /// For each pair of hidden units the sums over the examples before a pass, ``sumCount`` vectors.
  let sums: UnsafeMutablePointer<V.Scalar>
  /// The sums of the last layer's weights, of the second layer's biases and of the last layer's bias.
  let headSums: UnsafeMutablePointer<V.Scalar>
  /// The first layer's weights, (inputs, hidden units), then the gradients by them, rows ``blockPitch`` numbers apart.
  let transposed: UnsafeMutablePointer<V.Scalar>

  /// The most chunks of a pass.
  @inline(__always) static var passChunks: Int { 4 }

  @inline(__always)
  init(job: NarrowJob<V.Scalar>) {
    let (inputs, units) = (Inputs.value, Units.value)
    unsafe self.job = job
    hidden = unsafe job.shape.outputs(0)
    hasHead = unsafe job.shape.layerCount == 3
    unsafe second = job.parameters + (inputs &+ 1) &* hidden
    unsafe third = second + (hidden &+ 1) &* units
    pitch = chunkVectors &* V.width
    unsafe rows = job.scratch
    unsafe headSums = rows + (units &+ 2 &+ inputs) &* Self.passPitch
    unsafe sums = headSums + (2 &* units &+ 1) &* V.width
    let blocks = (hidden &+ 7) / 8
    unsafe transposed = sums + 4 &* blocks &* Self.sumCount &* V.width
    let end = unsafe transposed + inputs &* blocks &* 8
    unsafe active = UnsafeMutableRawPointer(end).assumingMemoryBound(to: UInt8.self)
  }

  /// The distance of rows of hidden units.
  @inline(__always) var blockPitch: Int { (hidden &+ 7) / 8 &* 8 }
  /// The bytes of a hidden unit's lanes.
  @inline(__always) static var activePitch: Int { passChunks &* chunkVectors &* laneBytes }
  @inline(__always) static var laneBytes: Int { MemoryLayout<V.Lanes>.size }
  /// The distance of the rows of a pass.
  @inline(__always) static var passPitch: Int { passChunks &* chunkVectors &* V.width }

  @inline(never)
  func differentiate() {
    let (inputs, units, exampleCount) = unsafe (Inputs.value, Units.value, job.exampleCount)
    unsafe headSums.update(repeating: .zero, count: (2 &* units &+ 1) &* V.width)
    for unit in 0..<hidden {
      for input in 0..<4 where input < inputs {
        unsafe transposed[input &* blockPitch &+ unit] = job.parameters[unit &* inputs &+ input]
      }
    }
    var pass = NarrowPass(first: 0, end: 0, exampleCount: exampleCount)
    repeat {
      pass.first = pass.end
      pass.end = min(exampleCount, pass.first &+ Self.passChunks &* pitch)
      forward(pass)
      backward(pass)
    } while pass.end < exampleCount
    putGradient()
    putHeadGradient()
  }

  @inline(__always)
  private func forward(_ pass: NarrowPass) {
    let hiddenUnits = hasHead ? hidden &+ Units.value : hidden
    var chunk = unsafe NarrowChunk<V>(
      features: job.features + pass.first &* Inputs.value, labels: job.labels + pass.first, rows: rows, active: active,
      outputs: job.outputs.map { unsafe $0 + pass.first }, masks: UnsafePointer(job.masks), examples: 0)
    let masksPitch = hiddenUnits &* pitch
    if let dropout = unsafe job.dropout, unsafe !dropout.isFresh {
      unsafe chunk.masks += pass.first / pitch &* masksPitch
    }
    var first = pass.first
    while first < pass.end {
      unsafe chunk.examples = min(pitch, pass.end &- first)
      unsafe job.fetchAhead(of: first, pitch: pitch)
      if let dropout = unsafe job.dropout {
        if unsafe dropout.isFresh {
          let vectors = unsafe vectors(for: chunk.examples, width: V.width)
          // There is room for the fresh masks of one pass.
          unsafe drawMasks(job.shape, dropout, firstExample: first, examples: vectors &* V.width, job.masks, pitch)
        }
        if unsafe dropout.isActive(0) { unsafe forward(Two.self, chunk) } else { unsafe forward(One.self, chunk) }
        if unsafe hasHead && dropout.isActive(1) {
          unsafe differentiateHead(Two.self, chunk)
        } else {
          unsafe differentiateHead(One.self, chunk)
        }
        if unsafe !dropout.isFresh { unsafe chunk.masks += masksPitch }
      } else {
        unsafe forward(One.self, chunk)
        unsafe differentiateHead(One.self, chunk)
      }
      first &+= pitch
      unsafe chunk.features += Inputs.value &* pitch
      unsafe chunk.labels += pitch
      unsafe chunk.rows += pitch
      unsafe chunk.active += chunkVectors &* Self.laneBytes
      if let outputs = unsafe chunk.outputs { unsafe chunk.outputs = outputs + pitch }
    }
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
      unsafe put(headSums, units, third)
      unsafe put(headSums + units &* V.width, units, secondBiases)
      unsafe put(headSums + 2 &* units &* V.width, 1, third + units)
    } else {
      unsafe put(headSums + 2 &* units &* V.width, 1, secondBiases)
    }
  }

  /// Puts the sums of up to four vectors' lanes in their places; `count` is a constant where this is called.
  @inline(__always)
  private func put(_ vectors: UnsafePointer<V.Scalar>, _ count: Int, _ target: UnsafeMutablePointer<V.Scalar>) {
    let zero = V.zero
    let sums = V.laneSums(
      unsafe V.load(vectors), count > 1 ? unsafe V.load(vectors + V.width) : zero,
      count > 2 ? unsafe V.load(vectors + 2 &* V.width) : zero, count > 3 ? unsafe V.load(vectors + 3 &* V.width) : zero
    )
    for index in 0..<4 where index < count { unsafe target[index] = V.lane(sums, index) }
  }
}

/// Examples that are computed forward and then backward.
struct NarrowPass {
  var first: Int
  var end: Int
  let exampleCount: Int

  @inline(__always) var isFirst: Bool { first == 0 }
}

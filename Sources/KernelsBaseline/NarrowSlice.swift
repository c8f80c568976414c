// Sixteen registers: the backward pass sums the gradients as they are defined, a hidden unit at a time. The build for
// AVX-512 has a file of its own for it.

/// A slice of a network with so many inputs and units in its second layer.
///
/// Its chunks are computed in passes, all of them forward to the second layer's dz and then all of them backward, so that
/// sums stay in registers for longer: without FMA. With it the loops are so short that the processor foresees their ends
/// only where they have few rounds, and a pass is a chunk.
@safe
struct NarrowSlice<V: KernelVector, Inputs: Count, Units: Count> {
  typealias Register = V.Register
  let job: NarrowJob<V.Scalar>
  let hidden: Int
  let hasHead: Bool
  /// The second layer's parameters.
  let second: UnsafePointer<V.Scalar>
  /// The first layer's, as ``narrowForward`` takes them.
  let first: UnsafePointer<V.Scalar>
  /// The distance of rows of a chunk's examples.
  @inline(__always) private var pitch: Int { chunkVectors &* V.width }
  /// The distance of rows of a pass's examples.
  #if FMA
    @inline(__always) private var passPitch: Int { pitch }
  #else
    let passPitch: Int
  #endif
  /// The first layer's activations of a pass, (hidden, examples).
  let activations: UnsafeMutablePointer<V.Scalar>
  /// The second layer's z, activations and dz, (units, examples).
  let rows: UnsafeMutablePointer<V.Scalar>
  /// The last layer's z and dz.
  let last: UnsafeMutablePointer<V.Scalar>
  /// The inputs of a pass, (inputs, examples).
  let features: UnsafeMutablePointer<V.Scalar>
  /// For each hidden unit the vectors of ``narrowBackward``.
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
    #if FMA
      let passPitch = chunkVectors &* V.width
    #else
      // What a pass stores should stay in the first cache.
      let chunkNumbers = chunkVectors &* V.width
      let chunkBytes = (hidden &+ units &+ 1) &* chunkNumbers &* MemoryLayout<V.Scalar>.stride
      let passChunks = max(1, min(4, passBytes / chunkBytes))
      passPitch = passChunks &* chunkNumbers
    #endif
    unsafe activations = job.scratch
    unsafe rows = activations + hidden &* passPitch
    unsafe last = hasHead ? rows + units &* passPitch : rows
    unsafe features = last + passPitch
    unsafe headSums = features + inputs &* passPitch
    unsafe sums = headSums + (2 &* units &+ 1) &* Register.width
    #if FMA
      unsafe first = job.parameters
    #else
      let spread = unsafe sums + hidden &* (inputs &+ units &+ 1) &* Register.width
      unsafe spreadParameters(
        Register.self, inputs: inputs, units: units, hidden: hidden, first: job.parameters, second: second,
        target: spread)
      unsafe first = UnsafePointer(spread)
    #endif
  }

  @inline(never)
  func differentiate() {
    let (inputs, units, exampleCount) = unsafe (Inputs.value, Units.value, job.exampleCount)
    unsafe headSums.update(repeating: .zero, count: (2 &* units &+ 1) &* Register.width)
    var start = 0
    repeat {
      let end = min(exampleCount, start &+ passPitch)
      var place = 0
      while start &+ place < end {
        forward(from: start, place: place, examples: min(pitch, end &- start &- place))
        place &+= pitch
      }
      let features = unsafe passPitch == pitch ? job.features + start &* inputs : UnsafePointer(features)
      unsafe narrowBackward(
        Register.self, inputs: inputs, units: units, hidden: hidden, second: second, features: features,
        activations: activations, dz: rows, sums: sums, pitch: passPitch, vectors: registers(for: end &- start),
        isFirst: start == 0)
      start = end
    } while start < exampleCount
    putGradient()
  }

  /// The registers that some examples take.
  @inline(__always)
  private func registers(for examples: Int) -> Int {
    vectors(for: examples, width: V.width) &* V.width / Register.width
  }

  /// One chunk forward and to the second layer's dz; the examples of a pass begin at `start`, those of the chunk are at
  /// `place` there.
  @inline(__always)
  private func forward(from start: Int, place: Int, examples: Int) {
    let (inputs, units) = (Inputs.value, Units.value)
    let example = start &+ place
    unsafe job.fetchAhead(of: example, pitch: pitch)
    let registers = registers(for: examples)
    let x = unsafe job.features + example &* inputs
    for input in 0..<4 where input < inputs && passPitch != pitch {
      unsafe (features + (input &* passPitch &+ place)).update(
        from: x + input &* pitch, count: registers &* Register.width)
    }
    var masks = unsafe UnsafePointer(job.masks)
    if let dropout = unsafe job.dropout {
      let hiddenUnits = hasHead ? hidden &+ units : hidden
      if unsafe dropout.isFresh {
        unsafe drawMasks(
          job.shape, dropout, firstExample: example, examples: registers &* Register.width, job.masks, pitch)
      } else {
        unsafe masks += example &* hiddenUnits
      }
    }
    let isMasked = unsafe job.dropout?.isActive(0) == true
    if isMasked {
      unsafe narrowForward(
        Register.self, inputs: inputs, units: units, isMasked: true, hidden: hidden, first: first, second: second,
        features: x, activations: activations + place, target: rows + place, rowPitch: passPitch, masks: masks,
        pitch: pitch, groups: registers / groupVectors)
    } else {
      unsafe narrowForward(
        Register.self, inputs: inputs, units: units, isMasked: false, hidden: hidden, first: first, second: second,
        features: x, activations: activations + place, target: rows + place, rowPitch: passPitch, masks: masks,
        pitch: pitch, groups: registers / groupVectors)
    }
    unsafe head(example, place, examples, masks + hidden &* pitch)
  }

  /// The last layer of one chunk, forward and backward.
  @inline(__always)
  private func head(_ example: Int, _ place: Int, _ examples: Int, _ masks: UnsafePointer<UInt8>) {
    let (units, registers) = (Units.value, registers(for: examples))
    let (rows, last) = unsafe (rows + place, last + place)
    let third = unsafe second + (hidden &+ 1) &* units
    if hasHead {
      if unsafe job.dropout?.isActive(1) == true {
        unsafe narrowHeadForward(
          Register.self, units: units, isMasked: true, parameters: third, rows: rows, pitch: passPitch, target: last,
          masks: masks, maskPitch: pitch, vectors: registers)
      } else {
        unsafe narrowHeadForward(
          Register.self, units: units, isMasked: false, parameters: third, rows: rows, pitch: passPitch, target: last,
          masks: masks, maskPitch: pitch, vectors: registers)
      }
    }
    if let outputs = unsafe job.outputs { unsafe (outputs + example).update(from: last, count: examples) }
    unsafe putDifferences(
      V.self, last, job.labels + example, examples: examples, vectors: vectors(for: examples, width: V.width))
    if hasHead {
      unsafe narrowHeadBackward(
        Register.self, units: units, parameters: third, rows: rows, dz: last, sums: headSums, pitch: passPitch,
        vectors: registers)
    } else {
      unsafe narrowBias(Register.self, dz: last, sum: headSums, vectors: registers)
    }
  }

  /// Sums the lanes.
  @inline(never)
  private func putGradient() {
    let (inputs, units, width) = (Inputs.value, Units.value, Register.width)
    let gradient = unsafe job.gradient
    let biases = unsafe gradient + inputs &* hidden
    let second = unsafe biases + hidden
    var place = unsafe UnsafePointer(sums)
    for unit in 0..<hidden {
      unsafe put(place, units, second + unit, hidden)
      unsafe put(place + units &* width, inputs, gradient + unit &* inputs, 1)
      unsafe put(place + (units &+ inputs) &* width, 1, biases + unit, 1)
      unsafe place += (units &+ inputs &+ 1) &* width
    }
    let secondBiases = unsafe second + units &* hidden
    if hasHead {
      let third = unsafe secondBiases + units
      unsafe put(headSums, units, third, 1)
      unsafe put(headSums + units &* width, units, secondBiases, 1)
      unsafe put(headSums + 2 &* units &* width, 1, third + units, 1)
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
    let (zero, width) = (Register.zero, Register.width)
    let sums = Register.laneSums(
      unsafe Register.load(vectors), count > 1 ? unsafe Register.load(vectors + width) : zero,
      count > 2 ? unsafe Register.load(vectors + 2 &* width) : zero,
      count > 3 ? unsafe Register.load(vectors + 3 &* width) : zero)
    unsafe target[0] = Register.lane(sums, 0)
    if count > 1 { unsafe target[stride] = Register.lane(sums, 1) }
    if count > 2 { unsafe target[2 &* stride] = Register.lane(sums, 2) }
    if count > 3 { unsafe target[3 &* stride] = Register.lane(sums, 3) }
  }
}

#if !FMA
  /// The bytes of a pass's activations, unless one chunk has more.
  @inline(__always) private var passBytes: Int { 42 << 10 }
#endif

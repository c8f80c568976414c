import CVectors

/// The part of ``sliceGradient`` for networks of two or three layers with at most four inputs and at most four units in
/// the second layer, whose hidden units are relu: the chunk's passes keep everything but the first layer's activations
/// in registers.
///
/// `scratch` has room for the rows of up to four chunks, or of one where they are large, and for the sums.
@inline(__always)
func narrowSliceGradient<V: KernelVector>(
  _ type: V.Type, shape: Shape, parameters: UnsafePointer<V.Scalar>, features: UnsafePointer<V.Scalar>,
  labels: UnsafePointer<V.Scalar>, exampleCount: Int, dropout: Dropout?, masks: UnsafeMutablePointer<UInt8>,
  scratch: UnsafeMutablePointer<V.Scalar>, outputs: UnsafeMutablePointer<V.Scalar>?,
  gradient: UnsafeMutablePointer<V.Scalar>
) {
  let job = unsafe NarrowJob<V.Scalar>(
    shape: shape, parameters: parameters, features: features, labels: labels, exampleCount: exampleCount,
    dropout: dropout, masks: masks, scratch: scratch, outputs: outputs, gradient: gradient)
  switch unsafe shape.inputs(0) {
  case 1: unsafe differentiate(V.self, One.self, job)
  case 2: unsafe differentiate(V.self, Two.self, job)
  case 3: unsafe differentiate(V.self, Three.self, job)
  default: unsafe differentiate(V.self, Four.self, job)
  }
}

@inline(__always)
private func differentiate<V: KernelVector, Inputs: Count>(
  _ type: V.Type, _ inputs: Inputs.Type, _ job: NarrowJob<V.Scalar>
) {
  switch unsafe job.shape.outputs(1) {
  case 1: unsafe NarrowSlice<V, Inputs, One>(job: job).differentiate()
  case 2: unsafe NarrowSlice<V, Inputs, Two>(job: job).differentiate()
  case 3: unsafe NarrowSlice<V, Inputs, Three>(job: job).differentiate()
  default: unsafe NarrowSlice<V, Inputs, Four>(job: job).differentiate()
  }
}

/// A number that is known when code is compiled: arguments are constants only where a function is inlined, which the
/// compiler does not do in large functions.
protocol Count {
  static var value: Int { get }
}

enum One: Count { @inline(__always) static var value: Int { 1 } }
enum Two: Count { @inline(__always) static var value: Int { 2 } }
enum Three: Count { @inline(__always) static var value: Int { 3 } }
enum Four: Count { @inline(__always) static var value: Int { 4 } }

/// What a slice is computed from, and into.
@unsafe
struct NarrowJob<Scalar> {
  let shape: Shape
  let parameters: UnsafePointer<Scalar>
  let features: UnsafePointer<Scalar>
  let labels: UnsafePointer<Scalar>
  let exampleCount: Int
  let dropout: Dropout?
  let masks: UnsafeMutablePointer<UInt8>
  let scratch: UnsafeMutablePointer<Scalar>
  let outputs: UnsafeMutablePointer<Scalar>?
  let gradient: UnsafeMutablePointer<Scalar>
}

extension NarrowJob {
  /// Asks for the examples of the chunk that is four chunks after the one at `first`: by the time they are computed they
  /// have come, from memory too.
  @inline(__always)
  func fetchAhead(of first: Int, pitch: Int) {
    let (place, bytes) = (first &+ 4 &* pitch, pitch &* MemoryLayout<Scalar>.stride)
    guard unsafe place < exampleCount else { return }
    let inputs = unsafe shape.inputs(0)
    unsafe fetch(features + place &* inputs, inputs &* bytes, labels + place, bytes)
  }
}

/// Not a part of every pass, of which there are dozens.
@unsafe @inline(never)
private func fetch(
  _ features: UnsafeRawPointer, _ featureBytes: Int, _ labels: UnsafeRawPointer, _ labelBytes: Int
) {
  unsafe fetch_lines(features, featureBytes)
  unsafe fetch_lines(labels, labelBytes)
}

/// Whether ``narrowSliceGradient`` takes a network.
@inline(__always)
func isNarrow(_ shape: Shape) -> Bool {
  let layers = unsafe shape.layerCount
  guard layers == 2 || layers == 3 else { return false }
  guard unsafe shape.inputs(0) <= 4 && shape.outputs(1) <= 4 && shape.activation(0) == Shape.relu else { return false }
  return unsafe layers == 2 || shape.activation(1) == Shape.relu
}

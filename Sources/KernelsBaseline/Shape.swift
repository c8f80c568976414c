/// The shape of a network as the entry points take it: the number of layers L, the L + 1 sizes beginning with the
/// inputs, the L codes of the activations, those of ``ActivationCode``, and for each layer the bits of the two numbers
/// that go with its activation.
///
/// Parameters and gradients follow it: layer by layer W, (outputs, inputs) row by row, then b.
@unsafe
struct Shape {
  static let relu = 0
  static let sigmoid = 1
  static let none = 2

  let values: UnsafePointer<Int>

  @inline(__always) var layerCount: Int { unsafe values[0] }
  @inline(__always) func inputs(_ layer: Int) -> Int { unsafe values[1 &+ layer] }
  @inline(__always) func outputs(_ layer: Int) -> Int { unsafe values[2 &+ layer] }
  @inline(__always) func activation(_ layer: Int) -> Int { unsafe values[2 &+ layerCount &+ layer] }

  /// The two numbers of a layer's activation.
  @inline(__always)
  func numbers(_ layer: Int) -> (Double, Double) {
    let place = unsafe values + (2 &+ 2 &* layerCount &+ 2 &* layer)
    return unsafe (
      Double(bitPattern: UInt64(truncatingIfNeeded: place[0])), Double(bitPattern: UInt64(truncatingIfNeeded: place[1]))
    )
  }

  /// The number of weights and biases of a layer.
  @inline(__always)
  func parameters(_ layer: Int) -> Int { unsafe (inputs(layer) &+ 1) &* outputs(layer) }
}

/// Examples are computed in chunks of this many vectors: what a small network needs of one chunk fits the first cache.
///
/// 72 Doubles or 144 Floats in every build.
#if AVX512
  @inline(__always) var chunkVectors: Int { 9 }
#else
  @inline(__always) var chunkVectors: Int { 18 }
#endif
/// Products are computed for this many vectors at a time.
@inline(__always) var groupVectors: Int { 3 }

/// The vectors that some examples take, filled up to whole groups.
@inline(__always)
func vectors(for examples: Int, width: Int) -> Int {
  let group = groupVectors &* width
  return (examples &+ group &- 1) / group &* groupVectors
}

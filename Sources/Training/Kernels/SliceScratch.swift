import Tensors

/// What one thread needs to compute a slice: one chunk of everything.
@safe
final class SliceScratch<Scalar: KernelScalar> {
  /// z of all layers, (units, chunk examples); not used by the kernel that does all.
  let z: Memory<Scalar>
  /// The activations of all layers, and room for the sums and for more chunks of the kernel that does all.
  let a: Memory<Scalar>
  /// Fresh masks of the hidden layers.
  let masks: Memory<UInt8>
  /// The inputs after dropout.
  let inputs: Memory<Scalar>
  /// The masks of the inputs.
  let inputMasks: Memory<UInt8>
  /// z of one example.
  var exampleZ: [Double]
  /// The label of one example.
  var exampleLabel: [Double]

  init(network: Network, chunk: Int, dropout: Dropout, isLayered: Bool) {
    let units = network.layerSizes.dropFirst().reduce(0, +)
    let hidden = units - network.outputCount
    let inputCount = dropout.isActiveOnInputs ? network.inputCount : 0
    unsafe z = Memory(count: isLayered ? units * chunk : 0)
    unsafe a = Memory(count: isLayered ? units * chunk : (4 * units + 2) * chunk + Self.passRoom)
    let drawn = (isLayered ? 1 : Self.passChunks) * hidden * chunk
    unsafe masks = Memory(count: dropout.isActive && dropout.masks == .fresh ? drawn : 0)
    unsafe inputs = Memory(count: inputCount * chunk)
    unsafe inputMasks = Memory(count: inputCount * chunk)
    exampleZ = Array(repeating: 0, count: network.outputCount)
    exampleLabel = Array(repeating: 0, count: max(1, network.outputCount))
  }

  /// The most chunks that the kernel that does all computes at once.
  private static var passChunks: Int { 4 }
  /// More than the numbers of those chunks, where they are more than one.
  private static var passRoom: Int { 12_288 }
}

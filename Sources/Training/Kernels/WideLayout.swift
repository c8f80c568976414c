import Tensors

/// Where a layer's numbers stand in the memory of a ``WideGradient``.
struct WideLayer: Sendable {
  let inputs: Int
  let units: Int
  let activation: Activation
  let unitTiles: Int
  let inputTiles: Int
  let inputPanels: Int
  /// In the vector of all parameters.
  let parameters: Int
  /// In the packed weights.
  let forward: Int
  let backward: Int
  /// In the factors of a group's gradients.
  let left: Int
  let right: Int
  /// Of the layer's outputs in a thread's activations, derivatives and gradients by z.
  let rows: Int
  /// The number of the first unit among those of all layers.
  let firstUnit: Int
}

/// The sizes of a network's numbers, packed for products.
struct WideLayout {
  private(set) var layers: [WideLayer] = []
  /// Numbers of the packed weights.
  private(set) var packedCount = 0
  /// Numbers of a group's factors.
  private(set) var leftCount = 0
  private(set) var rightCount = 0
  /// Numbers of all layers' outputs for a group, and of the inputs.
  private(set) var rowCount = 0
  let inputCount: Int

  init<Scalar: KernelScalar>(_ network: Network, length: Int, _ functions: WideFunctions<Scalar>) {
    let columns = Scalar.panelColumns
    inputCount = unsafe functions.paddedRows(network.inputCount) * length
    var (parameters, firstUnit) = (0, 0)
    for layer in network.layers {
      let (inputs, units) = (layer.inputCount, layer.outputCount)
      let (unitTiles, inputTiles) = unsafe (functions.tiles(units), functions.tiles(inputs))
      let (forwardCount, backwardCount) = unsafe (
        unitTiles * functions.tileRows * (inputs + 1),
        firstUnit == 0 ? 0 : inputTiles * functions.tileRows * (units + 1)
      )
      layers.append(
        WideLayer(
          inputs: inputs, units: units, activation: layer.activation, unitTiles: unitTiles, inputTiles: inputTiles,
          inputPanels: (inputs + columns - 1) / columns, parameters: parameters, forward: packedCount,
          backward: packedCount + forwardCount, left: leftCount, right: rightCount, rows: rowCount,
          firstUnit: firstUnit))
      packedCount += forwardCount + backwardCount
      unsafe leftCount += unitTiles * functions.tileRows * length
      unsafe rightCount += functions.paddedRows(inputs) * length
      unsafe rowCount += functions.paddedRows(units) * length
      parameters += layer.parameterCount
      firstUnit += units
    }
  }
}

/// What one thread needs to compute a group of examples.
@safe
final class WideScratch<Scalar: KernelScalar> {
  /// The inputs, in panels.
  let inputs: Memory<Scalar>
  /// The activations of all layers, in panels.
  let a: Memory<Scalar>
  /// The derivatives of activations that the products do not compute.
  let derivatives: Memory<Scalar>
  /// z of the last layer, then the gradients by z of all.
  let dz: Memory<Scalar>
  /// Fresh masks of the inputs and the hidden layers, (units, examples).
  let masks: Memory<UInt8>
  /// One tile.
  let tile: Memory<Scalar>
  /// z, then dz, of the last layer and the labels for a chunk of the kernels that compute losses.
  let outputs: Memory<Scalar>
  let labels: Memory<Scalar>
  /// z and label of one example.
  var exampleZ: [Double]
  var exampleLabel: [Double]

  init(_ layout: WideLayout, network: Network, dropout: Dropout, length: Int, chunk: Int) {
    let isGeneral = network.layers.dropLast().contains { !$0.activation.isFused }
    let hidden = network.layerSizes.dropFirst().dropLast().reduce(0, +)
    let units =
      (dropout.isActive && dropout.masks == .fresh ? hidden : 0)
      + (dropout.isActiveOnInputs ? network.inputCount : 0)
    unsafe inputs = Memory(count: layout.inputCount)
    unsafe a = Memory(count: layout.rowCount)
    unsafe derivatives = Memory(count: isGeneral ? layout.rowCount : 0)
    unsafe dz = Memory(count: layout.rowCount)
    // A tile may have more rows than there are units.
    unsafe masks = Memory(count: (units + 8) * length)
    unsafe tile = Memory(count: 128)
    unsafe outputs = Memory(count: network.outputCount * chunk)
    unsafe labels = Memory(count: max(1, network.outputCount) * chunk)
    exampleZ = Array(repeating: 0, count: network.outputCount)
    exampleLabel = Array(repeating: 0, count: max(1, network.outputCount))
  }
}

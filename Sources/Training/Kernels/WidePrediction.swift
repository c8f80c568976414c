/// The outputs of networks with wide layers, by packed products.
///
/// Every output is summed in an order that depends on the layers alone, so a row has the same bits in any block.
@safe
final class WidePrediction: @unchecked Sendable {
  private let functions: WideFunctions<Double>
  private let kernels: KernelFunctions<Double>
  private let layers: [Layer]
  private let packed: Memory<Double>
  private let bufferCount: Int

  /// Rows that are computed together: a chunk of the kernels that compute activations.
  private var groupLength: Int { unsafe kernels.chunkExamples }

  /// The numbers of working memory that a call needs.
  var scratchCount: Int { 2 * bufferCount }

  /// Whether this is faster than what computes small networks, and computes the activations.
  static func suits(_ layers: [Layer]) -> Bool {
    WideGradient<Double>.suits(layers.prefix(1).map(\.inputCount) + layers.map(\.outputCount))
      && !layers.dropLast().contains { $0.activation == .softmax }
  }

  init(layers: [Layer], parameters: Memory<Double>, kernel: Kernel) {
    let functions = unsafe Double.wideFunctions(kernel)
    unsafe self.functions = functions
    unsafe kernels = Double.functions(kernel)
    self.layers = layers
    let sizes = layers.prefix(1).map(\.inputCount) + layers.map(\.outputCount)
    bufferCount = unsafe kernels.chunkExamples * (sizes.map { unsafe functions.paddedRows($0) }.max() ?? 0)
    unsafe packed = Memory(count: layers.reduce(0) { unsafe $0 + Self.packedCount($1, functions) })
    var (parameter, offset) = (0, 0)
    for layer in layers {
      unsafe functions.packWeights(
        layer.outputCount, layer.inputCount, parameters.start + parameter, 0..<functions.tiles(layer.outputCount),
        packed.start + offset)
      parameter += layer.parameterCount
      unsafe offset += Self.packedCount(layer, functions)
    }
  }

  private static func packedCount(_ layer: Layer, _ functions: WideFunctions<Double>) -> Int {
    unsafe functions.tiles(layer.outputCount) * functions.tileRows * (layer.inputCount + 1)
  }

  /// The outputs of rows of inputs, (rows, inputs) row by row to (rows, outputs), and the last layer's z in the same
  /// layout, each where it is wanted.
  func predict(
    _ inputs: UnsafePointer<Double>, rows: Int, outputs: UnsafeMutablePointer<Double>?,
    z: UnsafeMutablePointer<Double>?, scratch: Memory<Double>
  ) {
    let (inputCount, outputCount) = (layers[0].inputCount, layers[layers.count - 1].outputCount)
    for first in stride(from: 0, to: rows, by: groupLength) {
      let count = min(groupLength, rows - first)
      let panels = (count + Double.panelColumns - 1) / Double.panelColumns
      var (source, target) = unsafe (scratch.start, scratch.start + bufferCount)
      unsafe functions.packRows(inputCount, inputs + first * inputCount, count, source)
      var offset = 0
      for (index, layer) in layers.enumerated() {
        let finish = index == layers.count - 1 ? ProductFinish.bias : WidePrediction.finish(layer.activation)
        unsafe functions.product(
          layer.outputCount, layer.inputCount, packed.start + offset, source, panels, target, finish.rawValue, target,
          nil, 0, 1)
        unsafe offset += Self.packedCount(layer, functions)
        if index < layers.count - 1, finish == .bias, layer.activation != .linear {
          let numbers = unsafe functions.paddedRows(layer.outputCount) * panels * Double.panelColumns
          unsafe kernels.activate(layer.activation, z: target, into: source, count: numbers)
        } else {
          unsafe (source, target) = (target, source)
        }
      }
      let place = first * outputCount
      unsafe unpack(source, panels, count, to: target)
      if let z = unsafe z { unsafe WidePrediction.put(target, groupLength, outputCount, count, to: z + place) }
      if let outputs = unsafe outputs {
        let activation = layers[layers.count - 1].activation
        if let code = activation.kernelCode, activation != .linear {
          let numbers = activation.kernelNumbers
          unsafe kernels.activate(code, numbers.0, numbers.1, target, nil, outputCount, count)
        }
        unsafe WidePrediction.put(target, groupLength, outputCount, count, to: outputs + place)
      }
    }
  }

  /// The activations that the products compute on their way.
  private static func finish(_ activation: Activation) -> ProductFinish {
    switch activation {
    case .relu: .relu
    case .sigmoid: .sigmoid
    default: .bias
    }
  }

  /// The last layer's numbers from panels to a chunk, (outputs, rows).
  private func unpack(
    _ source: UnsafeMutablePointer<Double>, _ panels: Int, _ count: Int, to target: UnsafeMutablePointer<Double>
  ) {
    let columns = Double.panelColumns
    let outputCount = layers[layers.count - 1].outputCount
    for output in 0..<outputCount {
      let place = unsafe functions.packedPlace(output, outputCount, panels)
      let row = unsafe target + output * groupLength
      unsafe row.update(repeating: 0, count: groupLength)
      for first in stride(from: 0, to: count, by: columns) {
        let panel = unsafe source + place.offset + first / columns * place.panelStride
        unsafe (row + first).update(from: panel, count: min(columns, count - first))
      }
    }
  }

  /// A chunk, (outputs, rows), to rows of outputs.
  private static func put(
    _ chunk: UnsafeMutablePointer<Double>, _ pitch: Int, _ outputCount: Int, _ count: Int,
    to rows: UnsafeMutablePointer<Double>
  ) {
    for output in 0..<outputCount {
      for row in 0..<count { unsafe rows[row * outputCount + output] = chunk[output * pitch + row] }
    }
  }
}

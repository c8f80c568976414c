/// The outputs of networks with wide layers, by packed products.
///
/// Every output is summed in an order that depends on the layers alone, so a row has the same bits in any block.
@safe
final class WidePrediction: @unchecked Sendable {
  private let functions: WideFunctions<Double>
  private let layers: [Layer]
  private let packed: Memory<Double>
  private let bufferCount: Int

  /// Rows that are computed together.
  private static let groupLength = 128

  /// The numbers of working memory that a call needs.
  var scratchCount: Int { 2 * bufferCount }

  init(layers: [Layer], parameters: Memory<Double>, kernel: Kernel) {
    let functions = unsafe Double.wideFunctions(kernel)
    unsafe self.functions = functions
    self.layers = layers
    let sizes = layers.prefix(1).map(\.inputCount) + layers.map(\.outputCount)
    bufferCount = Self.groupLength * (sizes.map { unsafe functions.paddedRows($0) }.max() ?? 0)
    unsafe packed = Memory(count: layers.reduce(0) { unsafe $0 + Self.packedCount($1, functions) }, zero: 0)
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

  /// The outputs of rows of inputs, (rows, inputs) row by row to (rows, outputs), or the last layer's z.
  func predict(
    _ inputs: UnsafePointer<Double>, rows: Int, into outputs: UnsafeMutablePointer<Double>, asZ: Bool,
    scratch: Memory<Double>
  ) {
    let columns = Double.panelColumns
    let (inputCount, outputCount) = (layers[0].inputCount, layers[layers.count - 1].outputCount)
    for first in stride(from: 0, to: rows, by: Self.groupLength) {
      let count = min(Self.groupLength, rows - first)
      let panels = (count + columns - 1) / columns
      var (source, target) = unsafe (scratch.start, scratch.start + bufferCount)
      unsafe functions.packRows(inputCount, inputs + first * inputCount, count, source)
      var offset = 0
      for (index, layer) in layers.enumerated() {
        let finish: ProductFinish
        switch layer.activation {
        case .relu where !(asZ && index == layers.count - 1): finish = .relu
        case .sigmoid where !(asZ && index == layers.count - 1): finish = .sigmoid
        default: finish = .bias
        }
        unsafe functions.product(
          layer.outputCount, layer.inputCount, packed.start + offset, source, panels, target, finish.rawValue, target,
          nil, 0, 1)
        unsafe offset += Self.packedCount(layer, functions)
        unsafe (source, target) = (target, source)
      }
      for output in 0..<outputCount {
        let place = unsafe functions.packedPlace(output, outputCount, panels)
        for row in 0..<count {
          let (panel, lane) = row.quotientAndRemainder(dividingBy: columns)
          unsafe outputs[(first + row) * outputCount + output] =
            source[place.offset + panel * place.panelStride + lane]
        }
      }
    }
  }
}

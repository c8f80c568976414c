import TensorFiles
import Training

/// One layer of a `.prototxt`.
struct CaffeLayer {
  let name: String
  /// The type in the words of newer files: `InnerProduct`, also for `INNER_PRODUCT`.
  let type: String
  let bottoms: [String]
  let tops: [String]
  private let fields: [PrototxtField]

  /// The layers of a text, of newer and of older form, with the inputs that stand outside of all layers.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` where there are none.
  static func layers(in fields: [PrototxtField]) throws(FormatError) -> [CaffeLayer] {
    let inputs = fields.scalars("input").map {
      CaffeLayer(name: $0, type: "Input", bottoms: [], tops: [$0], fields: [])
    }
    let layers = (fields.messages("layer") + fields.messages("layers")).map(CaffeLayer.init)
    guard !layers.isEmpty else {
      throw FormatError(.unsuitable, "there are no layers in it, as the .prototxt of a network has them")
    }
    return inputs + layers
  }

  private init(name: String, type: String, bottoms: [String], tops: [String], fields: [PrototxtField]) {
    self.name = name
    self.type = type
    self.bottoms = bottoms
    self.tops = tops
    self.fields = fields
  }

  private init(_ fields: [PrototxtField]) {
    let type = fields.scalar("type") ?? ""
    self.init(
      name: fields.scalar("name") ?? type, type: CaffeLayer.newerTypes[type] ?? type, bottoms: fields.scalars("bottom"),
      tops: fields.scalars("top"), fields: fields)
  }

  /// The words of older files.
  private static let newerTypes = [
    "INNER_PRODUCT": "InnerProduct", "RELU": "ReLU", "SIGMOID": "Sigmoid", "TANH": "TanH", "SOFTMAX": "Softmax",
    "DROPOUT": "Dropout", "BNLL": "BNLL", "DATA": "Data", "HDF5_DATA": "HDF5Data", "MEMORY_DATA": "MemoryData",
    "SOFTMAX_LOSS": "SoftmaxWithLoss", "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss", "ACCURACY": "Accuracy",
    "EUCLIDEAN_LOSS": "EuclideanLoss", "FLATTEN": "Flatten",
  ]

  /// Whether it brings numbers into the network.
  var isSource: Bool { bottoms.isEmpty }
  var isLoss: Bool { type.hasSuffix("Loss") }
  var isForTrainingOnly: Bool {
    fields.messages("include").contains { $0.scalar("phase") == "TRAIN" }
      || fields.messages("exclude").contains { $0.scalar("phase") == "TEST" }
  }

  /// The activation that the layer is; nil for another layer.
  var activation: Activation? {
    switch type {
    case "ReLU":
      let slope = number("relu_param", "negative_slope") ?? 0
      return slope == 0 ? .relu : .leakyRelu(slope: slope)
    case "ELU": return .elu(alpha: number("elu_param", "alpha") ?? 1)
    case "Sigmoid", "SigmoidCrossEntropyLoss": return .sigmoid
    case "TanH": return .tanh
    case "BNLL": return .softplus
    case "Swish": return (number("swish_param", "beta") ?? 1) == 1 ? .swish : nil
    case "Softmax", "SoftmaxWithLoss": return .softmax
    case "EuclideanLoss": return .linear
    default: return nil
    }
  }

  /// A number of a message of parameters.
  func number(_ message: String, _ field: String) -> Double? {
    fields.message(message).scalar(field).flatMap(Double.init)
  }

  /// A truth value of a message of parameters.
  func flag(_ message: String, _ field: String) -> Bool? {
    fields.message(message).scalar(field).map { $0 == "true" || $0 == "1" }
  }

  /// The error that no chain of dense layers has this one.
  func refused(_ what: String) -> FormatError {
    FormatError(
      .unsupported, at: .object(name),
      "the layer \(what); only chains of dense layers (InnerProduct) with an activation each are networks here")
  }
}

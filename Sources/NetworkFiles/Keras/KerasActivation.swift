import TensorFiles
import Training

/// The activations of Keras: their names, and the numbers that these stand for in each version.
enum KerasActivation {
  /// The activation of a name; nil for one that is not known.
  ///
  /// - Parameter version: the first number of the version of Keras.
  static func named(_ name: String, version: Int) -> Activation? {
    switch name {
    case "linear": .linear
    case "relu": .relu
    case "leaky_relu": .leakyRelu(slope: 0.2)
    case "elu": .elu(alpha: 1)
    case "selu": .selu
    case "gelu": .gelu
    case "tanh": .tanh
    case "sigmoid": .sigmoid
    case "hard_sigmoid":
      // Keras 3 went over from max(0, min(1, x/5 + 1/2)) to relu6(x + 3)/6.
      version >= 3 ? .hardSigmoid(slope: 1 / 6, offset: 0.5) : .hardSigmoid(slope: 0.2, offset: 0.5)
    case "softplus": .softplus
    case "softsign": .softsign
    case "swish", "silu": .swish
    case "softmax": .softmax
    default: nil
    }
  }

  /// The name that means the same in every version; nil where there is none.
  static func name(of activation: Activation) -> String? {
    switch activation {
    case .elu(alpha: 1): "elu"
    case .leakyRelu, .hardSigmoid, .elu, .geluTanh: nil
    default: activation.name
    }
  }

  /// The activation of a layer's setting: a name, the description of a function or of a layer, or nothing.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` at the layer.
  static func read(_ value: JSONValue?, of layer: KerasLayer, version: Int) throws(FormatError) -> Activation {
    guard let value, value != .null else { return .linear }
    if let name = value.textValue { return try read(name, of: layer, version: version) }
    guard let className = value["class_name"]?.textValue else {
      throw FormatError(.damaged, at: .object(layer.name), "the activation of the layer has no name")
    }
    if let foreign = KerasOrigin.foreignName(of: value) {
      throw FormatError(
        .unsupported, at: .object(layer.name),
        "the activation \(foreign) is a function or layer of the user's own, and the file does not tell what it computes"
      )
    }
    if className == "function", let name = value["config"]?.textValue {
      return try read(name, of: layer, version: version)
    }
    let inner = KerasLayer(
      className: className, name: layer.name, config: value["config"]?.objectValue ?? [:], places: layer.places)
    guard let activation = try KerasActivation.read(inner, version: version) else {
      throw unknown(className, in: layer)
    }
    return activation
  }

  /// What a layer that is an activation computes; nil for any other layer.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` for settings that no activation here has.
  static func read(_ layer: KerasLayer, version: Int) throws(FormatError) -> Activation? {
    switch layer.className {
    case "Activation": return try read(layer.setting("activation"), of: layer, version: version)
    case "LeakyReLU":
      return .leakyRelu(slope: try layer.number("negative_slope", "alpha", default: 0.3))
    case "ELU": return .elu(alpha: try layer.number("alpha", default: 1))
    case "ReLU":
      let slope = try layer.number("negative_slope", default: 0)
      guard layer.setting("max_value") == nil else {
        throw layer.refusal("a ReLU layer with max_value \(try layer.number("max_value", default: 0))")
      }
      let threshold = try layer.number("threshold", default: 0)
      guard threshold == 0 else { throw layer.refusal("a ReLU layer with the threshold \(threshold)") }
      return slope == 0 ? .relu : .leakyRelu(slope: slope)
    case "Softmax":
      if let axis = layer.setting("axis"), ![-1, 1].contains(axis.integerValue) {
        throw layer.refusal("a Softmax layer along another axis than that of the units")
      }
      return .softmax
    default: return nil
    }
  }

  private static func read(_ name: String, of layer: KerasLayer, version: Int) throws(FormatError) -> Activation {
    guard let activation = named(name, version: version) else { throw unknown(name, in: layer) }
    return activation
  }

  private static func unknown(_ name: String, in layer: KerasLayer) -> FormatError {
    FormatError(
      .unsupported, at: .object(layer.name),
      "the activation '\(name)' is not known; there are elu, gelu, hard_sigmoid, leaky_relu, linear, relu, selu, sigmoid, "
        + "softmax, softplus, softsign, swish, tanh")
  }
}

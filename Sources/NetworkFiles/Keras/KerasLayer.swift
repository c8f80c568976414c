import TensorFiles

/// A layer as a model's configuration describes it.
struct KerasLayer {
  /// `Dense`, `Dropout` …
  let className: String
  /// The name that its user knows: `dense_1`.
  let name: String
  /// Its settings.
  let config: [String: JSONValue]
  /// Where it stands: in the model, or in the model that it is nested in after that one's own place.
  let places: [KerasPlace]

  /// A setting; nil where there is none, or null.
  func setting(_ names: String...) -> JSONValue? {
    for name in names {
      if let value = config[name], value != .null { return value }
    }
    return nil
  }

  /// A number among the settings.
  ///
  /// - Throws: ``FormatError`` with code `damaged` where the setting is something else.
  func number(_ names: String..., default fallback: Double) throws(FormatError) -> Double {
    for name in names {
      guard let value = config[name], value != .null else { continue }
      guard let number = KerasLayer.scalar(value), number.isFinite else {
        throw FormatError(.damaged, at: .object(self.name), "'\(name)' of the layer is no number")
      }
      return KerasLayer.meant(number)
    }
    return fallback
  }

  /// Whether something is asked for.
  func flag(_ names: String..., default fallback: Bool) -> Bool {
    for name in names {
      if let value = config[name]?.boolValue { return value }
    }
    return fallback
  }

  /// A number, or an array of one number as NumPy's scalars are written by some versions.
  private static func scalar(_ value: JSONValue) -> Double? {
    if let number = value.doubleValue { return number }
    if let inner = value["config"]?["value"] ?? value["value"] { return inner.doubleValue }
    return nil
  }

  /// The number that a user wrote: Keras 2 rounds some of them to float32 before it writes them.
  static func meant(_ number: Double) -> Double {
    let short = Float(number)
    return Double(short) == number ? Double("\(short)") ?? number : number
  }

  /// The error that the layer is none of a chain of dense layers.
  func refusal(_ what: String? = nil) -> FormatError {
    FormatError(
      .unsupported, at: .object(name),
      "this is \(what ?? described); only chains of dense layers are read as "
        + "networks: Dense, activations, Dropout, BatchNormalization, Normalization, Rescaling")
  }

  /// The layer in a sentence: `a Dropout layer`, `an AlphaDropout layer`.
  var described: String { "\("AEIOU".contains(className.prefix(1)) ? "an" : "a") \(className) layer" }
}

/// Where a layer stands among those of its model.
struct KerasPlace {
  let className: String
  let name: String
  /// How many layers of its class stand before it.
  let index: Int
  /// How many layers of its class the model has.
  let count: Int

  /// The class as groups of weights are named after it: `batch_normalization`.
  var snakeCaseClass: String { KerasPlace.snakeCase(className) }

  /// `BatchNormalization` is `batch_normalization`, `ReLU` is `re_lu`: as Keras does it.
  static func snakeCase(_ name: String) -> String {
    let letters = Array(name)
    var result = ""
    for (index, letter) in letters.enumerated() {
      if letter.isUppercase, index > 0 {
        let beginsWord = index + 1 < letters.count && letters[index + 1].isLowercase
        if beginsWord || letters[index - 1].isLowercase { result += "_" }
      }
      result += letter.lowercased()
    }
    return result
  }
}

/// Model, ModelDescription and NeuralNetwork, field by field as in Model.proto and NeuralNetwork.proto.
extension CoreMLModel {
  /// Reads all of a file but the numbers of arrays.
  ///
  /// - Throws: ``FormatError``: `damaged`, `truncated`, `limit`.
  init(_ input: ProtobufInput, arrays: inout [CoreMLArray], limits: Limits) throws(FormatError) {
    var fields = input.fields
    while let field = try fields.next() {
      switch field.number {
      case 1: specificationVersion = try field.integer
      case 2: try readDescription(field.message)
      default:
        guard let kind = CoreMLKinds.models[field.number] else { continue }
        self.kind = kind
        guard CoreMLKinds.networks.contains(field.number) else { continue }
        try readNetwork(field.message, input, arrays: &arrays, limits: limits)
      }
    }
  }

  private mutating func readDescription(_ message: ProtobufFields) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1: inputs.append(try CoreMLFeature(field.message))
      case 10: outputs.append(try CoreMLFeature(field.message))
      case 11: predictedFeature = try field.text
      case 12: predictedProbabilities = try field.text
      case 100: try readMetadata(field.message)
      default: break
      }
    }
  }

  private mutating func readMetadata(_ message: ProtobufFields) throws(FormatError) {
    let names = [1: "shortDescription", 2: "versionString", 3: "author", 4: "license"]
    var message = message
    while let field = try message.next() {
      if let name = names[field.number] {
        metadata.append((name, try field.text))
      } else if field.number == 100 {
        let (key, value) = try ONNXModel.pair(field.message)
        metadata.append((key, value))
      }
    }
  }

  /// NeuralNetwork, NeuralNetworkClassifier and NeuralNetworkRegressor have the same fields as far as they go.
  private mutating func readNetwork(
    _ message: ProtobufFields, _ input: ProtobufInput, arrays: inout [CoreMLArray], limits: Limits
  ) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1:
        layers.append(try CoreMLLayer(field.message, input, arrays: &arrays))
        guard layers.count <= limits.objects else {
          throw FormatError(.limit, "there are more than \(limits.objects) layers, the limit")
        }
      case 2: hasPreprocessing = true
      case 100, 101:
        var labels = classLabels ?? []
        var list = try field.message
        while let item = try list.next() {
          guard item.number == 1 else { continue }
          if field.number == 100 {
            labels.append(try item.text)
          } else {
            var numbers: [Int] = []
            try item.appendIntegers(to: &numbers)
            labels += numbers.map(String.init)
          }
        }
        classLabels = labels
      // Of a classifier; of a regressor it is nothing.
      case 200:
        let name = try field.text
        probabilityLayer = name.isEmpty ? nil : name
      default: break
      }
    }
  }
}

extension CoreMLFeature {
  private static let types = [
    1: "int64Type", 2: "doubleType", 3: "stringType", 4: "imageType", 5: "multiArrayType", 6: "dictionaryType",
    7: "sequenceType", 8: "stateType",
  ]

  /// A FeatureDescription: 1 name, 3 type {5 multiArrayType {1 shape}}.
  fileprivate init(_ message: ProtobufFields) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      switch field.number {
      case 1: name = try field.text
      case 3:
        var types = try field.message
        while let kind = try types.next() {
          guard let name = CoreMLFeature.types[kind.number] else { continue }
          type = name
          guard kind.number == 5 else { continue }
          var array = try kind.message
          while let field = try array.next() {
            if field.number == 1 { try field.appendIntegers(to: &shape) }
          }
        }
      default: break
      }
    }
  }
}

extension CoreMLLayer {
  /// A NeuralNetworkLayer: 1 name, 2 input, 3 output, and the field of its kind.
  fileprivate init(
    _ message: ProtobufFields, _ input: ProtobufInput, arrays: inout [CoreMLArray]
  ) throws(FormatError) {
    var message = message
    var (number, parameters): (Int?, ProtobufFields?)
    while let field = try message.next() {
      switch field.number {
      case 1: name = try field.text
      case 2: inputs.append(try field.text)
      case 3: outputs.append(try field.text)
      // What tensors go in and out, and whether the layer can be trained on: not needed.
      case 4, 5, 10: break
      default: (number, parameters) = (field.number, try field.message)
      }
    }
    guard let number, let parameters else { return }
    kind = CoreMLKinds.layers[number] ?? "layer of kind \(number)"
    if kind == "activation" {
      try readActivation(parameters)
    } else {
      try readParameters(parameters, of: number, input, arrays: &arrays)
    }
  }

  /// An ActivationParams: one field, whose number is the function, with up to two floats.
  private mutating func readActivation(_ message: ProtobufFields) throws(FormatError) {
    var message = message
    while let field = try message.next() {
      activation = CoreMLKinds.activations[field.number] ?? "function of number \(field.number)"
      var parameters = try field.message
      while let parameter = try parameters.next() {
        // Those of PReLU are arrays.
        guard case .fixed32 = parameter.value else { continue }
        settings[parameter.number == 1 ? "alpha" : "beta"] = [Double(try parameter.float)]
      }
    }
  }

  private mutating func readParameters(
    _ message: ProtobufFields, of number: Int, _ input: ProtobufInput, arrays list: inout [CoreMLArray]
  ) throws(FormatError) {
    var message = message
    var found: [CoreMLArray] = []
    while let field = try message.next() {
      if let array = CoreMLKinds.arrays[number]?[field.number] {
        arrays.append(array)
        found.append(try CoreMLArray(layer: name, array, field.range, input))
      } else if let setting = CoreMLKinds.settings[number]?[field.number] {
        if case .fixed32 = field.value {
          settings[setting] = [Double(try field.float)]
        } else {
          var numbers: [Int] = []
          try field.appendIntegers(to: &numbers)
          settings[setting, default: []] += numbers.map(Double.init)
        }
      }
    }
    for var array in found {
      array.shape = shape(of: array)
      list.append(array)
    }
    if CoreMLKinds.withOtherArrays.contains(number) {
      list.append(CoreMLArray(layer: name, unread: "\(kind) layer"))
    }
  }

  /// The shape that a layer's settings give an array, if it has so many elements; otherwise they are in a row.
  private func shape(of array: CoreMLArray) -> [Int] {
    func lengths(_ names: String...) -> [Int] { names.flatMap { (settings[$0] ?? []).map { Int($0) } } }
    let expected: [Int] =
      switch (kind, array.name) {
      case ("innerProduct", "weights"): lengths("outputChannels", "inputChannels")
      case ("convolution", "weights"): lengths("outputChannels", "kernelChannels", "kernelSize")
      case ("loadConstant", _), ("loadConstantND", _): lengths("shape")
      default: []
      }
    var product = 1
    for length in expected {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      guard !overflow, length >= 0 else { return [array.count] }
      product = next
    }
    return !expected.isEmpty && product == array.count ? expected : [array.count]
  }
}

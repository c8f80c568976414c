import TensorFiles
import Tensors
import Training

/// The dense layers of a file of weights alone, whose order is all that it says of the architecture.
struct KerasWeightsOnly {
  /// The dense layers in their order: a name for messages, and the arrays of kernel and bias.
  private(set) var layers: [(name: String, arrays: [String])] = []
  /// The arrays of mean and variance of the inputs, where there are any.
  private(set) var scaling: [String]?

  /// A layer, in the order of the file.
  struct Candidate {
    let name: String
    let arrays: [String]
    /// Its class in small letters, as its group is named after it; in files by layers only a guess from its name.
    var stem: String { KerasWeightsOnly.stem(name) }
  }

  /// - Parameter written: what reg-tools wrote beside the weights, where it wrote the file: a standardisation of the
  ///   inputs, and the activations that Keras has as two layers.
  /// - Throws: ``FormatError`` with code `unsupported` at a layer that is neither dense nor one that is told otherwise.
  init(_ reader: any TensorReader, written: NetworkMetadata?) throws(FormatError) {
    let variables = KerasVariables(reader)
    let container = KerasVariables.containers.first { !variables.groups(in: $0).isEmpty }
    if let container {
      let counted = KerasCountedLayers(reader, variables, container)
      for candidate in try counted.candidates(written) {
        try add(candidate, in: reader, isDense: candidate.stem == "dense")
      }
    } else {
      for candidate in try KerasNamedLayers(reader).candidates() {
        try add(candidate, in: reader, isDense: KerasNamedLayers.isDense(candidate))
      }
    }
    guard !layers.isEmpty else { throw FormatError(.unsupported, "there is no dense layer") }
  }

  private mutating func add(
    _ candidate: Candidate, in reader: any TensorReader, isDense: Bool
  ) throws(FormatError) {
    guard !candidate.arrays.isEmpty else { return }
    try KerasStorage.check(candidate.arrays, of: candidate.name, in: reader)
    var shapes: [[Int]] = []
    for array in candidate.arrays { shapes.append(try reader.entry(array).shape) }
    let ranks = shapes.map(\.count)
    if isDense, ranks == [2] || ranks == [2, 1] {
      layers.append((candidate.name, candidate.arrays))
    } else if candidate.stem == "normalization", ranks == [1, 1, 0], layers.isEmpty, scaling == nil {
      scaling = candidate.arrays
    } else {
      throw FormatError(
        .unsupported, at: .object(candidate.name),
        "this layer has weights of the shapes \(shapes.map(Tensor.describe).joined(separator: ", ")) and is no Dense "
          + "layer; \(KerasWeightsOnly.remedy)")
    }
  }

  /// Whether a file is one of weights alone, by the names in it.
  static func recognizes(_ reader: any TensorReader) throws(FormatError) -> Bool {
    let isCounted = reader.entries.contains { entry in
      // Most names of most files have no parts, and are not to be taken apart.
      guard entry.name.utf8.contains(UInt8(ascii: "/")) else { return false }
      let parts = entry.name.split(separator: "/")
      return parts.count >= 4 && parts[parts.count - 2] == "vars" && Int(parts[parts.count - 1]) != nil
        && KerasVariables.containers.contains(String(parts[0]))
    }
    if isCounted { return true }
    return try KerasLayerGroups.texts("layer_names", of: "", in: reader) != nil
  }

  /// What is to be done about a layer that a file of weights names and does not describe.
  private static let remedy =
    "a file of weights does not tell what it computes and where it stands: save the whole model, as .keras"

  /// The error that a layer without weights may change what is computed.
  static func refusal(of name: String) -> FormatError {
    FormatError(
      .unsupported, at: .object(name), "this layer is neither a Dense layer, an activation nor Dropout; \(remedy)")
  }

  /// A name without its number: `dense` of `dense_12`.
  static func stem(_ name: String) -> String {
    guard let underscore = name.lastIndex(of: "_") else { return name }
    let number = name[name.index(after: underscore)...]
    return !number.isEmpty && number.allSatisfy(\.isNumber) ? String(name[..<underscore]) : name
  }
}

import TensorFiles
import Tensors
import Training

/// The dense layers of a file of weights alone, whose order is all that it says of the architecture.
struct KerasWeightsOnly {
  /// The dense layers in their order: a name for messages, and the arrays of kernel and bias.
  private(set) var layers: [(name: String, arrays: [String])] = []
  /// The arrays of mean and variance of the inputs, where there are any.
  private(set) var scaling: [String]?

  /// Layers with weights, in the order of the file.
  private struct Candidate {
    let name: String
    let className: String
    let arrays: [String]
  }

  /// - Throws: ``FormatError`` with code `unsupported` at a layer with weights that is not dense.
  init(_ reader: any TensorReader) throws(FormatError) {
    for candidate in try KerasWeightsOnly.candidates(reader) where !candidate.arrays.isEmpty {
      var shapes: [[Int]] = []
      for array in candidate.arrays { shapes.append(try reader.entry(array).shape) }
      let ranks = shapes.map(\.count)
      if ranks == [2] || ranks == [2, 1] {
        layers.append((candidate.name, candidate.arrays))
      } else if candidate.className == "normalization", ranks == [1, 1, 0], layers.isEmpty, scaling == nil {
        scaling = candidate.arrays
      } else {
        throw FormatError(
          .unsupported, at: .object(candidate.name),
          "this layer has weights of the shapes \(shapes.map(Tensor.describe).joined(separator: ", ")) and is no Dense "
            + "layer; a file of weights does not tell what it computes and where it stands: save the whole model, as .keras"
        )
      }
    }
    guard !layers.isEmpty else { throw FormatError(.unsupported, "there is no dense layer") }
  }

  /// Whether a file is one of weights alone, by the names in it.
  static func recognizes(_ reader: any TensorReader) throws(FormatError) -> Bool {
    let isCounted = reader.entries.contains { entry in
      let parts = entry.name.split(separator: "/")
      return parts.count >= 4 && parts[parts.count - 2] == "vars" && Int(parts[parts.count - 1]) != nil
        && KerasVariables.containers.contains(String(parts[0]))
    }
    if isCounted { return true }
    return try KerasLayerGroups.texts("layer_names", of: "", in: reader) != nil
  }

  private static func candidates(_ reader: any TensorReader) throws(FormatError) -> [Candidate] {
    let variables = KerasVariables(reader)
    guard let container = KerasVariables.containers.first(where: { !variables.groups(in: $0).isEmpty }) else {
      let groups = try KerasLayerGroups(reader, root: "")
      var candidates: [Candidate] = []
      for name in groups.layerNames {
        let className = name.hasPrefix("normalization") ? "normalization" : ""
        candidates.append(Candidate(name: name, className: className, arrays: try groups.arrays(ofGroup: name)))
      }
      return candidates
    }
    // Dense layers by their numbers; the order among classes is nowhere, but only inputs are standardised.
    let dense = variables.groups(of: "dense", in: container)
    let others = variables.groups(in: container).filter { !dense.contains($0) }
    let nested = others.first { name in
      KerasVariables.containers.contains { !variables.groups(in: "\(container)/\(name)/\($0)").isEmpty }
    }
    if let nested {
      throw FormatError(
        .unsupported, at: .object(nested),
        "this is a model in the model; a file of weights does not tell where it stands: save the whole model, as .keras"
      )
    }
    return (others + dense).map { name in
      let arrays = variables.variables(of: "\(container)/\(name)")
      return Candidate(name: name, className: String(name.prefix { !$0.isNumber && $0 != "_" }), arrays: arrays)
    }
  }
}

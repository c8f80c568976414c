import TensorFiles
import Training

/// The layers of a file of weights alone whose groups are named after the classes of the layers and counted.
struct KerasCountedLayers {
  private let reader: any TensorReader
  private let variables: KerasVariables
  private let container: String

  /// What is no part of the network.
  private static let others: Set<String> = ["optimizer", "optimizer_weights", "metrics"]
  /// Classes of layers that change nothing at prediction, or that are told as activations.
  private static let silent: Set<String> = [
    "input_layer", "dropout", "alpha_dropout", "gaussian_dropout", "gaussian_noise", "activity_regularization",
    "identity", "flatten", "activation", "re_lu", "leaky_re_lu", "elu", "softmax",
  ]

  init(_ reader: any TensorReader, _ variables: KerasVariables, _ container: String) {
    self.reader = reader
    self.variables = variables
    self.container = container
  }

  /// Dense layers by their numbers, after all others: the order among classes is nowhere, but only inputs are
  /// standardised.
  ///
  /// - Throws: ``FormatError`` with code `unsupported` at the first group that may change what is computed.
  func candidates(_ written: NetworkMetadata?) throws(FormatError) -> [KerasWeightsOnly.Candidate] {
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
    let candidates = (others + dense).map { name in
      KerasWeightsOnly.Candidate(name: name, arrays: variables.variables(of: "\(container)/\(name)"))
    }
    for candidate in candidates where candidate.arrays.isEmpty {
      guard candidate.stem != "dense" else {
        throw FormatError(.damaged, at: .object(candidate.name), "the file has no weights for this layer")
      }
      guard KerasCountedLayers.silent.contains(candidate.stem) || isOurs(candidate.stem, written) else {
        throw KerasWeightsOnly.refusal(of: candidate.name)
      }
    }
    try checkPlaces()
    return candidates
  }

  /// Whether a layer without weights is one that reg-tools writes and tells of beside the weights.
  private func isOurs(_ stem: String, _ written: NetworkMetadata?) -> Bool {
    guard let written else { return false }
    let count = variables.groups(of: stem, in: container).count
    switch stem {
    case "normalization": return count == 1 && written.inputScaling != nil
    case "rescaling":
      let sigmoids = written.activations?.count { $0.name == Activation.hardSigmoid(slope: 1, offset: 0).name }
      return count == sigmoids
    default: return false
    }
  }

  /// Throws where weights stand elsewhere than in the layers' own groups.
  private func checkPlaces() throws(FormatError) {
    for entry in reader.entries {
      let parts = entry.name.split(separator: "/").map(String.init)
      guard !KerasCountedLayers.others.contains(parts[0]), !parts.contains("seed_generator") else { continue }
      if parts.count == 4, parts[0] == container, parts[2] == "vars" { continue }
      let place = parts.prefix { $0 != "vars" }.joined(separator: "/")
      throw FormatError(
        .unsupported, at: .object(place.isEmpty ? entry.name : place),
        "weights stand here, where Sequential and Functional models of dense layers have none: a class of the user's own "
          + "keeps them, and a file of weights does not tell what it computes")
    }
  }
}

/// The layers of a file of weights alone in groups of their own names, which lists them in order: Keras 1 and 2.
struct KerasNamedLayers {
  private let reader: any TensorReader
  private let groups: KerasLayerGroups

  private static let ownWeights = "top_level_model_weights"
  /// Classes of layers that change what is computed, as layers are named where the user does not name them.
  private static let changing: Set<String> = [
    "add", "average", "concatenate", "dot", "einsum_dense", "lambda", "masking", "maximum", "merge", "minimum",
    "multiply", "normalization", "permute", "repeat_vector", "rescaling", "reshape", "subtract", "thresholded_re_lu",
    "unit_normalization",
  ]

  init(_ reader: any TensorReader) throws(FormatError) {
    self.reader = reader
    groups = try KerasLayerGroups(reader, root: "")
  }

  /// - Throws: ``FormatError`` with code `unsupported` at the first layer that may change what is computed.
  func candidates() throws(FormatError) -> [KerasWeightsOnly.Candidate] {
    if reader.groups.contains(KerasNamedLayers.ownWeights),
      let own = try KerasLayerGroups.texts("weight_names", of: KerasNamedLayers.ownWeights, in: reader)?.first
    {
      throw FormatError(
        .unsupported, at: .object(own),
        "these are weights of the model itself, of a class of the user's own; a file of weights does not tell what it "
          + "computes")
    }
    var candidates: [KerasWeightsOnly.Candidate] = []
    for name in groups.layerNames {
      let candidate = KerasWeightsOnly.Candidate(name: name, arrays: try groups.arrays(ofGroup: name))
      let isTold = candidate.stem == "normalization" && !candidate.arrays.isEmpty
      let isFunction = name.hasPrefix("tf.") || candidate.stem.contains("pooling")
      guard isTold || !isFunction && !KerasNamedLayers.changing.contains(candidate.stem) else {
        throw KerasWeightsOnly.refusal(of: name)
      }
      candidates.append(candidate)
    }
    return candidates
  }

  /// Whether the arrays have the names of a dense layer's: `kernel:0` and `bias:0`, in Keras 1 `dense_1_W` and
  /// `dense_1_b`.
  static func isDense(_ candidate: KerasWeightsOnly.Candidate) -> Bool {
    let labels = candidate.arrays.map { name in
      KerasWeightsOnly.stem(String((name.split(separator: "/").last ?? "").prefix { $0 != ":" }))
    }
    guard let kernel = labels.first, kernel == "kernel" || kernel.hasSuffix("_W") else { return false }
    return labels.dropFirst().allSatisfy { $0 == "bias" || $0.hasSuffix("_b") }
  }
}

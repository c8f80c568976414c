public import TensorFiles
public import Tensors
public import Training

/// How parameters are found in a file and checked.
extension ParameterFile {
  /// Reads the parameters of an open file.
  ///
  /// - Parameters:
  ///   - file: what holds the parameters.
  ///   - keepingUnknown: Whether everything else in the file is read too, so that ``archive()`` gives it back: for
  ///     programs that write the file again. Without it only the layers and what describes them are read, whatever else
  ///     the file holds.
  ///   - activations: those of the layers, for files that do not name them.
  /// - Throws: `FormatError`: `unsuitable` when the file holds other things than parameters or the layers do not
  ///   chain, `unsupported` when the file needs a newer reader.
  public init(
    _ file: OpenFile, keepingUnknown: Bool = false, activations: [Activation]? = nil
  ) throws(FormatError) {
    do throws(FormatError) {
      // The layers that are left of a damaged file may chain too, and are another network.
      if let damage = file.reader.damage { throw damage }
      guard ParameterFile.recognizes(file.reader.entries) else { throw ParameterFile.notFound(in: file) }
      let known = keepingUnknown ? [] : ParameterFile.knownPaths(file.reader.entries)
      if activations == nil { try ParameterFile.checkActivations(file.reader) }
      try self.init(try file.reader.archive { keepingUnknown || known.contains($0) }, activations: activations)
    } catch {
      throw error.naming(file.input.name)
    }
  }

  /// Reads the parameters among named tensors.
  ///
  /// - Parameters:
  ///   - archive: `W1`, `b1` … and what is recorded with them.
  ///   - activations: those of the layers, for archives that do not name them.
  public init(_ archive: TensorArchive, activations: [Activation]? = nil) throws(FormatError) {
    let archive = try ParameterFile.withMetadata(archive)
    try ParameterFile.checkVersion(archive)
    var layers: [Layer] = []
    var isNarrow = true
    while let weights = archive["W\(layers.count + 1)"] {
      let number = layers.count + 1
      isNarrow =
        isNarrow && weights.elementType.isExactInFloat32 && archive["b\(number)"]?.elementType.isExactInFloat32 == true
      layers.append(
        Layer(
          weights: try ParameterFile.matrix(weights, "W\(number)"),
          biases: try ParameterFile.biases(archive, number), activation: .relu))
    }
    let found = try ParameterFile.activations(archive, of: layers, given: activations)
    assumesActivations = activations == nil && archive.attribute("activations") == nil
    for (index, activation) in found.enumerated() { layers[index].activation = activation }
    let scaling = try ParameterFile.scaling(archive)
    let network: Network
    do {
      network = try Network(
        layers: layers, inputNames: archive.attribute("features")?.texts,
        classNames: archive.attribute("classes")?.texts,
        inputScaling: scaling)
    } catch {
      throw FormatError(
        .damaged, at: error.layer.map { .object("W\($0 + 1)") } ?? .file, error.description)
    }
    trained = TrainedNetwork(
      network: network, training: TrainingRecord(archive), elementType: isNarrow ? .float32 : .float64)
    base = archive
  }

  /// The file itself, the layers that follow one another from W1 on, and the group `training`.
  static func knownPaths(_ entries: [TensorEntry]) -> Set<String> {
    let names = Set(entries.map(\.name))
    var paths: Set<String> = ["", TrainingRecord.group, NetworkMetadata.arrayName]
    paths.formUnion(describingArrays.keys)
    var number = 1
    while names.contains("W\(number)") {
      paths.formUnion(["W\(number)", "b\(number)"])
      number += 1
    }
    return paths
  }

  private static func checkVersion(_ archive: TensorArchive) throws(FormatError) {
    // Files of other programs need not say what they are.
    guard let format = archive.attribute("format")?.text else { return }
    guard format == formatName else {
      throw FormatError(.unsuitable, at: .object("format"), "the file says it is '\(format)', not \(formatName)")
    }
    let version = archive.attribute("format_version")?.integer ?? 0
    guard version >= 1 else {
      throw FormatError(.damaged, at: .object("format_version"), "this is not a version of the format: \(version)")
    }
    guard version <= formatVersion else {
      throw FormatError(
        .unsupported, at: .object("format_version"),
        "the file has version \(version), this program reads up to \(formatVersion); a newer one is needed")
    }
    if let first = archive.attribute("requires")?.texts?.first(where: { $0 != scalingWord }) {
      throw FormatError(
        .unsupported, at: .object("requires"),
        "the file needs a program that understands '\(first)'; this one does not")
    }
  }

  /// The archive with the attributes that formats of arrays alone keep in an array of bytes.
  private static func withMetadata(_ archive: TensorArchive) throws(FormatError) -> TensorArchive {
    let name = NetworkMetadata.arrayName
    guard let tensor = archive[name], tensor.elementType == .uint8, archive.attribute("format") == nil else {
      return archive
    }
    let bytes = tensor.storage.withElements(as: UInt8.self) { span in span.indices.map { span[$0] } }
    do throws(FormatError) {
      var result = try NetworkMetadata(text: String(decoding: bytes, as: UTF8.self)).archive()
      for member in archive.members where member.name != name { result.set(member.name, to: member.tensor) }
      return result
    } catch {
      throw FormatError(error.code, at: .object(name), error.sentence)
    }
  }

  /// Throws before the arrays are read what would be thrown after it: a large file need not be read for that.
  private static func checkActivations(_ reader: any TensorReader) throws(FormatError) {
    let entries = Dictionary(reader.entries.map { ($0.name, $0) }) { first, _ in first }
    guard entries[NetworkMetadata.arrayName] == nil else { return }
    var layers = 0
    while entries["W\(layers + 1)"] != nil { layers += 1 }
    guard let shape = entries["W\(layers)"]?.shape, shape.count == 2, shape[0] > 1 else { return }
    if try reader.attributes(of: "").contains(where: { $0.name == "activations" }) { return }
    throw activationsMissing(units: shape[0], layers: layers)
  }

  private static func activationsMissing(units: Int, layers: Int) -> FormatError {
    FormatError(
      .unsuitable,
      "the activations are not named, and the last of \(layers) layers has \(units) units; --activations names one for "
        + "each layer, such as relu,softmax")
  }

  /// The activations that an archive names, or else those given, or else the notebook's: ReLU, and a sigmoid at the end.
  private static func activations(
    _ archive: TensorArchive, of layers: [Layer], given: [Activation]?
  ) throws(FormatError) -> [Activation] {
    guard let names = archive.attribute("activations")?.texts else {
      if given == nil, let last = layers.last, last.outputCount > 1 {
        throw activationsMissing(units: last.outputCount, layers: layers.count)
      }
      let found = given ?? layers.indices.map { $0 == layers.count - 1 ? .sigmoid : .relu }
      guard found.count == layers.count else {
        throw NetworkReadingOptions.wrongCount(found.count, layers: layers.count)
      }
      return found
    }
    guard names.count == layers.count else {
      throw FormatError(
        .damaged, at: .object("activations"), "\(names.count) activations for \(layers.count) layers")
    }
    var activations: [Activation] = []
    for (index, name) in names.enumerated() {
      guard let activation = Activation(rawValue: name) else {
        throw FormatError(
          .unsupported, at: .object("activations"),
          "layer \(index + 1) has the activation '\(name)'; there are "
            + Activation.named.map(\.name).joined(separator: ", "))
      }
      activations.append(activation)
    }
    return activations
  }

  private static func scaling(_ archive: TensorArchive) throws(FormatError) -> InputScaling? {
    guard let mean = archive["input_mean"], let scale = archive["input_scale"] else { return nil }
    do {
      return InputScaling(
        mean: try mean.converted(to: .float64).doublesInStorageOrder(),
        scale: try scale.converted(to: .float64).doublesInStorageOrder())
    } catch {
      throw FormatError(error, at: .object("input_mean"))
    }
  }

  private static func matrix(_ tensor: Tensor, _ name: String) throws(FormatError) -> Matrix {
    do { return try tensor.matrix() } catch { throw FormatError(error, at: .object(name)) }
  }

  /// Biases as (out, 1), also where they are stored as (out) or, as MATLAB users do, as (1, out).
  private static func biases(_ archive: TensorArchive, _ number: Int) throws(FormatError) -> Matrix {
    guard let tensor = archive["b\(number)"] else {
      throw FormatError(.damaged, at: .object("b\(number)"), "there is no such array beside W\(number)")
    }
    let matrix = try matrix(tensor, "b\(number)")
    return matrix.rows == 1 ? matrix.transposed : matrix
  }
}

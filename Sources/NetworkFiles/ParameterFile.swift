public import TensorFiles
public import Tensors
public import Training

/// A trained network as our own parameter file holds it: `W1`, `b1` … and, in the group `training`, how it was made.
///
/// The bytes are those of an HDF5 file, or of any format that holds named tensors. Format: `Formats/parameters`.
public struct ParameterFile: Sendable {
  /// The network, how it was trained, and the type of its weights and biases: float64, or float32 where the file has
  /// nothing wider.
  public var trained: TrainedNetwork
  /// Whether the file names no activations, and those of the notebook were taken.
  var assumesActivations = false
  /// What was read: what is unknown here is kept when it is written again.
  var base = TensorArchive()

  /// The version of the format that is written, and the newest that is read.
  public static let formatVersion = 1
  /// What the attribute `format` says.
  static let formatName = "reg-parameters"
  private static let layout =
    "W is (out, in) and b is (out, 1), row-major; MATLAB and Octave, which are column-major, see them transposed"

  /// The arrays beside the weights, and where ``NetworkMetadata`` has their numbers.
  static let describingArrays: [String: [String]] = [
    "input_mean": ["input_mean"], "input_scale": ["input_scale"],
    TrainingRecord.iterations: [TrainingRecord.group, "iteration"],
    TrainingRecord.costs: [TrainingRecord.group, "cost"],
    TrainingRecord.devIterations: [TrainingRecord.group, "dev_iteration"],
    TrainingRecord.devCosts: [TrainingRecord.group, "dev_cost"],
  ]
  /// The word of `requires` for a file whose inputs are to be standardised.
  static let scalingWord = "input_scaling"

  /// A network and what is known of it.
  public init(_ trained: TrainedNetwork) { self.trained = trained }

  /// The network.
  public var network: Network { trained.network }
  /// How it was trained, where that is known.
  public var training: TrainingRecord? { trained.training }

  /// Whether a file looks like parameters: it has an array `W1`.
  public static func recognizes(_ entries: [TensorEntry]) -> Bool {
    entries.contains { $0.name == "W1" && $0.isNumeric }
  }

  /// The error that a file holds no network, which lists what it holds.
  static func notFound(in file: OpenFile) -> FormatError {
    let names = file.reader.entries.prefix(20).map(\.name).joined(separator: ", ")
    return FormatError(
      .unsuitable, "no trained parameters: there is no array W1; the file has \(names.isEmpty ? "no arrays" : names)")
  }

  /// Whether a file says of itself that it holds parameters, in our own format.
  ///
  /// - Throws: `FormatError` when its attributes cannot be read.
  public static func isMarked(_ reader: any TensorReader) throws(FormatError) -> Bool {
    try reader.attributes(of: "").contains { $0.name == "format" && $0.value.text == formatName }
  }

  /// The named tensors and attributes of the file, with whatever else was read.
  public func archive() throws(FormatError) -> TensorArchive {
    var archive = base
    try ParameterFile.set(network.layers, as: trained.elementType, in: &archive)
    do {
      archive.setAttribute("format", to: .text(ParameterFile.formatName))
      archive.setAttribute("format_version", to: try .integer(ParameterFile.formatVersion))
      archive.setAttribute("layout", to: .text(ParameterFile.layout))
      archive.setAttribute("layers", to: .numbers(try Tensor(network.layerSizes.map(Int64.init))))
      archive.setAttribute("activations", to: .texts(network.layers.map(\.activation.rawValue)))
      if let names = network.inputNames { archive.setAttribute("features", to: .texts(names)) }
      if let names = network.classNames { archive.setAttribute("classes", to: .texts(names)) }
      if let scaling = network.inputScaling {
        archive.setAttribute("requires", to: .texts([ParameterFile.scalingWord]))
        archive.set("input_mean", to: try Tensor(scaling.mean))
        archive.set("input_scale", to: try Tensor(scaling.scale))
      }
      archive.setAttribute("created_by", to: .text("reg-tools \(RegTools.version)"))
      try training?.write(into: &archive)
    } catch {
      throw FormatError(error)
    }
    return archive
  }

  /// Puts the weights and biases of layers into an archive.
  static func set(
    _ layers: [Layer], as elementType: ElementType, in archive: inout TensorArchive
  ) throws(FormatError) {
    for (index, layer) in layers.enumerated() {
      for (name, matrix) in [("W\(index + 1)", layer.weights), ("b\(index + 1)", layer.biases)] {
        do { archive.set(name, to: try Tensor(matrix).converted(to: elementType)) } catch {
          throw FormatError(error, at: .object(name))
        }
      }
    }
  }
}

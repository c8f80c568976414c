public import TensorFiles
import Tensors
import Training

/// The forms of networks that are read and written: the one list that detection, options, help and tests iterate.
public enum NetworkFormats {
  /// Every form, in the order in which they are asked.
  public static let all: [any NetworkFormat] = [
    // Their tensors may have our names too.
    ONNXNetworkFormat(), CoreMLNetworkFormat(),
    KerasArchiveFormat(), KerasH5Format(), KerasWeightsFormat(),
    ParametersFormat(),
    SafetensorsNetworkFormat.paddle, SafetensorsNetworkFormat.torch,
    CaffeFormat(),
    ThetaFormat(),
  ]

  /// The form of that name, or our own in the file format of that name: `npz`.
  public static func named(_ name: String) -> (any NetworkFormat)? {
    all.first { $0.name == name } ?? ParametersFormat.inContainers.first { $0.container.name == name }
  }

  /// The form of an open file; nil where it holds no network that is known.
  public static func recognize(_ file: OpenFile) -> (any NetworkFormat)? { all.first { $0.recognizes(file) } }

  /// The network of an open file.
  ///
  /// - Parameters:
  ///   - file: what may hold a network.
  ///   - format: the form; nil for the one that the file is recognised to have.
  ///   - options: what the file does not say of the network.
  /// - Throws: `FormatError`: `unsuitable` when the file holds no network, what the form throws.
  public static func network(
    in file: OpenFile, as format: (any NetworkFormat)? = nil, options: NetworkReadingOptions = NetworkReadingOptions()
  ) throws(FormatError) -> TrainedNetwork {
    do throws(FormatError) {
      // The layers that are left of a damaged file may chain too, and are another network.
      if let damage = file.reader.damage { throw damage }
      guard let format = format ?? recognize(file) else {
        throw ParameterFile.notFound(in: file)
      }
      let trained = try format.network(in: file, options: options)
      let found = trained.network.layers.map(\.activation)
      if let given = options.activations, given != found {
        throw FormatError(
          .unsuitable,
          "the file names its activations itself, \(found.map(\.rawValue).joined(separator: ",")); --activations is for "
            + "files that do not")
      }
      return trained
    } catch {
      throw error.naming(file.input.name)
    }
  }

  /// The form that a network is written in to a file of that name, by its ending; our own in HDF5, MAT and NPZ files.
  ///
  /// - Throws: `FormatError` with code `unrecognized` for other endings.
  public static func forWriting(path: String) throws(FormatError) -> any NetworkFormat {
    let name = (path.split(separator: "/").last ?? "").lowercased()
    // The longest ending first: `weights.h5` is not `h5`.
    let endings = (ParametersFormat.inContainers + all).filter(\.writes).flatMap { format in
      format.pathExtensions.map { (ending: "." + $0, format: format) }
    }
    var best: (ending: String, format: any NetworkFormat)?
    for candidate in endings where name.hasSuffix(candidate.ending) && name.count > candidate.ending.count {
      if candidate.ending.count > best?.ending.count ?? 0 { best = candidate }
    }
    if let best { return best.format }
    if OutputFile.isCompressed(path) {
      throw FormatError(
        .unsupported, "files of networks are compressed in themselves or not at all; leave .gz out of the name",
        file: path)
    }
    var known: [String] = []
    for ending in endings.map(\.ending) where !known.contains(ending) { known.append(ending) }
    throw FormatError(
      .unrecognized,
      "the ending of the name tells no form of networks; there are \(known.joined(separator: " "))", file: path)
  }

  /// Whether the ending of a name is that of a form of networks alone: `.onnx`, but also `.weights.h5`, though other
  /// arrays may stand in `.h5`.
  public static func isOfNetworksAlone(path: String) -> Bool {
    guard let format = try? forWriting(path: path), !(format is ParametersFormat) else { return false }
    let name = path.lowercased()
    return format.pathExtensions.contains { ending in
      name.hasSuffix("." + ending)
        && (ending.contains(".") || !FileFormats.all.contains { $0.writes && $0.pathExtensions.contains(ending) })
    }
  }

  /// Writes a network to a file, complete or not at all, and what belongs beside the file.
  ///
  /// - Parameters:
  ///   - network: what is written.
  ///   - path: the file, or `-` for standard output.
  ///   - format: how; nil for what the ending of the path tells.
  ///   - options: what the user may choose.
  /// - Throws: `FormatError`: what the form cannot hold, `cannotCreate`, `inputOutput`.
  public static func write(
    _ network: TrainedNetwork, to path: String, as format: (any NetworkFormat)? = nil,
    options: WritingOptions = WritingOptions()
  ) throws(FormatError) {
    let format = if let format { format } else { try forWriting(path: path) }
    do throws(FormatError) {
      _ = try format.changes(writing: network)
      var output = try OutputFile(path: path)
      try format.write(network, to: &output, options: options)
      guard path != "-", let companion = format.companion(of: path, for: network) else { return try output.commit() }
      var text = try OutputFile(path: companion.path)
      try text.write(companion.text)
      try output.finish()
      try text.finish()
      try output.commit()
      try text.commit()
    } catch {
      throw error.naming(path == "-" ? "standard output" : path)
    }
  }
}

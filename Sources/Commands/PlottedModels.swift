import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// The models of a picture, with what they are called.
struct PlottedModels {
  /// A model.
  struct Model {
    /// The file.
    let path: String
    /// What it is called.
    let title: String
    /// What the file holds.
    let trained: TrainedNetwork
  }

  /// Reads the models that are named.
  static func read(_ options: ModelFiles) throws -> [Model] {
    let names = options.model.map(name)
    return try options.model.enumerated().map { index, path in
      let file = try Reading.open(path)
      let trained = try options.network.network(in: file)
      // Two files of one name are told apart by their folders.
      let name = names.count { $0 == names[index] } > 1 ? path : names[index]
      let title = options.title.indices.contains(index) ? options.title[index] : name
      return Model(path: file.input.name, title: title.escapingControls, trained: trained)
    }
  }

  /// The name of a file without its folder and its ending.
  private static func name(_ path: String) -> String {
    guard path != "-" else { return "standard input" }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension FormatError {
  /// The error of a picture of what is in a file.
  init(_ error: PlotError, file: String) { self.init(.unsuitable, error.description, file: file) }

  /// The error without the remedy of a training, another loss: pictures have none.
  var withoutLosses: FormatError {
    guard let remedy = sentence.firstRange(of: "; --loss ") else { return self }
    return FormatError(code, at: location, String(sentence[..<remedy.lowerBound]), file: file)
  }
}

import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// `reg-plot weights`: how the weights of each layer are spread, and each of them as a colour.
struct PlotWeights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Draw the weights of each layer: a histogram, and each weight as a colour.",
    discussion: """
      Examples:
        reg-plot weights -m model.h5
        reg-plot weights -m model.keras -o weights.svg
      """)

  @Option(
    name: .shortAndLong, help: "The parameters, in any format that reg-inspect reads; - is standard input.",
    completion: .modelFile)
  var model: String

  @Option(help: "What the model is called. (default: the name of the file)")
  var title: String?

  @Option(
    help: ArgumentHelp(
      "The layers, counted from 1: 1,3. (default: all, the first 6 where they are more)", valueName: "list"))
  var layers: CommaSeparated<Int>?

  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup var network: NetworkOptions
  @OptionGroup var common: CommonOptions

  private static let mostLayers = 6

  func run() throws {
    let output = try PictureOutput(picture, inputs: [model])
    var files = ModelFiles()
    (files.model, files.title, files.network) = ([model], title.map { [$0] } ?? [], network)
    let read = try PlottedModels.read(files)[0]
    try output.write(try PlotWeights.picture(read, chosen: layers?.values, style: picture.style))
  }

  /// The picture of a model's layers.
  static func picture(_ model: PlottedModels.Model, chosen: [Int]?, style: Style) throws -> Picture {
    let count = model.trained.network.layers.count
    if let wrong = chosen?.first(where: { !(1...count).contains($0) }) {
      throw ValidationError("--layers: there is no layer \(wrong); the network has \(count)")
    }
    if let chosen, chosen.count > 12 { throw ValidationError("--layers: at most 12 layers go into one picture") }
    let shown = chosen ?? Array(1...min(count, mostLayers))
    if shown.count < count, chosen == nil {
      Message.note("\(model.path): the first \(shown.count) of \(count) layers are drawn; --layers chooses others")
    }
    do throws(PlotError) {
      return try WeightPictures.picture(
        of: model.trained.network, layers: shown.map { $0 - 1 }, style: style, name: model.title)
    } catch {
      throw FormatError(error, file: model.path)
    }
  }
}

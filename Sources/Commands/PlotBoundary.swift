import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// `reg-plot boundary`: which class a network gives to each place, and the examples.
struct PlotBoundary: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boundary",
    abstract: "Draw the regions of the classes, the line between them, and the examples.",
    discussion: """
      Examples:
        reg-plot boundary -m model.h5 data.mat
        reg-plot boundary -m l2.h5 data.mat --xlim=-0.75,0.40 --ylim=-0.75,0.65 -o l2.svg
        reg-plot boundary -m plain.h5 -m l2.h5 -m dropout.h5 data.mat -o three.png

      The line is where the probability is 0.5; of several classes, where the two \
      greatest outputs are equal. Models stand side by side.
      """)

  @Argument(help: "The examples, as for reg-train; - is standard input.", completion: .dataFile)
  var data: String

  @OptionGroup var models: ModelFiles
  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup(title: "Axes") var plane: PlaneOptions

  @Option(
    help: """
      The distance of the points at which the network is computed. (default: 0.01, or what makes 200 to 400 points \
      along an axis)
      """)
  var step: Double?

  @OptionGroup(title: "Data") var dataOptions: DataOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if let step, !(step > 0 && step.isFinite) {
      throw ValidationError("--step must be a positive number, found \(step)")
    }
    if models.model.contains("-") && data == "-" { throw ValidationError(DataOptions.onlyOnce) }
  }

  func run() throws {
    let output = try PictureOutput(picture, inputs: models.model + [data] + dataOptions.otherFiles)
    let read = try PlottedModels.read(models)
    let loaded = try LoadedForModels(data, dataOptions, read, threads: threads.count)
    for note in loaded.dataset.notes { Message.note(note) }
    try output.write(
      try PlotBoundary.picture(read, loaded, plane: plane, step: step, style: picture.style))
  }

  /// The panels of models, side by side.
  static func picture(
    _ models: [PlottedModels.Model], _ loaded: LoadedForModels, plane: PlaneOptions, step: Double?, style: Style,
    limit: Int = PlottedExamples.mostOnRegions, size: PanelSize = .square
  ) throws -> Picture {
    let first = models[0].trained.network
    do {
      let examples = try PlottedExamples(
        loaded.dataset, axes: plane.axes, names: first.inputNames, classNames: loaded.classNames,
        classNumbers: loaded.classNumber, limit: limit)
      let grid = try Grid(try examples.window(plane), step: step)
      let labels = examples.labels
      let panels = try models.map { model in
        let regions = try DecisionBoundary.regions(
          of: try Predictor(network: model.trained.network),
          in: DecisionBoundary.Plane(x: examples.x, y: examples.y, others: examples.means), on: grid, style: style)
        var panel = Panel(
          title: model.title, xLabel: labels.x, yLabel: labels.y, window: grid.window,
          layers: [.regions(regions)] + examples.scatter.layers(style))
        panel.size = size
        panel.subtitle = ([examples.restNote(of: first)].compactMap(\.self) + examples.notes).joined(separator: "; ")
        return panel
      }
      return Picture(
        "Decision boundaries of \(models.map(\.title).joined(separator: ", ")): \(labels.y) against \(labels.x)",
        panels: panels, columns: models.count == 4 ? 2 : min(models.count, 3))
    } catch let error as PlotError where error.code == .data {
      throw FormatError(error, file: loaded.file)
    }
  }
}

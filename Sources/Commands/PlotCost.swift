import ArgumentParser
import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// `reg-plot cost`: the recorded costs against the iterations.
struct PlotCost: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "Draw the costs that were recorded in the training against the iterations.",
    discussion: """
      Examples:
        reg-plot cost -m model.h5
        reg-plot cost -m plain.h5 -m l2.h5 --title 'no penalty' --title 'lambda 0.7' \\
          -o cost.svg
      """)

  @OptionGroup var models: ModelFiles
  @OptionGroup(title: "Picture") var picture: PictureOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let output = try PictureOutput(picture, inputs: models.model)
    let read = try PlottedModels.read(models)
    try output.write(try PlotCost.picture(read, style: picture.style))
  }

  /// The curves of models.
  static func picture(_ models: [PlottedModels.Model], style: Style) throws -> Picture {
    for model in models where model.trained.training?.costs.isEmpty ?? true {
      throw FormatError(
        .unsuitable, "the file has no recorded costs; reg-train records them (--record-every)", file: model.path)
    }
    let rates = models.map { $0.trained.training?.settings.learningRate }
    // As in the notebook where there is one rate; else each line says its own.
    let isOne = Set(rates).count == 1
    let title = isOne ? rates.first.flatMap(\.self).map { "Learning rate = \($0)" } ?? "Cost" : "Cost"
    let lines = models.enumerated().map { index, model in
      let rate = isOne ? nil : rates[index].map { ", learning rate \($0)" }
      return CostCurve.Line(
        name: model.title + (rate ?? ""), costs: model.trained.training?.costs ?? [],
        devCosts: model.trained.training?.devCosts ?? [])
    }
    do throws(PlotError) {
      let panel = try CostCurve.panel(title: title, lines, style: style)
      return Picture(
        "Cost against iterations of \(models.map(\.title).joined(separator: ", "))", panels: [panel], columns: 1)
    } catch {
      throw FormatError(error, file: models[0].path)
    }
  }
}

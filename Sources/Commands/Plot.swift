import ArgumentParser
import NetworkFiles
import ToolSupport

/// `reg-plot`: pictures of data, costs, decision boundaries and weights.
struct Plot: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reg-plot",
    abstract: "Draw data, costs, decision boundaries and weights.",
    discussion: """
      Examples:
        reg-plot data data.mat                           in the terminal
        reg-plot data data.mat -o data.svg
        reg-plot cost -m plain.h5 -m l2.h5 -o cost.svg
        reg-plot boundary -m l2.h5 data.mat --xlim=-0.75,0.40 --ylim=-0.75,0.65
        reg-plot weights -m l2.h5 -o weights.png
        reg-plot report -m plain.h5 -m l2.h5 data.mat -o report.html

      Without -o and --to a picture is drawn in the terminal. Files are drawn by \
      gnuplot, which must be installed; --to gnuplot prints the script for it.
      """,
    version: "reg-plot (reg-tools) \(RegTools.version)",
    subcommands: [PlotData.self, PlotCost.self, PlotBoundary.self, PlotWeights.self, PlotReport.self])
}

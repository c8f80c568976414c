package import Training

/// Costs against iterations.
package struct CostCurve: Sendable {
  /// The costs of a model.
  package struct Line: Sendable {
    /// What it is called.
    package var name: String
    /// Its costs.
    package var costs: [CostRecord]
    /// The costs of the dev set; empty where it was not looked at on the way.
    package var devCosts: [CostRecord] = []

    /// Costs with a name.
    package init(name: String, costs: [CostRecord], devCosts: [CostRecord] = []) {
      (self.name, self.costs, self.devCosts) = (name, costs, devCosts)
    }
  }

  /// A panel with the curves of several models.
  ///
  /// - Throws: ``PlotError`` of code `data` where there is no finite cost.
  package static func panel(title: String, _ lines: [Line], style: Style) throws(PlotError) -> Panel {
    let all = lines.flatMap { $0.costs + $0.devCosts }.filter(\.cost.isFinite)
    guard let most = all.map(\.iteration).max(), let first = all.map(\.iteration).min() else {
      throw PlotError(.data, "no recorded cost is a number, so there is no curve")
    }
    // As in the notebook, unless that would make all numbers fractions.
    let isThousands = most >= 2000
    let unit = isThousands ? 1000.0 : 1
    let low = all.map(\.cost).min() ?? 0
    let high = all.map(\.cost).max() ?? 1
    let (from, to) = (Double(first) / unit, Double(most) / unit)
    // The curve begins at the axis.
    let around = try Window.axis(from: from, to: to, name: "the iterations")
    let window = Window(
      x: to > from ? from...to + (to - from) * 0.02 : around,
      y: try Window.axis(from: low, to: high, name: "the cost"))
    var panel = Panel(
      title: title, xLabel: isThousands ? "iterations (per thousands)" : "iterations", yLabel: "cost", window: window)
    panel.size = .wide
    panel.hasGrid = true
    for (index, line) in lines.enumerated() {
      for (records, isDev) in [(line.costs, false), (line.devCosts, true)] where !records.isEmpty {
        let points = records.filter(\.cost.isFinite).map { Point(Double($0.iteration) / unit, $0.cost) }
        panel.layers.append(
          .lines(
            LineSeries(
              lines: [points], name: isDev ? "\(line.name), dev set" : line.name, color: style.color(index),
              isDashed: isDev, mark: style.mark(index))))
      }
    }
    return panel
  }
}

import Tensors
package import Training

/// The weights of a network, layer by layer: how they are spread, and each as a colour.
package struct WeightPictures {
  /// The bins of a histogram.
  private static let bins = 24
  /// The most rows and columns of colours; larger tables show the means of neighbours.
  private static let mostCells = 64

  /// Two panels for each layer: histograms above, colours below.
  ///
  /// - Parameter layers: the layers that are drawn, counted from 0.
  package static func picture(
    of network: Network, layers: [Int], style: Style, name: String
  ) throws(PlotError) -> Picture {
    var histograms: [Panel] = []
    var maps: [Panel] = []
    for index in layers {
      let weights = network.layers[index].weights
      for weight in weights.elements { try Window.check(weight, "a weight of layer \(index + 1)") }
      histograms.append(try histogram(of: weights, layer: index + 1, style))
      maps.append(map(of: weights, layer: index + 1, style))
    }
    return Picture(
      "The weights of \(name): a histogram and a table of colours for each layer", panels: histograms + maps,
      columns: layers.count)
  }

  private static func histogram(of weights: Matrix, layer: Int, _ style: Style) throws(PlotError) -> Panel {
    let low = weights.elements.min() ?? 0
    let high = weights.elements.max() ?? 0
    let count = low == high ? 1 : bins
    let start = low == high ? low - max(abs(low) * 0.05, 0.5) : low
    let width = low == high ? 2 * (low - start) : (high - low) / Double(count)
    var heights = [Double](repeating: 0, count: count)
    for weight in weights.elements { heights[min(max(Int((weight - start) / width), 0), count - 1)] += 1 }
    let x = try Window.axis(from: start, to: start + width * Double(count), name: "a weight")
    var panel = Panel(
      title: "W\(layer): \(weights.elements.count) weights", xLabel: "weight", yLabel: layer == 1 ? "count" : "",
      window: Window(x: x, y: 0...(heights.max() ?? 1) * 1.06),
      layers: [.bars(Bars(start: start, width: width, heights: heights, color: style.color(0)))])
    panel.size = .small
    panel.hasGrid = true
    return panel
  }

  private static func map(of weights: Matrix, layer: Int, _ style: Style) -> Panel {
    let (rowSize, columnSize) = (
      (weights.rows + mostCells - 1) / mostCells, (weights.columns + mostCells - 1) / mostCells
    )
    let rows = (weights.rows + rowSize - 1) / rowSize
    let columns = (weights.columns + columnSize - 1) / columnSize
    var sums = [Double](repeating: 0, count: rows * columns)
    var counts = [Double](repeating: 0, count: rows * columns)
    for row in 0..<weights.rows {
      for column in 0..<weights.columns {
        let cell = row / rowSize * columns + column / columnSize
        sums[cell] += weights[row, column]
        counts[cell] += 1
      }
    }
    let values = zip(sums, counts).map { $0 / $1 }
    // Unit 1 stands at the top, as the first row of a matrix does.
    let window = Window(x: 0.5...Double(columns * columnSize) + 0.5, y: 0.5...Double(rows * rowSize) + 0.5)
    var panel = Panel(
      title: "W\(layer): \(weights.rows) × \(weights.columns)",
      xLabel: layer == 1 ? "input" : "unit of layer \(layer - 1)",
      yLabel: layer == 1 ? "unit" : "", window: window,
      layers: [
        .cells(
          Cells(
            rows: rows, columns: columns, values: values, largest: values.map(abs).max() ?? 0, colors: style.poles))
      ])
    if rowSize > 1 || columnSize > 1 { panel.subtitle = "means of \(rowSize) × \(columnSize) weights" }
    panel.size = .small
    return panel
  }
}

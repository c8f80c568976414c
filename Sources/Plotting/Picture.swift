/// A place in the plane of a panel.
package struct Point: Sendable, Hashable {
  /// From left to right.
  package var x: Double
  /// From below to above.
  package var y: Double

  /// A place.
  package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// What is drawn: panels side by side, row by row.
package struct Picture: Sendable {
  /// What the picture shows, for those who cannot see it.
  package var description: String
  /// Its parts.
  package var panels: [Panel]
  /// How many of them stand in a row.
  package var columns: Int

  /// A picture of panels.
  package init(_ description: String, panels: [Panel], columns: Int) {
    (self.description, self.panels, self.columns) = (description, panels, max(1, columns))
  }
}

/// One part of a picture: axes and what is drawn between them, the first layer at the bottom.
package struct Panel: Sendable {
  /// What stands above.
  package var title: String
  /// What stands below the title: what the reader must know; empty for nothing.
  package var subtitle = ""
  /// What the horizontal axis is.
  package var xLabel: String
  /// What the vertical axis is.
  package var yLabel: String
  /// From where to where the axes go.
  package var window: Window
  /// What is drawn.
  package var layers: [Layer]
  /// How large it is.
  package var size = PanelSize.square
  /// Whether lines go across from the numbers of the axes.
  package var hasGrid = false
  /// The numbers beside the axes; nil where they are chosen.
  package var hasNumbers = true

  /// Axes with layers between them.
  package init(title: String, xLabel: String, yLabel: String, window: Window, layers: [Layer] = []) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.window = window
    self.layers = layers
  }
}

/// The size of a panel's axes.
package enum PanelSize: Sendable {
  /// About as wide as high; both axes have the same scale where that can be.
  case square
  /// The same where several pictures stand beside one another.
  case medium
  /// As wide as a line of text wants.
  case wide
  /// One of many.
  case small
}

/// What is drawn between axes.
package enum Layer: Sendable {
  /// The parts of the plane that belong to classes, in their light colours.
  case regions(Regions)
  /// Lines.
  case lines(LineSeries)
  /// Points of one kind.
  case points(PointSeries)
  /// Points whose colour is a number.
  case measured(MeasuredPoints)
  /// Columns that stand on 0.
  case bars(Bars)
  /// Numbers as a table of colours.
  case cells(Cells)
}

/// Points of one kind.
package struct PointSeries: Sendable {
  /// Where they are.
  package var points: [Point]
  /// What they are called in the legend; nil where they are not in it.
  package var name: String?
  /// Their colour.
  package var color: Color
  /// Their shape.
  package var mark: Mark
}

/// Points whose colour is a number.
package struct MeasuredPoints: Sendable {
  /// Where they are.
  package var points: [Point]
  /// The number of each.
  package var values: [Double]
  /// What the numbers are.
  package var name: String
  /// The colours of the least and the greatest.
  package var colors: (low: Color, high: Color)
}

/// Lines of one kind.
package struct LineSeries: Sendable {
  /// The points of each.
  package var lines: [[Point]]
  /// What they are called in the legend; nil where they are not in it.
  package var name: String?
  /// Their colour.
  package var color: Color
  /// How thick they are, in pixels.
  package var width = 1.8
  /// Whether they have gaps.
  package var isDashed = false
  /// What tells them from others without colours; drawn where they have few points.
  package var mark: Mark?
}

/// Columns that stand on 0, of equal width.
package struct Bars: Sendable {
  /// Where the first one begins.
  package var start: Double
  /// How wide each is.
  package var width: Double
  /// How high each is.
  package var heights: [Double]
  /// Their colour.
  package var color: Color
}

/// Numbers as a table of colours, the first row at the top.
package struct Cells: Sendable {
  /// The rows.
  package var rows: Int
  /// The columns.
  package var columns: Int
  /// The numbers, row by row.
  package var values: [Double]
  /// The colours go from minus this to plus this.
  package var largest: Double
  /// The colours of the ends.
  package var colors: (negative: Color, positive: Color)

  /// The colour of a number.
  func color(_ value: Double) -> Color {
    let part = largest > 0 ? min(abs(value) / largest, 1) : 0
    return Color.white.mixed(part, with: value < 0 ? colors.negative : colors.positive)
  }
}

/// The text that makes gnuplot draw a picture, with the numbers in it.
///
/// Texts stand in single quotes, in which gnuplot finds no commands of the shell, no variables and no escapes, and
/// without its enhanced mode, in which braces and underscores would be markup.
package struct GnuplotScript {
  /// A kind of file.
  package enum Output: String, Sendable, CaseIterable {
    case svg, png, pdf
  }

  /// The script.
  package private(set) var text = ""
  private let picture: Picture
  private let layout: PictureLayout
  /// Pixels of the file for one of the layout.
  private let scale: Double
  /// The size of the file.
  private let (width, height): (Double, Double)

  /// The oldest gnuplot that has everything used here.
  private static let oldest = "5.2"
  private static let font = "Arial"

  /// The script of a picture.
  ///
  /// - Parameter size: pixels across and down; nil for those that the picture wants, twice as many for PNG.
  package init(_ picture: Picture, as output: Output, size: (width: Int, height: Int)? = nil) {
    self.picture = picture
    layout = PictureLayout(picture)
    if let size {
      (width, height) = (Double(size.width), Double(size.height))
      scale = (width / layout.width * height / layout.height).squareRoot()
    } else {
      scale = output == .png ? 2 : 1
      (width, height) = (layout.width * scale, layout.height * scale)
    }
    write(output)
  }

  private mutating func write(_ output: Output) {
    line("# \(GnuplotScript.printable(picture.description)), drawn by reg-plot")
    line("# gnuplot -d FILE > picture.\(output.rawValue)")
    line(
      "if (GPVAL_VERSION < \(GnuplotScript.oldest)) exit message 'gnuplot \(GnuplotScript.oldest) or newer is needed'")
    line("set encoding utf8")
    line(terminal(output))
    for (index, panel) in picture.panels.enumerated() { writeData(panel, index) }
    line("set multiplot")
    for (index, panel) in picture.panels.enumerated() { write(panel, index) }
    line("unset multiplot")
  }

  private func terminal(_ output: Output) -> String {
    let font = "font '\(GnuplotScript.font),\(number(12 * scale))' background '#ffffff'"
    let (across, down) = (Int(width.rounded()), Int(height.rounded()))
    switch output {
    case .svg: return "set terminal svg noenhanced size \(across),\(down) fixed \(font)"
    case .png: return "set terminal pngcairo noenhanced size \(across),\(down) fontscale 0.75 pointscale 1.6 \(font)"
    case .pdf:
      // A pixel becomes a point, 1/72 inch.
      return "set terminal pdfcairo noenhanced size \(number(width / 72))in,\(number(height / 72))in fontscale 0.75 "
        + "linewidth 1.5 pointscale 1.7 \(font)"
    }
  }

  // MARK: Data

  /// The blocks of numbers of a panel: `$d1_2` of panel 1, layer 2.
  private mutating func writeData(_ panel: Panel, _ index: Int) {
    for (layerIndex, layer) in panel.layers.enumerated() {
      let name = "$d\(index + 1)_\(layerIndex + 1)"
      switch layer {
      case .regions(let regions):
        for (part, areas) in regions.runs.enumerated() {
          block("\(name)_\(part + 1)", areas.map { $0.border + $0.border.prefix(1) })
        }
        if !regions.lines.isEmpty { block("\(name)_0", regions.lines) }
      case .lines(let series): block(name, series.lines)
      case .points(let series): block(name, [series.points.filter(panel.window.contains)])
      case .measured(let points):
        line("\(name) << EOD")
        for (point, value) in zip(points.points, points.values) where panel.window.contains(point) {
          line("\(point.x) \(point.y) \(value)")
        }
        line("EOD")
      case .bars(let bars):
        line("\(name) << EOD")
        for (bin, height) in bars.heights.enumerated() {
          line("\(bars.start + (Double(bin) + 0.5) * bars.width) \(height) \(bars.width)")
        }
        line("EOD")
      case .cells(let cells):
        line("\(name) << EOD")
        let (across, down) = (panel.window.width / Double(cells.columns), panel.window.height / Double(cells.rows))
        for row in 0..<cells.rows {
          for column in 0..<cells.columns {
            let x = panel.window.x.lowerBound + Double(column) * across
            let y = panel.window.y.lowerBound + Double(row) * down
            line(
              "\(x + across / 2) \(y + down / 2) \(x) \(x + across) \(y) \(y + down) "
                + "\(cells.values[row * cells.columns + column])")
          }
        }
        line("EOD")
      }
    }
  }

  private mutating func block(_ name: String, _ parts: [[Point]]) {
    line("\(name) << EOD")
    for (index, part) in parts.enumerated() {
      if index > 0 { line("") }
      for point in part { line("\(point.x) \(point.y)") }
    }
    line("EOD")
  }

  // MARK: Panels

  private mutating func write(_ panel: Panel, _ index: Int) {
    let axes = layout.axes[index]
    line("reset")
    line("unset key")
    line("set lmargin at screen \(across(axes.left))")
    line("set rmargin at screen \(across(axes.right))")
    line("set tmargin at screen \(down(axes.top))")
    line("set bmargin at screen \(down(axes.bottom))")
    let isOpen = panel.hasGrid
    line("set border \(isOpen ? 3 : 15) front linewidth \(number(0.8 * scale)) linecolor rgb '\(Color.axis.html)'")
    let tics = "font '\(GnuplotScript.font),\(number(PictureLayout.smallSize * scale))'"
    line("set tics out nomirror scale \(number(0.5)) textcolor rgb '\(Color.ink.html)' \(tics)")
    let room = panel.size == .small ? 36.0 : 44
    line("set xtics offset character 0,0.35 \(steps(panel.window.x, panel, pixels: axes.width, each: room))")
    line("set ytics offset character 0.4,0 \(steps(panel.window.y, panel, pixels: axes.height, each: 38))")
    if panel.hasGrid {
      line("set grid ytics back linetype 1 linewidth \(number(0.8 * scale)) linecolor rgb '\(Color.grid.html)'")
    }
    line("set xrange [\(panel.window.x.lowerBound):\(panel.window.x.upperBound)]")
    let (below, above) = (panel.window.y.lowerBound, panel.window.y.upperBound)
    line(panel.hasCells ? "set yrange [\(above):\(below)]" : "set yrange [\(below):\(above)]")
    writeTexts(panel, axes)
    if index == 0 { writeLegend() }
    writeColors(panel, axes)
    var elements: [String] = []
    var lines: [String] = []
    for (layerIndex, layer) in panel.layers.enumerated() {
      let name = "$d\(index + 1)_\(layerIndex + 1)"
      elements += self.elements(layer, panel, name)
      guard case .regions(let regions) = layer, !regions.lines.isEmpty else { continue }
      lines.append("\(name)_0 using 1:2 with lines linewidth \(number(1.3 * scale)) linecolor rgb '#444444' notitle")
      // Many points would hide the line.
      if panel.pointCount <= PointSize.mostOutlined { elements += lines.popLast().map { [$0] } ?? [] }
    }
    elements += lines
    line("plot \(elements.isEmpty ? "NaN notitle" : elements.joined(separator: ", \\\n  "))")
  }

  private mutating func writeTexts(_ panel: Panel, _ axes: PictureLayout.Rectangle) {
    let middle = axes.left + axes.width / 2
    let room = axes.width + 36
    let hasSubtitle = !panel.subtitle.isEmpty
    let title = TextFitting.fitted(panel.title, size: PictureLayout.titleSize, width: room)
    label(title.text, middle, axes.top - (hasSubtitle ? 36 : 18), size: title.size, .ink)
    if hasSubtitle {
      let subtitle = TextFitting.fitted(panel.subtitle, size: PictureLayout.smallSize, width: room)
      label(subtitle.text, middle, axes.top - 16, size: subtitle.size, .aside)
    }
    let xLabel = TextFitting.fitted(panel.xLabel, size: PictureLayout.labelSize, width: room)
    label(xLabel.text, middle, axes.bottom + 34, size: xLabel.size, .ink)
    let yLabel = TextFitting.fitted(panel.yLabel, size: PictureLayout.labelSize, width: axes.height)
    label(yLabel.text, axes.left - 54, axes.top + axes.height / 2, size: yLabel.size, .ink, more: " rotate by 90")
  }

  private mutating func writeLegend() {
    for entry in layout.legend {
      let color = "rgb '\(entry.color.html)'"
      let middle = entry.x + (entry.isLine ? 13 : 6)
      if entry.isLine {
        let dash = entry.isDashed ? " dashtype '-'" : ""
        line(
          "set arrow from screen \(across(entry.x)),\(down(entry.y)) to screen \(across(entry.x + 26)),"
            + "\(down(entry.y)) nohead linewidth \(number(1.8 * scale))\(dash) linecolor \(color)")
      }
      if let mark = entry.mark {
        let type = entry.isDashed ? mark.pointTypes.outline : mark.pointTypes.filled
        line(
          "set label '' at screen \(across(middle)),\(down(entry.y)) point pointtype \(type) "
            + "pointsize \(number((entry.isLine ? 0.6 : 0.8) * mark.scale * scale)) linecolor \(color)")
      }
      label(
        entry.name, entry.x + (entry.isLine ? 32 : 16), entry.y, size: PictureLayout.labelSize, .ink, side: "left")
    }
  }

  private mutating func writeColors(_ panel: Panel, _ axes: PictureLayout.Rectangle) {
    let colors: (low: Color, middle: Color, high: Color)
    switch panel.layers.first(where: {
      if case .cells = $0 { true } else if case .measured = $0 { true } else { false }
    }) {
    case .cells(let cells):
      colors = (cells.colors.negative, .white, cells.colors.positive)
      let largest = cells.largest > 0 ? cells.largest : 1
      line("set cbrange [\(-largest):\(largest)]")
    case .measured(let points):
      colors = (points.colors.low, points.colors.low.mixed(0.5, with: points.colors.high), points.colors.high)
      let (low, high) = (points.values.min() ?? 0, points.values.max() ?? 1)
      line("set cbrange [\(low):\(high > low ? high : low + 1)]")
      label(
        points.name, axes.right + 58, axes.top + axes.height / 2, size: PictureLayout.smallSize, .ink,
        more: " rotate by 90")
    default: return
    }
    line("set palette defined (0 '\(colors.low.html)', 1 '\(colors.middle.html)', 2 '\(colors.high.html)')")
    line(
      "set colorbox vertical user origin screen \(across(axes.right + 12)),\(down(axes.bottom)) size screen "
        + "\(number(9 / layout.width)),\(number(axes.height / layout.height)) noborder")
    line("set cbtics scale 0 offset character -0.6,0")
  }

  // MARK: Layers

  private func elements(_ layer: Layer, _ panel: Panel, _ name: String) -> [String] {
    switch layer {
    case .regions(let regions):
      return regions.runs.enumerated().map { part, areas in
        "\(name)_\(part + 1) using 1:2 with filledcurves closed fillcolor rgb "
          + "'\(regions.colors[areas[0].classNumber].html)' fillstyle solid noborder notitle"
      }
    case .lines(let series):
      let color = "linecolor rgb '\(series.color.html)'"
      let dash = series.isDashed ? " dashtype '-'" : ""
      var result = ["\(name) using 1:2 with lines linewidth \(number(series.width * scale))\(dash) \(color) notitle"]
      let count = series.lines.reduce(0) { $0 + $1.count }
      if let mark = series.mark, count <= 40 {
        result.append(
          "\(name) using 1:2 with points pointtype \(series.pointType(mark)) linewidth \(number(scale)) "
            + "pointsize \(number(0.55 * mark.scale * scale)) \(color) notitle")
      }
      return result
    case .points(let series):
      let count = panel.pointCount
      let size = number(PointSize.of(count) * series.mark.scale * scale)
      guard series.points.contains(where: panel.window.contains) else { return [] }
      let types = series.mark.pointTypes
      var result = [
        "\(name) using 1:2 with points pointtype \(types.filled) pointsize \(size) "
          + "linecolor rgb '\(series.color.html)' notitle"
      ]
      if count <= PointSize.mostOutlined {
        result.append(
          "\(name) using 1:2 with points pointtype \(types.outline) pointsize \(size) "
            + "linewidth \(number(0.5 * scale)) linecolor rgb '#ffffff' notitle")
      }
      return result
    case .measured(let points):
      guard points.points.contains(where: panel.window.contains) else { return [] }
      return [
        "\(name) using 1:2:3 with points pointtype 7 pointsize \(number(PointSize.of(points.points.count) * scale)) "
          + "linecolor palette notitle"
      ]
    case .bars(let bars):
      return [
        "\(name) using 1:2:3 with boxes linewidth \(number(0.6 * scale)) fillcolor rgb '\(bars.color.html)' "
          + "fillstyle solid border rgb '#ffffff' notitle"
      ]
    case .cells(let cells):
      // Between many cells the borders would be more than the cells.
      let isSmall = max(cells.rows, cells.columns) > 24
      let border = isSmall ? "noborder" : "border rgb '#ffffff'"
      return [
        "\(name) using 1:2:3:4:5:6:7 with boxxyerror linewidth \(number(0.4 * scale)) fillcolor palette "
          + "fillstyle solid \(border) notitle"
      ]
    }
  }

  // MARK: Texts

  /// A text around a place of the layout.
  private mutating func label(
    _ text: String, _ x: Double, _ y: Double, size: Double, _ color: Color, side: String = "center", more: String = ""
  ) {
    guard !text.isEmpty else { return }
    line(
      "set label \(GnuplotScript.quoted(text)) at screen \(across(x)),\(down(y)) \(side)\(more) "
        + "font '\(GnuplotScript.font),\(number(size * scale))' textcolor rgb '\(color.html)'")
  }

  /// A text in single quotes, all on one line.
  package static func quoted(_ text: String) -> String {
    // Scalar by scalar: with an accent on it an apostrophe is another character to Swift, and ends the text for gnuplot.
    var result = String.UnicodeScalarView("'".unicodeScalars)
    for scalar in printable(text).unicodeScalars {
      result.append(scalar)
      if scalar == "'" { result.append(scalar) }
    }
    return String(result) + "'"
  }

  /// A text without what ends a line, steers a terminal or is no character of XML.
  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7f..<0xa0, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfffe...0xffff:
        result.unicodeScalars.append("\u{fffd}")
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The distance of the numbers beside an axis; those of units are whole.
  private func steps(_ range: ClosedRange<Double>, _ panel: Panel, pixels: Double, each: Double) -> String {
    let ticks = Ticks(from: range.lowerBound, to: range.upperBound, most: max(2, Int(pixels / each)))
    guard panel.hasCells else { return "\(panel.hasBars && range == panel.window.y ? max(ticks.step, 1) : ticks.step)" }
    let step = max(1, Int(ticks.step.rounded()))
    return step == 1 ? "1,1" : "\(step),\(step)"
  }

  private func across(_ x: Double) -> String { number(x / layout.width) }
  private func down(_ y: Double) -> String { number(1 - y / layout.height) }
  /// A number with four digits behind the point, which is a tenth of a pixel on the largest pictures.
  private func number(_ value: Double) -> String { "\((value * 1e5).rounded() / 1e5)" }
  private mutating func line(_ text: String) { self.text += text + "\n" }
}

/// How large points are drawn: small where they are many.
enum PointSize {
  /// The most points that have a light outline each.
  static let mostOutlined = 3000

  static func of(_ count: Int) -> Double {
    switch count {
    case ...600: 0.72
    case ...3000: 0.55
    case ...10_000: 0.4
    default: 0.28
    }
  }
}

extension Panel {
  /// Whether it counts.
  fileprivate var hasBars: Bool { layers.contains { if case .bars = $0 { true } else { false } } }

  /// The points of classes that are drawn.
  fileprivate var pointCount: Int {
    layers.reduce(0) { if case .points(let series) = $1 { $0 + series.points.count } else { $0 } }
  }
}

extension LineSeries {
  /// gnuplot's number of the line's marks: outlines tell a line with gaps from the other of its colour.
  fileprivate func pointType(_ mark: Mark) -> Int { isDashed ? mark.pointTypes.outline : mark.pointTypes.filled }
}

extension Regions {
  /// The parts in the order in which they are painted; neighbours of one class together.
  fileprivate var runs: [[Area]] {
    var runs: [[Area]] = []
    for area in areas {
      if runs.last?.last?.classNumber == area.classNumber {
        runs[runs.count - 1].append(area)
      } else {
        runs.append([area])
      }
    }
    return runs
  }
}

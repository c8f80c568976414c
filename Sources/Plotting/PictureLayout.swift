/// Where the parts of a picture stand, in pixels from the left and from above.
///
/// It is the same for every kind of file: all places are told to gnuplot, which would choose others for other fonts.
struct PictureLayout {
  /// A part of the picture.
  struct Rectangle: Hashable {
    var (left, top, width, height): (Double, Double, Double, Double)
    var right: Double { left + width }
    var bottom: Double { top + height }
  }

  /// What stands for points or lines in the legend.
  struct LegendEntry {
    var name: String
    var color: Color
    var mark: Mark?
    var isLine: Bool
    var isDashed: Bool
    /// Where its mark begins.
    var (x, y): (Double, Double)
  }

  /// Sizes of texts.
  static let (titleSize, labelSize, smallSize) = (14.0, 12.0, 11.0)
  private static let (leftMargin, rightMargin, bottomMargin, legendHeight) = (68.0, 20.0, 46.0, 22.0)
  /// What a scale of colours takes at the right.
  private static let scaleMargin = 62.0

  private(set) var width = 0.0
  private(set) var height = 0.0
  /// The axes of each panel.
  private(set) var axes: [Rectangle] = []
  private(set) var legend: [LegendEntry] = []

  init(_ picture: Picture) {
    let columns = min(picture.columns, max(picture.panels.count, 1))
    let sizes = picture.panels.map { PictureLayout.axesSize($0, isAlone: picture.panels.count == 1) }
    let rowCount = (picture.panels.count + columns - 1) / columns
    func panels(row: Int) -> Range<Int> { row * columns..<min((row + 1) * columns, picture.panels.count) }
    let widths = (0..<columns).map { column in
      stride(from: column, to: picture.panels.count, by: columns).map { index in
        PictureLayout.leftMargin + sizes[index].width + PictureLayout.rightMargin
          + (picture.panels[index].hasScale ? PictureLayout.scaleMargin : 0)
      }.max() ?? 0
    }
    width = widths.reduce(0, +)
    axes = sizes.map { Rectangle(left: 0, top: 0, width: $0.width, height: $0.height) }
    var top = 0.0
    for row in 0..<rowCount {
      let hasSubtitle = panels(row: row).contains { !picture.panels[$0].subtitle.isEmpty }
      let tallest = panels(row: row).map { sizes[$0].height }.max() ?? 0
      let axesTop = top + (hasSubtitle ? 58 : 40)
      var left = 0.0
      for index in panels(row: row) {
        axes[index].left = left + PictureLayout.leftMargin
        axes[index].top = axesTop + (tallest - sizes[index].height) / 2
        left += widths[index - row * columns]
      }
      top = axesTop + tallest + PictureLayout.bottomMargin
    }
    height = top
    placeLegend(PictureLayout.entries(picture.panels))
    height = (height + 10).rounded()
    width = width.rounded()
  }

  private static func axesSize(_ panel: Panel, isAlone: Bool) -> (width: Double, height: Double) {
    var box: (width: Double, height: Double)
    switch panel.size {
    case .square: box = isAlone ? (440, 420) : (330, 330)
    case .medium: box = (330, 330)
    case .wide: box = (540, 320)
    case .small: box = (200, 170)
    }
    guard panel.size == .square || panel.size == .medium || panel.hasCells, panel.window.isBalanced else { return box }
    let scale = min(box.width / panel.window.width, box.height / panel.window.height)
    let (width, height) = (panel.window.width * scale, panel.window.height * scale)
    return ((width * 2).rounded() / 2, (height * 2).rounded() / 2)
  }

  /// The names of all panels, each once.
  private static func entries(_ panels: [Panel]) -> [LegendEntry] {
    var entries: [LegendEntry] = []
    for layer in panels.flatMap(\.layers) {
      let entry: LegendEntry?
      switch layer {
      case .points(let series):
        entry = series.name.map {
          LegendEntry(name: $0, color: series.color, mark: series.mark, isLine: false, isDashed: false, x: 0, y: 0)
        }
      case .lines(let series):
        entry = series.name.map {
          LegendEntry(
            name: $0, color: series.color, mark: series.mark, isLine: true, isDashed: series.isDashed, x: 0, y: 0)
        }
      default: entry = nil
      }
      if let entry, !entries.contains(where: { $0.name == entry.name && $0.color == entry.color }) {
        entries.append(entry)
      }
    }
    return entries
  }

  /// Rows of names below the panels, each row in the middle.
  private mutating func placeLegend(_ entries: [LegendEntry]) {
    let room = width - 30
    var rows: [[LegendEntry]] = []
    var used = 0.0
    for var entry in entries {
      let mark = entry.isLine ? 34.0 : 16.0
      entry.name = TextFitting.cut(entry.name, size: PictureLayout.labelSize, width: room - mark)
      let wanted = mark + TextFitting.width(entry.name, size: PictureLayout.labelSize) + 18
      if rows.isEmpty || used + wanted > room {
        rows.append([])
        used = 0
      }
      entry.x = used
      used += wanted
      rows[rows.count - 1].append(entry)
    }
    for row in rows {
      guard let last = row.last else { continue }
      let length = last.x + (last.isLine ? 34 : 16) + TextFitting.width(last.name, size: PictureLayout.labelSize)
      for var entry in row {
        entry.x += (width - length) / 2
        entry.y = height + 12
        legend.append(entry)
      }
      height += PictureLayout.legendHeight
    }
  }
}

extension Panel {
  /// Whether a scale of colours stands beside it.
  var hasScale: Bool {
    layers.contains {
      switch $0 {
      case .measured, .cells: true
      default: false
      }
    }
  }

  /// Whether it is a table of colours.
  var hasCells: Bool { layers.contains { if case .cells = $0 { true } else { false } } }
}

/// How long texts are, about: the widths of letters are those of Arial.
enum TextFitting {
  /// The width in pixels of a text in letters of a size.
  static func width(_ text: String, size: Double) -> Double {
    var width = 0.0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!": width += 0.27
      case "f", "t", "r", " ", "(", ")", "-", "/", "[", "]": width += 0.33
      case "m", "w", "M", "W", "@", "%": width += 0.86
      case "A"..."Z": width += 0.68
      case _ where scalar.value > 0x2e80: width += 1
      default: width += 0.56
      }
    }
    return width * size
  }

  /// The beginning of a text that fits, with `…` where something is missing.
  static func cut(_ text: String, size: Double, width most: Double) -> String {
    guard width(text, size: size) > most else { return text }
    var result = ""
    for character in text {
      guard width(result + String(character) + "…", size: size) <= most else { break }
      result.append(character)
    }
    return result + "…"
  }

  /// A size in which a text fits, down to three quarters, and what fits then.
  static func fitted(_ text: String, size: Double, width most: Double) -> (text: String, size: Double) {
    let wanted = width(text, size: size)
    let smaller = max(0.75, min(1, most / max(wanted, 1))) * size
    return (cut(text, size: smaller, width: most), (smaller * 10).rounded(.down) / 10)
  }
}

extension Picture {
  /// The pixels across and down where no others are asked for; of PNG twice as many.
  package var size: (width: Int, height: Int) {
    let layout = PictureLayout(self)
    return (Int(layout.width), Int(layout.height))
  }
}

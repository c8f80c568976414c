#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Lines of points over an axis of numbers that are not negative, as SVG.
///
/// The axis is logarithmic where the positive numbers reach over a factor of ten; 0 then has a place of its own at the
/// left, behind a gap.
package struct LineChart {
  /// A point, perhaps with an error bar.
  package struct Point: Sendable {
    let x: Double
    let y: Double
    let deviation: Double?

    /// A point; with an error bar where a deviation is given.
    package init(x: Double, y: Double, deviation: Double?) { (self.x, self.y, self.deviation) = (x, y, deviation) }
  }
  /// Points that belong together.
  package struct Line: Sendable {
    /// What is said of it in the legend.
    package let name: String
    /// Its points, in any order.
    package var points: [Point]
    private(set) var isJoined = true

    /// Points, joined or not.
    package init(name: String, points: [Point], isJoined: Bool) {
      (self.name, self.points, self.isJoined) = (name, points, isJoined)
    }
  }
  /// The most lines that can be told apart.
  package static let mostLines = markers.count

  /// The paths of markers around (0, 0), for those who do not see all colours.
  private static let markers = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-4-4h8v8h-8z", "M0-5L5 4H-5z", "M0-5.5L5.5 0L0 5.5L-5.5 0z",
    "M0 5L5-4H-5z", "M-1.5-5h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
    "M-5-3L-3-5L0-2L3-5L5-3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0z",
  ]

  private let title: String
  private let xLabel: String
  private let yLabel: String
  private let lines: [Line]
  /// What stands below the names of the lines.
  private let note: String?

  /// A chart of lines.
  package init(title: String, xLabel: String, yLabel: String, lines: [Line], note: String?) {
    (self.title, self.xLabel, self.yLabel, self.lines, self.note) = (title, xLabel, yLabel, lines, note)
  }

  private static let (left, right, top, bottom) = (80.0, 520.0, 50.0, 390.0)
  /// How far points of the next line stand to the right of those of one.
  private static let shift = 7.0

  /// The document.
  package var svg: String {
    let all = lines.flatMap(\.points)
    // Error bars of points at the same place stand beside one another, the outermost within the axes.
    let margin = max(20, Double(lines.count - 1) / 2 * LineChart.shift + 10)
    let axis = HorizontalAxis(all.map(\.x), from: LineChart.left + margin, to: LineChart.right - margin)
    let low = all.map { $0.y - ($0.deviation ?? 0) }.min() ?? 0
    let high = all.map { $0.y + ($0.deviation ?? 0) }.max() ?? 1
    let vertical = Ticks(from: low, to: high)
    func y(_ number: Double) -> Double {
      LineChart.bottom - (number - vertical.low) / (vertical.high - vertical.low) * (LineChart.bottom - LineChart.top)
    }
    let width = 570 + 8 * max(lines.map(\.name.count).max() ?? 0, note?.count ?? 0)
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="460" viewBox="0 0 \(width) 460" \
      font-family="sans-serif" font-size="13" fill="#222">
      <title>\(XML.escaped(title))</title>
      <rect width="\(width)" height="460" fill="#fff"/>
      <text x="300" y="28" text-anchor="middle" font-size="16">\(XML.escaped(title))</text>
      <text x="300" y="440" text-anchor="middle">\(XML.escaped(xLabel))</text>
      <text transform="translate(22 220) rotate(-90)" text-anchor="middle">\(XML.escaped(yLabel))</text>

      """
    for number in vertical.numbers {
      let place = one(y(number))
      text += "<path d=\"M80 \(place)H520\" stroke=\"#ddd\"/>"
      text += "<text x=\"72\" y=\"\(place)\" dy=\"0.35em\" text-anchor=\"end\">\(vertical.label(number))</text>\n"
    }
    for (number, place) in axis.labels {
      text += "<path d=\"M\(one(place)) 390v6\" stroke=\"#222\"/>"
      text += "<text x=\"\(one(place))\" y=\"412\" text-anchor=\"middle\">\(shortest(number))</text>\n"
    }
    text += "<path d=\"M80 50V390H520\" fill=\"none\" stroke=\"#222\"/>\n"
    if let gap = axis.gap {
      text += "<path d=\"M\(one(gap)) 390h8\" stroke=\"#fff\" stroke-width=\"3\"/>"
      text += "<path d=\"M\(one(gap - 3)) 396l6-12M\(one(gap + 5)) 396l6-12\" stroke=\"#222\"/>\n"
    }
    for (index, line) in lines.enumerated() {
      let color = Style.clear.color(index).html
      let marker = LineChart.markers[index % LineChart.markers.count]
      let shift = (Double(index) - Double(lines.count - 1) / 2) * LineChart.shift
      let points = line.points.sorted { $0.x < $1.x }.map { point in
        (x: axis.place(point.x) + shift, y: y(point.y), point: point)
      }
      text += "<g stroke=\"\(color)\" fill=\"\(color)\">"
      if line.isJoined {
        text += "<path fill=\"none\" stroke-width=\"1.5\" d=\"M"
        text += points.map { "\(one($0.x)) \(one($0.y))" }.joined(separator: "L") + "\"/>"
      }
      for point in points {
        if let deviation = point.point.deviation {
          let (from, to) = (one(y(point.point.y - deviation)), one(y(point.point.y + deviation)))
          text += "<path d=\"M\(one(point.x - 4)) \(from)h8m-4 0V\(to)m-4 0h8\" fill=\"none\"/>"
        }
        let place = "\(one(point.x)) \(one(point.y))"
        text += "<path transform=\"translate(\(place))\" stroke=\"none\" d=\"\(marker)\"/>"
      }
      if !line.name.isEmpty {
        let place = 60 + 20 * index
        text += "<path transform=\"translate(540 \(place))\" stroke=\"none\" d=\"\(marker)\"/>"
        text += "<text x=\"552\" y=\"\(place)\" dy=\"0.35em\" stroke=\"none\" fill=\"#222\">"
        text += "\(XML.escaped(line.name))</text>"
      }
      text += "</g>\n"
    }
    if let note {
      text += "<text x=\"552\" y=\"\(60 + 20 * lines.count)\" dy=\"0.35em\">\(XML.escaped(note))</text>\n"
    }
    return text + "</svg>\n"
  }

  private func one(_ number: Double) -> String { shortest((number * 10).rounded() / 10) }

  private func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

import ArgumentParser
import Plotting
import TensorFiles
import ToolSupport
import Training

/// The dev error against lambda: a line for each combination of the other settings, or points where settings were drawn.
struct TunePlot {
  private let path: String
  private let data: TuneData
  private let others: [SearchableSetting]
  private let isDrawn: Bool

  /// - Throws: a usage error where lambda has one value, or the file's name says that it is another kind of picture.
  static func check(_ search: SearchOptions) throws {
    guard search.columns.contains(.lambda) else {
      throw ValidationError("--plot draws the dev error against lambda, so --lambda needs several values")
    }
    if search.plot == "-" { throw ValidationError("the table is on standard output; --plot needs the name of a file") }
    let name = (search.plot ?? "").split(separator: "/").last ?? ""
    if let dot = name.lastIndex(of: "."), dot > name.startIndex, name[dot...].lowercased() != ".svg" {
      throw ValidationError(
        "--plot draws SVG, and '\(name)' ends as something else does; name it \(name[..<dot]).svg")
    }
  }

  /// - Throws: where the file could not be created.
  init(path: String, data: TuneData, search: SearchOptions) throws {
    self.path = path
    self.data = data
    isDrawn = search.random != nil
    // Hardly two draws are alike but for lambda.
    others = isDrawn ? [] : search.columns.filter { $0 != .lambda }
    _ = try OutputFile(path: path)
  }

  /// Draws the results that came to the end of all iterations.
  func write(_ results: [SearchResult]) throws {
    let last = results.map(\.round).max() ?? 0
    var lines: [LineChart.Line] = []
    for result in results where result.round == last {
      let accuracy = result.values(\.dev, \.accuracy)
      guard let values = accuracy ?? result.values(\.dev, { $0.cost }) else { continue }
      let error = accuracy == nil ? values.mean : 1 - values.mean
      guard error.isFinite else { continue }
      let name = others.map { "\($0.rawValue) \($0.text(in: result.point.settings))" }.joined(separator: ", ")
      let point = LineChart.Point(
        x: result.point.settings.lambda, y: error, deviation: data.hasFolds ? values.deviation : nil)
      if let index = lines.firstIndex(where: { $0.name == name }) {
        lines[index].points.append(point)
      } else {
        lines.append(LineChart.Line(name: name, points: [point], isJoined: !isDrawn))
      }
    }
    let isError = results.contains { $0.devAccuracy != nil }
    // Nobody can tell more lines apart: those with the best results come first.
    let shown = min(lines.count, LineChart.mostLines)
    let note = shown < lines.count ? "\(lines.count - shown) more, the worst, are not shown" : nil
    if note != nil {
      Message.note(
        "\(path): of \(lines.count) lines, one for each \(others.map(\.rawValue).joined(separator: " and ")), "
          + "the best \(shown) are drawn")
    }
    let chart = LineChart(
      title: "\(isError ? "Dev error" : "Dev cost") against lambda (\(data.description))", xLabel: "lambda",
      yLabel: isError ? "1 - dev accuracy" : "dev cost", lines: Array(lines.prefix(shown)), note: note)
    var output = try OutputFile(path: path)
    try output.write(chart.svg)
    try output.commit()
  }
}

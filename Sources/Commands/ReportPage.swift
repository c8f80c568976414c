import NetworkFiles
import Plotting
import TensorFiles
import ToolSupport
import Training

/// What stands on the page of `reg-plot report`.
struct ReportPage {
  let models: [PlottedModels.Model]
  let data: LoadedForModels
  let plane: PlaneOptions
  let style: Style
  let threads: Int

  /// What the page may weigh: a mail with it still goes through.
  static let mostBytes = 500_000
  /// The most points of a picture, and the fewest that it is brought down to.
  private static let (mostPoints, fewestPoints) = (1000, 60)

  /// The page, with fewer points in its pictures where it would be too large.
  func html(heading: String?, program: Gnuplot) throws -> String {
    let names = models.map(\.title).joined(separator: ", ")
    let known = try (scores: scores, settings: settings)
    var limit = ReportPage.mostPoints
    while true {
      var report = Report(
        title: (heading ?? "\(names) on \(data.name)").escapingControls,
        footer: "Written by reg-plot (reg-tools) \(RegTools.version).")
      report.parts = [.facts(facts)]
      report.sections = [("How well the models do", [known.scores])]
      report.sections += try pictures(limit: limit, program)
      report.sections.append(("Settings", [known.settings]))
      let html = report.html
      guard html.utf8.count > ReportPage.mostBytes, limit > ReportPage.fewestPoints else { return html }
      limit /= 2
    }
  }

  // MARK: Texts

  private var facts: [(name: String, value: String)] {
    let set = data.dataset
    var facts = [
      ("Data", data.name), ("SHA-256", data.sha256),
      ("Features", "\(set.names.features) (\(set.train.inputCount) inputs)"), ("Labels", set.names.labels),
    ]
    if let features = set.names.testFeatures {
      facts.append(("Test set", "\(features), \(set.names.testLabels ?? "")"))
    }
    facts.append(("Examples", set.sizes))
    if let names = set.classes?.names {
      facts.append(("Classes", names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")))
    }
    return facts.map { (name: $0.0, value: $0.1.escapingControls) }
  }

  /// A row for each model.
  private var scores: Report.Part {
    get throws {
      let (train, test) = (data.dataset.measuredTrain, data.dataset.test)
      let results = try models.map { model in
        (
          try data.evaluation(of: model.trained, on: train, threads: threads),
          try test.map { try data.evaluation(of: model.trained, on: $0, threads: threads) }
        )
      }
      let areClasses = results.first.map { $0.0.task.classCount != nil } ?? true
      let metrics: [Metric] = areClasses ? [.accuracy, .cost, .auc, .f1] : [.r2, .rmse, .meanAbsoluteError, .cost]
      let shown = metrics.filter { metric in results.contains { $0.0[metric] != nil } }
      var header = ["Model"]
      for metric in shown {
        header.append("\(ReportPage.title(metric)), training")
        if test != nil { header.append("\(ReportPage.title(metric)), test") }
      }
      let rows = zip(models, results).map { model, result in
        var row = [model.title]
        for metric in shown {
          row.append(ReportPage.text(result.0[metric], metric))
          if test != nil { row.append(ReportPage.text(result.1?[metric], metric)) }
        }
        return row
      }
      var caption = "\(train.exampleCount) training examples"
      if let test { caption += ", \(test.exampleCount) test examples" }
      if let record = models.first(where: { $0.trained.training?.dataSHA256 ?? data.sha256 != data.sha256 }) {
        caption += "; \(record.title) was trained with other data"
      }
      return .table(Report.Table(caption, header: header, rows: rows))
    }
  }

  private static func title(_ metric: Metric) -> String {
    let title = metric.title
    return title.prefix(1).uppercased() + title.dropFirst()
  }

  /// A number with as many digits as the others of its column have.
  private static func text(_ value: Double?, _ metric: Metric) -> String {
    guard let value else { return "–" }
    guard metric != .accuracy else { return "\((value * 1000).rounded() / 10) %" }
    guard abs(value) < 1000 else { return value.fourDigits }
    var text: [UInt8] = []
    NumberFormat.fixed(4).append(value, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// A column for each model, a row for what any of them has.
  private var settings: Report.Part {
    let columns = models.map { settings(of: $0.trained) }
    var names: [String] = []
    for column in columns { for (name, _) in column where !names.contains(name) { names.append(name) } }
    let rows = names.map { name in
      [name] + columns.map { column in column.first { $0.name == name }?.value ?? "–" }
    }
    return .table(
      Report.Table(
        "How the models were trained, as their files say", header: ["Setting"] + models.map(\.title), rows: rows,
        isNumeric: false))
  }

  private func settings(of trained: TrainedNetwork) -> [(name: String, value: String)] {
    let network = trained.network
    var result: [(name: String, value: String)] = [
      ("layers", network.layerSizes.map(String.init).joined(separator: " → ")),
      ("activations", network.layers.map(\.activation.rawValue).joined(separator: ", ")),
      ("parameters", "\(network.parameterCount)"),
    ]
    if network.inputScaling != nil { result.append(("standardised inputs", "yes")) }
    guard let record = trained.training else { return result }
    result += record.recordedSettings
    if let done = record.iterationsDone, done != record.settings.iterations {
      result.append(("iterations done", "\(done)"))
    }
    if let hash = record.dataSHA256 {
      result.append(("data", hash == data.sha256 ? "those above" : "others: SHA-256 \(hash.escapingControls)"))
    }
    return result
  }

  // MARK: Pictures

  private func pictures(limit: Int, _ program: Gnuplot) throws -> [(heading: String, parts: [Report.Part])] {
    var sections: [(heading: String, parts: [Report.Part])] = []
    func figure(_ picture: Picture) throws(PlotError) -> Report.Figure {
      Report.Figure(
        svg: try program.draw(picture, as: .svg), size: picture.size, description: picture.description)
    }
    if data.dataset.train.inputCount >= 2, !data.classNames.isEmpty {
      let boundaries = try models.map { model in
        try figure(
          try PlotBoundary.picture(
            [model], data, plane: plane, step: nil, style: style, limit: limit,
            size: models.count > 2 ? .medium : .square))
      }
      sections.append(("Decision boundaries", [.figures(boundaries)]))
    }
    let recorded = models.filter { !($0.trained.training?.costs.isEmpty ?? true) }
    if !recorded.isEmpty {
      sections.append(("Costs", [.figures([try figure(try PlotCost.picture(recorded, style: style))])]))
    }
    return sections
  }
}

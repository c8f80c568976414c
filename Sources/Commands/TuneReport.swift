import NetworkFiles
import TensorFiles
import ToolSupport
import Training

/// The table of a search, best first.
struct TuneReport {
  private let outcome: TuneSearch.Outcome
  private let data: TuneData
  private let choices: [SearchableSetting]
  private let rounds: SuccessiveHalving
  private let ranking: SearchRanking
  /// The data's file.
  var file = ""
  /// The model of the best settings, where it was written.
  var model: TuneModel.Model?

  init(
    _ outcome: TuneSearch.Outcome, data: TuneData, choices: [SearchableSetting], rounds: SuccessiveHalving,
    ranking: SearchRanking
  ) {
    self.outcome = outcome
    self.data = data
    self.choices = choices
    self.rounds = rounds
    self.ranking = ranking
  }

  /// Writes it.
  ///
  /// - Parameter toStandardError: because the parameters themselves go to standard output.
  func write(as format: TableFormat, toStandardError: Bool) throws {
    let text: String
    switch format {
    case .text: text = self.text
    case .csv:
      text = csv
      for note in data.notes { Message.note(note) }
    case .json: text = try json.text + "\n"
    }
    if toStandardError { return Message.write(String(text.dropLast())) }
    var output = try OutputFile(path: "-")
    try output.write(text)
    try output.commit()
  }

  /// A column of numbers.
  private struct Column {
    let name: String
    let set: KeyPath<SearchRun, SearchScore?>
    let number: (SearchScore) -> Double?

    func values(_ result: SearchResult) -> FoldValues? { result.values(set, number) }
  }

  /// Values have no accuracy, and classes nothing but accuracy and cost.
  private var columns: [Column] {
    let sets: [(String, KeyPath<SearchRun, SearchScore?>)] = [("train", \.train), ("dev", \.dev)]
    return sets.flatMap { name, set in
      let cost = Column(name: "\(name)_cost", set: set) { $0.cost }
      guard case .values = data.train.kind else {
        return [Column(name: "\(name)_accuracy", set: set) { $0.accuracy }, cost]
      }
      return [cost, Column(name: "\(name)_r2", set: set) { $0.r2 }, Column(name: "\(name)_rmse", set: set) { $0.rmse }]
    }
  }

  /// `dev accuracy` and `dev R²` for `dev_accuracy` and `dev_r2`.
  private static func title(_ name: String) -> String {
    name.split(separator: "_").map { ["r2": "R²", "rmse": "RMSE"][$0] ?? String($0) }.joined(separator: " ")
  }

  // MARK: Text

  private var text: String {
    let columns = columns.filter { column in outcome.results.contains { column.values($0) != nil } }
    var table = TextTable(
      columns: choices.map { _ in .left } + columns.map { _ in .left } + [.right, .right, .right, .left])
    table.add(
      choices.map(\.rawValue) + columns.map { TuneReport.title($0.name) }
        + ["parameters", "iterations", "seconds", ""])
    for (index, result) in outcome.results.enumerated() {
      table.add(
        choices.map { $0.text(in: result.point.settings) }
          + columns.map { text($0.values(result)) }
          + ["\(result.parameterCount)", "\(result.iterations)", result.seconds.fourDigits]
          + [result.divergence.map { "diverged: \($0.escapingControls)" } ?? (index == 0 ? "best" : "")])
    }
    return heading + "\n" + (outcome.results.isEmpty ? "no training has come to its end\n" : table.text) + ending
  }

  private func text(_ values: FoldValues?) -> String {
    guard let values else { return "-" }
    return data.hasFolds ? "\(values.mean.fourDigits) ± \(values.deviation.fourDigits)" : values.mean.fourDigits
  }

  private var heading: String {
    let count = outcome.results.count
    var text = "\(count) setting\(count == 1 ? "" : "s") on \(data.train.exampleCount) examples, compared by "
    text += "\(data.hasFolds ? "the mean of " : "")\(data.description), \(ranking.rawValue) first\n"
    if rounds.rounds.count > 1 {
      let parts = rounds.rounds.map { "\($0.settingCount) to 1/\($0.divisor)" }
      text += "successive halving: \(parts.dropLast().joined(separator: ", ")), "
      text += "\(rounds.rounds.last?.settingCount ?? 0) to the end of the iterations\n"
    }
    return text
  }

  private var ending: String {
    var text = data.notes.isEmpty ? "" : "\n"
    for note in data.notes { text += note.escapingControls + "\n" }
    if let model {
      text += "\nThe best settings, trained on all \(model.examples) examples, are in "
      text += (model.path == "-" ? "standard output" : model.path.escapingControls) + ".\n"
      if let accuracy = model.test?.accuracy { text += "On the test set:\nAccuracy: \(accuracy)\n" }
    }
    return text
  }

  // MARK: CSV

  private var csv: String {
    let scores = columns.flatMap { data.hasFolds ? [$0.name, $0.name + "_std"] : [$0.name] }
    var lines = [["rank"] + choices.map(\.rawValue) + scores + ["parameters", "iterations", "seconds"]]
    for (index, result) in outcome.results.enumerated() {
      let numbers = columns.flatMap { column -> [String] in
        let values = column.values(result)
        let mean = values.map { "\($0.mean)" } ?? ""
        return data.hasFolds ? [mean, values.map { "\($0.deviation)" } ?? ""] : [mean]
      }
      lines.append(
        ["\(index + 1)"] + choices.map { $0.text(in: result.point.settings) } + numbers
          + ["\(result.parameterCount)", "\(result.iterations)", "\(result.seconds)"])
    }
    return lines.map { $0.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n" }.joined()
  }

  // MARK: JSON

  private var json: JSONValue {
    let best = outcome.results.first.flatMap { $0.divergence == nil ? $0 : nil }
    return .object([
      "results": .array(outcome.results.map(json)),
      "best": best.map { TuneSettings.json($0.point.settings) } ?? .null,
      "model": JSONValue(model?.path), "test": ModelReport.score(model?.test),
      "data": .object([
        "file": .text(file), "features": .text(data.loaded.names.features), "labels": .text(data.loaded.names.labels),
        "train_examples": .integer(data.train.exampleCount), "dev": JSONValue(data.devName),
        "dev_examples": JSONValue(data.devCount), "folds": data.hasFolds ? .integer(data.foldCount) : .null,
      ]),
      "rank": .text(ranking.rawValue), "choices": .array(choices.map { .text($0.rawValue) }),
      "rounds": .array(
        rounds.rounds.map { .object(["settings": .integer($0.settingCount), "divisor": .integer($0.divisor)]) }),
      "runs": .integer(outcome.runCount), "interrupted": .bool(outcome.isInterrupted),
      "notes": .array(data.notes.map(JSONValue.text)),
    ])
  }

  private func json(_ result: SearchResult) -> JSONValue {
    func number(_ values: FoldValues?) -> JSONValue {
      guard let values else { return .null }
      guard data.hasFolds else { return .number(values.mean) }
      return .object([
        "mean": .number(values.mean), "std": .number(values.deviation),
        "folds": .array(values.values.map(JSONValue.number)),
      ])
    }
    func set(_ path: KeyPath<SearchRun, SearchScore?>) -> JSONValue {
      var members = [
        "accuracy": number(result.values(path, \.accuracy)), "cost": number(result.values(path) { $0.cost }),
      ]
      if case .values = data.train.kind {
        members["r2"] = number(result.values(path, \.r2))
        members["rmse"] = number(result.values(path, \.rmse))
      }
      return .object(members)
    }
    return .object([
      "settings": TuneSettings.json(result.point.settings), "train": set(\.train), "dev": set(\.dev),
      "parameters": .integer(result.parameterCount), "iterations": .integer(result.iterations),
      "round": .integer(result.round + 1), "diverged": JSONValue(result.divergence), "seconds": .number(result.seconds),
    ])
  }
}

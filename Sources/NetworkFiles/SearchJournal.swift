package import TensorFiles
package import Training
import Synchronization

/// What a search has done, line by line as JSON, so that an interrupted one goes on where it was.
///
/// The first line says which search of which data it is; each other line is a finished run. A line that has no end,
/// because the process or the machine ended while it was written, is taken away when the file is opened again.
package final class SearchJournal: Sendable {
  /// The runs that stood in the file when it was opened.
  package let finished: [SearchRun.Key: SearchRun]
  private let file: Mutex<AppendingFile>

  /// Bytes of a journal that are read: those of millions of runs.
  private static let limit = 1 << 30

  /// Opens the journal of a search, or begins it.
  ///
  /// - Parameters:
  ///   - identity: what must be the same where a search goes on: an object whose members `data` and `search` are objects.
  /// - Throws: ``FormatError`` where the file is no journal, that of other data or of another search, or cannot be
  ///   written.
  package init(path: String, identity: JSONValue) throws {
    let file = try AppendingFile(path: path)
    let bytes = try file.contents(limit: SearchJournal.limit)
    let header = try identity.text
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // Behind the last line end there is nothing, or the beginning of a line.
    let torn = lines.popLast() ?? []
    var finished: [SearchRun.Key: SearchRun] = [:]
    if lines.isEmpty {
      guard header.utf8.starts(with: torn) else { throw SearchJournal.noJournal(path) }
      try file.truncate(to: 0)
      try file.append(header + "\n")
    } else {
      do throws(FormatError) {
        let found = try SearchJournal.header(Array(lines[0]))
        // What was read from a text is compared with what is read from a text.
        try SearchJournal.check(found, against: try JSONValue(parsing: Array(header.utf8)))
        for (index, line) in lines.enumerated().dropFirst() {
          let run = try SearchJournal.run(Array(line), line: index + 1)
          finished[run.key] = run
        }
      } catch {
        throw error.naming(path)
      }
      if !torn.isEmpty { try file.truncate(to: bytes.count - torn.count) }
    }
    self.finished = finished
    self.file = Mutex(file)
  }

  /// Appends a run; when this returns the run is on the disk.
  package func append(_ run: SearchRun, settings: JSONValue) throws {
    let line = try SearchJournal.json(run, settings: settings).text + "\n"
    try file.withLock { file throws(FormatError) in try file.append(line) }
  }

  private static func noJournal(_ path: String) -> FormatError {
    FormatError(.unsuitable, "this is no journal of a search; name another file", file: path)
  }

  private static func header(_ line: [UInt8]) throws(FormatError) -> JSONValue {
    do throws(FormatError) { return try JSONValue(parsing: line) } catch {
      throw FormatError(.unsuitable, "this is no journal of a search; name another file")
    }
  }

  private static func check(_ found: JSONValue, against expected: JSONValue) throws(FormatError) {
    guard found != expected else { return }
    guard found["journal"] == expected["journal"], found["data"]?.objectValue != nil,
      found["search"]?.objectValue != nil
    else { throw FormatError(.unsuitable, "this is no journal of a search; name another file") }
    for (part, what) in [("version", "another version"), ("search", "another search"), ("data", "other data")] {
      guard found[part] != expected[part] else { continue }
      let (old, new) = (found[part]?.objectValue ?? [:], expected[part]?.objectValue ?? [:])
      let names = Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }
      let differences = names.prefix(3).map { name in
        "\(name) was \((try? old[name]?.text) ?? "not given") and is \((try? new[name]?.text) ?? "not given")"
      }
      let explanation = differences.isEmpty ? "" : ": \(differences.joined(separator: ", "))"
      throw FormatError(.unsuitable, "the journal is of \(what)\(explanation); name another file")
    }
  }
}

extension SearchJournal {
  private static func json(_ run: SearchRun, settings: JSONValue) -> JSONValue {
    .object([
      "point": .integer(run.key.point), "fold": .integer(run.key.fold), "round": .integer(run.key.round),
      "settings": settings, "iterations": .integer(run.iterations), "best_iteration": .integer(run.bestIteration),
      "train": json(run.train), "dev": json(run.dev), "divergence": JSONValue(run.divergence),
      "seconds": .number(run.seconds),
    ])
  }

  private static func json(_ score: SearchScore?) -> JSONValue {
    score.map { score -> JSONValue in
      var members = ["accuracy": JSONValue(score.accuracy), "cost": JSONValue(score.cost)]
      if score.r2 != nil || score.rmse != nil {
        members.merge(["r2": JSONValue(score.r2), "rmse": JSONValue(score.rmse)]) { $1 }
      }
      return .object(members)
    } ?? .null
  }

  private static func run(_ bytes: [UInt8], line: Int) throws(FormatError) -> SearchRun {
    let json: JSONValue
    do throws(FormatError) { json = try JSONValue(parsing: bytes) } catch {
      throw damaged(line, "this line is no JSON")
    }
    guard let point = json["point"]?.integerValue, let fold = json["fold"]?.integerValue,
      let round = json["round"]?.integerValue, let iterations = json["iterations"]?.integerValue,
      let best = json["best_iteration"]?.integerValue, let seconds = json["seconds"]?.doubleValue,
      point >= 0, fold >= 0, round >= 0,
      json["divergence"]?.textValue != nil || (json["train"]?.objectValue != nil && json["dev"]?.objectValue != nil)
    else { throw damaged(line, "this line is not that of a run") }
    guard iterations >= 0, (0...iterations).contains(best), seconds >= 0 else {
      throw damaged(line, "the iterations or the seconds are no numbers of a run")
    }
    let (train, dev) = (score(json["train"]), score(json["dev"]))
    if let problem = [train, dev].lazy.compactMap({ $0.flatMap(problem) }).first { throw damaged(line, problem) }
    return SearchRun(
      key: SearchRun.Key(point: point, fold: fold, round: round), iterations: iterations, bestIteration: best,
      train: train, dev: dev, divergence: json["divergence"]?.textValue, seconds: seconds)
  }

  /// A cost that is null was infinite, for which JSON has no number.
  private static func score(_ json: JSONValue?) -> SearchScore? {
    guard json?.objectValue != nil else { return nil }
    return SearchScore(
      accuracy: json?["accuracy"]?.doubleValue, cost: json?["cost"]?.doubleValue ?? .infinity,
      r2: json?["r2"]?.doubleValue, rmse: json?["rmse"]?.doubleValue)
  }

  /// What no score can be, whatever was trained.
  private static func problem(_ score: SearchScore) -> String? {
    if let accuracy = score.accuracy, !(0...1).contains(accuracy) {
      return "an accuracy is from 0 to 1, found \(accuracy)"
    }
    if !(score.cost >= 0) { return "a cost is not negative, found \(score.cost)" }
    if let rmse = score.rmse, !(rmse >= 0) { return "an RMSE is not negative, found \(rmse)" }
    if let r2 = score.r2, !(r2 <= 1) { return "an R² is at most 1, found \(r2)" }
    return nil
  }

  private static func damaged(_ line: Int, _ sentence: String) -> FormatError {
    FormatError(
      .damaged, at: .line(line, column: nil), "\(sentence); without the line the search does its run again")
  }
}

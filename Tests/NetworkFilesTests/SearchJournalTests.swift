import Foundation
import NetworkFiles
import TensorFiles
import Testing
import Training

@Suite("Journals of a search") struct SearchJournalTests {
  private let folder: TemporaryFolder
  private var path: String { "\(folder.path)/search.jsonl" }

  init() throws { folder = try TemporaryFolder() }

  private let identity = JSONValue.object([
    "journal": "reg-tune", "version": .integer(1), "data": .object(["sha256": "00ff"]),
    "search": .object(["lambda": "0,1", "draws": .null, "share": .number(0.1)]),
  ])

  private func run(_ point: Int, fold: Int = 0, round: Int = 0, diverged: Bool = false) -> SearchRun {
    SearchRun(
      key: .init(point: point, fold: fold, round: round), iterations: 30, bestIteration: 20,
      train: diverged ? nil : .init(accuracy: 0.1 + 0.2, cost: 1 / 3),
      dev: diverged ? nil : .init(accuracy: nil, cost: .infinity), divergence: diverged ? "the cost is nan" : nil,
      seconds: 0.25)
  }

  private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
  private func write(_ text: String) throws { try text.write(toFile: path, atomically: false, encoding: .utf8) }

  /// A journal with three runs.
  private func begin() throws {
    let journal = try SearchJournal(path: path, identity: identity)
    #expect(journal.finished == [:])
    for run in [run(0), run(1, fold: 2, round: 1), run(2, diverged: true)] {
      try journal.append(run, settings: .object(["lambda": .number(0.1)]))
    }
  }

  @Test func whatWasAppendedIsThereAgain() throws {
    try begin()
    let runs = [run(0), run(1, fold: 2, round: 1), run(2, diverged: true)]
    let expected = Dictionary(uniqueKeysWithValues: runs.map { ($0.key, $0) })
    let before = try text()
    #expect(try SearchJournal(path: path, identity: identity).finished == expected)
    #expect(try text() == before && before.split(separator: "\n").count == 4)
  }

  /// Wherever the last write ended, what was complete is read, and what is appended next stands on a line of its own.
  @Test func aTornLineIsTakenAway() throws {
    try begin()
    let whole = try Array(text().utf8)
    let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    for size in whole.indices {
      try Data(whole.prefix(size)).write(to: URL(filePath: path))
      let journal = try SearchJournal(path: path, identity: identity)
      #expect(journal.finished.count == max(0, ends.count { $0 <= size } - 1))
      try journal.append(run(7), settings: .null)
    }
    #expect(try SearchJournal(path: path, identity: identity).finished.keys.contains(run(7).key))
  }

  @Test func anotherSearchIsRefused() throws {
    try begin()
    let before = try text()
    var members = try #require(identity.objectValue)
    members["search"] = .object(["lambda": "0,2", "draws": .integer(3), "share": .number(0.1)])
    var error = #expect(throws: FormatError.self) {
      _ = try SearchJournal(path: path, identity: .object(members))
    }
    #expect(
      error?.description
        == "\(path): the journal is of another search: draws was null and is 3, lambda was \"0,1\" and is \"0,2\"; "
        + "name another file")
    members = try #require(identity.objectValue)
    members["data"] = .object(["sha256": "0000"])
    error = #expect(throws: FormatError.self) { _ = try SearchJournal(path: path, identity: .object(members)) }
    #expect(error?.description.contains("of other data: sha256 was \"00ff\" and is \"0000\";") == true)
    #expect(try text() == before)
  }

  @Test(arguments: ["x1,x2,y\n1,2,0\n", "{}\n", "{\"journal\":\"reg-tune\"}\n", "1,2", "\n", "\u{1B}[31m\n"])
  func whatIsNoJournalIsLeftAlone(content: String) throws {
    try write(content)
    let error = #expect(throws: FormatError.self) { _ = try SearchJournal(path: path, identity: identity) }
    #expect(error?.description == "\(path): this is no journal of a search; name another file")
    #expect(try text() == content)
  }

  @Test func aDamagedLineIsNamed() throws {
    try begin()
    let lines = try text().split(separator: "\n").map(String.init)
    for (line, sentence) in [
      ("{\"point\":", "this line is no JSON; without the line the search does its run again"),
      ("{\"point\":1}", "this line is not that of a run"),
      (lines[1].replacing("\"fold\":0", with: "\"fold\":-1"), "this line is not that of a run"),
      (lines[1].replacing("0.30000000000000004", with: "7"), "an accuracy is from 0 to 1, found 7.0"),
      (lines[1].replacing("\"best_iteration\":20", with: "\"best_iteration\":40"), "the iterations or"),
    ] {
      try write([lines[0], lines[1], line, lines[3]].joined(separator: "\n") + "\n")
      let error = #expect(throws: FormatError.self) { _ = try SearchJournal(path: path, identity: identity) }
      #expect(error?.description.hasPrefix("\(path):3: \(sentence)") == true)
    }
  }

  @Test func oneSearchWritesAtATime() throws {
    let journal = try SearchJournal(path: path, identity: identity)
    let error = #expect(throws: FormatError.self) { _ = try SearchJournal(path: path, identity: identity) }
    #expect(error?.description == "\(path): another process that is still running writes to it")
    try journal.append(run(0), settings: .null)
  }

  @Test func whatIsNoFileIsRefused() throws {
    let error = #expect(throws: FormatError.self) { _ = try SearchJournal(path: "/dev/null", identity: identity) }
    #expect(error?.description == "/dev/null: this is no regular file, which is needed to read it again")
    #expect(throws: FormatError.self) { _ = try SearchJournal(path: "\(folder.path)/no/j", identity: identity) }
  }
}

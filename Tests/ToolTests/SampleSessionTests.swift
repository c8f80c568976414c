import Testing

/// A command of a session, and what it prints.
struct SessionStep: Equatable, Sendable, CustomTestStringConvertible {
  var file: String
  var line: Int
  var command: String
  var expected: [String]

  var testDescription: String { "\(file):\(line): \(command)" }

  /// The sessions of a text: its fenced blocks marked `console`, joined to one.
  ///
  /// A command begins with `$ `; a line that ends with a backslash or an operator goes on in the next, which begins
  /// with `> `. The lines up to the next command or the end of the block are what it prints.
  static func steps(of text: String, file: String) -> [SessionStep] {
    var steps: [SessionStep] = []
    var isInside = false
    var isBegun = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      if line.hasPrefix("```") {
        isInside = !isInside && line == "```console"
        isBegun = false
      } else if !isInside {
        continue
      } else if line.hasPrefix("$ ") {
        steps.append(SessionStep(file: file, line: index + 1, command: String(line.dropFirst(2)), expected: []))
        isBegun = true
      } else if isBegun, line.hasPrefix("> "), let last = steps.last, last.expected.isEmpty, last.isUnfinished {
        steps[steps.count - 1].command += "\n" + line.dropFirst(2)
      } else if isBegun {
        steps[steps.count - 1].expected.append(line)
      }
    }
    return steps
  }

  private var isUnfinished: Bool { ["\\", "|", "&&", "||", "{", "do"].contains { command.hasSuffix($0) } }

  /// Whether lines are the expected ones; `…` alone stands for any number of lines.
  static func matches(_ found: ArraySlice<String>, _ expected: ArraySlice<String>) -> Bool {
    guard let first = expected.first else { return found.isEmpty }
    if first == "…" {
      return (found.startIndex...found.endIndex).contains { matches(found[$0...], expected.dropFirst()) }
    }
    return found.first == first && matches(found.dropFirst(), expected.dropFirst())
  }
}

/// A text with sessions, and the folder where it is read.
struct Session: Sendable, CustomTestStringConvertible {
  let file: String
  let folder: String
  var testDescription: String { file }

  /// The README files of the package and of its samples, where they have sessions.
  static let all: [Session] = {
    var sessions = [Session(file: Tool.package + "/README.md", folder: Tool.package)]
    for name in (try? System.names(in: Tool.package + "/Samples")) ?? [] {
      let folder = Tool.package + "/Samples/" + name
      sessions.append(Session(file: folder + "/README.md", folder: folder))
    }
    return sessions.filter { (try? !$0.steps.isEmpty) ?? false }
  }()

  /// The sessions that need nothing but the package.
  static let ofThePackage = all.filter { $0.need == nil }
  /// Those that need another program too.
  static let ofOthers = all.filter { $0.need != nil }

  /// The command of a line `<!-- needs: COMMAND -->`, which succeeds where the session can be run.
  var need: String? {
    let lines = (try? System.contents(file)).map { String(decoding: $0, as: UTF8.self).split(separator: "\n") } ?? []
    let (first, last) = ("<!-- needs: ", " -->")
    return lines.first { $0.hasPrefix(first) && $0.hasSuffix(last) }
      .map { String($0.dropFirst(first.count).dropLast(last.count)) }
  }

  /// Whether what it needs is here.
  var canBeRun: Bool { need.map { (try? Tool.bash("-c", $0).code) == 0 } ?? true }

  var steps: [SessionStep] {
    get throws { SessionStep.steps(of: String(decoding: try System.contents(file), as: UTF8.self), file: file) }
  }
}

@Suite struct SampleSessionTests {
  @Test(arguments: Session.ofThePackage) func everyCommandPrintsWhatStandsBelowIt(session: Session) throws {
    try play(session)
  }

  @Test(
    .enabled(
      if: Session.ofOthers.allSatisfy(\.canBeRun), "a session reads data of scikit-learn, which is not here"),
    arguments: Session.ofOthers)
  func sessionsWithOtherPrograms(session: Session) throws { try play(session) }

  /// The table at the top of the README has the numbers that `make demo` prints.
  @Test func theTableOfTheReadmeIsTheDemos() throws {
    let folder = try TemporaryFolder()
    let path = Tool.folder + ":" + (System.variable("PATH") ?? "/usr/bin:/bin")
    let demo = try Tool.bash(
      Tool.package + "/Samples/demo", try Field.mat, folder.file("demo"), environment: ["PATH": path])
    #expect(demo.code == 0, "\(demo.errors)")
    let readme = String(decoding: try System.contents(Tool.package + "/README.md"), as: UTF8.self)
    for model in ["plain", "L2", "dropout"] {
      let line = try #require(demo.lines.first { $0.hasPrefix(model) })
      let numbers = line.split(separator: " ").suffix(3).map { $0.replacing("%", with: " %") }
      let row = try #require(readme.split(separator: "\n").first { $0.hasPrefix("| \(model)") })
      #expect(row.hasSuffix(" | " + numbers.joined(separator: " | ") + " |"), "\(line)")
    }
  }

  private func play(_ session: Session) throws {
    let folder = try TemporaryFolder()
    // Of the package, what its sessions read; of a sample, everything.
    let copied = session.folder == Tool.package ? "Samples README.md" : "."
    try #require(
      try Tool.bash("-c", "cd \"$1\" && cp -R \(copied) \"$2\"", "bash", session.folder, folder.path).code == 0)
    let steps = try session.steps
    // One shell for all: what a command sets is there for the next. Each one ends with a line that cannot be its own.
    let mark = "-- end of command 7319 --"
    let script = steps.map { "\($0.command)\necho; echo '\(mark)'\n" }.joined()
    let path = Tool.folder + ":" + (System.variable("PATH") ?? "/usr/bin:/bin")
    let outcome = try Tool.bash(
      "-c", "exec 2>&1\n" + script, in: folder, environment: ["PATH": path, "LC_ALL": "C.UTF-8"])
    let found = outcome.output.components(endingWith: "\n\(mark)\n")
    try #require(found.count == steps.count, "\(outcome)")
    for (step, text) in zip(steps, found) {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if lines.last == "" { lines.removeLast() }
      #expect(
        SessionStep.matches(lines[...], step.expected[...]), "\(step.testDescription)\nprinted\n\(text)")
    }
  }

  @Test func sessionsAreParsed() {
    let text = """
      # Title
      ```console
      $ reg-train field.mat \\
      >   --quiet |
      > cat
      On the training set:
      …
      $ true
      $ echo "> no continuation"
      > no continuation
      ```
      ```sh
      $ not a session
      ```
      """
    #expect(
      SessionStep.steps(of: text, file: "f") == [
        SessionStep(
          file: "f", line: 3, command: "reg-train field.mat \\\n  --quiet |\ncat",
          expected: ["On the training set:", "…"]),
        SessionStep(file: "f", line: 8, command: "true", expected: []),
        SessionStep(file: "f", line: 9, command: "echo \"> no continuation\"", expected: ["> no continuation"]),
      ])
    #expect(SessionStep.steps(of: "nothing", file: "f") == [])
  }

  @Test func anEllipsisIsAnyNumberOfLines() {
    func matches(_ found: [String], _ expected: [String]) -> Bool { SessionStep.matches(found[...], expected[...]) }
    #expect(matches([], []) && matches([], ["…"]) && matches(["a", "b"], ["…"]) && matches(["a", "b"], ["a", "b"]))
    #expect(matches(["a", "b", "c", "b"], ["a", "…", "b"]) && matches(["a", "b"], ["a", "b", "…"]))
    #expect(
      !matches(["a"], []) && !matches([], ["a"]) && !matches(["a", "b"], ["a"]) && !matches(["a", "b"], ["…", "a"]))
  }
}

extension String {
  /// The texts before each end mark; what follows the last is left out.
  fileprivate func components(endingWith mark: String) -> [String] {
    var result: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: mark) {
      result.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return result
  }
}

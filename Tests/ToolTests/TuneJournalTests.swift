import Testing

@Suite struct TuneJournalTests {
  static let search = [
    "--iterations", "6000", "--lambda", "0,0.03,0.1,0.3,1", "--keep-prob", "1,0.9", "--folds", "3", "--format", "json",
  ]

  private func start(_ options: [String], in folder: TemporaryFolder) throws -> RunningTool {
    try RunningTool(
      Tool.tune, [try Field.mat, "--journal", "j.jsonl"] + TuneJournalTests.search + options, input: .none,
      folder: folder.path, output: .kept, errors: .kept, environment: [:])
  }

  private func lines(_ folder: TemporaryFolder) -> [Substring] {
    ((try? folder.text("j.jsonl")) ?? "").split(separator: "\n")
  }

  /// The runs of a journal, each by its key, in no order.
  private func keys(_ folder: TemporaryFolder) throws -> [[Double?]] {
    try lines(folder).dropFirst().map { line in
      let run = try JSON(String(line))
      return ["point", "fold", "round"].map { run[$0]?.number }
    }
  }

  /// Killed in the middle, with a line that was written in part: the rest is done, nothing twice, and the table is that
  /// of a search that was never killed.
  @Test(arguments: [[], ["--halving"]], [9, InterruptionTests.interrupt])
  func aSearchGoesOn(options: [String], signal: Int32) throws {
    let folder = try TemporaryFolder()
    let whole = try Tool.tune.run([try Field.mat] + TuneJournalTests.search + options)
    #expect(whole.code == 0)
    let expected = try JSON(whole.output)
    let running = try start(options, in: folder)
    let hasBegun = running.wait { lines(folder).count >= 6 }
    try #require(hasBegun)
    running.send(signal)
    let outcome = running.finish()
    let done = lines(folder).count - 1
    if signal == 9 {
      #expect(outcome.ending == .signal(9))
      try folder.write(try folder.text("j.jsonl") + "{\"best_iteration\":6000,\"dev\":{\"accu", to: "j.jsonl")
    } else {
      #expect(outcome.code == 130)
      #expect(
        outcome.errors.wholeMatch(
          of: /(.*\n)*interrupted after \d+ runs; the same command goes on from j\.jsonl\n/) != nil)
      #expect(try JSON(outcome.output)["interrupted"] == .bool(true))
    }
    #expect(done < (expected["runs"]?.number).map(Int.init) ?? 0)
    let resumed = try start(options + ["--threads", "1"], in: folder).finish()
    #expect(resumed.code == 0 && resumed.errors == "")
    #expect(try JSON(resumed.output).withoutSeconds == expected.withoutSeconds)
    let keys = try keys(folder)
    #expect(keys.count == (expected["runs"]?.number).map(Int.init) && Set(keys).count == keys.count)
    // Once more there is nothing left to do.
    let before = try folder.text("j.jsonl")
    let again = try start(options, in: folder).finish()
    #expect(try JSON(again.output) == JSON(resumed.output))
    #expect(try folder.text("j.jsonl") == before)
  }

  @Test func withoutAJournalAnInterruptedSearchShowsWhatItHas() throws {
    let folder = try TemporaryFolder()
    let running = try RunningTool(
      Tool.tune,
      [
        try Field.mat, "--hidden", "2:2,300:300", "--keep-prob", "0.9", "-o", "m.h5", "--plot", "p.svg", "--lambda",
        "0,1", "--iterations", "3000",
      ],
      input: .none, folder: folder.path, output: .kept, errors: .terminal, environment: [:])
    let hasBegun = running.wait { running.errors.contains("2 of 4 runs") }
    try #require(hasBegun)
    running.send(InterruptionTests.interrupt)
    let outcome = running.finish()
    #expect(outcome.code == 130)
    #expect(outcome.errors.contains("interrupted after 2 runs; with --journal FILE a search can go on where it was"))
    #expect(outcome.output.hasPrefix("2 settings on 211 examples") && outcome.output.contains("  best\n"))
    // Neither a model nor a picture is made of a part.
    #expect(try folder.names == [])
  }

  @Test func anotherSearchOrOtherDataAreRefused() throws {
    let folder = try TemporaryFolder()
    let first = [try Field.mat, "--journal", "j.jsonl", "--iterations", "20", "--lambda", "0,1"]
    #expect(try Tool.tune.run(first, in: folder).code == 0)
    let before = try folder.text("j.jsonl")
    for (options, message) in [
      (["--lambda", "0,2"], "another search: lambda was \"0,1\" and is \"0,2\""),
      (["--iterations", "30"], "another search: iterations was \"20\" and is \"30\""),
      (["--folds", "2"], "another search: folds was \"none\" and is 2"),
      (["--seed", "4"], "another search: seed was \"3\" and is \"4\""),
      (["--learning-rate", "0.1"], "another search: learning-rate was \"0.3\" and is \"0.1\""),
      (["--random", "2"], "another search: random was \"none\" and is 2"),
    ] {
      let outcome = try Tool.tune.run(first + options, in: folder)
      #expect(outcome.code == 65 && outcome.output == "")
      #expect(outcome.errors.hasPrefix("j.jsonl: the journal is of \(message)"))
      #expect(outcome.errors.hasSuffix("; name another file\n"))
    }
    let other = try Tool.tune.run(first + ["--test-fraction", "0.3"], in: folder)
    #expect(other.code == 65 && other.errors.contains("j.jsonl: the journal is of other data: "))
    #expect(try folder.text("j.jsonl") == before)
    // What changes neither runs nor numbers does not matter.
    let same = ["--threads", "1", "--rank", "cost", "--format", "csv", "--learning-rate", "0.3"]
    #expect(try Tool.tune.run(first + same, in: folder).code == 0)
  }
}

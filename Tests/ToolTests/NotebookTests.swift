import Testing

/// The numbers that the notebook printed, to a relative 1e-9: its own sums run in another order.
@Suite(.needsNotebookData) struct NotebookTests {
  struct Run: Sendable, CustomTestStringConvertible {
    let options: [String]
    let costs: [Double]
    let train: Double
    let test: Double
    var testDescription: String { options.isEmpty ? "plain" : options.joined(separator: " ") }
  }

  static let runs = [
    Run(
      options: [], costs: [0.6557412523481002, 0.16329987525724216, 0.13851642423255986], train: 0.947867298578,
      test: 0.915),
    Run(
      options: ["--lambda", "0.7"], costs: [0.6974484493131264, 0.2684918873282239, 0.2680916337127301],
      train: 0.938388625592, test: 0.93),
    Run(
      options: ["--keep-prob", "0.86"], costs: [0.6543912405149825, 0.06101698657490559, 0.060582435798513114],
      train: 0.928909952607, test: 0.95),
  ]

  @Test(arguments: runs, [[], ["--threads", "1"], ["--threads", "2"], ["--kernel", "baseline"]])
  func reportsTheNumbersAsJSON(run: Run, how: [String]) throws {
    let outcome = try Tool.train.run([Notebook.data, "--notebook", "--format", "json"] + run.options + how)
    #expect(outcome.code == 0 && outcome.errors == "")
    let report = try JSON(outcome.output)
    for (index, cost) in run.costs.enumerated() {
      let record = try #require(report["costs"]?.elements.first { $0["iteration"] == .number(Double(index) * 10_000) })
      #expect(isClose(record["cost"]?.number, cost))
    }
    #expect(isClose(report["train"]?["accuracy"]?.number, run.train))
    #expect(isClose(report["test"]?["accuracy"]?.number, run.test))
  }

  @Test(arguments: runs) func printsTheNumbers(run: Run) throws {
    let outcome = try Tool.train.run([Notebook.data, "--notebook"] + run.options)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.lines.count == 7)
    for (index, cost) in run.costs.enumerated() {
      let words = outcome.lines[index].split(separator: ": ")
      #expect(words[0] == "Cost after iteration \(index)\(index == 0 ? "" : "0000")")
      #expect(isClose(words.last.flatMap { Double($0) }, cost))
    }
    #expect(outcome.lines[3] == "On the training set:" && outcome.lines[5] == "On the test set:")
    #expect(isClose(Double(outcome.lines[4].dropFirst("Accuracy: ".count)), run.train))
    #expect(isClose(Double(outcome.lines[6].dropFirst("Accuracy: ".count)), run.test))
  }

  /// The decision boundary of the notebook is drawn from such a grid.
  @Test func predictsTheGridOfThePicture() throws {
    let folder = try TemporaryFolder()
    #expect(try Tool.train(Notebook.data, "--notebook", "--lambda", "0.7", "-o", "l2.h5", in: folder).code == 0)
    let grid = try Tool.predict(
      "-m", "l2.h5", "--grid=-0.75,0.40,-0.75,0.65", "--step", "0.05", "--only-predictions", in: folder)
    #expect(grid.code == 0 && grid.lines.count == 1 + 24 * 29)
  }

  @Test func predictsWhatItWasTrainedWith() throws {
    let folder = try TemporaryFolder()
    #expect(try Tool.train(Notebook.data, "--notebook", "-o", "plain.h5", in: folder).code == 0)
    let scored = try Tool.predict(
      "-m", "plain.h5", "--features", "Xval", "--labels", "yval", "--format", "json", Notebook.data, in: folder)
    #expect(scored.code == 0 && scored.lines.count == 201)
    #expect(try isClose(JSON(scored.errors)["accuracy"]?.number, 0.915))
  }
}

import Testing

/// What reg-predict --labels says beyond accuracy and errors.
@Suite struct PredictMetricsTests {
  /// The model is sigmoid(x1 + 2 x2).
  private func predict(_ arguments: String..., rows: String) throws -> Outcome {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    return try Tool.predict.run(
      ["-m", "model.h5", "--labels", "y", "--only-predictions"] + arguments, input: .text(rows), in: folder)
  }

  /// 40 rows whose labels mostly follow the sign of x1.
  private static let rows =
    "x1,x2,y\n" + (0..<40).map { "\(Double($0) / 10 - 2),0,\($0 % 7 == 0 ? 1 : $0 / 20)\n" }.joined()

  @Test func theMetricsAreThoseOfScikitLearn() throws {
    let report = try JSON(predict("--format", "json", rows: Self.rows).errors)
    // sklearn.metrics 1.9.1 of the rows' probabilities and labels.
    for (name, expected) in [
      ("auc", 0.9156010230179028), ("precision", 1), ("recall", 0.8260869565217391), ("f1", 0.9047619047619048),
      ("brier", 0.13341921400578527),
    ] {
      #expect(isClose(report[name]?.number, expected, relative: 1e-12), "\(name): \(report)")
    }
    let bins = try #require(report["calibration"]?.elements)
    #expect(bins.compactMap { $0["examples"]?.number }.reduce(0, +) == 40 && bins.count < 10)
    #expect(bins.allSatisfy { $0.keys == ["from", "to", "examples", "probability", "frequency"] })
  }

  @Test func intervalsAreGivenWhenAskedFor() throws {
    let text = try predict("--bootstrap", "200", rows: Self.rows)
    let lines = text.errors.split(separator: "\n")
    #expect(text.code == 0 && lines.count == 4)
    #expect(
      lines.last?.wholeMatch(
        of: /95 % intervals of 200 resamples: accuracy 0\.\d+ to \S+, log loss 0\.\d+ to .*, AUC .*, F1 .* to \S+/)
        != nil,
      "\(text)")
    var reports: [Outcome] = []
    for threads in ["1", "3"] {
      reports.append(
        try predict("--bootstrap", "200", "--format", "json", "--threads", threads, rows: Self.rows))
    }
    #expect(reports[0].errors == reports[1].errors)
    let intervals = try #require(try JSON(reports[0].errors)["intervals"])
    #expect(intervals["resamples"] == .number(200) && intervals["seed"] == .number(1))
    let accuracy = intervals["accuracy"]?.elements.compactMap(\.number) ?? []
    #expect(accuracy.count == 2 && accuracy[0] < 0.9 && accuracy[1] > 0.9)
    let other = try predict("--bootstrap", "200", "--bootstrap-seed", "2", "--format", "json", rows: Self.rows)
    #expect(try JSON(other.errors)["intervals"]?["auc"] != intervals["auc"])
    #expect(try JSON(predict("--format", "json", rows: Self.rows).errors)["intervals"] == nil)
  }

  @Test func valuesHaveIntervalsToo() throws {
    let folder = try TemporaryFolder()
    try folder.writeNetwork("one.h5", [([[1, 2]], [0.5], "linear")])
    let rows = "x1,x2,y\n" + (0..<30).map { "\($0),0,\($0 % 3 + $0)\n" }.joined()
    let outcome = try Tool.predict(
      "-m", "one.h5", "--labels", "y", "--bootstrap", "100", input: .text(rows), in: folder)
    #expect(outcome.errors.contains("\n95 % intervals of 100 resamples: R² 0.9"), "\(outcome)")
    #expect(outcome.errors.contains(", RMSE 0."))
  }

  @Test func whatIsNotDefinedIsLeftOutOrNull() throws {
    let one = try predict(rows: "x1,x2,y\n-1,0,0\n-2,0,0\n")
    #expect(one.code == 0 && one.errors.contains("\nno AUC of labels that are all equal, Brier score 0."), "\(one)")
    #expect(!one.errors.contains("nan") && !one.errors.contains("precision"))
    let json = try JSON(predict("--format", "json", rows: "x1,x2,y\n-1,0,0\n").errors)
    for name in ["auc", "precision", "recall", "f1"] { #expect(json[name] == .null) }
    let none = try JSON(predict("--format", "json", "--bootstrap", "100", rows: "x1,x2,y\n").errors)
    for name in ["accuracy", "log_loss", "auc", "f1", "brier", "calibration_error"] { #expect(none[name] == .null) }
    #expect(none["calibration"] == .array([]) && none["rows"] == .number(0))
    #expect(
      try predict("--bootstrap", "100", rows: "x1,x2,y\n").errors == "there are no rows, so there is no accuracy\n")
  }

  @Test func wrongOptionsAreSaid() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    for (arguments, message) in [
      (["--bootstrap", "100"], "--bootstrap is for true labels; --labels names their column"),
      (["--labels", "y", "--bootstrap", "99"], "--bootstrap must be from 100 to 1000000 resamples, found 99"),
      (["--labels", "y", "--bootstrap-seed", "2"], "--bootstrap-seed is for --bootstrap, which is not there"),
    ] {
      let outcome = try Tool.predict.run(["-m", "model.h5"] + arguments, input: .text(""), in: folder)
      #expect(outcome.code == 64 && outcome.errors.hasPrefix("Error: \(message)\n"), "\(outcome)")
    }
  }

  /// The area under the curve is counted in bins when the rows are too many; their memory does not grow.
  @Test func memoryDoesNotGrowWithTheLabels() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    var reports: [JSON] = []
    var peaks: [Int] = []
    var million: [UInt8] = []
    for row in 0..<1_000_000 { million += "\(row % 1999),-\(row * 104_729 % 1001),\(row % 3 / 2)\n".utf8 }
    for count in [1, 3] {
      let rows = Array("x1,x2,y\n".utf8) + repeatElement(million, count: count).joined()
      let outcome = try Tool.predict(
        "-m", "model.h5", "--labels", "y", "--format", "json", "--threads", "2", "-o", "/dev/null", input: .bytes(rows),
        in: folder)
      #expect(outcome.code == 0)
      peaks.append(outcome.peakMemory)
      reports.append(try JSON(outcome.errors))
    }
    #expect(reports[0]["auc_error"] == nil)
    #expect(try #require(reports[1]["auc_error"]?.number) < 1)
    // Two million scores and labels more would be 32 MB. Blocks that wait for their turn are some of it.
    #expect(peaks[1] < peaks[0] + (16 << 20) && peaks[1] < 72 << 20, "\(peaks)")
  }
}

import TensorFiles
import Tensors
import Testing

/// Trainings on classes, values and a dev set, and those that diverge.
@Suite struct TrainLossTests {
  /// Three classes on a line, two inputs of other sizes.
  private static let classes =
    "size,weight,kind\n"
    + (0..<60).map { row in
      let kind = row % 3
      return "\(Double(kind) + Double(row % 7) * 0.05),\(1000 - 300 * kind + row),\(["ash", "birch", "oak"][kind])\n"
    }.joined()

  private static let values =
    "a,b,y\n" + (0..<40).map { "\(Double($0) / 10),\(Double($0 % 5)),\(Double($0) / 5 - Double($0 % 5))\n" }.joined()

  @Test func classesAreTrainedAndKeepTheirNamesInEveryForm() throws {
    let folder = try TemporaryFolder(["t.csv": Self.classes])
    let options = [
      "t.csv", "--loss", "softmax", "--standardize", "--optimizer", "adam", "--learning-rate", "0.05", "--iterations",
      "300", "--report-every", "0", "--hidden", "6",
    ]
    let names = ["m.h5", "m.onnx", "m.keras", "m.npz", "m.safetensors"]
    for name in names {
      let outcome = try Tool.train.run(options + ["-o", name], in: folder)
      #expect(outcome.code == 0 && outcome.output == "On the training set:\nAccuracy: 1.0\n", "\(outcome.errors)")
      #expect(outcome.errors.hasPrefix("classes of kind: 0 ash, 1 birch, 2 oak\n"))
    }
    func classes(_ name: String) throws -> [String] {
      let outcome = try Tool.predict("-m", name, "--features", "size,weight", "t.csv", "--only-predictions", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.lines.map { String($0.prefix { $0 != "," }) }
    }
    let expected = try classes("m.h5")
    #expect(expected.dropFirst().prefix(3) == ["ash", "birch", "oak"] && expected.count == 61)
    for name in names.dropFirst() { #expect(try classes(name) == expected, "\(name)") }
  }

  @Test func valuesAreMeasuredByTheirErrors() throws {
    let folder = try TemporaryFolder(["v.csv": Self.values])
    for loss in ["squared", "huber(0.5)"] {
      let outcome = try Tool.train(
        "v.csv", "--loss", loss, "--standardize", "--learning-rate", "0.02", "--iterations", "2000", "--report-every",
        "0",
        "--test-fraction", "0.25", "-o", "v.h5", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let patterns = [
        /On the training set:/, /RMSE: 0\.\d+/, /R²: 0\.9\d+/, /On the test set:/, /RMSE: 0\.\d+/,
        /R²: 0\.\d+/,
      ]
      try #require(outcome.lines.count == patterns.count)
      for (line, pattern) in zip(outcome.lines, patterns) { #expect(line.wholeMatch(of: pattern) != nil, "\(line)") }
    }
    let json = try JSON(
      try Tool.train("v.csv", "--loss", "squared", "--iterations", "5", "--format", "json", in: folder).output)
    #expect(json["settings"]?["loss"] == .text("squared") && json["train"]?["rmse"]?.number ?? 0 > 0)
    #expect(try Tool.predict("-m", "v.h5", "--features", "a,b", "v.csv", in: folder).lines.first == "a,b,y,value")
  }

  @Test func autoNamesTheOtherLosses() throws {
    let folder = try TemporaryFolder(["t.csv": Self.classes, "v.csv": Self.values])
    for (file, option) in [("t.csv", []), ("v.csv", []), ("v.csv", ["--loss", "auto"])] {
      let outcome = try Tool.train.run([file] + option, in: folder)
      #expect(outcome.code == 65 && outcome.errors.hasPrefix("\(file):"))
      #expect(outcome.errors.contains("--loss softmax"), "\(outcome.errors)")
    }
  }

  @Test func theDevSetStopsAndKeepsTheBest() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.train(
      try Field.mat, "--iterations", "4000", "--patience", "50", "--dev-fraction", "0.2", "--learning-rate", "1",
      "--report-every", "0", "-o", "m.h5", in: folder)
    #expect(outcome.code == 0)
    let first = try #require(
      outcome.lines.first?.wholeMatch(
        of:
          /Stopped early after iteration (\d+): the parameters after iteration (\d+) are kept, the best on the dev set/)
    )
    #expect(try #require(Int(first.1)) == (try #require(Int(first.2))) + 50)
    #expect(
      outcome.lines.dropFirst().filter { $0.hasPrefix("On the ") } == [
        "On the training set:", "On the dev set:", "On the test set:",
      ])
    let text = try Tool.inspect("m.h5", in: folder).output
    #expect(
      text.contains("  stopped early after \(first.1) iterations; the parameters are those after \(first.2), the best"))
    let shared = try Tool.train(try Field.mat, "--iterations", "20", "--patience", "5", in: folder)
    #expect(
      shared.errors
        == "there is no dev set, so the test set is one: what stops the training by it is no estimate for new data; "
        + "--dev or --dev-fraction keeps it apart\n")
    #expect(!shared.output.contains("dev set:"))
  }

  @Test func theMetricsFollowWhereTheyAreWanted() throws {
    let outcome = try Tool.train(try Field.mat, "--iterations", "100", "--metrics", "--report-every", "0")
    #expect(outcome.code == 0 && outcome.lines.count == 7)
    #expect(outcome.lines[4].contains("AUC") && outcome.lines[5].hasPrefix("  training  "))
    let intervals = try Tool.train(try Field.mat, "--iterations", "100", "--bootstrap", "100", "--report-every", "0")
    #expect(intervals.code == 0 && intervals.output.contains(" to "))
    let json = try JSON(
      try Tool.train(try Field.mat, "--iterations", "10", "--bootstrap", "100", "--format", "json").output)
    #expect(json["test"]?["intervals"]?["resamples"] == .number(100))
  }

  @Test func aDivergedTrainingKeepsTheLastGoodParameters() throws {
    let folder = try TemporaryFolder(["v.csv": Self.values])
    let options = [
      "v.csv", "--loss", "squared", "--learning-rate", "3", "--iterations", "20000", "--report-every", "0",
    ]
    let without = try Tool.train.run(options, in: folder)
    #expect(without.code == 65 && without.output == "")
    let message = try #require(
      without.errors.wholeMatch(of: /v\.csv: (.+ at iteration (\d+); the learning rate 3\.0 is probably too high)\n/))
    let with = try Tool.train.run(options + ["-o", "m.h5", "--quiet"], in: folder)
    #expect(with.code == 65)
    let kept = try #require(
      with.errors.wholeMatch(of: /v\.csv: (.+); the parameters after (\d+) iterations are in m\.h5\n/))
    // One update less than those that led to a cost beyond numbers.
    #expect(try kept.1 == message.1 && #require(Int(kept.2)) <= #require(Int(message.2)))
    let text = try Tool.inspect("m.h5", in: folder).output
    #expect(text.contains("  diverged: \(message.1)\n"))
    let attributes = try FileFormats.open(folder.file("m.h5")).reader.attributes(of: "training")
    #expect(attributes.first { $0.name == "iterations_done" }?.value.integer == Int(kept.2))
    #expect(try Tool.predict("-m", "m.h5", input: .text("0,0\n"), in: folder).code == 0)
    let again = try Tool.train("--verify", "m.h5", "v.csv", in: folder)
    #expect(again.code == 65 && again.errors.hasPrefix("m.h5: the training diverged after \(kept.2) iterations"))
  }
}

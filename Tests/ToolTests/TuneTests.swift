import TensorFiles
import Tensors
import Testing

extension JSON {
  /// The same without what differs from run to run.
  var withoutSeconds: JSON {
    switch self {
    case .object(let members): .object(members.filter { $0.key != "seconds" }.mapValues(\.withoutSeconds))
    case .array(let elements): .array(elements.map(\.withoutSeconds))
    default: self
    }
  }
}

@Suite(.needsNotebookData) struct TuneNotebookTests {
  /// The notebook's best accuracy on its second set is 0.95, with dropout.
  @Test func theDefaultSearchFindsWhatTheNotebookFound() throws {
    let outcome = try Tool.tune(Notebook.data, "--format", "json")
    #expect(outcome.code == 0 && outcome.errors == "")
    let report = try JSON(outcome.output)
    let results = try #require(report["results"]?.elements)
    #expect(results.count == 15)
    let best = try #require(results.first?["dev"]?["accuracy"]?.number)
    #expect(best >= 0.95)
    #expect(results.allSatisfy { $0["dev"]?["accuracy"]?.number ?? 1 <= best })
    #expect(report["best"] == results.first?["settings"])
    // What was chosen by a set is not measured by it.
    #expect(
      report["notes"]?[0]?.text?.hasPrefix("The test set (Xval, yval) served as the dev set that the settings") == true)
  }

  /// The settings of the notebook are among them, with the numbers that it printed.
  @Test func theRunsAreThoseOfTheNotebook() throws {
    let outcome = try Tool.tune(
      Notebook.data, "--notebook", "--lambda", "0,0.7", "--keep-prob", "1,0.86", "--format", "json")
    let results = try #require(JSON(outcome.output)["results"]?.elements)
    func result(_ lambda: Double, _ keep: Double) -> JSON? {
      results.first { $0["settings"]?["lambda"] == .number(lambda) && $0["settings"]?["keep_prob"] == .number(keep) }
    }
    #expect(isClose(result(0, 1)?["dev"]?["accuracy"]?.number, 0.915))
    #expect(isClose(result(0.7, 1)?["dev"]?["accuracy"]?.number, 0.93))
    #expect(isClose(result(0, 0.86)?["dev"]?["accuracy"]?.number, 0.95))
    #expect(isClose(result(0.7, 1)?["train"]?["accuracy"]?.number, 0.938388625592))
  }
}

@Suite struct TuneTests {
  static let short = ["--iterations", "200", "--lambda", "0,0.1,0.7", "--keep-prob", "1,0.9"]

  private func report(_ options: String..., file: String? = nil, in folder: TemporaryFolder? = nil) throws -> JSON {
    let outcome = try Tool.tune.run([file ?? (try Field.mat), "--format", "json"] + options, in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(outcome.lines.count == 1)
    return try JSON(outcome.output)
  }

  @Test func theJSONReportHasItsKeys() throws {
    let report = try report("--iterations", "50", "--lambda", "0,0.1", "--hidden", "4:2")
    #expect(
      report.keys == [
        "results", "best", "model", "test", "data", "rank", "choices", "rounds", "runs", "interrupted", "notes",
      ])
    let result = try #require(report["results"]?[0])
    #expect(
      result.keys == ["settings", "train", "dev", "parameters", "iterations", "round", "diverged", "seconds"])
    #expect(result["train"]?.keys == ["accuracy", "cost"] && result["dev"]?.keys == ["accuracy", "cost"])
    #expect(result["dev"]?["accuracy"]?.number != nil)
    #expect(
      result["settings"]?.keys == [
        "hidden", "activation", "init", "optimizer", "learning_rate", "schedule", "batch_size", "lambda", "l1",
        "max_norm", "keep_prob", "input_keep_prob",
      ])
    #expect(result["settings"]?["hidden"] == .array([.number(4), .number(2)]))
    // (2 + 1) 4 + (4 + 1) 2 + (2 + 1) 1
    #expect(result["parameters"] == .number(25) && result["iterations"] == .number(50))
    #expect(report["choices"] == .array([.text("lambda")]) && report["model"] == .null)
    #expect(report["data"]?["dev"] == .text("Xval, yval") && report["data"]?["dev_examples"] == .number(200))
    #expect(report["runs"] == .number(2) && report["interrupted"] == .bool(false))
  }

  /// A run of the search is the training that reg-train does.
  @Test func aRunIsATraining() throws {
    let options = ["--iterations", "300", "--keep-prob", "0.8", "--lambda", "0.5", "--hidden", "6:3"]
    let found = try Tool.tune.run([try Field.mat, "--format", "json"] + options)
    let train = try Tool.train.run(
      [try Field.mat, "--format", "json"] + options.map { $0 == "6:3" ? "6,3" : $0 })
    let (result, expected) = (try JSON(found.output)["results"]?[0], try JSON(train.output))
    #expect(result?["dev"]?["cost"] != nil && result?["dev"]?["cost"] == expected["test"]?["cost"])
    #expect(result?["dev"]?["accuracy"] == expected["test"]?["accuracy"])
    #expect(result?["train"]?["cost"] == expected["train"]?["cost"])
  }

  @Test(arguments: [[], ["--folds", "3"], ["--halving"], ["--random", "5", "--lambda", "0.01..1"]])
  func theTableIsTheSameForAnyThreads(options: [String]) throws {
    let all = TuneTests.short + options
    let one = try Tool.tune.run([try Field.mat, "--format", "json", "--threads", "1"] + all)
    #expect(one.code == 0)
    for threads in ["2", "4"] {
      let more = try Tool.tune.run([try Field.mat, "--format", "json", "--threads", threads] + all)
      #expect(try JSON(more.output).withoutSeconds == JSON(one.output).withoutSeconds)
    }
  }

  @Test func theTextTableStandsUnderItsTitles() throws {
    let outcome = try Tool.tune.run([try Field.mat] + TuneTests.short)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.lines.count == 11)
    #expect(
      outcome.lines[0]
        == "6 settings on 211 examples, compared by the dev set Xval, yval (200 examples), accuracy first")
    #expect(
      outcome.lines[2].wholeMatch(
        of: /lambda +keep_prob +train accuracy +train cost +dev accuracy +dev cost +parameters +iterations +seconds/)
        != nil)
    #expect(outcome.lines[3].hasSuffix("  best") && !outcome.lines[4].hasSuffix("best"))
    #expect(outcome.lines[10].hasPrefix("The test set (Xval, yval) served as the dev set"))
  }

  @Test func theCSVTableHasItsColumns() throws {
    let outcome = try Tool.tune.run([try Field.mat, "--format", "csv"] + TuneTests.short)
    #expect(outcome.code == 0 && outcome.errors.hasPrefix("The test set") && outcome.lines.count == 7)
    #expect(
      outcome.lines[0]
        == "rank,lambda,keep_prob,train_accuracy,train_cost,dev_accuracy,dev_cost,parameters,iterations,seconds")
    for (index, line) in outcome.lines.dropFirst().enumerated() {
      #expect(line.hasPrefix("\(index + 1),") && line.split(separator: ",").count == 10)
    }
    let folds = try Tool.tune(
      try Field.mat, "--format", "csv", "--iterations", "20", "--folds", "2", "--quiet", "--optimizer",
      "momentum(0.9),adam(0.9,0.99,1e-8)")
    #expect(folds.errors == "")
    #expect(
      folds.lines[0]
        == "rank,optimizer,train_accuracy,train_accuracy_std,train_cost,train_cost_std,dev_accuracy,dev_accuracy_std,"
        + "dev_cost,dev_cost_std,parameters,iterations,seconds")
    #expect(folds.output.contains(",\"adam(0.9,0.99,1e-08)\","))
  }

  @Test func foldsHaveMeanAndDeviation() throws {
    let report = try report("--iterations", "50", "--lambda", "0,0.1", "--folds", "4")
    let accuracy = try #require(report["results"]?[0]?["dev"]?["accuracy"])
    #expect(accuracy.keys == ["mean", "std", "folds"])
    let folds = (accuracy["folds"]?.elements ?? []).compactMap(\.number)
    #expect(folds.count == 4 && isClose(accuracy["mean"]?.number, folds.reduce(0, +) / 4, relative: 1e-12))
    #expect(report["data"]?["folds"] == .number(4) && report["data"]?["dev"] == .null)
    // The test set was not looked at.
    #expect(report["notes"] == .array([]) && report["runs"] == .number(8))
  }

  @Test func withoutADevSetThereAreFiveFolds() throws {
    let report = try report("--iterations", "20", "--lambda", "0,0.1", file: try Field.train)
    #expect(report["data"]?["folds"] == .number(5))
    #expect(report["notes"]?[0] == .text("There is no dev set, so 5 folds were held out in turn (--folds)."))
  }

  /// The best after all rounds had all iterations, and what fell out earlier stands below it.
  @Test func halvingTrainsTheBetterOnesOn() throws {
    let options = ["--iterations", "900", "--lambda", "0,0.03,0.1,0.3,1,3,10,30,100", "--format", "json"]
    let report = try JSON(try Tool.tune.run([try Field.mat, "--halving"] + options).output)
    #expect(
      report["rounds"]?.elements.map { $0["settings"] } == [.number(9), .number(3), .number(1)])
    #expect(
      report["results"]?.elements.map { $0["iterations"] }
        == [900, 300, 300, 100, 100, 100, 100, 100, 100].map(JSON.number))
    // The survivor is what it is without halving.
    let all = try JSON(try Tool.tune.run([try Field.mat] + options).output)
    let best = try #require(report["results"]?[0])
    let same = all["results"]?.elements.first { $0["settings"] == best["settings"] }
    #expect(same?["dev"] == best["dev"] && same?["train"] == best["train"])
  }

  @Test func theModelIsTrainedOnAllTheData() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.tune.run([try Field.mat, "-o", "m.h5"] + TuneTests.short, in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.output.hasSuffix("\nThe best settings, trained on all 411 examples, are in m.h5.\n"))
    let attributes = try FileFormats.open(folder.file("m.h5")).reader.attributes(of: "training")
    func value(_ name: String) -> Double? { attributes.first { $0.name == name }?.value.double }
    #expect(value("train_examples") == 411 && value("test_examples") == nil)
    #expect(value("search_settings") == 6 && value("search_runs") == 6 && value("search_folds") == nil)
    #expect(value("search_accuracy") != nil && value("search_cost") != nil)
    #expect(try Tool.predict("-m", "m.h5", input: .text("0,0\n"), in: folder).code == 0)
  }

  /// With folds the test set has chosen nothing, so it measures the model.
  @Test func theTestSetMeasuresTheModelOfFolds() throws {
    let folder = try TemporaryFolder()
    let report = try report("-o", "m.h5", "--iterations", "200", "--lambda", "0.1", "--folds", "2", in: folder)
    #expect(report["model"] == .text("m.h5") && report["test"]?["examples"] == .number(200))
    let lambda = try #require(report["best"]?["lambda"]?.number)
    let keep = try #require(report["best"]?["keep_prob"]?.number)
    let train = try Tool.train(
      try Field.mat, "--iterations", "200", "--lambda", "\(lambda)", "--keep-prob", "\(keep)", "--format", "json")
    let test = try JSON(train.output)["test"]
    for name in ["accuracy", "cost", "examples"] { #expect(test?[name] == report["test"]?[name], "\(name)") }
  }

  @Test func theParametersGoThroughAPipe() throws {
    let outcome = try Tool.tune(try Field.mat, "-o", "-", "--iterations", "20", "--lambda", "0,1")
    #expect(outcome.code == 0 && outcome.outputBytes.starts(with: [0x89, 0x48, 0x44, 0x46]))
    #expect(outcome.errors.contains("2 settings on 211 examples"))
  }

  @Test func theCurveIsDrawn() throws {
    let folder = try TemporaryFolder()
    _ = try report("--iterations", "20", "--folds", "2", "--plot", "p.svg", in: folder)
    let picture = try folder.text("p.svg")
    #expect(picture.hasPrefix("<svg xmlns=") && picture.hasSuffix("</svg>\n"))
    for text in ["keep_prob 1<", "keep_prob 0.86<", ">0.7<", ">0<", ">lambda<", "(2 folds)"] {
      #expect(picture.contains(text))
    }
    #expect(picture.split(separator: "<path").count > 15 * 2)
    #expect(!picture.contains("not shown"))
  }

  /// More lines than there are colours for: the picture and standard error say so, and no point is left of the axis.
  @Test func linesThatAreNotDrawnAreSaid() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.tune.run(
      [
        try Field.mat, "--iterations", "20", "--lambda", "0,0.1,1,10", "--keep-prob", "1,0.9,0.8", "--learning-rate",
        "0.1,0.2,0.3", "--plot", "p.svg",
      ], in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.errors == "p.svg: of 9 lines, one for each learning_rate and keep_prob, the best 7 are drawn\n")
    let picture = try folder.text("p.svg")
    #expect(picture.contains(">2 more, the worst, are not shown<"))
    let places = picture.matches(of: #/"translate\(([0-9.]+) [0-9.]+\)"/#).compactMap { Double($0.output.1) }
    #expect(places.count == 7 * 4 + 7 && places.allSatisfy { $0 >= 84 })
  }

  /// Under a minute of values is what all settings have in common where the numbers have grown beyond all bounds.
  @Test func whatDivergesComesLast() throws {
    let report = try report("--iterations", "300", "--learning-rate", "0.3,1e200")
    #expect(report["results"]?[0]?["diverged"] == .null)
    #expect(report["results"]?[1]?["diverged"]?.text?.contains("learning rate") == true)
    #expect(report["results"]?[1]?["dev"]?["accuracy"] == .null)
    let alone = try Tool.tune(try Field.mat, "--iterations", "300", "--learning-rate", "1e200,1e210")
    #expect(alone.code == 65 && alone.errors.contains("no training came to its end: "))
    #expect(alone.output.contains("diverged: "))
  }

  @Test func aDevSetIsHeldOutOrInAnotherFile() throws {
    let held = try report("--iterations", "20", "--dev-fraction", "0.2", "--lambda", "0,1", "--quiet")
    #expect(held["data"]?["train_examples"] == .number(169) && held["data"]?["dev_examples"] == .number(42))
    #expect(held["data"]?["dev"] == .text("held out of the training set") && held["notes"] == .array([]))
    let other = try Tool.tune(
      try Field.train, "--dev", try Field.test, "--iterations", "20", "--lambda", "0,1", "--format", "json")
    #expect(other.code == 0)
    #expect(try JSON(other.output)["data"]?["dev_examples"] == .number(200))
  }

  /// Classes that are more than two, and values, which have no accuracy.
  @Test func otherLabelsAreSearchedToo() throws {
    var (classes, values) = ("x1,x2,y\n", "x1,x2,y\n")
    for index in 0..<60 {
      let (x, z) = (Double(index * 37 % 60) / 30 - 1, Double(index * 17 % 60) / 30 - 1)
      classes += "\(x),\(z),\(x > 0.3 ? "right" : z > 0 ? "upper" : "lower")\n"
      values += "\(x),\(z),\(3 * x - z + 0.5)\n"
    }
    let folder = try TemporaryFolder(["c.csv": classes, "v.csv": values])
    let common = ["--iterations", "500", "--lambda", "0,10", "--folds", "3", "--format", "json", "-q"]
    let softmax = try Tool.tune.run(["c.csv", "--loss", "softmax"] + common, in: folder)
    #expect(softmax.code == 0 && softmax.errors == "")
    let accuracy = try JSON(softmax.output)["results"]?[0]?["dev"]?["accuracy"]?["mean"]?.number
    #expect(try #require(accuracy) > 0.8)
    let squared = try Tool.tune.run(
      ["v.csv", "--loss", "squared", "--learning-rate", "0.05", "--plot", "p.svg"] + common, in: folder)
    #expect(squared.code == 0 && squared.errors == "")
    let results = try JSON(squared.output)["results"]
    #expect(results?[0]?["dev"]?["accuracy"] == .null)
    let costs = try [0, 1].map { try #require(results?[$0]?["dev"]?["cost"]?["mean"]?.number) }
    #expect(costs[0] < costs[1])
    let errors = try #require(results?[0]?["dev"]?["rmse"]?["mean"]?.number)
    #expect(errors > 0 && results?[0]?["dev"]?["r2"]?["mean"]?.number ?? 2 <= 1)
    // With a journal, twice: the numbers are those that were kept.
    for _ in 0..<2 {
      let text = try Tool.tune.run(
        ["v.csv", "--loss", "squared", "--learning-rate", "0.05", "--journal", "j"] + common.dropLast(3) + ["-q"],
        in: folder)
      #expect(text.code == 0 && text.lines.first?.hasSuffix(", cost first") == true)
      #expect(text.lines[2].contains(/train cost +train R² +train RMSE +dev cost +dev R² +dev RMSE/))
      #expect(text.output.contains(errors.description.prefix(5)))
    }
    #expect(try folder.text("p.svg").contains("Dev cost against lambda"))
  }

  /// The best settings are trained for as long as they were good, as there is no dev set left that could tell.
  @Test func earlyStoppingTellsHowLong() throws {
    let folder = try TemporaryFolder()
    let report = try report(
      "--iterations", "2000", "--lambda", "0", "--keep-prob", "1", "--patience", "20", "-o", "m.h5", in: folder)
    let done = try #require(report["results"]?[0]?["iterations"]?.number)
    let attributes = try FileFormats.open(folder.file("m.h5")).reader.attributes(of: "training")
    let iterations = try #require(attributes.first { $0.name == "iterations_done" }?.value.double)
    #expect(iterations <= done && iterations > 0)
  }

  @Test func aDatasetBeyondTheMemoryLimitIsRefused() throws {
    let outcome = try Tool.tune(try Field.mat, "--memory-limit", "1k")
    #expect(outcome.code == 65 && outcome.output == "")
    let match = outcome.errors.wholeMatch(
      of: /\S+: the examples take (\d+) bytes in memory, more than 1024, and .*; --memory-limit (\d+) .*\n/)
    let (found, needed) = (try #require(match?.output.1), try #require(match?.output.2))
    #expect(found == needed)
    // What the sentence says is enough.
    let other = try Tool.tune(try Field.mat, "--memory-limit", String(needed), "--iterations", "5")
    #expect(other.code == 0 && other.errors == "")
  }

  @Test func progressIsForTerminals() throws {
    let outcome = try Tool.tune(
      try Field.mat, "--iterations", "100000", "--lambda", "0,0.1", "--keep-prob", "0.9,0.8,0.7", errors: .terminal)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains(" of 6 runs") && outcome.errors.contains("best dev accuracy 0."))
  }
}

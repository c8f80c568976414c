import Tensors
import Testing

@Suite struct TrainOptionsTests {
  /// The report of a short training.
  private func report(_ options: String..., file: String? = nil, in folder: TemporaryFolder? = nil) throws -> JSON {
    let outcome = try Tool.train.run(
      [file ?? (try Field.mat), "--format", "json", "--iterations", "20"] + options, in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(outcome.lines.count == 1)
    return try JSON(outcome.output)
  }

  @Test func theTextReportIsTheNotebooks() throws {
    let outcome = try Tool.train(try Field.mat, "--iterations", "21", "--report-every", "10")
    #expect(outcome.code == 0 && outcome.errors == "")
    let patterns = [
      /Cost after iteration 0: 0\.\d+/, /Cost after iteration 10: 0\.\d+/, /Cost after iteration 20: 0\.\d+/,
      /On the training set:/, /Accuracy: 0\.\d+/, /On the test set:/, /Accuracy: 0\.\d+/,
    ]
    try #require(outcome.lines.count == patterns.count)
    for (line, pattern) in zip(outcome.lines, patterns) { #expect(line.wholeMatch(of: pattern) != nil) }
  }

  @Test func theJSONReportHasItsKeys() throws {
    let folder = try TemporaryFolder()
    let report = try report("-o", "m.h5", "--record-every", "10", in: folder)
    #expect(report.keys == ["model", "data", "settings", "costs", "train", "test", "seconds"])
    #expect(report["model"] == .text("m.h5"))
    let data = try #require(report["data"])
    #expect(
      data.keys == [
        "file", "sha256", "features", "labels", "classes", "train_examples", "dev_examples", "test_examples", "inputs",
      ])
    #expect(data["file"] == .text(try Field.mat) && data["features"] == .text("X") && data["labels"] == .text("y"))
    #expect(data["train_examples"] == .number(211) && data["test_examples"] == .number(200))
    #expect(data["inputs"] == .number(2))
    let sum = try Tool.bash("-c", "sha256sum < \"$1\"", "bash", try Field.mat)
    #expect(data["sha256"]?.text == sum.output.split(separator: " ").first.map(String.init))
    let settings = try #require(report["settings"])
    #expect(
      settings.keys.isSuperset(of: [
        "layers", "activations", "learning_rate", "iterations", "lambda", "keep_prob", "seed", "dropout_seed",
        "dropout_masks",
      ]))
    #expect(settings["layers"] == .array([2, 20, 3, 1].map(JSON.number)))
    #expect(settings["activations"] == .array(["relu", "relu", "sigmoid"].map(JSON.text)))
    #expect(settings["learning_rate"] == .number(0.3) && settings["lambda"] == .number(0))
    #expect(settings["keep_prob"] == .number(1) && settings["dropout_masks"] == .text("fresh"))
    #expect(settings["seed"] == .number(3) && settings["dropout_seed"] == .number(1))
    #expect(report["costs"]?.elements.map { $0["iteration"] } == [.number(0), .number(10)])
    for set in ["train", "test"] {
      #expect(report[set]?.keys.isSuperset(of: ["cost", "accuracy", "examples", "auc", "calibration"]) == true)
    }
    #expect(report["train"]?["examples"] == .number(211))
  }

  @Test func withoutATestSetThereIsNone() throws {
    #expect(try report(file: try Field.train)["test"] == .null)
    let text = try Tool.train(try Field.train, "--iterations", "5")
    #expect(!text.output.contains("test set"))
  }

  @Test func optionsAreRecorded() throws {
    let settings = try #require(
      try report(
        "--hidden", "4,5,2", "--learning-rate", "0.1", "--lambda", "0.5", "--keep-prob", "0.9,0.8,1", "--seed", "7",
        "--dropout-seed", "8", "--notebook", "--precision", "float32")["settings"])
    #expect(settings["layers"] == .array([2, 4, 5, 2, 1].map(JSON.number)))
    #expect(settings["learning_rate"] == .number(0.1) && settings["lambda"] == .number(0.5))
    #expect(settings["keep_prob"] == .array([0.9, 0.8, 1].map(JSON.number)))
    #expect(settings["seed"] == .number(7) && settings["dropout_seed"] == .number(8))
    #expect(settings["dropout_masks"] == .text("fixed") && settings["precision"] == .text("float32"))
    #expect(settings["iterations"] == .number(20))
  }

  @Test func anOptionBesideNotebookOverridesItsPart() throws {
    #expect(try report("--notebook", "--dropout-masks", "fresh")["settings"]?["dropout_masks"] == .text("fresh"))
    #expect(try report("--dropout-masks", "fresh", "--notebook")["settings"]?["dropout_masks"] == .text("fresh"))
  }

  @Test func aRepeatedOptionTakesItsLastValue() throws {
    #expect(try report("--lambda", "1", "--lambda", "0.25")["settings"]?["lambda"] == .number(0.25))
  }

  @Test func theSameTrainingGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    for (name, options) in [
      ("a.h5", []), ("b.h5", []), ("c.h5", ["--threads", "1"]), ("d.h5", ["--threads", "2"]),
      ("e.h5", ["--threads", "5"]),
    ] {
      let outcome = try Tool.train.run(
        [try Field.mat, "--iterations", "200", "--keep-prob", "0.8", "--lambda", "0.3", "-o", name] + options,
        in: folder)
      #expect(outcome.code == 0)
      #expect(try folder.bytes(name) == folder.bytes("a.h5"), "\(options)")
    }
    #expect(try folder.names == ["a.h5", "b.h5", "c.h5", "d.h5", "e.h5"])
  }

  /// The tensors hold the same numbers whatever file they come from.
  @Test func everyFormatTrainsTheSameNetwork() throws {
    let folder = try TemporaryFolder()
    let fromMAT = try Tool.train(try Field.mat, "--iterations", "100")
    try folder.write(try System.contents(try Field.train), to: "train.csv")
    let fromCSV = try Tool.train("train.csv", "--test", try Field.test, "--iterations", "100", in: folder)
    #expect(fromMAT.code == 0 && fromCSV.output == fromMAT.output)
    let tabs = try folder.text("train.csv").replacing(",", with: "\t")
    try folder.write(tabs, to: "train.tsv")
    #expect(
      try Tool.train("train.tsv", "--test", try Field.test, "--iterations", "100", in: folder).output == fromMAT.output)
    let rows = try folder.text("train.csv").split(separator: "\n").dropFirst().map { row in
      row.split(separator: ",").compactMap { Double($0) }
    }
    try folder.write(
      ["X": Matrix(rows.map { Array($0.prefix(2)) }), "y": Matrix(rows.map { [$0[2]] })], to: "train.h5")
    // A table names its columns in its own way: what is usual is found there, or chosen for it alone.
    for options in [[], ["--test-labels", "kick"], ["--test-labels", "3", "--test-features", "1,2"]] {
      let fromHDF5 = try Tool.train.run(
        ["train.h5", "--test", try Field.test, "--iterations", "100"] + options, in: folder)
      #expect(fromHDF5.code == 0 && fromHDF5.output == fromMAT.output)
    }
  }

  @Test func dataComesThroughPipes() throws {
    let direct = try Tool.train(try Field.mat, "--iterations", "50")
    for file in [try Field.mat, try Field.train] {
      let piped = try Tool.train("-", "--iterations", "50", input: .bytes(try System.contents(file)))
      #expect(piped.code == 0 && piped.lines.first == direct.lines.first)
      let redirected = try Tool.train("-", "--iterations", "50", input: .file(file))
      #expect(redirected.output == piped.output)
    }
  }

  @Test func parametersGoThroughAPipe() throws {
    let folder = try TemporaryFolder()
    let train = try Tool.train(try Field.train, "--iterations", "300", "-o", "-", in: folder)
    // The report makes room for the parameters.
    #expect(train.code == 0 && train.errors.hasPrefix("Cost after iteration 0: "))
    #expect(train.outputBytes.starts(with: [0x89] + Array("HDF".utf8)))
    #expect(try train.outputBytes == System.contents(try Field.model))
    let piped = try Tool.bash(
      "-c", "\"$1\" \"$2\" --iterations 300 -o - 2>/dev/null | \"$3\" -m - \"$4\"", "bash", Tool.train.path,
      try Field.train, Tool.predict.path, try Field.test)
    let direct = try Tool.predict("-m", try Field.model, try Field.test)
    #expect(piped.code == 0 && piped.output == direct.output && direct.lines.count == 201)
  }

  @Test func aPartCanBeHeldOut() throws {
    let report = try report("--test-fraction", "0.2", "--quiet", file: try Field.train)
    #expect(report["data"]?["train_examples"] == .number(169) && report["data"]?["test_examples"] == .number(42))
    let again = try self.report("--test-fraction", "0.2", "--quiet", "--seed", "4", file: try Field.train)
    #expect(again["test"] != report["test"])
  }

  @Test func columnsAreChosenByNameOrPosition() throws {
    let folder = try TemporaryFolder(["t.csv": "id,y,a,b\n1,0,0.5,1\n2,1,1.5,2\n3,0,0.25,3\n"])
    for (features, labels, names) in [
      ("a,b", "y", "a,b"), ("3,4", "2", "a,b"), ("b", "y", "b"), ("4,1", "y", "b,id"),
    ] {
      let report = try report("--features", features, "--labels", labels, file: "t.csv", in: folder)
      #expect(report["data"]?["features"] == .text(names) && report["data"]?["labels"] == .text("y"))
    }
    // By default the labels are the column `y`, the features all others.
    #expect(try report(file: "t.csv", in: folder)["data"]?["features"] == .text("id,a,b"))
    #expect(try report("--features", "b,a", "-o", "m.h5", file: "t.csv", in: folder)["model"] == .text("m.h5"))
    #expect(try Tool.inspect("m.h5", in: folder).output.contains("inputs: b, a"))
  }

  @Test func arraysAreChosenByName() throws {
    let folder = try TemporaryFolder()
    let features = Matrix([[0, 1], [1, 0], [2, 2]])
    let labels = Matrix([[0], [1], [1]])
    try folder.write(["first": features, "second": labels, "Xval": features, "yval": labels], to: "d.mat")
    let report = try report("--features", "first", "--labels", "second", file: "d.mat", in: folder)
    #expect(report["data"]?["train_examples"] == .number(3))
    for names in [
      ("train_X", "train_Y", "test_X", "test_Y"), ("X_train", "y_train", "X_test", "y_test"),
      ("x_train", "y_train", "x_test", "y_test"), ("train_set_x", "train_set_y", "test_set_x", "test_set_y"),
      ("x", "Y", "XTEST", "Ytest"),
    ] {
      try folder.write([names.0: features, names.1: labels, names.2: features, names.3: labels], to: "c.h5")
      let report = try self.report(file: "c.h5", in: folder)
      #expect(report["data"]?["features"] == .text(names.0) && report["data"]?["labels"] == .text(names.1))
      #expect(report["data"]?["test_examples"] == .number(3), "\(names)")
    }
    try folder.write(["data": features, "label": labels], to: "c.h5")
    #expect(try self.report(file: "c.h5", in: folder)["test"] == .null)
  }

  /// The same examples, whichever way the features stand and whether the labels are a row or a column.
  @Test func theAxisOfTheExamplesFollowsFromTheLabels() throws {
    let folder = try TemporaryFolder()
    let rows = Matrix([[0, 1], [1, 0], [2, 2]])
    let labels = Matrix([[0, 1, 1]])
    try folder.write(["X": rows, "y": labels], to: "a.mat")
    try folder.write(["X": rows.transposed, "y": labels.transposed], to: "b.mat")
    let first = try Tool.train("a.mat", "--iterations", "10", in: folder)
    #expect(first.code == 0)
    #expect(try Tool.train("b.mat", "--iterations", "10", in: folder).output == first.output)
    let square = Matrix([[0, 1], [2, 3]])
    try folder.write(["X": square, "y": Matrix([[0, 1]])], to: "s.mat")
    try folder.write(["X": square.transposed, "y": Matrix([[0, 1]])], to: "t.mat")
    let chosen = try Tool.train("s.mat", "--examples", "rows", "--iterations", "10", in: folder)
    #expect(chosen.code == 0)
    #expect(
      try Tool.train("t.mat", "--examples", "columns", "--iterations", "10", in: folder).output == chosen.output)
  }

  @Test func zeroIterationsAreTheInitialWeights() throws {
    let outcome = try Tool.train(try Field.mat, "--iterations", "0")
    #expect(outcome.code == 0 && outcome.lines.first == "On the training set:")
  }

  @Test func quietOnlySilencesProgress() throws {
    let loud = try Tool.train(try Field.mat, "--iterations", "10")
    let quiet = try Tool.train(try Field.mat, "--iterations", "10", "--quiet")
    #expect(quiet.code == 0 && quiet.output == loud.output && quiet.errors == "")
  }

  @Test func progressIsForTerminals() throws {
    let long = [try Field.mat, "--iterations", "1000000", "--hidden", "40,10", "-o", "/dev/null", "--to", "h5"]
    for (options, isShown) in [([], true), (["--quiet"], false)] {
      let running = try RunningTool(
        Tool.train, long + options, input: .none, folder: nil, output: .kept, errors: .terminal, environment: [:])
      let seen = running.wait(seconds: isShown ? 20 : 1.5) { running.errors.contains("iterations/s") }
      #expect(seen == isShown)
      running.send(9)
    }
  }

  /// Data that come slowly are worth a word too.
  @Test func readingShowsItsProgress() throws {
    let running = try RunningTool(
      Tool.train, ["-", "--iterations", "1"], input: .open("x1,x2,y\n1,2,1\n"), folder: nil, output: .kept,
      errors: .terminal, environment: [:])
    var rows = 0
    #expect(
      running.wait(seconds: 20) {
        if rows < 100_000 { running.write("2,1,0\n") }
        rows += 1
        return running.errors.contains("reading standard input") && running.errors.contains("B/s")
      })
    running.send(9)
  }
}

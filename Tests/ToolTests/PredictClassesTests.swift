import TensorFiles
import Tensors
import Testing

/// reg-predict on networks whose units are classes, and on two classes that have names.
@Suite struct PredictClassesTests {
  /// z is (x1, x2, 0): the class is where the larger of both is, or the last where both are negative.
  private func folder(
    classes: [String]? = ["left", "right, far", "sa\"fe"], activation: String = "softmax",
    _ files: [String: String] = [:]
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(files)
    try folder.writeNetwork(
      "model.h5", [([[1, 0], [0, 1], [0, 0]], [0, 0, 0], activation)], classes: classes)
    return folder
  }

  private static let rows = "x1,x2,k\n2,0,left\n0,1,\"right, far\"\n-1,-1,left\n0,0,\"sa\"\"fe\"\n"

  @Test func classesAreWrittenAsTheirTexts() throws {
    let folder = try folder()
    let outcome = try Tool.predict(
      "-m", "model.h5", "--features", "x1,x2", "--digits", "2", input: .text(Self.rows), in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    // Of equal probabilities the first counts.
    #expect(
      outcome.output == #"""
        x1,x2,k,class,probability_left,"probability_right, far","probability_sa""fe"
        2,0,left,left,0.79,0.11,0.11
        0,1,"right, far","right, far",0.21,0.58,0.21
        -1,-1,left,"sa""fe",0.21,0.21,0.58
        0,0,"sa""fe",left,0.33,0.33,0.33

        """#)
    // In another dialect other names need quotes.
    let tabs = try Tool.predict(
      "-m", "model.h5", "--digits", "1", "--only-predictions", "--to", "tsv", input: .text("0,1\n"), in: folder)
    #expect(tabs.output == "right, far\t0.2\t0.6\t0.2\n")
    let comma = try Tool.predict("-m", "model.h5", "--digits", "1", input: .text("2,0;0\n"), in: folder)
    #expect(comma.output == "2,0;0;left;0,8;0,1;0,1\n")
  }

  @Test func classesWithoutNamesAreNumbers() throws {
    let folder = try folder(classes: nil)
    let outcome = try Tool.predict("-m", "model.h5", "--digits", "2", input: .text("x1,x2\n-1,-1\n"), in: folder)
    #expect(outcome.output == "x1,x2,class,probability_0,probability_1,probability_2\n-1,-1,2,0.21,0.21,0.58\n")
    // Labels are numbers, however they are written.
    let scored = try Tool.predict(
      "-m", "model.h5", "--labels", "k", "--format", "json", input: .text("x1,x2,k\n2,0,0.0\n0,1,1e0\n-1,-1,2\n"),
      in: folder)
    #expect(try scored.code == 0 && JSON(scored.errors)["accuracy"] == .number(1))
    let unknown = try Tool.predict("-m", "model.h5", "--labels", "k", input: .text("x1,x2,k\n2,0,3\n"), in: folder)
    #expect(unknown.code == 65)
    #expect(unknown.errors == "standard input:2:5: the label is 3, expected 0, 1 or 2; the row is '2,0,3'\n")
    let text = try Tool.predict("-m", "model.h5", "--labels", "k", input: .text("x1,x2,k\n2,0,a\n"), in: folder)
    #expect(
      text.errors == "standard input:2:5: 'a' is not a number; labels are 0, 1 or 2 (the model has no names of classes)"
        + "; the row is '2,0,a'\n")
  }

  @Test func labelsAreScored() throws {
    let folder = try folder()
    let text = try Tool.predict("-m", "model.h5", "--labels", "k", input: .text(Self.rows), in: folder)
    #expect(text.code == 0)
    #expect(
      text.errors.wholeMatch(
        of:
          /accuracy 0\.5, log loss 0\.8\d+, 4 rows\n.*\n  left .* 1 +0 +1\n  right, far .*0 +1 +0\n  sa"fe .*1 +0 +0\nAUC 0\.\d+, precision 0\.5, .*\n/
      )
        != nil, "\(text.errors)")
    #expect(text.errors.split(separator: "\n")[1] == "  label \\ predicted  left  right, far  sa\"fe")
    let json = try JSON(
      Tool.predict("-m", "model.h5", "--labels", "k", "--format", "json", input: .text(Self.rows), in: folder).errors)
    #expect(
      json.keys == [
        "accuracy", "log_loss", "rows", "classes", "confusion", "auc", "precision", "recall", "f1", "brier",
        "calibration_error", "calibration",
      ])
    #expect(json["confusion"] == .array([[1, 0, 1], [0, 1, 0], [1, 0, 0]].map { .array($0.map(JSON.number)) }))
    #expect(json["classes"]?.elements.map(\.text) == ["left", "right, far", "sa\"fe"])
    // -log of 0.787, 0.576, 0.212 and 1/3.
    #expect(isClose(json["log_loss"]?.number, 0.8602616206885241, relative: 1e-14), "\(json)")
    // Where the probability rounds to 0 the loss is exact: z is (1000, 0, 0).
    let far = try Tool.predict(
      "-m", "model.h5", "--labels", "k", "--format", "json", input: .text("x1,x2,k\n1000,0,\"sa\"\"fe\"\n"), in: folder)
    #expect(try JSON(far.errors)["log_loss"] == .number(1000))
  }

  @Test func anUnknownClassIsAnErrorAtItsPlace() throws {
    let rows = "x1,x2,k\n2,0,left\n2,0,up\n2,0,\n0,1,left\n"
    let folder = try folder([:].merging(["rows.csv": rows]) { $1 })
    let strict = try Tool.predict("-m", "model.h5", "--labels", "k", "--digits", "1", "rows.csv", in: folder)
    #expect(strict.code == 65 && strict.lines.count == 2)
    #expect(
      strict.errors
        == "rows.csv:3:5: the label is 'up', expected left, right, far or sa\"fe; the row is '2,0,up'\n")
    let rest = try Tool.predict("-m", "model.h5", "--labels", "k", "--reject", "bad.csv", "rows.csv", in: folder)
    #expect(rest.code == 0 && rest.lines.count == 3 && rest.errors.hasPrefix("warning: 2 rows were rejected"))
    #expect(rest.errors.contains("accuracy 0.5, "))
    #expect(
      try folder.text("bad.csv").split(separator: "\n").dropFirst() == [
        #"rows.csv,3,"the label is 'up', expected left, right, far or sa""fe","2,0,up""#,
        #"rows.csv,4,"the label is missing, expected left, right, far or sa""fe","2,0,""#,
      ])
  }

  @Test func sigmoidUnitsAreProbabilitiesAndOthersAreNot() throws {
    let rows = "x1,x2,k\n2,0,a\n"
    for (activation, columns, values) in [
      ("sigmoid", "probability", "0.88,0.50,0.50"), ("linear", "value", "2.00,0.00,0.00"),
    ] {
      let folder = try folder(classes: ["a", "b", "c"], activation: activation)
      let outcome = try Tool.predict(
        "-m", "model.h5", "--digits", "2", "--labels", "k", "--format", "json", input: .text(rows), in: folder)
      #expect(
        outcome.output
          == "x1,x2,k,class,\(columns)_a,\(columns)_b,\(columns)_c\n2,0,a,a,\(values)\n")
      let loss = try JSON(outcome.errors)["log_loss"]
      if activation == "sigmoid" {
        #expect(isClose(loss?.number, 0.12692801104297252, relative: 1e-14))
      } else {
        #expect(loss == .null)
      }
    }
    // Without names the units of no softmax are values.
    let folder = try folder(classes: nil, activation: "sigmoid")
    #expect(
      try Tool.predict("-m", "model.h5", input: .text("a,b\n"), in: folder).output == "a,b,value1,value2,value3\n")
  }

  @Test(arguments: ["out.mat", "out.h5", "out.npz"]) func arraysHaveNumbersOfClasses(file: String) throws {
    let folder = try folder(["rows.csv": Self.rows])
    let outcome = try Tool.predict("-m", "model.h5", "--features", "1,2", "rows.csv", "-o", file, in: folder)
    #expect(outcome.code == 0 && outcome.output == "")
    let read = try FileFormats.open(folder.file(file)).reader
    let probabilities = try read.tensor("probability").matrix()
    #expect(probabilities.rows == 4 && probabilities.columns == 3)
    #expect(isClose(probabilities[0, 0], 0.7869860421615985, relative: 1e-14))
    #expect(try read.tensor("class").matrix().elements == [0, 1, 2, 0])
    if file == "out.h5" {
      #expect(outcome.errors == "")
      #expect(
        try read.attributes(of: "class").first { $0.name == "classes" }?.value.texts == [
          "left", "right, far", "sa\"fe",
        ])
    } else {
      #expect(outcome.errors.hasPrefix("warning: \(file): class: the attribute 'classes' is not kept: "))
      #expect(outcome.errors.hasSuffix("; classes of class: 0 left, 1 right, far, 2 sa\"fe\n"))
    }
  }

  @Test func oneArrayHasTheColumnsOfTheText() throws {
    let folder = try folder(classes: nil)
    let outcome = try Tool.predict(
      "-m", "model.h5", "--grid=-1,0,0,1", "--step", "1", "-o", "grid.npy", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    let array = try FileFormats.open(folder.file("grid.npy")).reader.tensor("grid").matrix()
    #expect(array.rows == 4 && array.columns == 6)
    #expect((0..<4).map { array[$0, 2] } == [1, 0, 1, 1] && array[0, 0] == -1)
    let text = try Tool.predict("-m", "model.h5", "--grid=-1,0,0,1", "--step", "1", in: folder)
    #expect(text.lines[0] == "x1,x2,class,probability_0,probability_1,probability_2")
    #expect(text.lines[1].split(separator: ",").map { Double($0) } == (0..<6).map { array[0, $0] })
  }

  @Test func labelsOfArraysAreNumbersOfClasses() throws {
    let folder = try folder()
    try folder.write(["X": Matrix([[2, 0], [0, 1], [0, 0]]), "y": Matrix([[0], [1], [2]])], to: "in.mat")
    let scored = try Tool.predict("-m", "model.h5", "--labels", "y", "--format", "json", "in.mat", in: folder)
    #expect(try scored.code == 0 && isClose(JSON(scored.errors)["accuracy"]?.number, 2.0 / 3))
    try folder.write(["X": Matrix([[2, 0], [0, 1], [0, 0]]), "y": Matrix([[0], [3], [2]])], to: "in.mat")
    let bad = try Tool.predict("-m", "model.h5", "--labels", "y", "in.mat", in: folder)
    #expect(bad.code == 65 && bad.lines.count == 2)
    #expect(
      bad.errors
        == "in.mat: y: the label of row 2 is 3, expected 0, 1 or 2, the numbers of left, right, far or sa\"fe\n")
    // A table that declares its classes has them by name.
    try folder.write(
      "@relation r\n@attribute x1 numeric\n@attribute x2 numeric\n@attribute k {'sa\\\"fe','right, far',left}\n@data\n"
        + "2,0,left\n0,1,'right, far'\n", to: "rows.arff")
    let arff = try Tool.predict("-m", "model.h5", "--labels", "k", "--format", "json", "rows.arff", in: folder)
    #expect(try arff.code == 0 && JSON(arff.errors)["accuracy"] == .number(1), "\(arff)")
  }

  @Test func everyNumberOfThreadsGivesTheSameBytes() throws {
    let folder = try folder(classes: ["a", "b", "c"])
    var text = "x1,x2,k\n"
    for row in 0..<60_000 {
      text +=
        "\(Double(row * 7919 % 2003) / 500 - 2),\(Double(row * 104_729 % 1999) / 500 - 2),\(["a", "b", "c"][row % 3])\n"
    }
    try folder.write(text, to: "rows.csv")
    var outcomes: [Outcome] = []
    for threads in ["1", "2", "5"] {
      outcomes.append(
        try Tool.predict(
          "-m", "model.h5", "--labels", "k", "--format", "json", "--threads", threads, "rows.csv", in: folder))
    }
    #expect(outcomes.allSatisfy { $0.code == 0 && $0.outputBytes == outcomes[0].outputBytes })
    #expect(outcomes.allSatisfy { $0.errors == outcomes[0].errors })
    #expect(try JSON(outcomes[0].errors)["rows"] == .number(60_000))
  }

  @Test func twoClassesHaveNames() throws {
    let folder = try TemporaryFolder()
    try folder.writeNetwork("model.h5", [([[1, 2]], [0], "sigmoid")], classes: ["miss", "hit, hard"])
    let rows = "x1,x2,k\n1,0,\"hit, hard\"\n-1,0,miss\n1,0,0\n-1,0,1.0\n"
    let outcome = try Tool.predict("-m", "model.h5", "--labels", "k", "--digits", "1", input: .text(rows), in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        x1,x2,k,probability,label
        1,0,"hit, hard",0.7,"hit, hard"
        -1,0,miss,0.3,miss
        1,0,0,0.7,"hit, hard"
        -1,0,1.0,0.3,miss

        """)
    #expect(
      outcome.errors.contains(
        "\nlabel hit, hard: 1 predicted as hit, hard, 1 as miss; label miss: 1 predicted as miss, 1 as hit, hard\n"))
    #expect(outcome.errors.hasPrefix("model.h5: the probability is that of 'hit, hard', not of 'miss'\n"))
    let bad = try Tool.predict(
      "-m", "model.h5", "--labels", "k", "--quiet", input: .text("x1,x2,k\n1,0,2\n"), in: folder)
    #expect(bad.code == 65)
    #expect(
      bad.errors
        == "standard input:2:5: the label is '2', expected miss or hit, hard, or 0 or 1; the row is '1,0,2'\n")
    let strict = try Tool.predict(
      "-m", "model.h5", "--threshold", "0.8", "--only-predictions", input: .text("1,0\n"), in: folder)
    #expect(strict.output.hasSuffix(",miss\n"))
  }

  /// From the texts of a table through the training into the model, and back.
  @Test func theNamesOfATrainingStayWithTheModel() throws {
    let rows = "x1,x2,shot\n" + (0..<20).map { "\($0 % 2),0.5,\($0 % 2 == 0 ? "goal" : "saved")\n" }.joined()
    let folder = try TemporaryFolder(["rows.csv": rows, "numbers.csv": "x1,x2,y\n1,0,1\n0,1,0\n1,1,1\n0,0,0\n"])
    #expect(try Tool.train("rows.csv", "--iterations", "2000", "-o", "model.h5", "--quiet", in: folder).code == 0)
    let outcome = try Tool.predict(
      "-m", "model.h5", "--labels", "shot", "--only-predictions", "--digits", "0", "rows.csv", "--quiet", in: folder)
    #expect(outcome.code == 0 && outcome.lines[1...2] == ["0,goal", "1,saved"])
    #expect(outcome.errors.hasPrefix("accuracy 1.0, "))
    #expect(try Tool.inspect("model.h5", in: folder).lines.contains("  classes: goal, saved"))
    #expect(try Tool.train("numbers.csv", "--iterations", "1", "-o", "plain.h5", "--quiet", in: folder).code == 0)
    let plain = try JSON(try Tool.inspect("--format", "json", "plain.h5", in: folder).output)
    #expect(plain["model"]?["classes"] == .null && plain["model"]?["output"] == .text("probability"))
  }
}

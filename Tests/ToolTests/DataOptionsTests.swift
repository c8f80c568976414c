import Tensors
import Testing

/// Which examples are for what, and what they count: the options of data.
@Suite struct DataOptionsTests {
  static let table = "x1,x2,w,y\n0.5,1,1,0\n1.5,2,2,1\n-1,0.25,1,0\n1,1,0.5,1\n"
  static let files = ["t.csv": table]

  static let failures: [Failure] = [
    Failure(
      "a dev file and a dev fraction", "t.csv", "--dev", "d.csv", "--dev-fraction", "0.1", files: files, code: 64,
      "Error: --dev and --dev-fraction exclude each other…"),
    Failure(
      "a dev fraction of all", "t.csv", "--dev-fraction", "1", files: files, code: 64,
      "Error: --dev-fraction must be between 0 and 1, found 1.0…"),
    Failure(
      "a dev fraction of none", "t.csv", "--dev-fraction", "0.1", files: files, code: 65,
      "t.csv: a dev fraction of 0.1 leaves 4 of 4 examples for training and 0 for the dev set"),
    Failure(
      "a memory limit without a number", "t.csv", "--memory-limit", "much", files: files, code: 64,
      "Error: The value 'much' is invalid for '--memory-limit <size>'…"),
    Failure(
      "a memory limit of nothing", "t.csv", "--memory-limit", "0", files: files, code: 64,
      "Error: The value '0' is invalid for '--memory-limit <size>': expected at least 1 byte, such as 500M or 2G…"),
    Failure(
      "a memory limit of an unknown unit", "t.csv", "--memory-limit", "5X", files: files, code: 64,
      "Error: The value '5X' is invalid for '--memory-limit <size>'…"),
    Failure(
      "class weights that are none", "t.csv", "--class-weights", "even", files: files, code: 64,
      "Error: The value 'even' is invalid for '--class-weights <balanced|list>'…"),
    Failure(
      "class weights of three classes", "t.csv", "--class-weights", "1,2,3", files: files, code: 65,
      "t.csv: 3 class weights for 2 classes"),
    Failure(
      "an unknown column of weights", "t.csv", "--weights", "v", files: files, code: 65,
      "t.csv: there is no column 'v'; the table has x1, x2, w, y"),
    Failure(
      "weights that are labels", "t.csv", "--weights", "y", "--labels", "y", files: files, code: 65,
      "t.csv: y: this column is among the labels and is also the weights"),
    Failure(
      "a negative weight", "n.csv", "--weights", "w", files: ["n.csv": "x,w,y\n1,1,0\n2,-0.5,1\n"], code: 65,
      "n.csv:3:3: the weight is -0.5, expected a number that is not negative"),
    Failure(
      "no weight above 0", "n.csv", "--weights", "w", files: ["n.csv": "x,w,y\n1,0,0\n2,0,1\n"], code: 65,
      "n.csv: w: all examples have the weight 0"),
    Failure(
      "nothing but labels and weights", "n.csv", "--weights", "w", files: ["n.csv": "w,y\n1,0\n2,1\n"], code: 65,
      "n.csv: no column is left for the features beside y and the weights w"),
    Failure(
      "a dev file that is not there", "t.csv", "--dev", "nosuch.csv", files: files, code: 66,
      "nosuch.csv: no such file or directory"),
    Failure(
      "a dev file with a bad label", "t.csv", "--dev", "d.csv",
      files: ["t.csv": table, "d.csv": "x1,x2,w,y\n1,2,3,5\n"], code: 65,
      "d.csv:2:7: the label is 5, expected 0 or 1" + TrainErrorsTests.otherLosses),
  ]

  @Test(arguments: failures) func errors(failure: Failure) throws {
    try failure.check(Tool.train, in: TemporaryFolder())
  }

  @Test func theTrainingFileAsTestSetIsSaid() throws {
    let folder = try TemporaryFolder(["t.csv": "a,y\n1,0\n2,1\n3,0\n4,1\n"])
    let outcome = try Tool.train("t.csv", "--test", "t.csv", "--iterations", "1", in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("--test t.csv is the file of the training examples"), "\(outcome.errors)")
    let other = try TemporaryFolder(["t.csv": "a,y\n1,0\n2,1\n", "u.csv": "a,y\n1,0\n2,1\n"])
    #expect(try Tool.train("t.csv", "--test", "u.csv", "--iterations", "1", in: other).errors == "")
  }

  @Test func theSetsAreCounted() throws {
    let folder = try TemporaryFolder(Self.files)
    let outcome = try Tool.train(
      "t.csv", "--weights", "w", "--dev-fraction", "0.25", "--iterations", "1", in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("3 examples to train with, 1 in the dev set\n"))
  }

  /// What is asked for comes before the test set that a file has.
  @Test func theHeldOutPartIsTheTestSet() throws {
    let plan = try Tool.train(try Field.mat, "--test-fraction", "0.3", "--dry-run")
    #expect(plan.code == 0 && plan.lines[0].hasSuffix("148 examples to train with, 63 in the test set"))
    #expect(plan.errors == "the test set is held out of the examples; Xval is not used\n")
    #expect(plan.lines.contains { $0.hasPrefix("settings: ") && $0.hasSuffix(" --test-fraction 0.3") })
  }

  @Test func oneClassIsSaid() throws {
    let folder = try TemporaryFolder(["o.csv": "x,y\n1,1\n2,1\n", "a.csv": "x,c\n1,a\n2,a\n"])
    let outcome = try Tool.train("o.csv", "--iterations", "1", in: folder)
    #expect(outcome.code == 0 && outcome.errors.contains("all labels of the training examples are 1: "))
  }

  @Test func oneArrayHasNoColumns() throws {
    let folder = try TemporaryFolder()
    try folder.write(["X": Matrix([[1, 2], [3, 4]])], to: "x.npy")
    let outcome = try Tool.train("x.npy", "--labels", "2", in: folder)
    #expect(outcome.code == 65 && outcome.errors.contains("features and labels are two arrays, but there is one, "))
    #expect(outcome.errors.contains("reg-convert to .csv"))
  }

  /// A model's choice of examples goes with its settings, as far as the data have it.
  @Test func likeTakesTheChoiceOfExamples() throws {
    let folder = try TemporaryFolder([
      "w.csv": "a,wt,y\n" + (0..<20).map { "\($0),\($0 % 3 + 1),\($0 % 2)\n" }.joined(),
      "v.csv": "a,y\n" + (0..<20).map { "\($0),\($0 % 2)\n" }.joined(),
    ])
    let options = [
      "w.csv", "--labels", "y", "--weights", "wt", "--class-weights", "balanced", "--test-fraction", "0.3",
      "--dev-fraction", "0.2", "--patience", "50", "--iterations", "60",
    ]
    try #require(try Tool.train.run(options + ["-o", "w.h5"], in: folder).code == 0)
    let again = try Tool.train("--like", "w.h5", "w.csv", "-o", "again.h5", in: folder)
    #expect(again.code == 0)
    #expect(
      again.errors.contains(
        "as in w.h5: --weights wt --class-weights balanced --test-fraction 0.3 --dev-fraction 0.2\n"))
    #expect(try folder.bytes("again.h5") == folder.bytes("w.h5"))
    let settings = try JSON(try Tool.inspect("w.h5", "--format", "json", in: folder).output)["model"]?["settings"]
    #expect(settings?["weights"] == .text("wt") && settings?["class_weights"] == .text("balanced"))
    #expect(settings?["test_fraction"] == .number(0.3) && settings?["dev_fraction"] == .number(0.2))
    let text = try Tool.inspect("w.h5", in: folder).output
    #expect(text.contains(", weights wt, class weights balanced, test fraction 0.3, dev fraction 0.2\n"))
    let other = try Tool.train("--like", "w.h5", "v.csv", "--patience", "none", "--dry-run", in: folder)
    #expect(other.code == 0)
    #expect(
      other.errors.contains("warning: not taken from w.h5: the weights wt, which the data do not have\n"))
    #expect(other.lines.contains { $0.contains(" --patience none ") && $0.contains(" --test-fraction 0.3 ") })
  }

  @Test func theDevSetOfAnotherFileIsAskedFor() throws {
    let rows = "a,y\n" + (0..<20).map { "\($0),\($0 % 2)\n" }.joined()
    let folder = try TemporaryFolder(["t.csv": rows, "d.csv": rows])
    try #require(
      try Tool.train(
        "t.csv", "--dev", "d.csv", "--patience", "5", "--iterations", "9", "-o", "m.h5", in: folder
      ).code == 0)
    let message = "m.h5: it was trained with a dev set from another file, d.csv; --dev names it"
    let verified = try Tool.train("--verify", "m.h5", "t.csv", in: folder)
    #expect(verified.code == 65 && verified.errors == message + "\n")
    #expect(try Tool.train("--verify", "m.h5", "t.csv", "--dev", "d.csv", in: folder).code == 0)
    let like = try Tool.train("--like", "m.h5", "t.csv", in: folder)
    #expect(like.code == 65 && like.errors.contains(message + "; --patience none "))
  }

  /// A program that reads the report on standard error reads nothing else there.
  @Test func aReportOnStandardErrorStandsAlone() throws {
    let outcome = try Tool.train(
      try Field.train, "--test-fraction", "0.3", "--dev-fraction", "0.1", "--iterations", "5", "--format", "json", "-o",
      "-")
    #expect(try outcome.code == 0 && JSON(outcome.errors)["settings"]?["test_fraction"] == .number(0.3))
  }
}

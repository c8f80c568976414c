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

  @Test func theSetsAreCounted() throws {
    let folder = try TemporaryFolder(Self.files)
    let outcome = try Tool.train(
      "t.csv", "--weights", "w", "--dev-fraction", "0.25", "--iterations", "1", in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("3 examples to train with, 1 in the dev set\n"))
  }
}

import Testing

@Suite struct TuneErrorsTests {
  static let table = "x1,x2,y\n0.5,1,0\n1.5,2,1\n-1,0.25,0\n-2,0.5,1\n"
  static let files = ["t.csv": table]

  static let usage: [Failure] = [
    Failure("no such value", "t.csv", "--lambda", "0,much", code: 64, "Error: --lambda: 'much' is not a number…"),
    Failure("no such name", "t.csv", "--optimizer", "sgd", code: 64, "Error: --optimizer has no value 'sgd'…"),
    Failure(
      "out of range", "t.csv", "--lambda", "0,-1", code: 64,
      "Error: --lambda must be a number that is not negative, found -1.0; the settings are lambda -1…"),
    Failure(
      "does not fit", "t.csv", "--hidden", "20:3,9", "--keep-prob", "0.9:0.8", code: 64,
      "Error: --keep-prob has 2 values for 1 hidden layers; the settings are hidden 9…"),
    Failure(
      "a range without draws", "t.csv", "--lambda", "0.1..1", code: 64,
      "Error: --lambda has a range, from which --random N draws N settings…"),
    Failure("no draws", "t.csv", "--random", "0", code: 64, "Error: --random must be at least 1, found 0…"),
    Failure("one fold", "t.csv", "--folds", "1", code: 64, "Error: --folds must be at least 2, found 1…"),
    Failure(
      "folds and a dev set", "t.csv", "--folds", "2", "--dev-fraction", "0.5", code: 64,
      "Error: --folds hold out parts of the training set, so they exclude --dev and --dev-fraction…"),
    Failure(
      "no curve", "t.csv", "--plot", "p.svg", "--hidden", "2,3", code: 64,
      "Error: --plot draws the dev error against lambda, so --lambda needs several values…"),
    Failure(
      "one value that is out of range", "t.csv", "--lambda=-1", code: 64,
      "Error: --lambda must be a number that is not negative, found -1.0\n…"),
    Failure(
      "another kind of picture", "t.csv", "--plot", "a.b/p.png", code: 64,
      "Error: --plot draws SVG, and 'p.png' ends as something else does; name it p.svg…"),
    Failure(
      "a picture among the results", "t.csv", "--plot", "-", code: 64,
      "Error: the table is on standard output; --plot needs the name of a file…"),
    Failure("a journal without a name", "t.csv", "--journal", "", code: 64, "Error: --journal needs the name of a…"),
    Failure(
      "the accuracy of values", "t.csv", "--loss", "squared", "--rank", "accuracy", code: 64,
      "Error: --rank accuracy is for classes, and --loss wants values; they are compared by their cost…"),
    Failure(
      "the data as journal", "t.csv", "--journal", "t.csv", files: files, code: 64,
      "Error: t.csv is the data; --journal would take its place, so name another file…"),
    Failure(
      "one file for two", "t.csv", "--journal", "a", "-o", "a", "--to", "h5", files: files, code: 64,
      "Error: -o and --journal are the same file a…"),
  ]

  static let data: [Failure] = [
    Failure("no such file", "nosuch.mat", code: 66, "nosuch.mat: no such file or directory"),
    Failure(
      "more folds than examples", "t.csv", "--folds", "5", files: files, code: 64,
      "--folds must be from 2 to the 4 examples, found 5"),
    Failure(
      "no place for the picture", "t.csv", "--folds", "2", "--plot", "no/p.svg", files: files, code: 73, "no/p.svg: …"),
    Failure(
      "no place for the journal", "t.csv", "--folds", "2", "--journal", "no/j", files: files, code: 73,
      "no/j: no such file or directory"),
    Failure(
      "a format without networks", "t.csv", "--folds", "2", "-o", "m.csv", files: files, code: 64, "Error: …"),
    Failure(
      "no journal", "t.csv", "--folds", "2", "--journal", "j", files: ["t.csv": table, "j": "my notes\n"], code: 65,
      "j: this is no journal of a search; name another file"),
    Failure(
      "a network beyond memory", "t.csv", "--folds", "2", "--hidden", "60000000:60000000", files: files, code: 64,
      "the network needs at least 172800…"),
  ]

  @Test(arguments: usage + data) func theFailureIsNamed(failure: Failure) throws {
    try failure.check(Tool.tune, in: try TemporaryFolder())
  }

  @Test func aFullDiskIsAnError() throws {
    let outcome = try Tool.tune(
      try Field.mat, "--iterations", "5", "--lambda", "0,1", output: .file("/dev/full"))
    #expect(outcome.code == 74)
  }
}

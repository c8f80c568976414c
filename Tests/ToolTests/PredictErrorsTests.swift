import TensorFiles
import Tensors
import Testing

@Suite struct PredictErrorsTests {
  static let files = ["rows.csv": "x1,x2\n1,0\n", "three.csv": "a,b,c\n1,2,3\n"]

  static let failures: [Failure] = [
    Failure("no such model", "-m", "nosuch.h5", "rows.csv", code: 66, "nosuch.h5: no such file or directory"),
    Failure("a folder as model", "-m", ".", "rows.csv", code: 66, ".: this is a folder, not a file"),
    Failure("no such rows", "-m", "model.h5", "nosuch.csv", code: 66, "nosuch.csv: no such file or directory"),
    Failure("a folder", "-m", "model.h5", ".", code: 66, ".: this is a folder, not a file"),
    Failure(
      "a table as model", "-m", "rows.csv", "rows.csv", code: 65,
      "rows.csv: no trained parameters: there is no array W1; the file has data"),
    Failure(
      "a dataset as model", "-m", "data.mat", "rows.csv", code: 65,
      "data.mat: no trained parameters: there is no array W1; the file has X, y"),
    Failure(
      "layers that do not chain", "-m", "unchained.h5", "rows.csv", code: 65,
      "unchained.h5: W2: layer 2 takes 4 inputs but layer 1 has 3 units"),
    Failure(
      "no biases", "-m", "biasless.h5", "rows.csv", code: 65, "biasless.h5: b1: there is no such array beside W1"),
    Failure("NaN in a model", "-m", "nan.h5", "rows.csv", code: 65, "nan.h5: W1: …"),
    Failure(
      "two outputs", "-m", "two.h5", "rows.csv", code: 65,
      "two.h5: the activations are not named, and the last of 1 layers has 2 units; …"),
    Failure(
      "a column too many", "-m", "model.h5", "three.csv", code: 65,
      "three.csv: the model has 2 inputs, but the table has 3 columns (a, b, c); --features a,b chooses the inputs, "
        + "--labels names the column of labels"),
    Failure(
      "a column too few", "-m", "model.h5", "--labels", "y", "one.csv", files: ["one.csv": "x,y\n1,2\n"], code: 65,
      "one.csv: the model has 2 inputs, but the table has 2 columns (x, y), of which y holds the labels"),
    Failure(
      "a column only", "-m", "model.h5", "one.csv", files: ["one.csv": "x\n1\n"], code: 65,
      "one.csv: the model has 2 inputs, but the table has 1 column (x)"),
    Failure(
      "names that hold commas", "-m", "model.h5", "three.csv", files: ["three.csv": "\"a,b\",c,d\n1,2,3\n"], code: 65,
      "three.csv: the model has 2 inputs, but the table has 3 columns (a,b, c, d); --features 1,2 chooses the inputs, "
        + "--labels names the column of labels"),
    Failure(
      "too few features", "-m", "model.h5", "--features", "a", "three.csv", code: 65,
      "three.csv: the model has 2 inputs, but --features names 1 column"),
    Failure(
      "a column twice", "-m", "model.h5", "--features", "a,1", "three.csv", code: 65,
      "three.csv: the column 1 is chosen twice"),
    Failure(
      "an unknown column", "-m", "model.h5", "--features", "a,z", "three.csv", code: 65,
      "three.csv: there is no column 'z'; the table has a, b, c"),
    Failure(
      "a position that is not there", "-m", "model.h5", "--features", "1,4", "three.csv", code: 65,
      "three.csv: there is no column '4'; the table has a, b, c"),
    Failure(
      "unknown labels", "-m", "model.h5", "--labels", "z", "three.csv", code: 65,
      "three.csv: there is no column 'z'; the table has a, b, c"),
    Failure(
      "two columns of one name", "-m", "model.h5", "--features", "a,b", "twice.csv",
      files: ["twice.csv": "a,a,b\n1,2,3\n"], code: 65,
      "twice.csv: several columns are named 'a'; name one by its position: 1, 2"),
    Failure(
      "names without a header", "-m", "model.h5", "--features", "a,b", "headless.csv",
      files: ["headless.csv": "1,2,3\n"], code: 65, "headless.csv: there is no column 'a'; the table has 1, 2, 3"),
    Failure("an empty file", "-m", "model.h5", "e.csv", files: ["e.csv": ""], code: 65, "e.csv: the file is empty"),
    Failure(
      "blank lines alone", "-m", "model.h5", "e.csv", files: ["e.csv": "\n\n# nothing\n"], code: 65,
      "e.csv: the table is empty: there is no line but blank ones and comments"),
    Failure(
      "a header whose quote is never closed", "-m", "model.h5", "q.csv", files: ["q.csv": "# c\n\"x1,x2\n1,2\n"],
      code: 65, "q.csv:2:1: the quote that opens here is never closed"),
    Failure(
      "a field of two million bytes", "-m", "model.h5", "long.csv",
      files: ["long.csv": "1," + String(repeating: "1", count: 2 << 20)], code: 65,
      "long.csv:1:3: the field is longer than 1048576 bytes"),
    Failure("an empty standard input", "-m", "model.h5", code: 65, "standard input: the file is empty"),
    Failure(
      "no names of a grid's labels", "-m", "model.h5", "--grid", "0,1,0,1", "--labels", "y", code: 64,
      "Error: the points of a grid have no labels…"),
    Failure(
      "a grid and rows", "-m", "model.h5", "--grid", "0,1,0,1", "rows.csv", code: 64,
      "Error: --grid takes the place of an input…"),
    Failure(
      "a grid of three bounds", "-m", "model.h5", "--grid", "0,1,0", code: 64,
      "Error: --grid has 3 bounds; the model has 2 inputs, which need 4…"),
    Failure(
      "a grid that ends before it begins", "-m", "model.h5", "--grid", "1,0,0,1", code: 64,
      "--grid: the lower bound of input 1 is above the upper one: 1.0 and 0.0"),
    Failure(
      "no step", "-m", "model.h5", "--grid", "0,1,0,1", "--step", "0", code: 64, "Error: --step must be a positive…"),
    Failure(
      "a grid that does not fit in memory", "-m", "model.h5", "--grid", "0,1,0,1", "--step", "1e-5", "-o", "g.h5",
      code: 65,
      "g.h5: more than 134217728 rows do not fit in memory as arrays; .csv and .tsv take any number"),
    Failure(
      "a grid of words", "-m", "model.h5", "--grid", "a,b", code: 64, "Error: The value 'a,b' is invalid for '--grid…"),
    Failure(
      "the model and the rows through one pipe", "-m", "-", code: 64,
      "Error: standard input is the model; the rows must come from a file…"),
    Failure("no model", "rows.csv", code: 64, "Error: Missing expected argument '--model <model>'…"),
    Failure(
      "NaN as threshold", "-m", "model.h5", "--threshold", "nan", code: 64,
      "Error: --threshold must be a number, found nan…"),
    Failure(
      "negative digits", "-m", "model.h5", "--digits=-1", code: 64, "Error: --digits must be from 0 to 1100, found -1…"),
    Failure(
      "a letter as delimiter", "-m", "model.h5", "--delimiter", "e", "rows.csv", code: 64,
      "Error: --delimiter must be one character that is not part of a number, found 'e'…"),
    Failure(
      "an unknown header", "-m", "model.h5", "--header", "maybe", code: 64,
      "Error: The value 'maybe' is invalid for '--header…"),
    Failure(
      "an unknown format", "-m", "model.h5", "--from", "xls", code: 64, "Error: The value 'xls' is invalid for '--from…"
    ),
    Failure(
      "an ending that tells nothing", "-m", "model.h5", "rows.csv", "-o", "out.xyz", code: 64,
      "Error: out.xyz: the ending of the name does not tell the format; there are …"),
    Failure(
      "the model as output", "-m", "model.h5", "rows.csv", "-o", "./model.h5", code: 64,
      "Error: ./model.h5 is the model; the output would take its place, so name another one…"),
    Failure(
      "the model as --reject", "-m", "model.h5", "rows.csv", "--reject", "model.h5", code: 64,
      "Error: model.h5 is the model; the output would take its place, so name another one…"),
    Failure(
      "the rows as --reject", "-m", "model.h5", "rows.csv", "--reject", "rows.csv", code: 64,
      "Error: rows.csv is an input; the rejected rows would take its place, so name another --reject…"),
    Failure(
      "--reject into the output", "-m", "model.h5", "rows.csv", "-o", "o.csv", "--reject", "o.csv", code: 64,
      "Error: --reject and the output are the same, o.csv; rejected rows need a file of their own…"),
    Failure(
      "--reject into the output by another way", "-m", "model.h5", "rows.csv", "-o", "o.csv", "--reject", "./o.csv",
      code: 64,
      "Error: --reject and the output are the same, ./o.csv; rejected rows need a file of their own…"),
    Failure(
      "--reject to standard output", "-m", "model.h5", "rows.csv", "--reject", "-", code: 64,
      "Error: --reject and the output are the same, -; rejected rows need a file of their own…"),
    Failure(
      "a folder that is not there", "-m", "model.h5", "rows.csv", "-o", "no/out.csv", code: 73,
      "no/out.csv: the folder 'no/' does not exist"),
    Failure(
      "a folder that is not there for --reject", "-m", "model.h5", "rows.csv", "--reject", "no/out.csv", code: 73,
      "no/out.csv: the folder 'no/' does not exist"),
    Failure(
      "--reject with arrays", "-m", "model.h5", "data.mat", "--reject", "bad.csv", code: 64,
      "Error: --reject takes rows of text; data.mat holds arrays…"),
    Failure("a folder as output", "-m", "model.h5", "rows.csv", "-o", ".", code: 73, ".: this is a folder, not a file"),
    Failure(
      "an output without a name", "-m", "model.h5", "rows.csv", "-o", "", code: 64,
      "Error: the name of the output is empty…"),
    Failure(
      "rejected rows without a name", "-m", "model.h5", "rows.csv", "--reject", "", code: 64,
      "Error: the name of the file of --reject is empty…"),
    Failure(
      "a step without a grid", "-m", "model.h5", "rows.csv", "--step", "0.1", code: 64,
      "Error: --step is the distance of the points of --grid, which is not there…"),
    useless("--features", "1,2"), useless("--header", "no"), useless("--delimiter", ";"), useless("--examples", "rows"),
    useless("--from", "csv"), useless("--reject", "bad.csv"),
    Failure(
      "a folder that is to be made as output", "-m", "model.h5", "rows.csv", "-o", "d.csv/", code: 73, "d.csv/: …"),
  ]

  private static func useless(_ option: String, _ value: String) -> Failure {
    Failure(
      "\(option) with a grid", "-m", "model.h5", "--grid", "0,1,0,1", option, value, code: 64,
      "Error: \(option) is for rows that are read; --grid makes its own…")
  }

  @Test(arguments: failures) func isRefused(failure: Failure) throws {
    let folder = try TemporaryFolder(PredictErrorsTests.files)
    try folder.writeModel()
    try folder.write(["X": Matrix([[1, 2]]), "y": Matrix([[1]])], to: "data.mat")
    try folder.write(
      [
        "W1": Matrix(rows: 3, columns: 2), "b1": Matrix(rows: 3, columns: 1), "W2": Matrix(rows: 1, columns: 4),
        "b2": Matrix([[0]]),
      ], to: "unchained.h5")
    try folder.write(["W1": Matrix([[1, 2]])], to: "biasless.h5")
    try folder.write(["W1": Matrix([[1, .nan]]), "b1": Matrix([[0]])], to: "nan.h5")
    try folder.write(["W1": Matrix([[1, 2], [3, 4]]), "b1": Matrix([[0], [0]])], to: "two.h5")
    try failure.check(Tool.predict, in: folder)
  }

  struct BadRow: Sendable {
    let rows: String
    var options: [String] = []
    /// What is predicted before the error.
    let output: String
    let message: String
  }

  static let badRows = [
    BadRow(rows: "x1,x2\n1,0\n1,two\n", output: "1,0,0.7,1", message: "3:3: 'two' is not a number; the row is '1,two'"),
    BadRow(
      rows: "x1,x2\n1,0\n1\n", output: "1,0,0.7,1", message: "3: 1 column was found, 2 are expected; the row is '1'"),
    BadRow(
      rows: "x1,x2\n1,0\n\n# c\n1,0,0\n", output: "1,0,0.7,1",
      message: "5: 3 columns were found, 2 are expected; the row is '1,0,0'"),
    BadRow(
      rows: "x1,x2\n1,0\n1,nan\n", output: "1,0,0.7,1",
      message: "3:3: the value is missing ('nan'); the row is '1,nan'"),
    BadRow(rows: "x1,x2\n1,0\n1,\n", output: "1,0,0.7,1", message: "3:3: the value is missing; the row is '1,'"),
    BadRow(
      rows: "x1,x2\n1,0\n1e400,0\n", output: "1,0,0.7,1",
      message: "3:1: '1e400' is infinite, or more than a double can hold; the row is '1e400,0'"),
    BadRow(
      rows: "x1,x2\n1,0\n0,-Infinity\n", output: "1,0,0.7,1",
      message: "3:3: '-Infinity' is infinite, or more than a double can hold; the row is '0,-Infinity'"),
    BadRow(
      rows: "x1,x2\n1,0\n1.7e308,1.7e308\n-1.7e308,1.7e308\n",
      output: "1,0,0.7,1\n1.7e308,1.7e308,1.0,1\n-1.7e308,1.7e308,1.0,1",
      message: ""),
    BadRow(
      rows: "x1,x2\n1,0\n\"1\"2,0\n", output: "1,0,0.7,1",
      message: "3:1: text follows the closing quote; the row is '\"1\"2,0'"),
    BadRow(rows: "x1,x2\n1,0\n\"1,0\n", output: "1,0,0.7,1", message: "3:1: the quote that opens here is never closed"),
    BadRow(
      rows: "x1,x2\n1,0\n1\u{1B}[31m,0\n", output: "1,0,0.7,1",
      message: "3:1: '1\\x1b[31m' is not a number; the row is '1\\x1b[31m,0'"),
    BadRow(
      rows: "x1,x2,name\n1,0,a\n1,,\(String(repeating: "n", count: 200))\n", options: ["--features", "x1,x2"],
      output: "1,0,a,0.7,1",
      message: "3:3: the value is missing; the row is '1,,\(String(repeating: "n", count: 117))…'"),
    BadRow(
      rows: "x1,x2,y\n1,0,1\n1,0,yes\n", options: ["--labels", "y"], output: "1,0,1,0.7,1",
      message: "3:5: 'yes' is not a number; labels are 0 or 1 (the model has no names of classes); the row is '1,0,yes'"
    ),
    BadRow(
      rows: "x1,x2,y\n1,0,1\n1,0,0.5\n", options: ["--labels", "y"], output: "1,0,1,0.7,1",
      message: "3:5: the label is 0.5, expected 0 or 1; the row is '1,0,0.5'"),
  ]

  @Test(arguments: badRows) func rowsBeforeABadOneAreGiven(bad: BadRow) throws {
    let folder = try TemporaryFolder(["rows.csv": bad.rows])
    try folder.writeModel()
    let outcome = try Tool.predict.run(["-m", "model.h5", "--digits", "1", "rows.csv"] + bad.options, in: folder)
    #expect(outcome.output.split(separator: "\n").dropFirst().joined(separator: "\n") == bad.output)
    #expect(outcome.errors == (bad.message.isEmpty ? "" : "rows.csv:\(bad.message)\n"))
    #expect(outcome.code == (bad.message.isEmpty ? 0 : 65))
    // A file that lacks rows is not written.
    let file = try Tool.predict.run(["-m", "model.h5", "rows.csv", "-o", "out.csv"] + bad.options, in: folder)
    #expect(file.code == outcome.code)
    #expect(try folder.names.contains("out.csv") == bad.message.isEmpty)
    #expect(try folder.names.count == (bad.message.isEmpty ? 3 : 2))
  }

  /// Rows before the error are the same, however many blocks are read ahead.
  @Test(arguments: ["1,\"2\n", "x,1\n", "1,2,3\n"]) func anErrorFarBehindIsFoundAlikeByAllThreads(last: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    try folder.write(String(repeating: "0.25,-0.125\n", count: 60_000) + last + "1,1\n", to: "rows.csv")
    let one = try Tool.predict("-m", "model.h5", "--threads", "1", "rows.csv", in: folder)
    #expect(one.code == 65 && one.lines.count == 60_000 && one.errors.hasPrefix("rows.csv:60001:"))
    for threads in ["2", "5"] {
      let many = try Tool.predict("-m", "model.h5", "--threads", threads, "rows.csv", in: folder)
      #expect(many.code == 65 && many.errors == one.errors)
      #expect(many.outputBytes == one.outputBytes)
    }
  }

  @Test func anArrayMustHaveTheModelsInputs() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    func errors(_ arrays: KeyValuePairs<String, Matrix>, _ options: String...) throws -> String {
      try folder.write(arrays, to: "in.mat")
      let outcome = try Tool.predict.run(["-m", "model.h5", "in.mat"] + options, in: folder)
      #expect(outcome.code == 65)
      return outcome.errors
    }
    let three = Matrix(rows: 4, columns: 3)
    #expect(
      try errors(["X": three])
        == "in.mat: X: the shape is 4x3, but the model has 2 inputs: one of two dimensions must be 2\n")
    #expect(
      try errors(["X": Matrix(rows: 4, columns: 2)], "--features", "Z")
        == "in.mat: Z: there is no such array; the file has X\n")
    #expect(
      try errors(["A": three, "B": three]) == "in.mat: which array are the inputs? --features names one of A, B\n")
    #expect(
      try errors(["X": Matrix(rows: 2, columns: 2)])
        == "in.mat: X: 2x2 does not tell whether an example is a row or a column; "
        + "--examples rows or --examples columns does\n")
    #expect(
      try errors(["X": Matrix([[1, 2], [1, .nan], [0, 0]])])
        == "in.mat: X: input 2 of row 2 is nan, not a finite number\n")
    #expect(
      try errors(["X": Matrix(rows: 3, columns: 2), "y": Matrix([[0, 1]])], "--labels", "y")
        == "in.mat: y: 2 labels for 3 examples in X\n")
    #expect(
      try errors(["X": Matrix(rows: 3, columns: 2), "y": Matrix([[0, 1, 2]])], "--labels", "y")
        == "in.mat: y: the label of row 3 is 2, expected 0 or 1\n")
  }

  @Test func rowsBeforeABadOneOfAnArrayAreGiven() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let good = Matrix([[1], [0], [0]])
    for (inputs, labels) in [
      (Matrix([[1, 0], [0, 0], [1, .nan]]), good), (Matrix([[1, 0], [0, 0], [-.infinity, 0]]), good),
      (Matrix([[1, 0], [0, 0], [1, 0]]), Matrix([[1], [0], [2]])),
    ] {
      try folder.write(["X": inputs, "y": labels], to: "in.mat")
      let outcome = try Tool.predict("-m", "model.h5", "--labels", "y", "--digits", "1", "in.mat", in: folder)
      #expect(outcome.code == 65 && outcome.output == "probability,label\n0.7,1\n0.5,0\n")
    }
  }

  /// The first layers of a damaged model may chain too.
  @Test func aCutOffModelIsNoModel() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      ["W1": Matrix([[1, 2]]), "b1": Matrix([[0]]), "W2": Matrix([[3]]), "b2": Matrix([[0]])], to: "whole.mat")
    let bytes = try folder.bytes("whole.mat")
    for count in stride(from: bytes.count - 1, to: 128, by: -7) {
      try folder.write(Array(bytes.prefix(count)), to: "cut.mat")
      let outcome = try Tool.predict("-m", "cut.mat", input: .text("1,0\n"), in: folder)
      // Where a variable ends the rest is whole, and another network.
      if outcome.code == 0 { continue }
      #expect(outcome.code == 65 && outcome.output == "" && outcome.errors.hasPrefix("cut.mat: "))
    }
    try folder.write(Array(bytes.prefix(bytes.count - 8)), to: "cut.mat")
    #expect(try Tool.predict("-m", "cut.mat", input: .text("1,0\n"), in: folder).code == 65)
  }

  /// The rows are out, so the rejected ones must not be lost; a file that lacks rows is not kept, and this is said.
  @Test func rejectedRowsAreKeptBesideTheRowsThatAreOut() throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2\n1,0\n1,two\n0,0\n"])
    try folder.writeModel()
    let arguments = ["-m", "model.h5", "--digits", "1", "rows.csv", "nosuch.csv", "--reject", "bad.csv"]
    let outcome = try Tool.predict.run(arguments, in: folder)
    #expect(outcome.code == 66 && outcome.lines == ["x1,x2,probability,label", "1,0,0.7,1", "0,0,0.5,0"])
    #expect(try folder.text("bad.csv") == "file,line,reason,row\nrows.csv,3,'two' is not a number,\"1,two\"\n")
    try folder.write("old\n", to: "bad.csv")
    for file in ["out.csv", "out.h5"] {
      let outcome = try Tool.predict.run(arguments + ["-o", file], in: folder)
      #expect(outcome.code == 66 && outcome.output == "")
      #expect(
        outcome.errors == """
          nosuch.csv: no such file or directory
          \(file) and bad.csv were not written, because an input failed

          """)
      #expect(try folder.text("bad.csv") == "old\n")
      #expect(try folder.names == ["bad.csv", "model.h5", "rows.csv"])
    }
  }

  @Test func theRestOfADamagedFileIsPredicted() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    try folder.write(["X": Matrix([[1, 0], [0, 0], [1, 1]]), "y": Matrix([[1], [1], [1]])], to: "d.mat")
    try folder.write(Array(try folder.bytes("d.mat").dropLast(5)), to: "d.mat")
    let outcome = try Tool.predict("-m", "model.h5", "--digits", "1", "d.mat", in: folder)
    #expect(outcome.code == 65 && outcome.output == "probability,label\n0.7,1\n0.5,0\n1.0,1\n")
    #expect(outcome.errors.hasPrefix("d.mat: byte "))
  }
}

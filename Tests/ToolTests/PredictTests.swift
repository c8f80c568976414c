import TensorFiles
import Tensors
import Testing

/// The model is sigmoid(x1 + 2 x2): 0.5 at the origin, sigmoid(1) = 0.731 …, sigmoid(-1) = 0.269 …
@Suite struct PredictTests {
  /// Runs reg-predict with a model that does not name its inputs, or does.
  private func predict(
    _ arguments: String..., rows: String? = nil, features: [String]? = nil, inputs: Int = 2,
    in folder: TemporaryFolder? = nil
  ) throws -> Outcome {
    let folder = try folder ?? TemporaryFolder()
    try folder.writeModel(inputs: inputs, features: features)
    let input: Tool.Input = rows.map { .text($0) } ?? .none
    return try Tool.predict.run(["-m", "model.h5"] + arguments, input: input, in: folder)
  }

  @Test func rowsStayAsTheyAreAndColumnsFollow() throws {
    let outcome = try predict("--digits", "3", rows: "x1,x2\n0,0\n1,0\n 1 , -1\n+1.50e0,-.25\n")
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(
      outcome.output == """
        x1,x2,probability,label
        0,0,0.500,0
        1,0,0.731,1
         1 , -1,0.269,0
        +1.50e0,-.25,0.731,1

        """)
  }

  @Test func theShortestDigitsReadBackToTheSameNumber() throws {
    let outcome = try predict(rows: "1,0\n")
    #expect(outcome.output == "1,0,0.7310585786300049,1\n")
  }

  struct Header: Sendable {
    let rows: String
    let options: [String]
    let expected: String
  }

  static let headers = [
    Header(rows: "a,b\n0,0\n", options: [], expected: "a,b,probability,label\n0,0,0.5,0\n"),
    Header(rows: "1,2\n0,0\n", options: ["--digits", "1"], expected: "1,2,1.0,1\n0,0,0.5,0\n"),
    Header(rows: "1,2\n0,0\n", options: ["--header", "yes"], expected: "1,2,probability,label\n0,0,0.5,0\n"),
    Header(rows: "0,0\n", options: ["--header", "no"], expected: "0,0,0.5,0\n"),
    Header(rows: "0,0\n", options: ["--header", "auto"], expected: "0,0,0.5,0\n"),
    // Text beside the features says nothing, and the first row is not a header for it.
    Header(rows: "Hugo,0,0\n", options: ["--features", "2,3"], expected: "Hugo,0,0,0.5,0\n"),
    // A number in a row of data is no name.
    Header(
      rows: "3,1,2\n0,0,0\n", options: ["--features", "1,2", "--digits", "2"], expected: "3,1,2,0.99,1\n0,0,0,0.50,0\n"),
    Header(rows: "1,1,2\n", options: ["--features", "2,1", "--digits", "2"], expected: "1,1,2,0.95,1\n"),
    Header(rows: "a,b\n", options: [], expected: "a,b,probability,label\n"),
    Header(rows: "a,b\r\n", options: [], expected: "a,b,probability,label\n"),
  ]

  @Test(arguments: headers) func aHeaderIsFoundOrGiven(header: Header) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let outcome = try Tool.predict.run(["-m", "model.h5"] + header.options, input: .text(header.rows), in: folder)
    #expect(outcome.code == 0 && outcome.output == header.expected)
  }

  @Test func featuresAreFoundByTheModelsNames() throws {
    let rows = "id,up,side\n7,0,1\n"
    #expect(
      try predict("--digits", "3", rows: rows, features: ["side", "up"]).output
        == "id,up,side,probability,label\n7,0,1,0.731,1\n")
    // Names that the user gives come first; positions count from 1.
    #expect(
      try predict("--features", "up,side", "--digits", "3", rows: rows, features: ["side", "up"]).lines[1]
        == "7,0,1,0.881,1")
    #expect(try predict("--features", "3,2", "--digits", "3", rows: rows).lines[1] == "7,0,1,0.731,1")
    #expect(try predict("--features", "3,up", "--digits", "3", rows: rows).lines[1] == "7,0,1,0.731,1")
    // A name that holds a comma stands in quotes.
    #expect(
      try predict("--features", "\"a,b\",\"c\"\"\"", "--digits", "3", rows: "n,\"a,b\",\"c\"\"\"\n7,1,0\n").lines[1]
        == "7,1,0,0.731,1")
    // None of the names is there: all columns; the rows have no names: all columns.
    #expect(try predict("--digits", "3", rows: "a,b\n1,0\n", features: ["x", "y"]).lines[1] == "1,0,0.731,1")
    #expect(try predict("--digits", "3", rows: "1,0\n", features: ["x", "y"]).lines == ["1,0,0.731,1"])
    // All columns but the labels.
    #expect(try predict("--labels", "k", "--digits", "3", rows: "a,k,b\n1,1,0\n").lines[1] == "1,1,0,0.731,1")
  }

  @Test func someOfTheModelsNamesAreAnError() throws {
    let outcome = try predict(rows: "x1,other\n1,2\n", features: ["x1", "x2"])
    #expect(outcome.code == 65 && outcome.output == "")
    #expect(
      outcome.errors
        == "standard input: x2: the model's input is not among the columns x1, other; --features chooses\n")
  }

  struct Written: Sendable {
    let rows: String
    var options: [String] = []
    let expected: String
  }

  static let dialects = [
    Written(rows: "x1;x2\n0,5;0,25\n", expected: "x1;x2;probability;label\n0,5;0,25;0,731;1\n"),
    Written(rows: "x1;x2\n0.5;0.25\n", expected: "x1;x2;probability;label\n0.5;0.25;0.731;1\n"),
    Written(rows: "x1\tx2\n0.5\t0.25\n", expected: "x1\tx2\tprobability\tlabel\n0.5\t0.25\t0.731\t1\n"),
    Written(rows: "x1|x2\n0.5|0.25\n", expected: "x1|x2|probability|label\n0.5|0.25|0.731|1\n"),
    Written(rows: "0.5   0.25\n 1  0\n", expected: "0.5   0.25 0.731 1\n 1  0 0.731 1\n"),
    Written(rows: "0.5:0.25\n", options: ["--delimiter", ":"], expected: "0.5:0.25:0.731:1\n"),
    Written(rows: "0.5\t0.25\n", options: ["--delimiter", "tab"], expected: "0.5\t0.25\t0.731\t1\n"),
    Written(rows: "0,5;0,25\n", options: ["--delimiter", ";"], expected: "0,5;0,25;0,731;1\n"),
    // Line ends become ours, a byte order mark goes, a last line needs no end.
    Written(rows: "x1,x2\r\n0.5,0.25\r\n", expected: "x1,x2,probability,label\n0.5,0.25,0.731,1\n"),
    Written(rows: "0.5,0.25\r1,0", expected: "0.5,0.25,0.731,1\n1,0,0.731,1\n"),
    Written(rows: "\u{FEFF}x1,x2\n0.5,0.25", expected: "x1,x2,probability,label\n0.5,0.25,0.731,1\n"),
    // Blank lines and comments are passed over.
    Written(rows: "# by hand\nx1,x2\n\n0.5,0.25\n  \n# end\n", expected: "x1,x2,probability,label\n0.5,0.25,0.731,1\n"),
    // Quoted fields are numbers too, and stay quoted.
    Written(
      rows: "\"x1\",\"x2\"\n\"0.5\",\"0.25\"\n", expected: "\"x1\",\"x2\",probability,label\n\"0.5\",\"0.25\",0.731,1\n"
    ),
    Written(
      rows: "name,x1,x2\n\"a, \"\"b\"\"\nc\",1,0\n", options: ["--features", "x1,x2"],
      expected: "name,x1,x2,probability,label\n\"a, \"\"b\"\"\nc\",1,0,0.731,1\n"),
    Written(rows: "1e-400,0.5\n", expected: "1e-400,0.5,0.731,1\n"),
    Written(rows: "1,0\n", options: ["--threshold", "0.8"], expected: "1,0,0.731,0\n"),
    Written(rows: "0,0\n", options: ["--threshold", "0.5"], expected: "0,0,0.500,0\n"),
    Written(rows: "0,0\n", options: ["--threshold=-1"], expected: "0,0,0.500,1\n"),
    Written(rows: "x1,x2\n1,0\n", options: ["--only-predictions"], expected: "probability,label\n0.731,1\n"),
    // A line for each line, so that `paste` fits them together.
    Written(rows: "1,0\n0,0\n", options: ["--only-predictions"], expected: "0.731,1\n0.500,0\n"),
    Written(rows: "1,0\n", options: ["--to", "tsv"], expected: "1\t0\t0.731\t1\n"),
    Written(rows: "1\t0\n", options: ["--to", "csv"], expected: "1,0,0.731,1\n"),
    Written(rows: "1\t0\n", options: ["--from", "tsv"], expected: "1\t0\t0.731\t1\n"),
  ]

  @Test(arguments: dialects) func rowsAreWrittenInTheirDialect(written: Written) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let outcome = try Tool.predict.run(
      ["-m", "model.h5", "--digits", "3"] + written.options, input: .text(written.rows), in: folder)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.output == written.expected)
  }

  @Test func bytesThatAreNotTextStayAsTheyAre() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let rows = Array("name,x1,x2\n".utf8) + [0xFF, 0xE9] + Array(",0,0\n".utf8)
    let outcome = try Tool.predict("-m", "model.h5", "--features", "2,3", input: .bytes(rows), in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.outputBytes == Array("name,x1,x2,probability,label\n".utf8) + [0xFF, 0xE9] + Array(",0,0,0.5,0\n".utf8))
  }

  /// Another delimiter changes the delimiters, and no other byte.
  @Test func bytesStayWhenTheDelimiterChanges() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let latin: [UInt8] = [0xFC, 0xE9]
    let rows =
      Array("x1,x2,n".utf8) + latin + Array(", m ,\"q\",e\n".utf8)
      + Array(" 1 ,0,".utf8) + latin + Array(", a ,\"b, \"\"c\"\"\",\n".utf8)
      + Array("x,0,".utf8) + latin + Array(",,\"a\"\tb,\n0,0,t\tt,5\" f, ,#\n".utf8)
    let outcome = try Tool.predict(
      "-m", "model.h5", "--features", "1,2", "--digits", "3", "--to", "tsv", "--reject", "bad.csv",
      input: .bytes(rows), in: folder)
    let expected =
      Array("x1\tx2\tn".utf8) + latin + Array("\t m \t\"q\"\te\tprobability\tlabel\n".utf8)
      + Array(" 1 \t0\t".utf8) + latin + Array("\t a \t\"b, \"\"c\"\"\"\t\t0.731\t1\n".utf8)
      + Array("0\t0\t\"t\tt\"\t\"5\"\" f\"\t \t#\t0.500\t0\n".utf8)
    #expect(outcome.code == 0 && outcome.outputBytes == expected)
    let rejected =
      Array("file,line,reason,row\nstandard input,3,'x' is not a number,\"x,0,".utf8) + latin
      + Array(",,\"\"a\"\"\tb,\"\n".utf8)
    #expect(try folder.bytes("bad.csv") == rejected)
    // What follows a quote is a part of the field too.
    let odd = try Tool.predict(
      "-m", "model.h5", "--features", "1,2", "--digits", "3", "--to", "tsv", input: .text("1,0,\"a\"\tb\n"), in: folder)
    #expect(odd.output == "1\t0\t\"\"\"a\"\"\tb\"\t0.731\t1\n")
  }

  @Test func outputFilesAreWhatTheirEndingsSay() throws {
    let folder = try TemporaryFolder([
      "semicolons.csv": "x1;x2;\"a\tb\"\n0,5;0,25;\"c;\td\"\n", "tabs.tsv": "x1\tx2\tq,r\n0.5\t0.25\t1,5\n",
    ])
    try folder.writeModel()
    func write(_ input: String, to output: String) throws -> String {
      let outcome = try Tool.predict(
        "-m", "model.h5", "--features", "x1,x2", "--digits", "3", input, "-o", output, in: folder)
      #expect(outcome.code == 0 && outcome.output == "" && outcome.errors == "")
      return try folder.text(output)
    }
    #expect(
      try write("semicolons.csv", to: "a.tsv")
        == "x1\tx2\t\"a\tb\"\tprobability\tlabel\n0,5\t0,25\t\"c;\td\"\t0,731\t1\n")
    #expect(
      try write("semicolons.csv", to: "a.csv")
        == "x1;x2;\"a\tb\";probability;label\n0,5;0,25;\"c;\td\";0,731;1\n")
    try folder.write("x1\tx2\tq,r\n0.5\t0.25\ts,t\n", to: "tabs.tsv")
    #expect(
      try write("tabs.tsv", to: "b.csv") == "x1,x2,\"q,r\",probability,label\n0.5,0.25,\"s,t\",0.731,1\n")
    #expect(try folder.names == ["a.csv", "a.tsv", "b.csv", "model.h5", "semicolons.csv", "tabs.tsv"])
  }

  @Test(arguments: ["out.mat", "out.h5", "out.npz"]) func arraysAreWritten(file: String) throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2\n1,0\n0,0\n-1,0\n"])
    try folder.writeModel()
    let outcome = try Tool.predict("-m", "model.h5", "rows.csv", "-o", file, in: folder)
    #expect(outcome.code == 0 && outcome.output == "")
    let read = try FileFormats.open(folder.file(file))
    let probability = try read.reader.tensor("probability").matrix()
    #expect(probability.rows == 3 && isClose(probability.elements[0], 0.7310585786300049, relative: 1e-15))
    #expect(try read.reader.tensor("label").matrix().elements == [1, 0, 0])
    // As a stream, too.
    let piped = try Tool.predict("-m", "model.h5", "rows.csv", "-o", "-", "--to", "h5", in: folder)
    #expect(piped.code == 0 && piped.outputBytes.starts(with: [0x89, 0x48, 0x44, 0x46]))
  }

  @Test(arguments: ["in.mat", "in.h5", "in.npz"]) func arraysAreRead(file: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let rows = Matrix([[1, 0], [0, 0], [-1, 0]])
    try folder.write(["X": rows, "Z": rows.transposed, "y": Matrix([[1], [1], [0]])], to: file)
    let byRows = try Tool.predict("-m", "model.h5", "--digits", "3", file, in: folder)
    #expect(byRows.code == 0 && byRows.output == "probability,label\n0.731,1\n0.500,0\n0.269,0\n")
    // Inputs by columns: the notebook's own way.
    let byColumns = try Tool.predict("-m", "model.h5", "--digits", "3", "--features", "Z", file, in: folder)
    #expect(byColumns.output == byRows.output)
    let scored = try Tool.predict("-m", "model.h5", "--labels", "y", "--format", "json", file, in: folder)
    #expect(scored.code == 0)
    let report = try JSON(scored.errors)
    #expect(report["rows"] == .number(3) && isClose(report["accuracy"]?.number, 2.0 / 3))
    let piped = try Tool.predict(
      "-m", "model.h5", "--digits", "3", input: .bytes(try folder.bytes(file)), in: folder)
    #expect(piped.output == byRows.output)
  }

  @Test func aFormatOfOneArrayHasThePredictionsAsColumns() throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2\n1,0\n-1,0\n"])
    try folder.writeModel()
    #expect(try Tool.predict("-m", "model.h5", "rows.csv", "-o", "out.npy", in: folder).code == 0)
    let read = try FileFormats.open(folder.file("out.npy")).reader.tensor("out").matrix()
    #expect(read.rows == 2 && read.columns == 2 && read.elements[1] == 1 && read.elements[3] == 0)
    #expect(try Tool.predict("-m", "model.h5", "--grid=0,1,0,0", "--step", "1", "-o", "g.npy", in: folder).code == 0)
    let grid = try FileFormats.open(folder.file("g.npy")).reader.tensor("g").matrix()
    #expect(grid.columns == 4 && grid.elements.prefix(2) == [0, 0])
    let none = try Tool.predict("-m", "model.h5", "rows.csv", "-o", "out.svm", in: folder)
    #expect(none.code == 64 && none.errors.contains("svmlight cannot hold predictions"), "\(none.errors)")
  }

  @Test func arraysHaveTheUsualNames() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let other = Matrix(rows: 3, columns: 2)
    for name in ["X", "train_X", "X_train", "x_train", "train_set_x", "data", "x", "TRAIN_X"] {
      try folder.write(["another": other, name: Matrix([[1, 0], [0, 0], [0, 0]])], to: "in.h5")
      let outcome = try Tool.predict("-m", "model.h5", "--digits", "1", "in.h5", in: folder)
      #expect(outcome.code == 0 && outcome.lines.dropFirst().first == "0.7,1", "\(name)")
    }
    // One example is a row or a column; the only matrix needs no name.
    for (name, matrix) in [
      ("X", Matrix([[1, 0]])), ("X", Matrix([[1], [0]])), ("Z", Matrix([[1, 0], [0, 0], [0, 0]])),
    ] {
      try folder.write([name: matrix, "y": Matrix([[1]])], to: "in.mat")
      let outcome = try Tool.predict("-m", "model.h5", "--digits", "1", "in.mat", in: folder)
      #expect(outcome.code == 0 && outcome.lines.dropFirst().first == "0.7,1")
    }
  }

  @Test func severalInputsHaveOneHeader() throws {
    let folder = try TemporaryFolder([
      "a.csv": "x1,x2\n1,0\n", "b.csv": "x1,x2\n0,0\n", "c.csv": "-1,0\n", "d.csv": "u,v\n0,0\n",
      "e.csv": "x1,x2,x3\n0,0,0\n",
    ])
    try folder.writeModel(features: ["x1", "x2"])
    func predict(_ files: String...) throws -> Outcome {
      try Tool.predict.run(["-m", "model.h5", "--digits", "3"] + files, in: folder)
    }
    #expect(
      try predict("a.csv", "b.csv", "c.csv").output
        == "x1,x2,probability,label\n1,0,0.731,1\n0,0,0.500,0\n-1,0,0.269,0\n")
    #expect(try predict("c.csv", "a.csv").output == "-1,0,0.269,0\n1,0,0.731,1\n")
    let standardInput = try Tool.predict(
      "-m", "model.h5", "--digits", "3", "a.csv", "-", input: .text("x1,x2\n0,0\n"), in: folder)
    #expect(standardInput.lines.count == 3)
    // A bad one does not stop the rest.
    let bad = try predict("nosuch.csv", "d.csv", "a.csv", "e.csv", "b.csv")
    #expect(bad.code == 66)
    #expect(bad.lines == ["u,v,probability,label", "0,0,0.500,0"])
    #expect(
      bad.errors == """
        nosuch.csv: no such file or directory
        a.csv:1: the header differs from that of the input before
        e.csv: 3 columns, but the input before has 2; --only-predictions or one output for each
        b.csv:1: the header differs from that of the input before

        """)
  }

  @Test func theModelComesThroughAPipe() throws {
    let folder = try TemporaryFolder(["rows.csv": "1,0\n"])
    try folder.writeModel()
    let model = try folder.bytes("model.h5")
    let outcome = try Tool.predict("-m", "-", "rows.csv", input: .bytes(model), in: folder)
    #expect(outcome.code == 0 && outcome.output == "1,0,0.7310585786300049,1\n")
    let grid = try Tool.predict("-m", "-", "--grid", "0,1,0,0", "--step", "1", input: .bytes(model), in: folder)
    #expect(grid.code == 0 && grid.lines.count == 3)
  }

  @Test func aModelMayBeOtherFormats() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel("model.mat")
    let outcome = try Tool.predict("-m", "model.mat", input: .text("1,0\n"), in: folder)
    #expect(outcome.code == 0 && outcome.output == "1,0,0.7310585786300049,1\n")
  }

  @Test func aGridTakesThePlaceOfRows() throws {
    let outcome = try predict("--grid=-1,1,0,0.5", "--step", "0.5", "--digits", "3", features: ["east", "north"])
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        east,north,probability,label
        -1,0,0.269,0
        -0.5,0,0.378,0
        0,0,0.500,0
        0.5,0,0.622,1
        1,0,0.731,1
        -1,0.5,0.500,0
        -0.5,0.5,0.622,1
        0,0.5,0.731,1
        0.5,0.5,0.818,1
        1,0.5,0.881,1

        """)
    #expect(try predict("--grid", "0,1,0,1", "--step", "1").lines[0] == "x1,x2,probability,label")
    #expect(try predict("--grid", "0,1,0,1").lines.count == 1 + 21 * 21)
    #expect(try predict("--grid", "0,0,0,0", "--only-predictions").output == "probability,label\n0.5,0\n")
    #expect(try predict("--grid", "2,2", inputs: 1).lines.count == 2)
  }

  @Test(arguments: ["out.mat", "out.h5", "out.npz"]) func theArraysOfAGridHaveItsPoints(file: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let arguments = ["-m", "model.h5", "--grid=-1,1,0,0.5", "--step", "0.5", "-o", file]
    #expect(try Tool.predict.run(arguments, in: folder).code == 0)
    let read = try FileFormats.open(folder.file(file))
    #expect(
      try read.reader.tensor("X").matrix()
        == Matrix([
          [-1, 0], [-0.5, 0], [0, 0], [0.5, 0], [1, 0], [-1, 0.5], [-0.5, 0.5], [0, 0.5], [0.5, 0.5], [1, 0.5],
        ]))
    #expect(try read.reader.tensor("probability").matrix().rows == 10)
    #expect(try Tool.predict.run(arguments + ["--only-predictions"], in: folder).code == 0)
    #expect(try FileFormats.open(folder.file(file)).reader.entries.map(\.name).sorted() == ["label", "probability"])
  }

  @Test func optionsOfTextAreNotForArrays() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    try folder.write(["X": Matrix([[1, 0], [0, 0], [0, 0]])], to: "in.mat")
    let outcome = try Tool.predict("-m", "model.h5", "--header", "no", "in.mat", in: folder)
    #expect(outcome.code == 0 && outcome.lines.count == 4)
    #expect(outcome.errors == "warning: in.mat: arrays have no rows of text, which --header is for\n")
  }

  @Test func aDeviceGetsRowsLikeThoseOfTheInput() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let outcome = try Tool.predict(
      "-m", "model.h5", "--digits", "3", "-o", "/dev/stdout", input: .text("1;0\n"), in: folder)
    #expect(outcome.code == 0 && outcome.output == "1;0;0.731;1\n")
    #expect(try Tool.predict("-m", "model.h5", "-o", "/dev/null", input: .text("1;0\n"), in: folder).code == 0)
  }

  @Test func trueLabelsAreScored() throws {
    let rows = "x1,x2,kick\n1,0,1\n-1,0,1\n-2,0,0\n3,0,0\n0,0,0\n"
    let text = try predict("--labels", "kick", "--only-predictions", rows: rows)
    #expect(text.code == 0 && text.lines.count == 6)
    #expect(
      text.errors.wholeMatch(
        of:
          /accuracy 0\.6, log loss 1\.099\d+, 5 rows\nlabel 1: 1 predicted as 1, 1 as 0; label 0: 2 predicted as 0, 1 as 1\nAUC 0\.5, precision 0\.5, recall 0\.5, F1 0\.5, Brier score 0\.3\d+, calibration error 0\.5\d+\n/
      )
        != nil, "\(text)")
    let json = try predict("--labels", "3", "--format", "json", rows: rows)
    let report = try JSON(json.errors)
    #expect(
      report.keys == [
        "accuracy", "log_loss", "rows", "true_positives", "false_positives", "true_negatives", "false_negatives",
        "auc", "precision", "recall", "f1", "brier", "calibration_error", "calibration",
      ])
    #expect(report["accuracy"] == .number(0.6) && report["rows"] == .number(5))
    #expect(report["true_positives"] == .number(1) && report["false_negatives"] == .number(1))
    #expect(report["true_negatives"] == .number(2) && report["false_positives"] == .number(1))
    // Not a warning: it was asked for.
    #expect(try predict("--labels", "kick", "--quiet", rows: rows).errors == text.errors)
    let none = try predict("--labels", "kick", rows: "x1,x2,kick\n")
    #expect(none.code == 0 && none.errors == "there are no rows, so there is no accuracy\n")
    #expect(try JSON(predict("--labels", "kick", "--format", "json", rows: "x1,x2,kick\n").errors)["accuracy"] == .null)
  }

  @Test func rejectedRowsArePutAside() throws {
    let folder = try TemporaryFolder([
      "rows.csv": "x1,x2,name\n1,0,a\nx,0,\"b, \"\"c\"\"\"\n1,2\n0,0,d\n1e999,0,e\n,0,f\n"
    ])
    try folder.writeModel(features: ["x1", "x2"])
    let outcome = try Tool.predict(
      "-m", "model.h5", "--digits", "3", "--reject", "bad.csv", "rows.csv", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "warning: 4 rows were rejected, see bad.csv\n")
    let quiet = try Tool.predict("-m", "model.h5", "--quiet", "--reject", "bad.csv", "rows.csv", in: folder)
    #expect(quiet.code == 0 && quiet.errors == "")
    #expect(outcome.output == "x1,x2,name,probability,label\n1,0,a,0.731,1\n0,0,d,0.500,0\n")
    #expect(
      try folder.text("bad.csv").split(separator: "\n") == [
        "file,line,reason,row",
        #"rows.csv,3,'x' is not a number,"x,0,""b, """"c"""# + "\"\"\"\"\"",
        #"rows.csv,4,"2 columns were found, 3 are expected","1,2""#,
        #"rows.csv,6,"'1e999' is infinite, or more than a double can hold","1e999,0,e""#,
        #"rows.csv,7,the value is missing,",0,f""#,
      ])
    // Without it the first one ends the tool, after the rows before it.
    let strict = try Tool.predict("-m", "model.h5", "--digits", "3", "rows.csv", in: folder)
    #expect(strict.code == 65 && strict.output == "x1,x2,name,probability,label\n1,0,a,0.731,1\n")
    #expect(strict.errors == "rows.csv:3:1: 'x' is not a number; the row is 'x,0,\"b, \"\"c\"\"\"'\n")
  }

  @Test func rowsWithBadLabelsAreRejectedToo() throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2,y\n1,0,1\n1,0,2\n1,0,no\n0,0,0\n"])
    try folder.writeModel(features: ["x1", "x2"])
    let outcome = try Tool.predict("-m", "model.h5", "--labels", "y", "--reject", "bad.csv", "rows.csv", in: folder)
    #expect(outcome.code == 0 && outcome.lines.count == 3 && outcome.errors.contains("accuracy 1.0, "))
    #expect(
      try folder.text("bad.csv") == """
        file,line,reason,row
        rows.csv,3,"the label is 2, expected 0 or 1","1,0,2"
        rows.csv,4,'no' is not a number; labels are 0 or 1 (the model has no names of classes),"1,0,no"

        """)
  }

  @Test func theOutputMayTakeThePlaceOfItsInput() throws {
    let folder = try TemporaryFolder(["rows.csv": "1,0\n"])
    try folder.writeModel()
    #expect(try Tool.predict("-m", "model.h5", "--digits", "3", "rows.csv", "-o", "rows.csv", in: folder).code == 0)
    #expect(try folder.text("rows.csv") == "1,0,0.731,1\n")
  }

  @Test func namesThatBeginWithADashFollowTwoDashes() throws {
    let folder = try TemporaryFolder(["-r.csv": "1,0\n"])
    try folder.writeModel()
    #expect(try Tool.predict("-m", "model.h5", "--digits", "3", "--", "-r.csv", in: folder).output == "1,0,0.731,1\n")
  }
}

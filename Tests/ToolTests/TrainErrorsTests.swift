import TensorFiles
import Tensors
import Testing

/// A command that fails, and what it says.
struct Failure: Sendable, CustomTestStringConvertible {
  let name: String
  var arguments: [String]
  var files: [String: String] = [:]
  let code: Int32
  /// All of standard error, or with `…` at its end the beginning.
  let message: String

  init(_ name: String, _ arguments: String..., files: [String: String] = [:], code: Int32, _ message: String) {
    (self.name, self.arguments, self.files, self.code, self.message) = (name, arguments, files, code, message)
  }

  var testDescription: String { name }

  /// Runs the tool in a folder with the files, and expects the failure and that nothing is left behind.
  func check(_ tool: Tool, in folder: TemporaryFolder) throws {
    for (name, text) in files { try folder.write(text, to: name) }
    let before = try folder.names
    let outcome = try tool.run(arguments, in: folder)
    #expect(outcome.code == code)
    if message.hasSuffix("…") {
      #expect(outcome.errors.hasPrefix(message.dropLast()))
    } else {
      #expect(outcome.errors == message + "\n")
    }
    #expect(try folder.names == before)
  }
}

@Suite struct TrainErrorsTests {
  static let table = "x1,x2,y\n0.5,1,0\n1.5,2,1\n-1,0.25,0\n"
  static let files = ["t.csv": table]

  static let otherLosses = "; --loss softmax takes more classes, --loss squared or huber takes values"

  static let data: [Failure] = [
    Failure("no such file", "nosuch.mat", code: 66, "nosuch.mat: no such file or directory"),
    Failure("a folder", ".", code: 66, ".: this is a folder, not a file"),
    Failure("a path through a file", "t.csv/x", files: files, code: 66, "t.csv/x: not a directory"),
    Failure("an empty file", "e.mat", files: ["e.mat": ""], code: 65, "e.mat: the file is empty"),
    Failure("an empty standard input", "-", code: 65, "standard input: the file is empty"),
    Failure(
      "a header alone", "h.csv", files: ["h.csv": "x1,x2,y\n"], code: 65, "h.csv: there are no rows below the header"),
    Failure(
      "features beyond arithmetic", "b.csv", files: ["b.csv": "x1,x2,y\n1e308,1e308,0\n-1e308,1e308,1\n"], code: 65,
      "b.csv: the cost is …"),
    Failure(
      "a network beyond memory", "t.csv", "--hidden", "60000000,60000000", files: files, code: 64,
      "the network needs at least 172800…"),
    Failure(
      "ragged rows", "r.csv", files: ["r.csv": "x1,x2,y\n1,2,0\n1,2\n"], code: 65,
      "r.csv:3: 2 columns were found, 3 are expected"),
    Failure(
      "a non-number", "n.csv", files: ["n.csv": "x1,x2,y\n1,2,0\n1,two,1\n"], code: 65,
      "n.csv:3:3: 'two' is not a number"),
    Failure(
      "a non-number behind a wide character", "n.csv", files: ["n.csv": "é,x2,y\n1,2,0\n1,ü€,1\n"], code: 65,
      "n.csv:3:3: 'ü€' is not a number"),
    Failure(
      "control characters", "n.csv", files: ["n.csv": "x1,x2,y\n1,\u{1B}[31mred,0\n"], code: 65,
      "n.csv:2:3: '\\x1b[31mred' is not a number"),
    Failure(
      "a missing value", "n.csv", files: ["n.csv": "x1,x2,y\n1,2,0\n1,,1\n"], code: 65,
      "n.csv:3:3: the value is missing"),
    Failure(
      "NA", "n.csv", files: ["n.csv": "x1,x2,y\n1,2,0\n1,NA,1\n"], code: 65, "n.csv:3:3: the value is missing ('NA')"),
    Failure(
      "an infinite value", "n.csv", files: ["n.csv": "x1,x2,y\n1,2,0\n\n1,1e400,1\n"], code: 65,
      "n.csv:4:3: the value is inf, expected a finite number"),
    Failure(
      "labels of a table other than 0 and 1", "l.csv", files: ["l.csv": "x1,x2,y\n1,2,0\n1,3,2\n"], code: 65,
      "l.csv:3:5: the label is 2, expected 0 or 1" + otherLosses),
    Failure(
      "labels of three names", "l.csv", files: ["l.csv": "x1,x2,y\n1,2,no\n1,3,yes\n1,4,perhaps\n"], code: 65,
      "l.csv:2:5: 'no' is not a number; labels are 0 or 1, or the names of two classes; the column has 3: no, yes, "
        + "perhaps" + otherLosses),
    Failure(
      "labels of one name", "l.csv", files: ["l.csv": "x1,x2,y\n1,2,no\n1,3,no\n"], code: 65,
      "l.csv:2:5: 'no' is not a number; labels are 0 or 1, or the names of two classes; the column has 1: no"),
    Failure(
      "labels of one name and none", "l.csv", files: ["l.csv": "x1,x2,y\n1,2,x\n3,4,\n5,6,x\n"], code: 65,
      "l.csv:3:5: the value is missing"),
    Failure(
      "names as values", "l.csv", "--loss", "squared", files: ["l.csv": "x1,x2,y\n1,2,no\n1,3,yes\n"], code: 65,
      "l.csv:2:5: 'no' is not a number; --loss softmax takes names of classes"),
    Failure(
      "numbers too large to be standardised", "b.csv", "--standardize",
      files: ["b.csv": "x1,x2,y\n1e300,1,0\n-1e300,2,1\n"], code: 65,
      "b.csv: x1: input 1 is too large to be standardised: its deviation is no number"),
    Failure(
      "blocks without batches", "t.csv", "--memory-limit", "40", files: files, code: 64,
      "the examples take 72 bytes in memory, more than 40: they are read while they are used\nt.csv: the examples take "
        + "more than --memory-limit, so they are read block by block, which needs --batch-size"),
    Failure(
      "a name among numbers", "l.csv", files: ["l.csv": "x1,x2,y\n1,2,0\n1,3,1\n1,4,1O\n"], code: 65,
      "l.csv:4:5: '1O' stands in a column that has numbers and texts; the names of classes are texts alone"),
    Failure(
      "three declared classes", "l.arff",
      files: ["l.arff": "@relation r\n@attribute x real\n@attribute c {a,b,d}\n@data\n1,a\n2,b\n"], code: 65,
      "l.arff: c: labels are 0 or 1, or the names of two classes; the column has 3: a, b, d" + otherLosses),
    Failure(
      "one column", "o.csv", files: ["o.csv": "y\n1\n0\n"], code: 65,
      "o.csv: there is one column, features and labels need two at least (is the delimiter another one?)"),
    Failure(
      "an unknown column", "t.csv", "--features", "x1,z", files: files, code: 65,
      "t.csv: there is no column 'z'; the table has x1, x2, y"),
    Failure(
      "an unknown column of labels", "t.csv", "--labels", "kick", files: files, code: 65,
      "t.csv: there is no column 'kick'; the table has x1, x2, y"),
    Failure(
      "a column that is both", "t.csv", "--features", "x1,y", "--labels", "y", files: files, code: 65,
      "t.csv: y: this column is among the features and is also the labels"),
    Failure(
      "an unclosed quote", "q.csv", files: ["q.csv": "x1,x2,y\n1,\"2,0\n1,3,1\n"], code: 65,
      "q.csv:2:3: the quote that opens here is never closed"),
    Failure(
      "another format's bytes", "z.npy", files: ["z.npy": "PK\u{3}\u{4}....."], code: 65,
      "z.npy: byte 9: the directory at the end of the ZIP archive is missing: the file is cut or was not written to its "
        + "end"),
    Failure(
      "a table that is said to be MAT", "t.csv", "--from", "mat5", files: files, code: 65, "t.csv: …"),
    Failure(
      "a test file that is not there", "t.csv", "--test", "nosuch.csv", files: files, code: 66,
      "nosuch.csv: no such file or directory"),
    Failure(
      "a test file with other inputs", "t.csv", "--test", "u.csv",
      files: ["t.csv": table, "u.csv": "x1,y\n1,0\n"], code: 65,
      "u.csv: there is no column 'x2'; the table has x1, y"),
  ]

  @Test(arguments: data) func badData(failure: Failure) throws {
    let folder = try TemporaryFolder()
    try failure.check(Tool.train, in: folder)
    // The same with an output: there is none.
    var withOutput = failure.arguments
    withOutput += ["-o", "m.h5"]
    let before = try folder.names
    #expect(try Tool.train.run(withOutput, in: folder).code == failure.code)
    #expect(try folder.names == before)
  }

  static let usage: [Failure] = [
    Failure(
      "keep none", "--keep-prob", "0", code: 64, "Error: --keep-prob must be greater than 0 and at most 1, found 0.0…"),
    Failure(
      "keep too many", "--keep-prob", "1.2", code: 64,
      "Error: --keep-prob must be greater than 0 and at most 1, found 1.2…"),
    Failure("keep nan", "--keep-prob", "nan", code: 64, "Error: --keep-prob must be greater than 0 and…"),
    Failure(
      "keep for three layers", "--keep-prob", "1,1,1", code: 64,
      "Error: --keep-prob has 3 values for 2 hidden layers…"),
    Failure("no units", "--hidden", "0", code: 64, "Error: --hidden: the size of a layer must be at least 1, found 0…"),
    Failure("no size", "--hidden", "20,,3", code: 64, "Error: The value '20,,3' is invalid for '--hidden <hidden>'…"),
    Failure(
      "a negative lambda", "--lambda=-1", code: 64, "Error: --lambda must be a number that is not negative, found -1.0…"
    ),
    Failure(
      "an infinite lambda", "--lambda", "inf", code: 64,
      "Error: --lambda must be a number that is not negative, found inf…"),
    Failure(
      "no learning", "--learning-rate", "0", code: 64, "Error: --learning-rate must be a positive number, found 0.0…"),
    Failure("negative iterations", "--iterations=-3", code: 64, "Error: --iterations must not be negative, found -3…"),
    Failure(
      "iterations beyond all numbers", "--iterations", "99999999999999999999", code: 64,
      "Error: The value '99999999999999999999' is invalid for '--iterations <iterations>': expected a whole number from 0 "
        + "to 4294967295…"),
    Failure(
      "epochs beyond all numbers", "--epochs", "9223372036854775807", "--batch-size", "2", code: 64,
      "t.csv: --epochs: the epochs have 9223372036854775807 updates, there may be fewer than 4294967296"),
    Failure("an output without a name", "-o", "", code: 64, "Error: -o names no file: its value is empty…"),
    Failure(
      "a test set in two places", "--test-fraction", "0.5", "--test-features", "Z", code: 64,
      "Error: --test-fraction and --test-features exclude each other…"),
    Failure(
      "standard input twice", "--dev", "-", "--test", "-", code: 64,
      "Error: standard input can be read once, so only one of the files may be -…"),
    Failure(
      "half an iteration", "--iterations", "2.5", code: 64, "Error: The value '2.5' is invalid for '--iterations…"),
    Failure("reports", "--report-every=-1", code: 64, "Error: --report-every must not be negative, found -1…"),
    Failure("records", "--record-every=-1", code: 64, "Error: --record-every must not be negative, found -1…"),
    Failure("a seed below 0", "--seed=-1", code: 64, "Error: The value '-1' is invalid for '--seed <seed>'…"),
    Failure("no threads", "--threads", "0", code: 64, "Error: --threads must be from 1 to 1024, found 0…"),
    Failure(
      "all for the test", "--test-fraction", "1", code: 64, "Error: --test-fraction must be between 0 and 1, found 1.0…"
    ),
    Failure(
      "two test sets", "--test", "u.csv", "--test-fraction", "0.5", code: 64,
      "Error: --test and --test-fraction exclude each other…"),
    Failure(
      "an unknown option", "--lamda", "1", code: 64, "Error: Unknown option '--lamda'. Did you mean '--lambda'?…"),
    Failure(
      "an unknown kernel", "--kernel", "fast", code: 64,
      "Error: The value 'fast' is invalid for '--kernel <kernel>'. Please provide one of 'auto', 'avx512', 'avx2' or 'baseline'.…"
    ),
    Failure(
      "an unknown format", "--from", "xls", code: 64,
      "Error: The value 'xls' is invalid for '--from <format>'. Please provide one of the following:…"),
    Failure(
      "an ending that tells nothing", "-o", "m.xyz", code: 64,
      "Error: m.xyz: the ending of the name tells no form of networks; there are .h5 …"),
    Failure(
      "an ending of tables", "-o", "m.csv", code: 64,
      "Error: m.csv: the ending of the name tells no form of networks; there are .h5 …"),
    Failure(
      "the data as output", "--from", "csv", "-o", "t.csv", "--to", "h5", code: 64,
      "Error: t.csv is the data; the parameters would take its place, so name another output…"),
    Failure("a second input", "t.csv", code: 64, "Error: Unexpected argument 't.csv'…"),
    Failure("escapes", "--from", "\u{1B}[31m", code: 64, "Error: The value '\\x1b[31m' is invalid for '--from…"),
  ]

  @Test(arguments: usage) func wrongUsage(failure: Failure) throws {
    var failure = failure
    failure.files = TrainErrorsTests.files
    failure.arguments.insert("t.csv", at: 0)
    try failure.check(Tool.train, in: TemporaryFolder())
  }

  @Test func noArgumentIsAUsageErrorWithHelp() throws {
    let outcome = try Tool.train()
    #expect(outcome.code == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: Missing expected argument '<data>'"))
  }

  @Test func aFolderThatIsNotThere() throws {
    let folder = try TemporaryFolder(TrainErrorsTests.files)
    // Before the training, not after it.
    let outcome = try Tool.train("t.csv", "--iterations", "1000000000", "-o", "no/m.h5", in: folder, seconds: 10)
    #expect(outcome.code == 73 && outcome.errors == "no/m.h5: the folder 'no/' does not exist\n")
    #expect(outcome.output == "")
  }

  struct Arrays: Sendable, CustomTestStringConvertible {
    let name: String
    let arrays: [(String, Matrix)]
    var options: [String] = []
    let message: String
    var testDescription: String { name }
  }

  static let x = Matrix([[1, 2], [3, 4], [5, 6]])
  static let arrays: [Arrays] = [
    Arrays(
      name: "labels", arrays: [("X", x), ("y", Matrix([[0], [1], [2]]))],
      message: "y: the label of example 3 is 2.0, expected 0 or 1" + otherLosses),
    Arrays(
      name: "NaN in X", arrays: [("X", Matrix([[1, 2], [.nan, 4], [5, 6]])), ("y", Matrix([[0], [1], [1]]))],
      message: "X: input 1 of example 2 is nan, not a finite number"),
    Arrays(
      name: "infinity in X",
      arrays: [("X", Matrix([[1, 2], [3, .infinity], [5, 6]])), ("y", Matrix([[0], [1], [1]]))],
      message: "X: input 2 of example 2 is inf, not a finite number"),
    Arrays(
      name: "NaN in y", arrays: [("X", x), ("y", Matrix([[0], [.nan], [1]]))],
      message: "y: the label of example 2 is nan, expected 0 or 1" + otherLosses),
    Arrays(
      name: "lengths", arrays: [("X", x), ("y", Matrix([[0], [1], [1], [0]]))],
      message: "X: the shape is 3x2, but y has 4 labels: one dimension must be as long"),
    Arrays(
      name: "labels of two dimensions", arrays: [("X", x), ("y", Matrix([[0, 1], [1, 0], [1, 1]]))],
      message: "y: the shape is 3x2, labels are one row or one column; --loss softmax takes one-hot rows, --loss "
        + "squared or huber several values"),
    Arrays(
      name: "square", arrays: [("X", Matrix([[1, 2], [3, 4]])), ("y", Matrix([[0], [1]]))],
      message:
        "X: 2x2 does not tell whether an example is a row or a column; --examples rows or --examples columns does"),
    Arrays(
      name: "unknown name", arrays: [("X", x), ("y", Matrix([[0], [1], [1]]))], options: ["--features", "Z"],
      message: "Z: there is no such array; the file has X, y"),
    Arrays(
      name: "unusual names", arrays: [("a", x), ("b", Matrix([[0], [1], [1]]))],
      message: "no features and labels were found among the usual names (X and y, …); the file has a (3x2 float64), "
        + "b (3x1 float64); --features and --labels choose"),
    Arrays(
      name: "test set of other inputs",
      arrays: [
        ("X", x), ("y", Matrix([[0], [1], [1]])), ("Xval", Matrix([[1, 2, 3]])), ("yval", Matrix([[1]])),
      ],
      message: "Xval: the shape is 1x3, but yval has 1 labels: one dimension must be as long of 2 inputs"),
  ]

  @Test(arguments: arrays, ["d.mat", "d.h5"]) func badArrays(arrays: Arrays, file: String) throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    for (name, matrix) in arrays.arrays { archive.set(name, to: try Tensor(matrix)) }
    try FileFormats.write(archive, to: folder.file(file))
    let outcome = try Tool.train.run([file, "-o", "m.h5"] + arrays.options, in: folder)
    #expect(outcome.code == 65 && outcome.errors == "\(file): \(arrays.message)\n")
    #expect(try folder.names == [file])
  }

  @Test func textInY() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      MATBytes.header + MATBytes.matrix("X", [1, 2, 3, 4, 5, 6], shape: [3, 2]) + MATBytes.text("y", "yes"), to: "d.mat"
    )
    let outcome = try Tool.train("d.mat", "-o", "m.h5", in: folder)
    #expect(outcome.code == 65)
    #expect(
      outcome.errors
        == "d.mat: no features and labels were found among the usual names (X and y, …); the file has "
        + "X (3x2 float64), y (char, not numbers); --features and --labels choose\n")
    let chosen = try Tool.train("d.mat", "--labels", "y", in: folder)
    #expect(chosen.code == 65 && chosen.errors.hasPrefix("d.mat: y: "))
    #expect(try folder.names == ["d.mat"])
  }

  @Test func aModelIsNoDataset() throws {
    let outcome = try Tool.train(try Field.model)
    #expect(outcome.code == 65 && outcome.errors.contains("no features and labels were found among the usual names"))
  }

  @Test func aCostThatDivergesIsAnError() throws {
    let folder = try TemporaryFolder(["t.csv": "x,y\n1e200,0\n-1e200,1\n1e199,1\n"])
    let outcome = try Tool.train("t.csv", "--learning-rate", "1e200", "-o", "m.h5", in: folder)
    #expect(outcome.code == 65 && outcome.errors.split(separator: "\n").count == 1)
    #expect(try folder.names == ["t.csv"])
  }

  @Test func theOldModelIsIntactAfterAnError() throws {
    let folder = try TemporaryFolder(["m.h5": "precious", "t.csv": "x,y\n1,5\n"])
    #expect(try Tool.train("t.csv", "-o", "m.h5", in: folder).code == 65)
    #expect(try folder.text("m.h5") == "precious" && folder.names == ["m.h5", "t.csv"])
  }
}

/// MAT files of level 5, uncompressed, with what our own writer does not write.
enum MATBytes {
  static let header: [UInt8] =
    Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 0x20, count: 97) + [UInt8](repeating: 0, count: 8) + [
      0x00, 0x01, 0x49, 0x4D,
    ]

  /// A variable of class double.
  static func matrix(_ name: String, _ numbers: [Double], shape: [Int]) -> [UInt8] {
    variable(name, class: 6, shape: shape, type: 9, bytes: numbers.flatMap { number in little(number.bitPattern) })
  }

  /// A row of characters.
  static func text(_ name: String, _ text: String) -> [UInt8] {
    variable(name, class: 4, shape: [1, text.utf16.count], type: 4, bytes: text.utf16.flatMap { little($0) })
  }

  static func variable(
    _ name: String, class number: UInt32, shape: [Int], type: UInt32, bytes: [UInt8]
  ) -> [UInt8] {
    let body =
      element(6, little(number) + little(UInt32(0))) + element(5, shape.flatMap { little(UInt32($0)) })
      + element(1, Array(name.utf8)) + element(type, bytes)
    return little(UInt32(14)) + little(UInt32(body.count)) + body
  }

  private static func element(_ type: UInt32, _ bytes: [UInt8]) -> [UInt8] {
    let padding = (8 - bytes.count % 8) % 8
    return little(type) + little(UInt32(bytes.count)) + bytes + [UInt8](repeating: 0, count: padding)
  }

  static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
  }
}

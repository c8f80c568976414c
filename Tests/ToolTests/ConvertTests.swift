import TensorFiles
import Tensors
import Testing

@Suite struct ConvertTests {
  /// A file with arrays of several types, a path and an array of three dimensions.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("X", to: try Tensor([1.5, 2.5, 3.5, 4.5, 5.5, 6.5], shape: [3, 2]))
    archive.set("y", to: try Tensor([UInt8(1), 0, 1], shape: [3, 1]))
    archive.set("n", to: try Tensor([Int64(7), 1 << 53 + 1], shape: [2]))
    archive.set("g/c", to: try Tensor([0.1, 0.2]).converted(to: .complex128))
    archive.set("t", to: try Tensor((0..<6).map(Double.init), shape: [1, 2, 3]))
    archive.setAttribute("unit", of: "X", to: .text("m"))
    try FileFormats.write(archive, to: folder.file("a.h5"))
    return folder
  }

  private func values(_ name: String, _ file: String, in folder: TemporaryFolder) throws -> String {
    try Tool.inspect(file, "--values", name, in: folder).output
  }

  @Test func arraysKeepNamesTypesShapesValuesAndAttributes() throws {
    let folder = try folder()
    let outcome = try Tool.convert("a.h5", "b.h5", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.output == "")
    #expect(try Tool.convert("b.h5", "c.h5", in: folder).code == 0)
    #expect(try folder.bytes("b.h5") == folder.bytes("c.h5"))
    #expect(try Tool.inspect("a.h5", "--diff", "b.h5", in: folder).code == 0)
  }

  @Test func whatAFormatCannotHoldIsSaidBeforeAnythingIsWritten() throws {
    let folder = try folder()
    let path = try Tool.convert("a.h5", "b.mat", in: folder)
    #expect(path.code == 65 && path.errors.hasPrefix("b.mat: g/c: this is no MATLAB name"), "\(path.errors)")
    let table = try Tool.convert("a.h5", "b.csv", in: folder)
    #expect(table.code == 65 && table.errors.contains("b.csv: "), "\(table.errors)")
    let box = try Tool.convert("a.h5", "-", "--arrays", "t", in: folder)
    #expect(box.code == 65 && box.output == "")
    #expect(
      box.errors.hasPrefix("standard output: t: the array is 1x2x3; a table holds arrays of one or two dimensions"))
    #expect(try folder.names == ["a.h5"])
  }

  @Test func aDryRunSaysWhatWouldBeWritten() throws {
    let folder = try folder()
    let outcome = try Tool.convert("a.h5", "b.npz", "--dry-run", "--arrays", "X,n", "--rename", "X=data", in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.errors == "warning: b.npz: data: the attribute 'unit' is not kept: NPZ has no place for it\n")
    #expect(
      outcome.lines == [
        "input: a.h5, HDF5", "output: b.npz, NumPy archive", "  data  3x2  float64", "  n       2  int64",
      ])
    let refused = try Tool.convert("a.h5", "b.csv", "--dry-run", in: folder)
    #expect(refused.code == 65 && refused.output == "")
    #expect(try folder.names == ["a.h5"])
    let same = try Tool.convert("a.h5", "b.npz", "--arrays", "X", in: folder)
    #expect(same.code == 0)
    let before = try folder.bytes("b.npz")
    let again = try Tool.convert("a.h5", "b.npz", "--dry-run", in: folder)
    #expect(again.lines[1] == "output: b.npz, NumPy archive; the file that is there would be replaced")
    #expect(try folder.bytes("b.npz") == before)
    #expect(try Tool.train(try Field.mat, "--iterations", "1", "-o", "m.h5", in: folder).code == 0)
    let network = try Tool.convert("m.h5", "m.onnx", "--dry-run", in: folder)
    #expect(
      network.code == 0
        && network.lines.last == "  network 2 → 20 → 3 → 1 (relu, relu, sigmoid), 127 parameters, float64")
    #expect(try !folder.names.contains("m.onnx"))
  }

  @Test func aChangeOfShapeIsSaid() throws {
    let folder = try folder()
    let outcome = try Tool.convert("a.h5", "b.mat", "--arrays", "n", in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.errors
        == "warning: b.mat: n: an array of one dimension becomes 2x1: MATLAB's arrays have two dimensions at least\n")
    #expect(try values("n", "b.mat", in: folder) == "7\n9007199254740993\n")
    let strict = try Tool.convert("a.h5", "c.mat", "--arrays", "n", "--strict", in: folder)
    #expect(strict.code == 65 && strict.errors.hasPrefix("c.mat: n: an array of one dimension becomes"))
    #expect(try Tool.convert("a.h5", "d.mat", "--arrays", "n", "--quiet", in: folder).errors == "")
    #expect(try folder.names == ["a.h5", "b.mat", "d.mat"])
  }

  @Test func arraysAreChosenRenamedTransposedAndConverted() throws {
    let folder = try folder()
    let outcome = try Tool.convert(
      "a.h5", "b.mat", "--arrays", "g/c,X", "--rename", "g/c=X", "--rename", "X=features", "--transpose", "X",
      "--type", "complex64", "--allow-loss", "--quiet", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(
      try Tool.inspect("b.mat", in: folder).lines[1...] == ["  X         2x1  complex64", "  features  2x3  complex64"])
    let exact = try Tool.convert("a.h5", "c.h5", "--arrays", "X", "--type", "int32", in: folder)
    #expect(exact.code == 65)
    #expect(exact.errors == "a.h5: X: the value 1.5 has no exact int32; --allow-loss takes the nearest one\n")
    let all = try Tool.convert("a.h5", "d.h5", "--transpose", "all", in: folder)
    #expect(all.code == 0)
    #expect(try values("X", "d.h5", in: folder) == "1.5,3.5,5.5\n2.5,4.5,6.5\n")
    #expect(try values("t", "d.h5", in: folder) == values("t", "a.h5", in: folder))
    let attribute = try #require(try FileFormats.open(folder.file("d.h5")).reader.attributes(of: "X").first)
    #expect(attribute.name == "unit" && attribute.value.text == "m")
  }

  @Test func wrongNamesAreErrorsThatNameThoseThereAre() throws {
    let folder = try folder()
    for options in [["--arrays", "Z"], ["--rename", "Z=z"], ["--transpose", "Z"]] {
      let outcome = try Tool.convert.run(["a.h5", "b.h5"] + options, in: folder)
      #expect(outcome.code == 65 && outcome.errors == "a.h5: Z: there is no such array; the file has X, n, t, y, g/c\n")
    }
    let twice = try Tool.convert("a.h5", "b.h5", "--rename", "X=y", in: folder)
    #expect(twice.errors == "a.h5: y: two arrays would have this name; --rename another way\n")
    let column = try Tool.convert("a.h5", "b.h5", "--transpose", "n", in: folder)
    #expect(column.errors == "a.h5: n: the shape is 2; --transpose needs two dimensions at least\n")
    #expect(try folder.names == ["a.h5"])
  }

  @Test func usageErrors() throws {
    let folder = try folder()
    try folder.write("1,2\n", to: "t.csv")
    for (arguments, text) in [
      (["a.h5", "a.h5"], "a.h5 is the input"), (["a.h5", "./a.h5"], "a.h5 is the input"),
      (["a.h5", "b.xyz"], "the ending of the name does not tell the format"), (["a.h5"], "Missing expected argument"),
      (["a.h5", "b.h5", "--compress", "10"], "--compress must be from 0 to 9"),
      (["a.h5", "b.h5", "--allow-loss"], "--allow-loss belongs to --type"),
      (["a.h5", "b.h5", "--rename", "X"], "'X' is invalid"), (["a.h5", ""], "the name of the output is empty"),
      (["a.h5", "b.h5", "--model", "--arrays", "X"], "--arrays has no use with --model"),
      (["a.h5", "b.csv", "--model"], "b.csv: the ending of the name tells no form of networks; there are .h5 "),
      (["a.h5", "-", "--model", "--to", "csv"], "csv has no form for networks; there are "),
    ] {
      let outcome = try Tool.convert.run(arguments, in: folder)
      #expect(outcome.code == 64 && outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
    }
    let labels = try Tool.convert("a.h5", "b.h5", "--labels", "y", in: folder)
    #expect(labels.code == 65 && labels.errors.contains("--labels is for tables, and this file is of the format h5"))
    #expect(try folder.names == ["a.h5", "t.csv"])
  }

  @Test func columnsOfATableBecomeArrays() throws {
    let folder = try TemporaryFolder(["t.csv": "a,b,kick\n1,2,1\n3,4,0\n5,,1\n"])
    #expect(try Tool.convert("t.csv", "xy.mat", "--labels", "kick", "--quiet", in: folder).code == 0)
    #expect(try Tool.inspect("xy.mat", in: folder).lines[1...] == ["  X  3x2  float64", "  y  3x1  float64"])
    #expect(try values("X", "xy.mat", in: folder) == "1,2\n3,4\n5,nan\n")
    #expect(
      try Tool.convert("t.csv", "-", "--features", "kick,a", "--quiet", in: folder).output == "kick,a\n1,1\n0,3\n1,5\n")
    #expect(try Tool.convert("t.csv", "d.h5", "--quiet", in: folder).code == 0)
    // The names of the columns come back.
    #expect(
      try Tool.convert("d.h5", "-", "--to", "tsv", in: folder).output == "a\tb\tkick\n1\t2\t1\n3\t4\t0\n5\tnan\t1\n")
    let wrong = try Tool.convert("t.csv", "e.h5", "--labels", "nosuch", "--quiet", in: folder)
    #expect(wrong.code == 65 && wrong.errors.contains("a, b, kick"), "\(wrong.errors)")
  }

  @Test func arraysStandSideBySideInATable() throws {
    let folder = try folder()
    let outcome = try Tool.convert("a.h5", "-", "--arrays", "X,y", in: folder)
    #expect(outcome.code == 0 && outcome.output == "X1,X2,y\n1.5,2.5,1\n3.5,4.5,0\n5.5,6.5,1\n")
    let piped = try Tool.convert(
      "-", "-", "--arrays", "X", "--to", "h5", input: .bytes(try folder.bytes("a.h5")), in: folder)
    #expect(piped.code == 0)
    try folder.write(piped.outputBytes, to: "x.h5")
    #expect(try values("X", "x.h5", in: folder) == "1.5,2.5\n3.5,4.5\n5.5,6.5\n")
  }

  @Test func ofADamagedFileWhatIsNamedIsConverted() throws {
    let folder = try TemporaryFolder()
    try folder.write(["a": Matrix([[1, 2]]), "b": Matrix([[3, 4]])], to: "whole.mat")
    try folder.write(try folder.bytes("whole.mat").dropLast(5), to: "cut.mat")
    let all = try Tool.convert("cut.mat", "out.h5", in: folder)
    #expect(all.code == 65 && all.errors.contains("--arrays a converts what is whole"), "\(all.errors)")
    #expect(try folder.names == ["cut.mat", "whole.mat"])
    let named = try Tool.convert("cut.mat", "out.h5", "--arrays", "a", in: folder)
    #expect(named.code == 65 && named.errors.contains("bytes short"))
    #expect(try values("a", "out.h5", in: folder) == "1,2\n")
  }

  @Test func aNetworkIsConvertedAsOne() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel("model.mat")
    #expect(try Tool.convert("model.mat", "model.h5", "--model", in: folder).code == 0)
    #expect(try Tool.inspect("model.h5", in: folder).output.contains("network 2 → 1, 3 parameters"))
    let none = try Tool.convert(try Field.mat, "no.h5", "--model", in: folder)
    #expect(none.code == 65 && none.errors != "")
  }

  @Test func namesThatHDF5CannotHoldAreRefusedBeforeAnythingIsWritten() throws {
    let folder = try folder()
    for (name, text) in [
      ("a//b", "HDF5 holds arrays under paths"), ("/", "HDF5 holds arrays under paths"),
      ("y/z", "'y' is an array and cannot be"),
    ] {
      let outcome = try Tool.convert("a.h5", "b.h5", "--rename", "X=\(name)", in: folder)
      #expect(outcome.code == 65 && outcome.errors.hasPrefix("b.h5: \(name): ") && outcome.errors.contains(text))
    }
    #expect(try folder.names == ["a.h5"])
  }

  @Test func aTableOfManyColumnsBecomesHDF5WithTheirNames() throws {
    let names = (0..<9000).map { "gene\($0)" }.joined(separator: ",")
    let rows = String(repeating: "1,", count: 8999) + "2\n"
    let folder = try TemporaryFolder(["genes.csv": names + "\n" + rows])
    #expect(try Tool.convert("genes.csv", "g.h5", "--quiet", in: folder).code == 0)
    #expect(try Tool.convert("g.h5", "-", "--quiet", in: folder).output == names + "\n" + rows)
  }

  @Test func whatHasNoNearestValueIsNotConverted() throws {
    let folder = try folder()
    try folder.write(["x": Matrix([[1, .nan]])], to: "n.h5")
    let nan = try Tool.convert("n.h5", "b.h5", "--type", "int8", "--allow-loss", in: folder)
    #expect(nan.code == 65 && nan.errors == "n.h5: x: the value nan has no exact int8\n")
    #expect(try Tool.convert("n.h5", "b.h5", "--arrays", "", in: folder).code == 64)
    #expect(try Tool.convert("n.h5", "b.h5", "--arrays", "x,", in: folder).code == 64)
    #expect(try folder.names == ["a.h5", "n.h5"])
  }

  @Test func whatIsLeftOutIsNotRenamedOrTransposed() throws {
    let folder = try folder()
    for options in [["--rename", "y=z"], ["--transpose", "y"]] {
      let outcome = try Tool.convert.run(["a.h5", "b.h5", "--arrays", "X,t"] + options, in: folder)
      #expect(outcome.errors == "a.h5: y: this array is left out; those that are converted are X, t\n")
    }
    #expect(try Tool.convert("a.h5", "b.h5", "--rename", "y=a", "--rename", "y=b", in: folder).code == 64)
    let header = try Tool.convert("a.h5", "b.h5", "--header", "no", in: folder)
    #expect(header.code == 65 && header.errors.hasPrefix("a.h5: --header is for tables"))
  }

  @Test func theListOfCaffeTakesNoOtherFilesPlace() throws {
    let folder = try TemporaryFolder(["t.txt": "data,label\n1,0\n2,1\n"])
    try folder.write(["data": Matrix([[1], [2]]), "label": Matrix([[0], [1]])], to: "in.h5")
    let refused = try Tool.convert("in.h5", "t.h5", "--to", "caffe-data", "--quiet", in: folder)
    #expect(refused.code == 73 && refused.errors.hasPrefix("t.txt: this file is there and is not the list"))
    #expect(try folder.text("t.txt").hasPrefix("data,label") && !folder.names.contains("t.h5"))
    for _ in 0..<2 {
      #expect(try Tool.convert("in.h5", "u.h5", "--to", "caffe-data", "--quiet", in: folder).code == 0)
    }
    #expect(try folder.names.contains("u.txt"))
  }

  @Test func withoutArraysThereIsNothingToConvert() throws {
    let folder = try TemporaryFolder()
    try FileFormats.write(TensorArchive(), to: folder.file("none.npz"))
    let outcome = try Tool.convert("none.npz", "out.h5", in: folder)
    #expect(outcome.code == 65 && outcome.errors == "none.npz: there is no array of numbers to convert\n")
    #expect(try folder.names == ["none.npz"])
  }

  @Test func aFullDiskIsAnError() throws {
    let folder = try folder()
    let outcome = try Tool.convert("a.h5", "-", "--arrays", "X", in: folder, output: .file("/dev/full"))
    #expect(outcome.code == 74)
    #expect(try Tool.convert("a.h5", "/nosuch/b.h5", in: folder).code == 73)
    #expect(try Tool.convert("nosuch.h5", "b.h5", in: folder).code == 66)
  }

  /// Large tables stream: memory does not grow with them.
  @Test(arguments: ["tsv", "npy"]) func aLargeTableStreams(ending: String) throws {
    let folder = try TemporaryFolder()
    let rows = 5_000_000
    var text: [UInt8] = Array("a,b\n".utf8)
    for row in 0..<rows { text += "\(row),0.\(row)\n".utf8 }
    try folder.write(text, to: "t.csv")
    let outcome = try Tool.convert("t.csv", "t.\(ending)", "--quiet", "--threads", "2", in: folder)
    #expect(outcome.code == 0)
    // The numbers alone would be 80 MB. How much is ahead of the writer depends on the threads' turns: 30 to 40 MB in all.
    #expect(outcome.peakMemory < 56 << 20, "\(outcome.peakMemory)")
    let bytes = try folder.bytes("t.\(ending)")
    #expect(ending == "npy" ? bytes.count == 16 * rows + 128 : bytes.count { $0 == UInt8(ascii: "\n") } == rows + 1)
  }
}

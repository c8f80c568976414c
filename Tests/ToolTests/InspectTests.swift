import NetworkFiles
import TensorFiles
import Tensors
import Testing

@Suite struct InspectTests {
  @Test func listsWhatIsInAFile() throws {
    let folder = try TemporaryFolder()
    try folder.write(try System.contents(try Field.mat), to: "field.mat")
    let outcome = try Tool.inspect("field.mat", in: folder)
    let size = try folder.bytes("field.mat").count
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(
      outcome.output == """
        field.mat: MATLAB level 5 (v5, v6, v7), \(size) bytes
          X     211x2  float64
          y     211x1  float64
          Xval  200x2  float64
          yval  200x1  float64

        """)
    let piped = try Tool.inspect("-", input: .bytes(try folder.bytes("field.mat")))
    #expect(piped.output == outcome.output.replacing("field.mat:", with: "standard input:"))
  }

  @Test func listsTables() throws {
    let folder = try TemporaryFolder(["t.csv": "x1,x2,y\n1,2,0\n"])
    let outcome = try Tool.inspect("t.csv", in: folder)
    #expect(outcome.code == 0)
    #expect(outcome.lines[1...] == ["  data  1x3  float64", "  the first line is a header", "  columns: x1, x2, y"])
  }

  @Test func theColumnsOfATableHaveStatisticsOfTheirOwn() throws {
    let folder = try TemporaryFolder(["t.csv": "x,name,y\n1,a,\n2,b,0\n4,c,-1\n"])
    let outcome = try Tool.inspect("--stats", "t.csv", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    let lines = outcome.lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[2] == "data 3x3 float64" && lines[3] == "x 1 4 2.333 1.247 0 0 0" && lines[4] == "name text")
    #expect(lines[5] == "y -1 0 -0.5 0.5 1 1 0")
    let report = try JSON(try Tool.inspect("--stats", "--format", "json", "t.csv", in: folder).output)
    #expect(report["column_stats"]?[0]?["max"] == .number(4) && report["column_stats"]?[1]?["type"] == .text("text"))
  }

  @Test func tellsAboutANetwork() throws {
    let outcome = try Tool.inspect(try Field.model)
    #expect(outcome.code == 0)
    for text in [
      "network 2 → 20 → 3 → 1, 127 parameters\n", "  inputs: x1, x2\n", "  1 relu     W1   20x2          40 ",
      "training: learning rate 0.3, iterations 300, lambda 0.0, keep_prob 1.0, seed 3, precision float64, kernel ",
      "  training set: accuracy 0.", "  data: train.csv\n", "  data SHA-256: ",
    ] {
      #expect(outcome.output.contains(text), "\(text)\n\(outcome.output)")
    }
  }

  @Test func theJSONReportHasItsKeys() throws {
    let outcome = try Tool.inspect("--format", "json", try Field.model)
    #expect(outcome.code == 0 && outcome.lines.count == 1)
    let report = try JSON(outcome.output)
    #expect(
      report.keys == [
        "file", "format", "bytes", "compressed_bytes", "arrays", "other", "model", "model_error", "column_stats",
        "notes", "columns", "damage",
      ])
    #expect(report["file"] == .text(try Field.model) && report["format"] == .text("h5") && report["damage"] == .null)
    let array = try #require(report["arrays"]?[0])
    #expect(array.keys == ["name", "type", "stored_as", "shape"])
    #expect(array["name"] == .text("W1") && array["shape"] == .array([.number(20), .number(2)]))
    let model = try #require(report["model"])
    #expect(
      model.keys.isSuperset(of: [
        "layers", "activations", "parameters", "settings", "costs", "train", "test", "data_sha256",
      ]))
    #expect(model["layers"] == .array([2, 20, 3, 1].map(JSON.number)) && model["parameters"] == .number(127))
    #expect(model["test"] == .null && model["train"]?["examples"] == .number(211))
    let data = try JSON(try Tool.inspect("--format", "json", try Field.mat).output)
    #expect(data["model"] == .null && data["other"] == .array([]))
    #expect(data["bytes"] == .number(Double(try System.contents(try Field.mat).count)))
  }

  @Test func narrowStorageAndTextAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write(MATBytes.header + MATBytes.narrow("y", [0, 1, 1]) + MATBytes.text("t", "abc"), to: "d.mat")
    let text = try Tool.inspect("d.mat", in: folder)
    #expect(text.code == 0)
    #expect(text.lines[1...2] == ["  y  3x1  float64 (stored as uint8)", "  t  1x3  char, not a numeric array"])
    #expect(text.lines.dropFirst(3).allSatisfy { $0.hasPrefix("  t: ") })
    let report = try JSON(try Tool.inspect("--format", "json", "d.mat", in: folder).output)
    #expect(report["arrays"]?[0]?["type"] == .text("float64") && report["arrays"]?[0]?["stored_as"] == .text("uint8"))
    #expect(report["other"]?[0]?.keys == ["name", "class", "shape", "remedy"])
    #expect(report["other"]?[0]?["class"] == .text("char"))
  }

  @Test func statisticsReadTheArrays() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("a", to: try Tensor(Matrix([[0, 2, .nan, .infinity, 4]])))
    archive.set("big", to: try Tensor([Int64.max, 0], shape: [2]))
    archive.set("empty", to: try Tensor([Double](), shape: [0, 3]))
    try FileFormats.write(archive, to: folder.file("d.h5"))
    let outcome = try Tool.inspect("--stats", "--format", "json", "d.h5", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    let arrays = try #require(try JSON(outcome.output)["arrays"])
    #expect(
      arrays[0]?.keys == [
        "name", "type", "stored_as", "shape", "min", "max", "mean", "std", "zeros", "nan", "inf",
      ])
    #expect(arrays[0]?["min"] == .number(0) && arrays[0]?["max"] == .null && arrays[0]?["mean"] == .number(2))
    #expect(isClose(arrays[0]?["std"]?.number, (8.0 / 3).squareRoot(), relative: 1e-15))
    #expect(arrays[0]?["zeros"] == .number(1) && arrays[0]?["nan"] == .number(1) && arrays[0]?["inf"] == .number(1))
    #expect(arrays[1]?["max"] == .number(Double(Int64.max)) && arrays[2]?["min"] == .null)
    let text = try Tool.inspect("--stats", "d.h5", in: folder)
    #expect(text.code == 0 && text.lines[1].hasSuffix("min  max  mean  std  zeros  nan  inf") == false)
    #expect(text.lines[1].split(separator: " ") == ["min", "max", "mean", "std", "zeros", "nan", "inf"])
    #expect(text.lines[2].split(separator: " ") == ["a", "1x5", "float64", "0", "inf", "2", "1.633", "1", "1", "1"])
  }

  @Test(arguments: ["d.mat", "d.h5"]) func valuesAreOneArray(file: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(["M": Matrix([[1, 2.5], [.nan, 1e300]]), "v": Matrix([[0.1], [2]])], to: file)
    #expect(try Tool.inspect(file, "--values", "M", in: folder).output == "1,2.5\nnan,1e+300\n")
    #expect(try Tool.inspect(file, "--values", "v", in: folder).output == "0.1\n2\n")
    #expect(
      try Tool.inspect(file, "--values", "M", "--format", "json", in: folder).output == "[[1,2.5],[null,1e+300]]\n")
    let unknown = try Tool.inspect(file, "--values", "N", in: folder)
    #expect(unknown.code == 65 && unknown.output == "")
    #expect(unknown.errors == "\(file): N: there is no such array; the file has M, v\n")
    let two = try Tool.inspect(file, file, "--values", "M", in: folder)
    #expect(two.code == 64 && two.errors.hasPrefix("Error: --values prints an array of one file"))
  }

  @Test func valuesOfHigherDimensionsNest() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("t", to: try Tensor((0..<8).map(Double.init), shape: [2, 2, 2]))
    archive.set("s", to: try Tensor([1.5], shape: []))
    try FileFormats.write(archive, to: folder.file("d.h5"))
    #expect(try Tool.inspect("d.h5", "--values", "t", in: folder).output == "0,1,2,3\n4,5,6,7\n")
    #expect(
      try Tool.inspect("d.h5", "--values", "t", "--format", "json", in: folder).output
        == "[[[0,1],[2,3]],[[4,5],[6,7]]]\n")
    #expect(try Tool.inspect("d.h5", "--values", "s", "--format", "json", in: folder).output == "1.5\n")
  }

  /// `--values` of the weights and `--grid` are enough to do the sums by hand.
  @Test func weightsAreThoseOfTheModel() throws {
    let weights = try Tool.inspect(try Field.model, "--values", "W1")
    #expect(weights.code == 0 && weights.lines.count == 20)
    #expect(weights.lines.allSatisfy { $0.split(separator: ",").compactMap { Double($0) }.count == 2 })
  }

  @Test func theFormatsAreListed() throws {
    let text = try Tool.inspect("--formats")
    #expect(text.code == 0 && text.lines.count == 2 + FileFormats.all.count + NetworkFormats.all.count)
    for (line, format) in zip(text.lines.dropFirst(), FileFormats.all) {
      #expect(line.hasPrefix(format.name) && line.hasSuffix(format.title))
    }
    for (line, form) in zip(text.lines.suffix(NetworkFormats.all.count), NetworkFormats.all) {
      #expect(line.hasPrefix(form.name) && line.hasSuffix(form.title))
    }
    let json = try JSON(try Tool.inspect("--formats", "--format", "json").output)
    #expect(json["formats"]?.elements.map { $0["name"]?.text } == FileFormats.all.map(\.name))
    #expect(json["networks"]?.elements.map { $0["name"]?.text } == NetworkFormats.all.map(\.name))
    #expect(json["networks"]?[0]?.keys == ["name", "title", "writes", "endings"])
  }

  @Test func lengthsWithoutElementsAreNoTrouble() throws {
    let folder = try TemporaryFolder()
    // 0 x 2^40 x 2^40: the product of the lengths behind the first is no number.
    let empty = try Tensor([Double](), shape: [0, 1 << 40, 1 << 40])
    var archive = TensorArchive()
    archive.set("Z", to: empty)
    try FileFormats.write(archive, to: folder.file("z.h5"))
    #expect(try Tool.inspect("z.h5", "--values", "Z", in: folder).code == 0)
    #expect(try Tool.inspect("z.h5", "--values", "Z", "--format", "json", in: folder).output == "[]\n")
    #expect(try Tool.inspect("z.h5", "--stats", in: folder).code == 0)
  }

  @Test func whatIsNoNumberIsNullInJSON() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    archive.set("W1", to: try Tensor(Matrix([[1]])))
    archive.set("b1", to: try Tensor(Matrix([[0]])))
    archive.setAttribute("keep_prob", of: "training", to: .numbers(try Tensor([Double.nan, 0.5])))
    archive.setAttribute("lambda", of: "training", to: try .number(.infinity))
    try FileFormats.write(archive, to: folder.file("m.h5"))
    let outcome = try Tool.inspect("m.h5", "--format", "json", in: folder)
    let settings = try #require(try JSON(outcome.output)["model"]?["settings"])
    #expect(outcome.code == 0 && settings["keep_prob"] == .array([.null, .number(0.5)]) && settings["lambda"] == .null)
  }

  @Test func everyArrayThatCannotBeReadSaysWhy() throws {
    let file = Tool.package + "/Formats/h5/library/filters.h5"
    let outcome = try Tool.inspect("--stats", file)
    #expect(outcome.code == 65)
    for name in ["bitshuffle", "blosc", "blosc2", "lz4", "zstd"] {
      #expect(outcome.output.contains("  \(name): it is compressed with \(name) ("))
    }
    let arrays = try JSON(try Tool.inspect("--stats", "--format", "json", file).output)["arrays"]?.elements ?? []
    #expect(arrays.filter { $0["error"] != nil }.count == 5)
  }

  @Test("a network whose attributes cannot be read is damaged", arguments: [1, 2])
  func damagedAttributes(_ number: Int) throws {
    let file = Tool.package + "/Formats/h5/malformed/attribute_message\(number).h5"
    let outcome = try Tool.inspect(file)
    #expect(outcome.code == 65 && outcome.lines.contains("  W1                  20x2  float64"))
    #expect(outcome.errors.hasPrefix(file + ": ") && outcome.errors.contains("the HDF5 library says: "))
    #expect(try Tool.predict("-m", file, "--grid", "0,1,0,1").code == 65)
  }

  @Test func aBadFileDoesNotStopTheRest() throws {
    let folder = try TemporaryFolder(["e.csv": "", "a.csv": "1,2\n", "b.csv": "3,4\n"])
    let outcome = try Tool.inspect("a.csv", "e.csv", "nosuch", ".", "b.csv", in: folder)
    #expect(outcome.code == 65)
    #expect(outcome.lines.filter { $0.contains("bytes") }.map { $0.prefix(5) } == ["a.csv", "b.csv"])
    #expect(
      outcome.errors == """
        e.csv: the file is empty
        nosuch: no such file or directory
        .: this is a folder, not a file

        """)
    let json = try Tool.inspect("--format", "json", "nosuch", "a.csv", "e.csv", "b.csv", in: folder)
    #expect(json.code == 66 && json.lines.count == 2)
    #expect(try json.lines.map { try JSON($0)["file"] } == [.text("a.csv"), .text("b.csv")])
  }

  @Test func ofADamagedFileThePartBeforeIsListed() throws {
    let folder = try TemporaryFolder()
    try folder.write(["X": Matrix([[1, 2]]), "y": Matrix([[1]])], to: "d.mat")
    try folder.write(Array(try folder.bytes("d.mat").dropLast(3)), to: "d.mat")
    let text = try Tool.inspect("d.mat", in: folder)
    #expect(text.code == 65 && text.lines[1] == "  X  1x2  float64")
    #expect(text.errors.hasPrefix("d.mat: byte ") && text.errors.split(separator: "\n").count == 1)
    let json = try Tool.inspect("--format", "json", "d.mat", in: folder)
    #expect(json.code == 65)
    #expect(try JSON(json.output)["damage"]?.text?.hasPrefix("byte ") == true)
    // Values of what is whole are printed, and the damage is said.
    let values = try Tool.inspect("d.mat", "--values", "X", in: folder)
    #expect(values.code == 65 && values.output == "1,2\n" && values.errors == text.errors)
  }

  @Test func anArrayThatCannotBeReadDoesNotHideTheOthers() throws {
    let folder = try TemporaryFolder()
    try folder.write(["X": Matrix([[1, 2]]), "Z": Matrix([[3, 4]])], to: "d.mat")
    var bytes = try folder.bytes("d.mat")
    // The checksum of the second variable's stream.
    bytes[bytes.count - 1] ^= 0xFF
    try folder.write(bytes, to: "d.mat")
    let outcome = try Tool.inspect("--stats", "d.mat", in: folder)
    #expect(outcome.code == 65 && outcome.lines.count == 5 && outcome.lines[4].hasPrefix("  Z: "))
    #expect(outcome.lines[2].split(separator: " ") == ["X", "1x2", "float64", "1", "2", "1.5", "0.5", "0", "0", "0"])
    #expect(outcome.lines[3].split(separator: " ") == ["Z", "1x2", "float64"])
    #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.errors.hasPrefix("d.mat: "))
  }

  @Test func whatIsNoNetworkIsListed() throws {
    let folder = try TemporaryFolder()
    try folder.write(["W1": Matrix([[1, 2]])], to: "d.mat")
    let outcome = try Tool.inspect("d.mat", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(
      outcome.lines[1...] == [
        "  W1  1x2  float64", "  not used as a network: b1: there is no such array beside W1",
      ])
    let json = try JSON(try Tool.inspect("--format", "json", "d.mat", in: folder).output)
    #expect(json["model"] == .null && json["model_error"] == .text("b1: there is no such array beside W1"))
    // Where the file says that it is one, it is damaged.
    var archive = TensorArchive()
    archive.setAttribute("format", to: .text("reg-parameters"))
    archive.setAttribute("format_version", to: try .integer(1))
    archive.set("W1", to: try Tensor(Matrix([[1, 2]])))
    try FileFormats.write(archive, to: folder.file("d.h5"))
    let damaged = try Tool.inspect("d.h5", in: folder)
    #expect(damaged.code == 65 && damaged.lines[1] == "  W1  1x2  float64")
    #expect(damaged.errors == "d.h5: b1: there is no such array beside W1\n")
  }

  /// A name can hold anything; a terminal is not steered by it.
  @Test func namesAreNeverPrintedRaw() throws {
    let folder = try TemporaryFolder()
    let name = "red\u{1B}[31m\nnew\u{9B}x\u{202E}"
    try folder.write([name: Matrix([[1]])], to: "d.h5")
    let text = try Tool.inspect("d.h5", in: folder)
    #expect(text.code == 0 && text.lines[1] == "  red\\x1b[31m\\nnew\\x9bx\\u{202e}  1x1  float64")
    let json = try Tool.inspect("--format", "json", "d.h5", in: folder)
    #expect(json.output.contains(#""name":"red\u001b[31m\nnew\u009bx\u202e""#))
    #expect(try JSON(json.output)["arrays"]?[0]?["name"] == .text(name))
    let errors = try Tool.inspect("d.h5", "--values", "\u{1B}", in: folder).errors
    #expect(errors == "d.h5: \\x1b: there is no such array; the file has red\\x1b[31m\\nnew\\x9bx\\u{202e}\n")
    let table = try TemporaryFolder(["t.csv": "a\u{9B}b,c\n1,2\n", "\u{1B}[2J": ""])
    #expect(try Tool.inspect("t.csv", in: table).output.hasSuffix("  columns: a\\x9bb, c\n"))
    #expect(try Tool.inspect("\u{1B}[2J", in: table).errors == "\\x1b[2J: the file is empty\n")
  }

  @Test func nothingToInspectIsAUsageError() throws {
    let outcome = try Tool.inspect()
    #expect(outcome.code == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: name a file, or - for standard input"))
  }

  /// Nothing but the list is read of a large file.
  @Test func aLargeFileIsListedAtOnce() throws {
    let folder = try TemporaryFolder()
    try #require(try Tool.bash("-c", "truncate -s 4G large.mat", in: folder).code == 0)
    // A variable of 2 GB that is not stored but for its tag, name and shape.
    let numbers = 250_000_000
    let file = MATBytes.header + MATBytes.announcement("X", count: numbers)
    try #require(
      try Tool.bash(
        "-c", "dd of=large.mat conv=notrunc status=none && truncate -s \(file.count + numbers * 8) large.mat",
        input: .bytes(file), in: folder
      )
      .code == 0)
    let outcome = try Tool.inspect("large.mat", in: folder, seconds: 5)
    #expect(outcome.code == 0 && outcome.lines[1] == "  X  \(numbers)x1  float64")
    #expect(outcome.peakMemory < 64 << 20)
  }
}

extension MATBytes {
  /// A column of class double that is stored as bytes.
  static func narrow(_ name: String, _ numbers: [UInt8]) -> [UInt8] {
    variable(name, class: 6, shape: [numbers.count, 1], type: 2, bytes: numbers)
  }

  /// A column of class double without its numbers.
  static func announcement(_ name: String, count: Int) -> [UInt8] {
    let empty = variable(name, class: 6, shape: [count, 1], type: 9, bytes: [])
    // The counts of the variable and of its numbers are those of numbers that follow.
    let body = little(UInt32(empty.count - 8 + count * 8))
    return Array(empty[..<4]) + body + Array(empty[8..<(empty.count - 4)]) + little(UInt32(count * 8))
  }
}

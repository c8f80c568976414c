import TensorFiles
import Tensors
import Testing

@Suite("reg-inspect --diff and --histogram") struct InspectComparisonTests {
  @Test func equalFilesAreTheSame() throws {
    let folder = try TemporaryFolder()
    try folder.write(["A": Matrix([[1, .nan], [3, 4]])], to: "a.h5")
    try folder.write(["A": Matrix([[1, .nan], [3, 4]])], to: "b.h5")
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", in: folder)
    #expect(outcome.code == 0 && outcome.output == "  A  the same\n" && outcome.errors == "")
    // The format does not matter, only the arrays.
    try folder.write(["A": Matrix([[1, .nan], [3, 4]])], to: "c.mat")
    #expect(try Tool.inspect("a.h5", "--diff", "c.mat", in: folder).code == 0)
  }

  @Test func whatDiffersIsMeasured() throws {
    let folder = try TemporaryFolder()
    try folder.write(["A": Matrix([[3, 4]]), "B": Matrix([[1]]), "C": Matrix([[1]])], to: "a.h5")
    try folder.write(["A": Matrix([[3, 4.5]]), "B": Matrix([[1, 2]]), "D": Matrix([[1]])], to: "b.h5")
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", in: folder)
    #expect(outcome.code == 1)
    #expect(
      outcome.output == """
          A  1 of 2 elements, largest difference 0.5, relative norm 0.1, 5.629e+14 ulps, cosine 0.9984603532054123
          B  1x1 float64 and 1x2 float64
          only in a.h5: C
          only in b.h5: D

        """)
    let report = try JSON(try Tool.inspect("a.h5", "--diff", "b.h5", "--format", "json", in: folder).output)
    #expect(report["same"] == .bool(false) && report["only_in_first"] == .array([.text("C")]))
    let array = try #require(report["arrays"]?[0])
    #expect(array["largest"] == .number(0.5) && array["relative_norm"] == .number(0.1))
    #expect(array["differing"] == .number(1) && array["elements"] == .number(2))
  }

  @Test func otherActivationsAreAnotherNetwork() throws {
    let folder = try TemporaryFolder()
    var archive = TensorArchive()
    for name in ["W1", "W2"] { archive.set(name, to: try Tensor(Matrix([[1]]))) }
    for name in ["b1", "b2"] { archive.set(name, to: try Tensor(Matrix([[0]]))) }
    try FileFormats.write(archive, to: folder.file("a.h5"))
    archive.setAttribute("activations", to: .texts(["sigmoid", "sigmoid"]))
    try FileFormats.write(archive, to: folder.file("b.h5"))
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.lines.last == "  activations: relu, sigmoid and sigmoid, sigmoid")
  }

  @Test func theLabelsThatChangeAreCounted() throws {
    let folder = try TemporaryFolder()
    // One sigmoid unit: label 1 right of 0, and right of 1.
    try folder.write(["W1": Matrix([[1]]), "b1": Matrix([[0]])], to: "a.h5")
    try folder.write(["W1": Matrix([[1]]), "b1": Matrix([[-1]])], to: "b.h5")
    try folder.write("x,y\n-1,0\n0.5,0\n0.75,1\n2,1\n", to: "rows.csv")
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", "--data", "rows.csv", in: folder)
    #expect(outcome.code == 1 && outcome.lines.last == "  2 of 4 labels change: of the examples 2, 3")
    let same = try Tool.inspect("a.h5", "--diff", "a.h5", "--data", "rows.csv", in: folder)
    #expect(same.code == 0 && same.lines.last == "  0 of 4 labels change")
  }

  @Test(
    "trouble is neither 0 nor 1",
    arguments: [
      (["a.h5", "--diff", "nothing"], 66, "nothing: no such file or directory\n"),
      (["nothing", "--diff", "a.h5"], 66, "nothing: no such file or directory\n"),
      (
        ["a.h5", "--diff", "text.csv"], 65,
        "text.csv:2:1: 'one' is not a number; the column 'data' is text: --labels numbers its classes, --features leaves it "
          + "out\n"
      ),
      (
        ["a.h5", "--diff", "a.h5", "--data", "text.csv"], 65,
        "a.h5: no trained parameters: there is no array W1; the file has data\n"
      ),
    ])
  func trouble(_ arguments: [String], _ code: Int32, _ message: String) throws {
    let folder = try TemporaryFolder(["text.csv": "data,y\none,0\n"])
    try folder.write(["data": Matrix([[1, 0]])], to: "a.h5")
    let outcome = try Tool.inspect.run(arguments, in: folder)
    #expect(outcome.code == code && outcome.errors == message && outcome.output == "")
  }

  @Test func aHistogramHasTwentyBins() throws {
    let folder = try TemporaryFolder()
    try folder.write(["A": Matrix([(0...40).map(Double.init) + [.nan, .infinity]])], to: "a.h5")
    let report = try JSON(try Tool.inspect("a.h5", "--histogram", "A", "--format", "json", in: folder).output)
    // Two in each bin of width 2, and the largest in the last.
    #expect(report[0]?["counts"] == .array(([Int](repeating: 2, count: 19) + [3]).map { .number(Double($0)) }))
    #expect(report[0]?["edges"] == .array((0...20).map { .number(Double($0) * 2) }))
    let text = try Tool.inspect("a.h5", "--histogram", "all", in: folder)
    #expect(text.lines[0] == "A: 43 elements, mean 20, std 11.83, 2 not finite")
    #expect(text.lines[20].hasSuffix("  3  " + String(repeating: "█", count: 40)))
    #expect(text.lines.count == 22)
  }

  @Test func histogramsOfLittle() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      ["none": Matrix(rows: 0, columns: 2), "same": Matrix([[7, 7]]), "wide": Matrix([[-1.5e308, 1.5e308]])], to: "a.h5"
    )
    let outcome = try Tool.inspect("a.h5", "--histogram", "all", in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.lines.prefix(5) == [
        "none: 0 elements", "", "same: 2 elements, mean 7, std 0", "  7  2  " + String(repeating: "█", count: 40),
        "  7",
      ])
    #expect(outcome.output.contains("  1.5e+308\n"))
  }

  @Test func whatIsNotComparedIsNamedAndNamesOfColumnsCount() throws {
    let folder = try TemporaryFolder(["ab.csv": "a,b\n1,2\n", "ba.csv": "b,a\n1,2\n"])
    let columns = try Tool.inspect("ab.csv", "--diff", "ba.csv", in: folder)
    #expect(columns.code == 1 && columns.output.contains("columns: a, b and b, a"))
    let mat = Tool.package + "/Formats/mat5/golden/scipy_mixture_v7.mat"
    let same = try Tool.inspect(mat, "--diff", mat)
    #expect(same.code == 0 && same.output.contains("whose content is not compared"))
    try folder.write(["x": Matrix([[1]])], to: "x.h5")
    let less = try Tool.inspect(mat, "--diff", folder.file("x.h5"))
    #expect(less.code == 1 && less.output.contains("only in "))
  }

  @Test func integersBeyondTheDoublesAreCompared() throws {
    let folder = try TemporaryFolder()
    for (name, value) in [("a.h5", Int64.max), ("b.h5", Int64.max - 1)] {
      var archive = TensorArchive()
      archive.set("n", to: try Tensor([value]))
      try FileFormats.write(archive, to: folder.file(name))
    }
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", in: folder)
    #expect(outcome.code == 1 && outcome.output.contains("n  numbers that are equal as doubles, in other bytes"))
    #expect(try Tool.inspect("--histogram", "all", "a.h5", in: folder).code == 0)
  }
}

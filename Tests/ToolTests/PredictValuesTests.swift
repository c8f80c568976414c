import TensorFiles
import Tensors
import Testing

/// reg-predict on networks whose outputs stand for themselves.
@Suite struct PredictValuesTests {
  private func folder(_ files: [String: String] = [:]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(files)
    try folder.writeNetwork("one.h5", [([[1, 2]], [0.5], "linear")])
    try folder.writeNetwork("two.h5", [([[1, 2], [0, -1]], [0.5, 0], "linear")])
    return folder
  }

  @Test func valuesAreWritten() throws {
    let folder = try folder()
    let rows = "x1,x2\n1,2\n-1,1\n"
    #expect(
      try Tool.predict("-m", "one.h5", input: .text(rows), in: folder).output == "x1,x2,value\n1,2,5.5\n-1,1,1.5\n")
    #expect(
      try Tool.predict("-m", "two.h5", "--digits", "1", input: .text(rows), in: folder).output
        == "x1,x2,value1,value2\n1,2,5.5,-2.0\n-1,1,1.5,-1.0\n")
    #expect(
      try Tool.predict("-m", "two.h5", "--grid", "0,1,0,0", "--step", "1", in: folder).lines[0]
        == "x1,x2,value1,value2")
  }

  @Test func aThresholdIsForOneSigmoidUnit() throws {
    let folder = try folder()
    for (model, end) in [("one.h5", "one linear unit"), ("two.h5", "2 units")] {
      let outcome = try Tool.predict("-m", model, "--threshold", "0.5", input: .text("1,2\n"), in: folder)
      #expect(outcome.code == 64 && outcome.output == "")
      #expect(
        outcome.errors.hasPrefix("Error: --threshold is only for one sigmoid unit; this network ends in \(end)\n"))
    }
  }

  @Test func errorsAreMeasured() throws {
    let folder = try folder()
    // The values are 0.5, 1.5, 2.5.
    let rows = "x1,x2,y\n0,0,1\n1,0,1\n2,0,4\n"
    let text = try Tool.predict("-m", "one.h5", "--labels", "y", input: .text(rows), in: folder)
    #expect(text.code == 0)
    #expect(
      text.errors.wholeMatch(
        of: /mean squared error 0\.91\d+, mean absolute error 0\.83\d+, R² 0\.541\d+, 3 rows\n/) != nil,
      "\(text.errors)")
    let json = try JSON(
      Tool.predict("-m", "one.h5", "--labels", "y", "--format", "json", input: .text(rows), in: folder).errors)
    #expect(json.keys == ["rows", "mean_squared_error", "mean_absolute_error", "rmse", "r2", "values"])
    #expect(isClose(json["mean_squared_error"]?.number, 2.75 / 3) && isClose(json["r2"]?.number, 1 - 2.75 / 6))
    #expect(isClose(json["mean_absolute_error"]?.number, 2.5 / 3) && json["rows"] == .number(3))
    let equal = try Tool.predict("-m", "one.h5", "--labels", "y", input: .text("x1,x2,y\n0,0,1\n1,0,1\n"), in: folder)
    #expect(equal.errors.contains(", no R² of labels that are all equal, 2 rows"))
    let none = try Tool.predict("-m", "one.h5", "--labels", "y", input: .text("x1,x2,y\n"), in: folder)
    #expect(none.errors == "there are no rows, so there are no errors\n")
  }

  @Test func severalValuesHaveSeveralLabels() throws {
    // The values are (0.5, 0) and (1.5, 0).
    let folder = try folder(["rows.csv": "x1,x2,a,\"b,c\"\n0,0,1,0\n1,0,1,2\n"])
    let text = try Tool.predict("-m", "two.h5", "--labels", "a,\"b,c\"", "rows.csv", in: folder)
    #expect(text.code == 0 && text.errors.split(separator: "\n").count == 3, "\(text)")
    #expect(
      text.errors.split(separator: "\n").last
        == "value2: mean squared error 2.0, mean absolute error 1.0, R² -1.0")
    let json = try JSON(
      Tool.predict("-m", "two.h5", "--labels", "3,4", "--format", "json", "rows.csv", in: folder).errors)
    #expect(json["values"]?[1]?["mean_squared_error"] == .number(2) && json["values"]?[0]?["r2"] == .null)
    #expect(json["mean_squared_error"] == .number(1.125))
    let one = try Tool.predict("-m", "two.h5", "--labels", "a", "rows.csv", in: folder)
    #expect(one.code == 65)
    #expect(
      one.errors
        == "rows.csv: the model gives 2 values, but --labels names 1 column; name one for each value, a,b\n")
    // Of arrays, a row for each example.
    let labels = Matrix([[1, 0], [1, 2]])
    try folder.write(["X": Matrix([[0, 0], [1, 0], [0, 1]]), "y": labels], to: "in.mat")
    let short = try Tool.predict("-m", "two.h5", "--labels", "y", "in.mat", in: folder)
    #expect(
      short.code == 65 && short.errors.hasPrefix("in.mat: y: the shape is 2x2, but the labels of 2 values for 3 "))
    try folder.write(["X": Matrix([[0, 0], [1, 0]]), "y": labels], to: "in.npz")
    let arrays = try Tool.predict(
      "-m", "two.h5", "--labels", "y", "--examples", "rows", "--format", "json", "in.npz", in: folder)
    #expect(try arrays.code == 0 && JSON(arrays.errors)["mean_squared_error"] == .number(1.125))
  }

  @Test func whatIsNoNumberIsSaid() throws {
    let folder = try folder(["rows.csv": "x1,x2\n1,0\n1e308,1e308\n1,1\n"])
    let outcome = try Tool.predict("-m", "one.h5", "rows.csv", in: folder)
    #expect(outcome.code == 65 && outcome.lines == ["x1,x2,value", "1,0,1.5"])
    #expect(
      outcome.errors
        == "rows.csv:3:1: the inputs are so large that the network gives no number; the row is '1e308,1e308'\n")
    let label = try Tool.predict("-m", "one.h5", "--labels", "y", input: .text("x1,x2,y\n1,0,inf\n"), in: folder)
    #expect(label.code == 65)
    #expect(
      label.errors == "standard input:2:5: the label is inf, expected a finite number; the row is '1,0,inf'\n")
  }

  @Test(arguments: ["out.mat", "out.h5", "out.npz"]) func arraysAreWritten(file: String) throws {
    let folder = try folder(["rows.csv": "x1,x2\n1,2\n-1,1\n"])
    let outcome = try Tool.predict("-m", "two.h5", "rows.csv", "-o", file, in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    let reader = try FileFormats.open(folder.file(file)).reader
    #expect(reader.entries.map(\.name) == ["value"])
    #expect(try reader.tensor("value").matrix() == Matrix([[5.5, -2], [1.5, -1]]))
  }
}

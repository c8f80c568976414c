import TensorFiles
import Tensors
import Testing

/// reg-inspect on networks: their units, their names for arrays, and two networks beside one another.
@Suite struct InspectNetworksTests {
  typealias Layers = [(weights: [[Double]], biases: [Double], activation: String)]

  private static let layers: Layers = [
    ([[1, 0], [0, 0], [0, 1]], [0, 1, 0], "leaky_relu(0.25)"), ([[1, 0, 0], [2, 0, 0]], [0, 0], "linear"),
  ]

  private func folder(_ files: [String: String] = [:]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(files)
    try folder.writeNetwork("model.h5", Self.layers, features: ["x1", "x2"])
    return folder
  }

  @Test func unitsWithoutUseAreNamed() throws {
    let outcome = try Tool.inspect("model.h5", in: try folder())
    #expect(outcome.code == 0 && outcome.errors == "")
    let lines = outcome.lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines.contains("layer shape parameters norm mean min max"))
    #expect(lines.contains("1 leaky_relu(0.25) W1 3x2 6 1.414 0.3333 0 1"))
    #expect(lines.contains("layer 1: 1 of 3 units are constant: all their weights are 0 (2)"))
    #expect(lines.contains("layer 1: 2 of 3 units are unused: the next layer gives them the weight 0 (2, 3)"))
    #expect(lines.contains("output: 2 values"))
  }

  @Test func deadUnitsAreThoseOfTheData() throws {
    let folder = try folder(["rows.csv": "x1,other,x2\n0,9,1\n0,9,-1\n", "y.csv": "a,b,y\n1,2,0\n"])
    let outcome = try Tool.inspect("model.h5", "--data", "rows.csv", in: folder)
    #expect(outcome.code == 0)
    #expect(
      outcome.lines.contains(
        "  layer 1: 1 of 3 units are dead: they are 0 for each of the 2 rows of rows.csv (1)"))
    let json = try JSON(Tool.inspect("model.h5", "--data", "rows.csv", "--format", "json", in: folder).output)
    let tensors = try #require(json["model"]?["tensors"])
    #expect(
      tensors[0]?.keys == [
        "name", "layer", "shape", "parameters", "norm", "mean", "min", "max", "constant_units", "unused_units",
        "dead_units",
      ])
    #expect(
      tensors[0]?["dead_units"] == .array([.number(1)])
        && tensors[2]?["dead_units"] == .array([.number(1), .number(2)]))
    #expect(tensors[0]?["constant_units"] == .array([.number(2)]) && tensors[1]?["name"] == .text("b1"))
    #expect(tensors[1]?.keys == ["name", "layer", "shape", "parameters", "norm", "mean", "min", "max"])
    // Columns that are not named like the inputs: all but the labels.
    let alive = try Tool.inspect("model.h5", "--data", "y.csv", in: folder)
    #expect(alive.lines.contains("  no unit is dead, that is 0 for each of the 1 rows of y.csv"))
    try folder.write("a\n1\n", to: "short.csv")
    let short = try Tool.inspect("model.h5", "--data", "short.csv", in: folder)
    #expect(short.code == 65 && short.errors.hasPrefix("short.csv: the network has 2 inputs, the table has 1 column: "))
    #expect(
      try Tool.inspect("rows.csv", "--data", "rows.csv", in: folder).errors
        == "rows.csv: there is no network to look into with --data\n")
    #expect(try Tool.inspect("model.h5", "--values", "W1", "--data", "rows.csv", in: folder).code == 64)
  }

  @Test func theReportForProgramsHasItsKeys() throws {
    let json = try JSON(Tool.inspect("model.h5", "--format", "json", in: try folder()).output)
    let model = try #require(json["model"])
    #expect(
      model.keys == [
        "layers", "activations", "parameters", "features", "form", "element_type", "output", "classes",
        "input_scaling", "tensors", "notes", "left_out", "settings", "costs", "dev_costs", "train", "dev", "test",
        "data_sha256",
      ])
    #expect(model["activations"] == .array([.text("leaky_relu(0.25)"), .text("linear")]))
    #expect(model["form"] == .text("parameters") && model["element_type"] == .text("float64"))
    #expect(model["output"] == .text("values") && model["input_scaling"] == .null)
    #expect(model["tensors"]?[0]?["dead_units"] == .null && json["model_error"] == .null)
  }

  @Test func aNetworkThatIsNotUsedIsNoDamage() throws {
    let folder = try TemporaryFolder()
    try folder.writeNetwork("model.h5", [([[1, 2]], [0], "maxout")])
    let outcome = try Tool.inspect("model.h5", in: folder)
    #expect(outcome.code == 0 && outcome.lines[1] == "  W1  1x2  float64")
    #expect(outcome.lines.last?.hasPrefix("  not used as a network: activations: ") == true, "\(outcome)")
    let told = try JSON(Tool.inspect("model.h5", "--format", "json", in: folder).output)
    #expect(told["model"] == .null && told["damage"] == .null && told["model_error"]?.text?.contains("maxout") == true)
    let other = try Tool.inspect("model.h5", "--diff", "model.h5", in: folder)
    #expect(other.code == 0 && other.output.contains("  model.h5: not compared as a network: activations: "))
  }

  /// Our own arrays in another file format: nothing but the numbers is the same.
  @Test func networksAreComparedAcrossForms() throws {
    let folder = try folder(["rows.csv": "x1,x2\n1,2\n3,4\n"])
    try #require(try Tool.convert("--model", "model.h5", "model.npz", in: folder).code == 0)
    let same = try Tool.inspect("model.h5", "--diff", "model.npz", "--data", "rows.csv", in: folder)
    #expect(same.code == 0 && same.errors == "")
    #expect(
      same.lines == [
        "  compared as networks: parameters (HDF5) and parameters (NumPy archive)", "  W1  the same", "  b1  the same",
        "  W2  the same", "  b2  the same", "  the values of 0 of 2 rows change",
      ])
    let json = try JSON(Tool.inspect("model.h5", "--diff", "model.npz", "--format", "json", in: folder).output)
    #expect(json["same"] == .bool(true) && json["compared"] == .text("networks"))
    #expect(json["arrays"]?.elements.map { $0["name"]?.text } == ["W1", "b1", "W2", "b2"])
    #expect(json["activations"] == .null && json["inputs"] == .null && json["input_scaling"] == .null)
  }

  @Test func precisionIsMeasuredInTheStepsOfTheNarrowOne() throws {
    let folder = try TemporaryFolder(["rows.csv": "a,b\n1,2\n"])
    try folder.writeNetwork("a.h5", [([[0.1, 0.5]], [0], "sigmoid")])
    try #require(
      try Tool.convert("--model", "a.h5", "b.npz", "--type", "float32", "--allow-loss", in: folder).code == 0)
    let outcome = try Tool.inspect("a.h5", "--diff", "b.npz", "--data", "rows.csv", in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.lines[1] == "  the second is float32: distances are in float32 ulps")
    #expect(
      outcome.lines[2].hasPrefix("  W1  1x2 float64 and 1x2 float32: 1 of 2 elements, largest difference 1.49e-09,"))
    #expect(outcome.lines[2].contains(", 0 float32 ulps, cosine "))
    #expect(outcome.lines[3] == "  b1  the same" && outcome.lines[4] == "  0 of 1 labels change")
    // What is exact in both is the same network.
    try folder.writeNetwork("c.h5", [([[0.25, 0.5]], [0], "sigmoid")])
    try #require(try Tool.convert("--model", "c.h5", "d.npz", "--type", "float32", in: folder).code == 0)
    #expect(try Tool.inspect("c.h5", "--diff", "d.npz", in: folder).code == 0)
  }

  @Test func whatDiffersBesideTheWeightsIsSaid() throws {
    let folder = try TemporaryFolder(["rows.csv": "a,b\n1,0\n0,1\n"])
    let weights: [[Double]] = [[1, 0], [0, 1]]
    try folder.writeNetwork("a.h5", [(weights, [0, 0], "softmax")], classes: ["l", "r"], features: ["a", "b"])
    try folder.writeNetwork("b.h5", [(weights, [0, 0], "sigmoid")], classes: ["r", "l"])
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", "--data", "rows.csv", in: folder)
    #expect(outcome.code == 1)
    #expect(
      outcome.lines.suffix(4) == [
        "  activations: softmax and sigmoid", "  names of inputs: a, b and none", "  names of classes: l, r and r, l",
        "  2 of 2 labels change: of the examples 1, 2",
      ])
    let json = try JSON(Tool.inspect("a.h5", "--diff", "b.h5", "--format", "json", in: folder).output)
    #expect(json["activations"] == .array([.text("softmax"), .text("sigmoid")]) && json["inputs"]?[1] == .null)
    #expect(json["classes"]?[1] == .array([.text("r"), .text("l")]) && json["layers"] == .null)
  }

  @Test func otherLayersAreOtherNetworks() throws {
    let folder = try folder(["rows.csv": "a,b\n1,0\n"])
    try folder.writeNetwork("small.h5", [([[1, 0]], [0], "linear")], features: ["x1", "x2"])
    try #require(try Tool.convert("--model", "small.h5", "small.npz", in: folder).code == 0)
    let outcome = try Tool.inspect("model.h5", "--diff", "small.npz", in: folder)
    #expect(outcome.code == 1 && outcome.lines[1] == "  layers: 2 → 3 → 2 and 2 → 1")
    #expect(!outcome.output.contains("W1"))
    let data = try Tool.inspect("model.h5", "--diff", "small.npz", "--data", "rows.csv", in: folder)
    #expect(
      data.code == 65
        && data.errors
          == "rows.csv: one network gives 2 values, the other 1 value: their predictions are not compared, so leave --data "
          + "out\n"
    )
  }

  @Test func valuesThatChangeAreMeasured() throws {
    let folder = try TemporaryFolder(["rows.csv": "a\n1\n0\n-2\n"])
    try folder.writeNetwork("a.h5", [([[1]], [0], "linear")])
    try folder.writeNetwork("b.h5", [([[1.5]], [0], "linear")])
    let outcome = try Tool.inspect("a.h5", "--diff", "b.h5", "--data", "rows.csv", in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.lines.last == "  the values of 2 of 3 rows change, by 1 at most: of the example 3")
    let json = try JSON(
      Tool.inspect("a.h5", "--diff", "b.h5", "--data", "rows.csv", "--format", "json", in: folder).output)
    #expect(json["predictions"]?["largest_change"] == .number(1) && json["predictions"]?["changed"] == .number(2))
    #expect(
      json["arrays"]?[0]?["ulps"] == .number(2_251_799_813_685_248) && json["arrays"]?[0]?["cosine"] == .number(1))
  }

  /// The file's own names win; the network's are there in every form.
  @Test func arraysAreNamedAsInTheNetwork() throws {
    let folder = try folder()
    try #require(try Tool.convert("--model", "model.h5", "model.mat", in: folder).code == 0)
    #expect(try Tool.inspect("model.mat", "--values", "W2", in: folder).output == "1,0,0\n2,0,0\n")
    #expect(
      try Tool.inspect("model.mat", "--histogram", "b1", in: folder).lines[0]
        == "b1: 3 elements, mean 0.3333, std 0.4714")
    let none = try Tool.inspect("model.mat", "--values", "W3", in: folder)
    #expect(none.code == 65 && none.errors.hasPrefix("model.mat: W3: there is no such array; the file has "))
  }

  @Test func integersHaveNoSteps() throws {
    let folder = try TemporaryFolder()
    for (name, value) in [("a.h5", Int32(3)), ("b.h5", Int32(4))] {
      var archive = TensorArchive()
      archive.set("n", to: try Tensor([value, 1]))
      try FileFormats.write(archive, to: folder.file(name))
    }
    let json = try JSON(Tool.inspect("a.h5", "--diff", "b.h5", "--format", "json", in: folder).output)
    #expect(json["arrays"]?[0]?["ulps"] == .null && json["arrays"]?[0]?["largest"] == .number(1))
    #expect(try !(Tool.inspect("a.h5", "--diff", "b.h5", in: folder).output.contains("ulp")))
  }
}

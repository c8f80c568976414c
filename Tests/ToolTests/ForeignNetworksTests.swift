import Testing

/// The tools on networks in the forms of other programs.
@Suite struct ForeignNetworksTests {
  private static let convolution = Tool.package + "/Formats/keras/golden/keras315_convolution.keras"
  private static let unnamed = Tool.package + "/Formats/safetensors/networks/paddle_sequential.safetensors"

  /// Weights that are exact in float32, which most of these forms hold.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2,k\n1,0,b\n0,2,\"a, a\"\n0,1,c\n-1,-1,b\n"])
    try folder.writeNetwork(
      "model.h5",
      [
        ([[1, 0.5], [-1, 0], [0.25, 1]], [0.5, 0, -0.25], "relu"),
        ([[0, 1, 1], [1, 0, -1], [0.5, 0.5, 0]], [0, 0.125, 0], "softmax"),
      ], classes: ["a, a", "b", "c"], features: ["x1", "x2"])
    return folder
  }

  @Test(arguments: ["model.onnx", "model.keras", "model.safetensors", "model.mlmodel", "model.weights.h5", "model.mat"])
  func everyFormIsTheSameNetwork(_ file: String) throws {
    let folder = try folder()
    let rows = ["rows.csv", "--labels", "k", "--features", "x1,x2", "--digits", "5", "--format", "json"]
    let expected = try Tool.predict.run(["-m", "model.h5"] + rows, in: folder)
    #expect(expected.code == 0 && expected.lines[1] == "1,0,b,b,0.12202,0.61967,0.25832", "\(expected)")
    // What a form does not say of itself, it has from us.
    try #require(
      try Tool.convert("--model", "--quiet", "--type", "float32", "model.h5", file, in: folder).code == 0)
    let outcome = try Tool.predict.run(["-m", file, "--quiet"] + rows, in: folder)
    #expect(outcome.code == 0 && outcome.output == expected.output && outcome.errors == expected.errors, "\(outcome)")
    let same = try Tool.inspect("model.h5", "--diff", file, "--data", "rows.csv", in: folder)
    #expect(same.code == 0 && same.lines.count == 6, "\(same)")
    #expect(same.lines.last == "  0 of 4 labels change")
    #expect(try Tool.inspect(file, "--values", "W2", in: folder).output == "0,1,1\n1,0,-1\n0.5,0.5,0\n")
    let report = try JSON(Tool.inspect(file, "--format", "json", "--data", "rows.csv", in: folder).output)
    #expect(report["model"]?["classes"]?.elements.map(\.text) == ["a, a", "b", "c"])
    #expect(report["model"]?["element_type"] == .text("float32") && report["model_error"] == .null)
  }

  @Test func convolutionsAreListedAndNotUsed() throws {
    let file = Self.convolution
    let text = try Tool.inspect(file)
    #expect(text.code == 0 && text.errors == "")
    #expect(text.lines[1] == "  layers/conv2d/vars/0  3x3x1x2  float32")
    #expect(text.lines.last?.hasPrefix("  not used as a network: edges: this is a Conv2D layer; ") == true, "\(text)")
    let json = try JSON(Tool.inspect("--format", "json", file).output)
    #expect(json["model"] == .null && json["damage"] == .null && json["arrays"]?.elements.count == 4)
    #expect(json["model_error"]?.text?.hasPrefix("edges: this is a Conv2D layer; ") == true)
    let predicted = try Tool.predict("-m", file, input: .text("1,2\n"))
    #expect(predicted.code == 65 && predicted.errors.contains("edges: this is a Conv2D layer; "))
    let looked = try Tool.inspect(file, "--diff", file)
    #expect(looked.code == 0 && looked.output.contains("not compared as a network: edges: "))
  }

  @Test func activationsThatAreMissingAreAskedFor() throws {
    let text = try Tool.inspect(Self.unnamed)
    #expect(text.code == 0 && text.lines.last?.hasPrefix("  not used as a network: ") == true, "\(text)")
    #expect(text.lines.last?.contains("--activations ") == true)
    #expect(try Tool.predict("-m", Self.unnamed, input: .text("1\n")).errors.contains("--activations "))
  }

  @Test func aCutFileIsDamaged() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(try System.contents(Self.convolution).prefix(9000)), to: "cut.keras")
    #expect(try Tool.inspect("cut.keras", in: folder).code == 65)
  }
}

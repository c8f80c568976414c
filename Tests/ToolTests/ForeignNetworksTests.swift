import Tensors
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

  /// `.weights.h5` and `.caffemodel.h5` are endings of networks alone, though `.h5` holds any arrays.
  @Test(arguments: [("n.weights.h5", "keras-weights"), ("n.caffemodel.h5", "caffe")])
  func longEndingsAreThoseOfNetworks(_ file: String, _ form: String) throws {
    let folder = try folder()
    try #require(try Tool.convert("model.h5", file, in: folder).code == 0)
    let report = try JSON(Tool.inspect(file, "--format", "json", in: folder).output)
    #expect(report["model"]?["form"] == .text(form))
  }

  @Test func activationsAreNotOverruled() throws {
    let folder = try folder()
    try #require(try Tool.convert("model.h5", "n.onnx", in: folder).code == 0)
    let outcome = try Tool.predict(
      "-m", "n.onnx", "--activations", "relu,linear", "--labels", "k", "rows.csv", in: folder)
    #expect(
      outcome.code == 65
        && outcome.errors.hasSuffix(
          "n.onnx: the file names its activations itself, relu,softmax; --activations is for files that do not\n")
    )
    let unknown = try Tool.predict("-m", "n.onnx", "--activations", "relu,mish", "rows.csv", in: folder)
    #expect(unknown.code == 64 && unknown.errors.contains("'mish' is no activation; there are linear, relu, "))
    let copied = try Tool.convert("model.h5", "n.npz", "--activations", "relu,softmax", in: folder)
    #expect(copied.code == 64 && copied.errors.contains("--activations and --classes are for networks; --model"))
  }

  @Test func classesAreNamedByTheUser() throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2,k\n1,0,b\n0,2,a\n"])
    try folder.write(["W1": Matrix([[1, 0], [0, 1]]), "b1": Matrix([[0], [0]])], to: "m.npz")
    let named = ["-m", "m.npz", "--activations", "softmax"]
    let outcome = try Tool.predict.run(
      named + ["--classes", "b,a", "--labels", "k", "--only-predictions", "rows.csv"], in: folder)
    #expect(outcome.code == 0 && outcome.errors.hasPrefix("accuracy 1.0"), "\(outcome)")
    #expect(outcome.lines[0] == "class,probability_b,probability_a" && outcome.lines[1].hasPrefix("b,"))
    for (classes, sentence) in [
      ("a,a", "two classes have the name 'a'"), ("a,b,c", "3 names of classes for 2 classes"),
    ] {
      let refused = try Tool.predict.run(named + ["--classes", classes, "rows.csv"], in: folder)
      #expect(refused.code == 65 && refused.errors == "m.npz: --classes: \(sentence)\n")
    }
    try #require(
      try Tool.convert("m.npz", "m.onnx", "--activations", "softmax", "--classes", "b,a", in: folder).code == 0)
    let kept = try Tool.predict("-m", "m.onnx", "--labels", "k", "--only-predictions", "rows.csv", in: folder)
    #expect(kept.output == outcome.output && kept.errors == outcome.errors)
  }

  @Test func whatIsAssumedIsSaid() throws {
    let folder = try TemporaryFolder(["rows.csv": "1,0\n"])
    try folder.write(["W1": Matrix([[1, 2]]), "b1": Matrix([[0]])], to: "m.npz")
    let outcome = try Tool.predict("-m", "m.npz", "rows.csv", in: folder)
    #expect(
      outcome.code == 0
        && outcome.errors == "m.npz: the file names no activations: sigmoid is taken; --activations names others\n")
    try folder.write(["W1": Matrix([[1, 2], [2, 1]]), "b1": Matrix([[0], [0]])], to: "two.npz")
    let two = try Tool.predict("-m", "two.npz", "rows.csv", in: folder)
    #expect(two.code == 65 && two.errors.hasPrefix("two.npz: the activations are not named, and the last of 1 layers"))
  }

  @Test func aNetworkThatIsCopiedAsArraysIsNamed() throws {
    let folder = try folder()
    try #require(try Tool.convert("model.h5", "n.keras", in: folder).code == 0)
    let copied = try Tool.convert("n.keras", "n.npz", in: folder)
    #expect(
      copied.code == 0
        && copied.errors.contains(
          "n.keras: this is a network (Keras model), whose arrays are copied; --model converts it as one\n")
    )
  }

  /// The prototxt of another network, or a folder in its place.
  @Test func trainingTakesNoOtherFilesPlace() throws {
    let folder = try TemporaryFolder(["n.prototxt": "name: \"precious\"\n"])
    try folder.write(try System.contents(try Field.mat), to: "data.mat")
    let outcome = try Tool.train("data.mat", "--iterations", "10", "-o", "n.caffemodel.h5", in: folder)
    #expect(
      outcome.code == 73 && outcome.errors.contains("n.prototxt: this file is there and belongs to another network"))
    #expect(try folder.bytes("n.prototxt") == Array("name: \"precious\"\n".utf8))
    #expect(try folder.names == ["data.mat", "n.prototxt"])
    let theta = try Tool.train("data.mat", "--report-every", "1", "-o", "q.mat", "--to", "matlab-theta", in: folder)
    #expect(
      theta.code == 65 && theta.output == "" && theta.errors.hasPrefix("q.mat: Theta1: layer 1 has the activation"))
  }

  @Test func predictionsTakeNoInputsPlace() throws {
    let folder = try folder()
    let before = try folder.bytes("rows.csv")
    let outcome = try Tool.predict(
      "-m", "model.h5", "--labels", "k", "rows.csv", "--only-predictions", "-o", "./rows.csv", in: folder)
    #expect(outcome.code == 64 && outcome.errors.contains("rows.csv is an input; the output would take its place"))
    #expect(try folder.bytes("rows.csv") == before)
  }
}

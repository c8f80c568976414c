import TensorFiles
import Tensors
import Testing

/// `reg-train --verify`: the same bits again.
@Suite struct TrainVerifyTests {
  /// A folder with data, and models that were trained with them.
  private func folder(_ models: [(name: String, options: [String])]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(try System.contents(try Field.mat), to: "d.mat")
    for model in models {
      let outcome = try Tool.train.run(
        ["d.mat", "--quiet", "--iterations", "60", "-o", model.name] + model.options, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    return folder
  }

  static let kinds: [[String]] = [
    [], ["--keep-prob", "0.8", "--notebook"],
    ["--optimizer", "adam", "--batch-size", "20", "--standardize", "--activation", "gelu", "--init", "he"],
    ["--patience", "5", "--dev-fraction", "0.3", "--test-fraction", "0.2", "--precision", "float32"],
    ["--patience", "5", "--class-weights", "balanced"], ["--hidden", "4", "--kernel", "baseline", "--l1", "0.1"],
    ["--features", "Xval", "--labels", "yval", "--record-every", "7"],
  ]

  @Test(arguments: kinds) func theSameBits(options: [String]) throws {
    let folder = try folder([("m.h5", options)])
    let outcome = try Tool.train("--verify", "m.h5", "d.mat", "--quiet", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("m.h5: the same bits: ") && outcome.lines.count == 1)
    #expect(try folder.names == ["d.mat", "m.h5"])
  }

  @Test func otherFormsKeepTheRecord() throws {
    let folder = try folder([("m.onnx", ["--lambda", "0.7"]), ("m.keras", []), ("m.npz", []), ("m.safetensors", [])])
    for name in ["m.onnx", "m.keras", "m.npz", "m.safetensors"] {
      let outcome = try Tool.train("--verify", name, "d.mat", "--quiet", in: folder)
      #expect(
        outcome.code == 0 && outcome.output.hasPrefix("\(name): the same bits: 127 parameters after 60"), "\(name)")
    }
  }

  @Test func aChangedParameterIsFound() throws {
    let folder = try folder([("m.h5", [])])
    var archive = try FileFormats.open(folder.file("m.h5")).reader.archive()
    let bias = try #require(archive["b2"]).doublesInStorageOrder()
    archive.set("b2", to: try Tensor([bias[0], bias[1].nextUp.nextUp, bias[2]], shape: [3, 1]))
    try FileFormats.write(archive, to: folder.file("m.h5"))
    let outcome = try Tool.train("--verify", "m.h5", "d.mat", in: folder)
    #expect(outcome.code == 1 && outcome.errors == "")
    #expect(
      outcome.output
        == "m.h5: layer 2, b2: 1 of 3 numbers differ, at most by 2 ulp: \(bias[1].nextUp.nextUp) in the file, \(bias[1]) "
        + "trained again\n")
    let json = try JSON(try Tool.train("--verify", "m.h5", "d.mat", "--format", "json", in: folder).output)
    #expect(json["same"] == .bool(false) && json["differences"]?[0]?["ulps"] == .number(2))
  }

  /// The distance of two numbers on either side of 0 may be more than an Int64 holds.
  @Test func aChangedSignIsFound() throws {
    let folder = try folder([("m.h5", [])])
    var archive = try FileFormats.open(folder.file("m.h5")).reader.archive()
    archive.set("b3", to: try Tensor([-1e300], shape: [1, 1]))
    try FileFormats.write(archive, to: folder.file("m.h5"))
    let outcome = try Tool.train("--verify", "m.h5", "d.mat", in: folder)
    #expect(outcome.code == 1 && outcome.output.contains("layer 3, b3: 1 of 1 numbers differ"))
  }

  /// Equal weights under another activation predict something else.
  @Test func anotherActivationIsNotTheSame() throws {
    let folder = try folder([("m.h5", [])])
    let weighted = try Tool.train("--verify", "m.h5", "d.mat", "--class-weights", "1,2", in: folder)
    var archive = try FileFormats.open(folder.file("m.h5")).reader.archive()
    archive.setAttribute("activations", to: .texts(["relu", "tanh", "sigmoid"]))
    try FileFormats.write(archive, to: folder.file("m.h5"))
    let outcome = try Tool.train("--verify", "m.h5", "d.mat", in: folder)
    #expect(outcome.code == 65 && outcome.output == "", "\(outcome.errors)")
    #expect(
      weighted.errors.hasPrefix("d.mat: m.h5 was trained with --class-weights none, found 1"), "\(weighted.errors)")
  }

  @Test func whatCannotBeVerifiedSaysWhy() throws {
    let folder = try folder([("m.h5", []), ("c.h5", ["--dev", "d.mat", "--patience", "3"])])
    func change(_ change: (inout TensorArchive) throws -> Void) throws {
      var archive = try FileFormats.open(folder.file("m.h5")).reader.archive()
      try change(&archive)
      try FileFormats.write(archive, to: folder.file("n.h5"))
    }
    func check(_ arguments: String..., code: Int32, _ message: String) throws {
      let outcome = try Tool.train.run(["--quiet"] + arguments, in: folder)
      #expect(outcome.code == code && outcome.output == "")
      #expect(outcome.errors == message + "\n")
    }
    try folder.write(try System.contents(try Field.train), to: "other.csv")
    try folder.writeModel("bare.h5")
    let sums = try ["other.csv", "d.mat"].map { name in
      try Tool.bash("-c", "sha256sum < \(name)", in: folder).output.split(separator: " ").first.map(String.init) ?? ""
    }
    try check(
      "--verify", "m.h5", "other.csv", code: 65,
      "other.csv: these are other data than m.h5 was trained with: the SHA-256 is \(sums[0]), recorded is \(sums[1])")
    try check(
      "--verify", "bare.h5", "d.mat", code: 65,
      "bare.h5: the file does not say how the network was trained; reg-train records it")
    try check("--verify", "no.h5", "d.mat", code: 66, "no.h5: no such file or directory")
    try check("--verify", "m.h5", "no.mat", code: 66, "no.mat: no such file or directory")
    try change { $0.setAttribute("interrupted", of: "training", to: try .integer(1)) }
    try check(
      "--verify", "n.h5", "d.mat", code: 65,
      "n.h5: the training was interrupted after 60 iterations; one that came to its end can be verified")
    try change { $0.setAttribute("data_sha256", of: "training", to: try .integer(1)) }
    try check(
      "--verify", "n.h5", "d.mat", code: 65,
      "n.h5: the file does not have the SHA-256 of the data (data_sha256), so nothing tells the right ones")
    try change { $0.setAttribute("seed", of: "training", to: .text("three")) }
    try check(
      "--verify", "n.h5", "d.mat", code: 65,
      "n.h5: training: the file does not say with which seed the network was trained; reg-train records it")
    try change { $0.setAttribute("kernel", of: "training", to: .text("neon")) }
    try check("--verify", "n.h5", "d.mat", code: 65, "n.h5: training/kernel: 'neon' is no kernel that is known")
    try check(
      "--verify", "c.h5", "d.mat", code: 65,
      "d.mat: c.h5 was stopped by a dev set from d.mat, SHA-256 \(sums[1]); --dev names it")
    let named = try Tool.train("--verify", "c.h5", "d.mat", "--dev", "d.mat", in: folder)
    #expect(named.code == 0)
  }
}

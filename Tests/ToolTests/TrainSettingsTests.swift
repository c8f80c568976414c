import Tensors
import Testing

/// The settings beyond the notebook: as options, in files and in reports.
@Suite struct TrainSettingsTests {
  private func settings(_ options: String...) throws -> JSON {
    let outcome = try Tool.train.run([try Field.mat, "--format", "json"] + options)
    #expect(outcome.code == 0 && outcome.errors == "")
    return try #require(try JSON(outcome.output)["settings"])
  }

  @Test func theNotebooksAreTheDefaults() throws {
    let found = try settings("--iterations", "1")
    for (name, value) in [
      ("optimizer", JSON.text("gradient-descent")), ("loss", .text("cross-entropy")), ("schedule", .text("constant")),
      ("warmup", .number(0)), ("batch_size", .null), ("epochs", .null), ("shuffle_seed", .number(1)),
      ("l1", .number(0)),
      ("max_norm", .null), ("input_keep_prob", .number(1)), ("patience", .null), ("init", .text("notebook")),
      ("standardize", .bool(false)),
    ] { #expect(found[name] == value, "\(name)") }
  }

  private static let options = [
    "--optimizer", "adamw(0.1)", "--learning-rate", "0.01", "--batch-size", "64", "--epochs", "3", "--schedule",
    "step(5,0.5)", "--warmup", "2", "--standardize", "--activation", "tanh", "--l1", "0.5", "--max-norm", "3",
    "--input-keep-prob", "0.9", "--init", "xavier", "--shuffle-seed", "9", "--dropout-seed", "4", "--hidden", "5,4",
    "--keep-prob", "0.9,1", "--lambda", "0.1", "--precision", "float32", "--record-every", "2", "--patience", "2",
    "--dev-fraction", "0.2",
  ]

  @Test func everyOneIsRecordedAndReported() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.train.run(
      [try Field.mat, "--format", "json", "-o", "m.h5", "--quiet"] + Self.options, in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let found = try #require(try JSON(outcome.output)["settings"])
    let expected: [(String, JSON)] = [
      ("optimizer", .text("adamw(0.9,0.999,1e-08,0.1)")), ("learning_rate", .number(0.01)), ("batch_size", .number(64)),
      ("epochs", .number(3)), ("iterations", .number(9)), ("schedule", .text("step(5,0.5)")), ("warmup", .number(2)),
      ("standardize", .bool(true)), ("l1", .number(0.5)), ("max_norm", .number(3)), ("input_keep_prob", .number(0.9)),
      ("init", .text("xavier")), ("shuffle_seed", .number(9)), ("dropout_seed", .number(4)), ("lambda", .number(0.1)),
      ("keep_prob", .array([.number(0.9), .number(1)])), ("precision", .text("float32")), ("patience", .number(2)),
      ("layers", .array([2, 5, 4, 1].map(JSON.number))),
      ("activations", .array(["tanh", "tanh", "sigmoid"].map(JSON.text))),
    ]
    for (name, value) in expected { #expect(found[name] == value, "\(name)") }
    let inspected = try JSON(try Tool.inspect("m.h5", "--format", "json", in: folder).output)
    #expect(inspected["model"]?["settings"] == found)
    let text = try Tool.inspect("m.h5", in: folder).output
    for part in [
      "l1 0.5", "max norm 3.0", "input keep_prob 0.9", "optimizer adamw(0.9,0.999,1e-08,0.1)", "schedule step(5,0.5)",
      "warm-up 2", "batch size 64", "epochs 3", "patience 2", "init xavier", "shuffle seed 9",
    ] { #expect(text.contains(part), "\(part)") }
  }

  @Test func theSettingsOfAModelCanBeTakenAgain() throws {
    let folder = try TemporaryFolder()
    let data = try Field.mat
    func train(_ options: [String]) throws {
      let outcome = try Tool.train.run([data, "--quiet"] + options, in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    try train(Self.options + ["-o", "a.h5"])
    // The choice of the data is none of its settings.
    try train(["--like", "a.h5", "--dev-fraction", "0.2", "-o", "b.h5"])
    #expect(try folder.bytes("b.h5") == folder.bytes("a.h5"))
    try train(["--like", "a.h5", "--dev-fraction", "0.2", "--lambda", "0.7", "--iterations", "4", "-o", "c.h5"])
    let settings = try JSON(try Tool.inspect("c.h5", "--format", "json", in: folder).output)["model"]?["settings"]
    #expect(settings?["lambda"] == .number(0.7) && settings?["l1"] == .number(0.5))
    #expect(settings?["iterations"] == .number(4) && settings?["epochs"] == .null)
    try folder.writeModel("other.h5")
    let other = try Tool.train(data, "--like", "other.h5", in: folder)
    #expect(other.code == 65)
    #expect(
      other.errors
        == "other.h5: training: the file does not say with which learning_rate the network was trained; reg-train "
        + "records it\n")
  }

  static let errors: [Failure] = [
    Failure("no rule", "--optimizer", "sgd", code: 64, "Error: The value 'sgd' is invalid for '--optimizer <rule>'…"),
    Failure(
      "a momentum of 1", "--optimizer", "momentum(1)", code: 64,
      "Error: --optimizer: the momentum of momentum must be at least 0 and below 1, found 1.0…"),
    Failure(
      "no epsilon", "--optimizer", "adam(0.9,0.999,0)", code: 64,
      "Error: --optimizer: the epsilon of adam must be positive, found 0.0…"),
    Failure(
      "epochs alone", "--epochs", "3", code: 64, "Error: --epochs needs --batch-size…"),
    Failure(
      "epochs and iterations", "--epochs", "3", "--iterations", "5", "--batch-size", "2", code: 64,
      "Error: --iterations and --epochs exclude each other…"),
    Failure("no batch", "--batch-size", "0", code: 64, "Error: --batch-size must be at least 1, found 0…"),
    Failure(
      "a schedule of nothing", "--schedule", "step(0,0.5)", code: 64,
      "Error: --schedule: the schedule's step must be at least 1 iteration, found 0…"),
    Failure(
      "half a schedule", "--schedule", "step(5)", code: 64,
      "Error: The value 'step(5)' is invalid for '--schedule <schedule>': step takes 2 …"),
    Failure("warm-up", "--warmup=-1", code: 64, "Error: --warmup must not be negative, found -1…"),
    Failure("patience", "--patience", "0", code: 64, "Error: --patience must be at least 1 evaluation, found 0…"),
    Failure(
      "patience with whom", "--patience", "3", code: 64,
      "--patience needs a dev set, whose cost it looks at: --dev FILE or --dev-fraction F"),
    Failure("l1", "--l1=-1", code: 64, "Error: --l1 must be a number that is not negative, found -1.0…"),
    Failure("norm", "--max-norm", "0", code: 64, "Error: --max-norm must be a positive number, found 0.0…"),
    Failure(
      "inputs", "--input-keep-prob", "0", code: 64,
      "Error: --input-keep-prob must be greater than 0 and at most 1, found 0.0…"),
    Failure(
      "inputs with fixed masks", "--input-keep-prob", "0.5", "--notebook", code: 64,
      "Error: --dropout-masks: fixed masks are those of the notebook, which has none on the inputs; --input-keep-prob "
        + "needs fresh ones…"),
    Failure(
      "batches with fixed masks", "--keep-prob", "0.5", "--notebook", "--batch-size", "2", code: 64,
      "Error: --dropout-masks: fixed masks are those of all examples together, as in the notebook; batches need fresh…"),
    Failure(
      "softmax inside", "--activation", "softmax", code: 64,
      "Error: --activation softmax is for the last layer, where --loss softmax puts it…"),
    Failure("mish", "--activation", "mish", code: 64, "Error: The value 'mish' is invalid for '--activation <name>'…"),
    Failure("huber", "--loss", "huber(0)", code: 64, "Error: --loss: the delta of huber must be positive, found 0.0…"),
    Failure(
      "two numbers of adam", "--optimizer", "adam(2,3)", code: 64,
      "Error: The value 'adam(2,3)' is invalid for '--optimizer <rule>': adam takes 0 or 3 numbers, found 2…"),
    Failure(
      "a word of momentum", "--optimizer", "momentum(x)", code: 64,
      "Error: The value 'momentum(x)' is invalid for '--optimizer <rule>': 'x' is no finite number; momentum takes…"),
    Failure(
      "two numbers of huber", "--loss", "huber(1,2)", code: 64,
      "Error: The value 'huber(1,2)' is invalid for '--loss <loss>': huber takes 0 or 1 numbers, found 2…"),
    Failure("hinge", "--loss", "hinge", code: 64, "Error: The value 'hinge' is invalid for '--loss <loss>'…"),
    Failure("no interval", "--checkpoint", "c.h5", "--checkpoint-every", "0", code: 64, "Error: The value '0' is …"),
    Failure(
      "an interval of nothing", "--checkpoint-every", "5", code: 64,
      "Error: --checkpoint-every is for --checkpoint, which is not there…"),
    Failure(
      "a checkpoint on standard output", "--checkpoint", "-", code: 64,
      "Error: --checkpoint needs a file that can be replaced, found -…"),
    Failure(
      "a checkpoint of another form", "--checkpoint", "c.npz", code: 64,
      "Error: c.npz: a checkpoint is an HDF5 file, not .npz; name it .h5…"),
    Failure(
      "the data as checkpoint", "--checkpoint", "t.csv", code: 64, "Error: t.csv: a checkpoint is an HDF5 file, not…"),
    Failure(
      "one file for both", "--checkpoint", "m.h5", "-o", "m.h5", code: 64,
      "Error: -o and the checkpoint are the same file m.h5…"),
    Failure(
      "a folder that is not there", "--checkpoint", "no/c.h5", code: 73, "no/c.h5: the folder 'no/' does not exist"),
    Failure(
      "no checkpoint", "--resume", "c.h5", code: 66, "c.h5: no such file or directory"),
    Failure("no model", "--like", "m.h5", code: 66, "m.h5: no such file or directory"),
    Failure("two sources", "--like", "m.h5", "--resume", "c.h5", code: 64, "Error: --like and --resume exclude each…"),
    Failure("verify and write", "--verify", "m.h5", "-o", "n.h5", code: 64, "Error: --verify writes no model, so -o…"),
    Failure(
      "verify with settings", "--verify", "m.h5", "--lambda", "1", code: 64,
      "Error: --verify takes all settings from the model; only --threads and the data, with --dev and --test, are…"),
  ]

  @Test(arguments: errors) func wrongSettings(failure: Failure) throws {
    var failure = failure
    failure.files = TrainErrorsTests.files
    failure.arguments.insert("t.csv", at: 0)
    try failure.check(Tool.train, in: TemporaryFolder())
  }

  @Test func aDryRunSaysWhatWouldBeAndDoesNothing() throws {
    let folder = try TemporaryFolder()
    let outcome = try Tool.train.run(
      [
        try Field.mat, "--dry-run", "--quiet", "-o", "m.h5", "--checkpoint", "c.h5", "--batch-size", "64", "--epochs",
        "3",
      ],
      in: folder)
    #expect(try outcome.code == 0 && outcome.errors == "" && folder.names == [])
    #expect(outcome.lines[0].hasSuffix("X and y: 211 examples to train with, 200 in the test set"))
    #expect(
      Array(outcome.lines[1...2]) == [
        "labels: two classes, 0 and 1", "network: 2 → 20 → 3 → 1 (relu, relu, sigmoid), 127 parameters",
      ])
    #expect(outcome.lines[3].hasPrefix("settings: --hidden 20,3 --activation relu "))
    #expect(outcome.lines[4] == "updates: 12 of 64 examples, 4 in an epoch")
    #expect(outcome.lines[5].hasPrefix("memory: about ") && outcome.lines.last == "output: m.h5")
    let plan = try JSON(try Tool.train(try Field.mat, "--dry-run", "--format", "json").output)
    #expect(plan["parameters"] == .number(127) && plan["iterations"] == .number(30_000))
    #expect(plan["data"]?["train_examples"] == .number(211) && plan["settings"]?["lambda"] == .number(0))
    let bad = try Tool.train("t.csv", "--dry-run", in: TemporaryFolder(["t.csv": "x,y\n1,5\n"]))
    #expect(bad.code == 65 && bad.output == "")
  }
}

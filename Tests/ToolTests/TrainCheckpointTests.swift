import TensorFiles
import Tensors
import Testing

/// Trainings that are killed and go on.
@Suite struct TrainCheckpointTests {
  /// What a training remembers from iteration to iteration, in several kinds.
  struct Run: Sendable, CustomTestStringConvertible {
    let name: String
    let options: [String]
    var testDescription: String { name }
  }

  static let runs = [
    Run(name: "the notebook's", options: ["--iterations", "20000", "--keep-prob", "0.86", "--lambda", "0.7"]),
    Run(
      name: "batches, Adam, cosine, dropout",
      options: [
        "--batch-size", "32", "--epochs", "1500", "--optimizer", "adam", "--learning-rate", "0.01", "--schedule",
        "cosine",
        "--warmup", "500", "--keep-prob", "0.9", "--input-keep-prob", "0.95",
      ]),
    Run(
      name: "float32, Nesterov, a dev set",
      options: [
        "--batch-size", "50", "--epochs", "1000", "--optimizer", "nesterov", "--learning-rate", "0.001", "--precision",
        "float32", "--patience", "400", "--dev-fraction", "0.2", "--standardize", "--activation", "tanh",
      ]),
  ]

  /// Killed at moments that nobody chose, again and again, and the bytes are those of the training that was not.
  @Test(arguments: runs) func aKilledTrainingEndsWithTheSameBytes(run: Run) throws {
    let folder = try TemporaryFolder()
    let whole = try Tool.train.run([try Field.mat, "--quiet", "-o", "whole.h5"] + run.options, in: folder)
    try #require(whole.code == 0, "\(whole.errors)")
    var kills = 0
    while true {
      var arguments = [try Field.mat, "--quiet", "-o", "m.h5", "--checkpoint-every", "37"]
      // The settings come from the file, except for the first time.
      let begun = System.exists(folder.file("c.h5"))
      arguments += begun ? ["--resume", "c.h5"] : ["--checkpoint", "c.h5"] + run.options
      let running = try RunningTool(
        Tool.train, arguments, input: .none, folder: folder.path, output: .kept, errors: .kept, environment: [:])
      let before = begun ? try folder.bytes("c.h5") : []
      // At least one more checkpoint, so that it comes to its end.
      _ = try running.wait {
        try System.exists(folder.file("c.h5")) && folder.bytes("c.h5") != before
          || System.exists(folder.file("m.h5"))
      }
      if kills < 6 {
        _ = running.wait(seconds: Double.random(in: 0...0.05)) { false }
        running.send(9)
        kills += 1
      }
      let outcome = running.finish()
      if outcome.ending != .signal(9) {
        #expect(outcome.code == 0, "\(outcome.errors)")
        break
      }
    }
    #expect(try folder.bytes("m.h5") == folder.bytes("whole.h5"), "\(kills) kills")
    // At its end the checkpoint is the model's, and going on from it only writes the model once more.
    let again = try Tool.train(try Field.mat, "--resume", "c.h5", "-o", "again.h5", in: folder)
    #expect(try again.code == 0 && folder.bytes("again.h5") == folder.bytes("whole.h5"))
  }

  /// A training of 40 iterations, and its checkpoint after 30.
  private func checkpoint(_ options: String..., stop: String = "30") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(try System.contents(try Field.mat), to: "d.mat")
    let outcome = try Tool.train.run(
      ["d.mat", "--quiet", "--checkpoint", "c.h5", "--iterations", stop] + options, in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return folder
  }

  @Test func aCheckpointIsANetwork() throws {
    let folder = try checkpoint("--optimizer", "momentum")
    let text = try Tool.inspect("c.h5", in: folder).output
    #expect(text.contains("network 2 → 20 → 3 → 1, 127 parameters") && text.contains("optimizer momentum(0.9)"))
    #expect(try Tool.predict("-m", "c.h5", input: .text("0,0\n"), in: folder).code == 0)
  }

  @Test func itCanBecomeLonger() throws {
    let folder = try checkpoint("--optimizer", "adam", "--schedule", "step(10,0.5)", "--warmup", "5")
    let more = try Tool.train("d.mat", "--resume", "c.h5", "--iterations", "80", "-o", "a.h5", in: folder)
    #expect(more.code == 0 && more.errors == "going on after 30 of 80 iterations\n")
    let whole = try Tool.train(
      "d.mat", "--optimizer", "adam", "--schedule", "step(10,0.5)", "--warmup", "5", "--iterations", "80", "-o", "b.h5",
      in: folder)
    #expect(try whole.code == 0 && folder.bytes("a.h5") == folder.bytes("b.h5"))
    let shorter = try Tool.train("d.mat", "--resume", "c.h5", "--iterations", "20", in: folder)
    #expect(
      shorter.code == 65
        && shorter.errors == "c.h5: 80 iterations are done already, more than the 20 that are asked for\n")
  }

  @Test func theCosineCannot() throws {
    let folder = try checkpoint("--schedule", "cosine")
    let outcome = try Tool.train("d.mat", "--resume", "c.h5", "--iterations", "80", in: folder)
    #expect(outcome.code == 65)
    #expect(
      outcome.errors
        == "c.h5: the cosine schedule comes to 0 at the end, so its steps depend on the number of iterations: it stays "
        + "30\n")
  }

  @Test func whatDiffersIsNamed() throws {
    let folder = try checkpoint("--learning-rate", "0.1", "--test-fraction", "0.3", "--features", "X", "--labels", "y")
    for (options, message) in [
      (
        ["--learning-rate", "0.2"], "the training began with --learning-rate 0.1, and goes on with it, not with 0.2; …"
      ),
      (["--batch-size", "5"], "the training began with --batch-size all, and goes on with it, not with 5; …"),
      (["--seed", "4"], "the training began with --seed 3, and goes on with it, not with 4; …"),
      (
        ["--optimizer", "adam"], "the training began with --optimizer gradient-descent, and goes on with it, not with …"
      ),
      (
        ["--loss", "softmax"], "the training began with --loss cross-entropy, and goes on with it, not with softmax; …"
      ),
      (["--class-weights", "balanced"], "the training began with --class-weights none, found balanced"),
      (["--features", "Xval", "--labels", "yval"], "the training began with the features X, found Xval"),
      (["--dev-fraction", "0.1"], "the training began with --dev-fraction none, found 0.1"),
      (["--test", "d.mat"], "the training began with --test-fraction 0.3, found none"),
    ] {
      let outcome = try Tool.train.run(["d.mat", "--quiet", "--resume", "c.h5"] + options, in: folder)
      #expect(outcome.code == 65, "\(options)")
      if message.hasSuffix("…") {
        #expect(outcome.errors.hasPrefix("c.h5: " + message.dropLast()))
      } else {
        #expect(outcome.errors == "c.h5: \(message)\n")
      }
    }
    // What changes no bit may differ.
    let other = try Tool.train(
      "d.mat", "--quiet", "--resume", "c.h5", "--threads", "2", "--report-every", "7", "--learning-rate", "0.1",
      in: folder)
    #expect(other.code == 0)
    let data = try Tool.train(try Field.train, "--quiet", "--resume", "c.h5", in: folder)
    #expect(
      data.code == 65 && data.errors.hasPrefix("c.h5: the training began with other data: d.mat with the SHA-256 "))
  }

  @Test func aSignalWritesACheckpoint() throws {
    let folder = try TemporaryFolder()
    let running = try RunningTool(
      Tool.train, [try Field.mat, "--iterations", "4000000000", "--checkpoint", "c.h5"], input: .none,
      folder: folder.path,
      output: .kept, errors: .kept, environment: [:])
    try #require(running.wait { running.output.contains("Cost after iteration 10000:") })
    running.send(2)
    let outcome = running.finish()
    #expect(outcome.code == 130)
    let message = try #require(
      outcome.errors.wholeMatch(of: /interrupted after (\d+) of 4000000000 iterations; --resume c\.h5 goes on\n/))
    #expect(try folder.names == ["c.h5"])
    #expect(try Tool.inspect("c.h5", in: folder).output.contains("  interrupted after \(message.1) iterations\n"))
    let more = try Tool.train(
      try Field.mat, "--resume", "c.h5", "--iterations", "\(try #require(Int(message.1)) + 5)", in: folder)
    #expect(more.code == 0 && more.errors.hasPrefix("going on after \(message.1) of "))
  }

  @Test func anOldCheckpointIsNotReplacedWithoutAWord() throws {
    let folder = try checkpoint()
    let outcome = try Tool.train("d.mat", "--iterations", "5", "--checkpoint", "c.h5", in: folder)
    #expect(
      outcome.code == 0
        && outcome.errors == "warning: c.h5 is the checkpoint of a finished training and will be replaced\n")
  }

  @Test func parametersAreNoCheckpoint() throws {
    let outcome = try Tool.train(try Field.train, "--resume", try Field.model)
    #expect(outcome.code == 65)
    #expect(
      try outcome.errors
        == "\(Field.model): these are parameters and no checkpoint: there is no group 'state'; reg-train --checkpoint "
        + "writes one\n")
  }

  /// A checkpoint that somebody changed.
  struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let change: @Sendable (inout TensorArchive) throws -> Void
    let message: String
    var testDescription: String { name }
  }

  private static func set(_ name: String, _ numbers: [Double]) -> @Sendable (inout TensorArchive) throws -> Void {
    { $0.set("state/\(name)", to: try Tensor(numbers)) }
  }

  private static func set(_ name: String, to value: Int) -> @Sendable (inout TensorArchive) throws -> Void {
    { $0.setAttribute(name, of: "state", to: try .integer(value)) }
  }

  static let changes = [
    Change(
      name: "short", change: set("first_moment", [1, 2, 3]),
      message: "state/first_moment: the array is 3 float64, expected 127 float64, one for each parameter"),
    Change(
      name: "nan", change: set("first_moment", [0, .nan] + [Double](repeating: 0, count: 125)),
      message: "state/first_moment: number 2 is nan, expected a finite number"),
    Change(
      name: "a negative square", change: set("second_moment", [-1] + [Double](repeating: 0, count: 126)),
      message: "state/second_moment: number 1 is -1.0, a mean of squares is not negative"),
    Change(
      name: "another number", change: set("first_moment", [Double](repeating: 0.5, count: 127)),
      message: "state: the numbers are not those that were written: the file is damaged, or was changed since"),
    Change(
      name: "a negative count", change: set("iterations_done", to: -3),
      message: "state: iterations_done is -3, expected a whole number from 0 to 4294967295"),
    Change(
      name: "a count of another training", change: set("iterations_done", to: 0),
      message: "training/iteration: the cost …"),
    Change(
      name: "a weight", change: { $0.set("b3", to: try Tensor([0.25], shape: [1, 1])) },
      message: "state: the numbers are not those that were written: the file is damaged, or was changed since"),
    Change(
      name: "an infinite weight", change: { $0.set("b3", to: try Tensor([Double.infinity], shape: [1, 1])) },
      message: "W3: b3 holds inf in row 1, column 1"),
    Change(
      name: "a setting", change: { $0.setAttribute("lambda", of: "training", to: try .number(0.5)) },
      message: "state: the numbers are not those that were written: the file is damaged, or was changed since"),
    Change(
      name: "no optimizer", change: { $0.setAttribute("optimizer", of: "training", to: .text("newton")) },
      message: "training/optimizer: 'newton' is no optimizer that is known"),
    Change(
      name: "another optimizer", change: { $0.setAttribute("optimizer", of: "training", to: .text("momentum")) },
      message: "state/velocity: there is no such array; the optimizer momentum needs it"),
    Change(
      name: "a setting out of its range",
      change: { $0.setAttribute("learning_rate", of: "training", to: try .number(-1)) },
      message: "training: learning_rate must be a positive number, found -1.0"),
    Change(
      name: "no kernel", change: { $0.setAttribute("kernel", of: "training", to: .text("fast")) },
      message: "state: the numbers are not those that were written: the file is damaged, or was changed since"),
    Change(
      name: "a best without a cost", change: set("best", [Double](repeating: 0, count: 127)),
      message: "state: there is no attribute best_iterations_done"),
    Change(
      name: "dev costs of other lengths", change: set("dev_cost", [0.5]),
      message: "state/dev_cost: state/dev_iteration and state/dev_cost must be there and of one length, at most the 30 "
        + "iterations done"),
  ]

  @Test(arguments: changes) func aChangedCheckpointIsRefused(change: Change) throws {
    let folder = try checkpoint("--optimizer", "adam", "--record-every", "10", "--report-every", "0")
    let file = try FileFormats.open(folder.file("c.h5"))
    var archive = try file.reader.archive()
    try change.change(&archive)
    try FileFormats.write(archive, to: folder.file("c.h5"))
    let outcome = try Tool.train("d.mat", "--resume", "c.h5", "--iterations", "40", "-o", "m.h5", in: folder)
    #expect(outcome.code == 65 && outcome.output == "")
    if change.message.hasSuffix("…") {
      #expect(outcome.errors.hasPrefix("c.h5: " + change.message.dropLast()))
    } else {
      #expect(outcome.errors == "c.h5: \(change.message)\n")
    }
    #expect(try folder.names == ["c.h5", "d.mat"])
  }

  @Test func aCutCheckpointIsRefused() throws {
    let folder = try checkpoint("--optimizer", "adam")
    let bytes = try folder.bytes("c.h5")
    for length in stride(from: 0, to: bytes.count, by: 997) {
      try folder.write(Array(bytes.prefix(length)), to: "cut.h5")
      let outcome = try Tool.train("d.mat", "--resume", "cut.h5", in: folder)
      #expect(outcome.code == 65 && outcome.errors.hasPrefix("cut.h5: "), "\(length)")
    }
  }
}

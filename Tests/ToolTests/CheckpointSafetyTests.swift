import Testing

/// Checkpoints beside other files, other processes and disks that fail.
@Suite struct CheckpointSafetyTests {
  private let endless = ["--iterations", "4000000000", "--checkpoint", "c.h5", "--checkpoint-every", "100"]

  private func start(_ arguments: [String], in folder: TemporaryFolder) throws -> RunningTool {
    try RunningTool(
      Tool.train, [try Field.mat] + arguments, input: .none, folder: folder.path, output: .kept, errors: .kept,
      environment: [:])
  }

  @Test func whatIsNoCheckpointStays() throws {
    let folder = try TemporaryFolder(["t.csv": "x,y\n1,0\n2,1\n", "empty.h5": ""])
    try folder.write(try System.contents(try Field.model), to: "m.h5")
    for name in ["m.h5", "t.csv"] {
      let before = try folder.bytes(name)
      // A name without an ending says nothing, so the content is looked at.
      try folder.write(before, to: "old")
      let outcome = try Tool.train(try Field.mat, "-q", "--iterations", "3", "--checkpoint", "old", in: folder)
      let message = "old: the file is there already and is not replaced, because no checkpoint can be read from it: "
      #expect(outcome.code == 73 && outcome.errors.hasPrefix(message), "\(outcome.errors)")
      #expect(try folder.bytes("old") == before)
    }
    #expect(try Tool.train(try Field.mat, "--iterations", "3", "--checkpoint", "empty.h5", in: folder).code == 0)
  }

  @Test func oneProcessWritesAndAnUnfinishedOneStays() throws {
    let folder = try TemporaryFolder()
    let running = try start(endless, in: folder)
    try #require(running.wait { System.exists(folder.file("c.h5")) })
    for option in ["--checkpoint", "--resume"] {
      let second = try Tool.train(try Field.mat, "--iterations", "10", option, "c.h5", in: folder)
      #expect(second.code == 73 && second.errors == "c.h5: another process that is still running writes to it\n")
    }
    running.send(2)
    #expect(running.finish().code == 130)
    #expect(try folder.names == ["c.h5"])
    let again = try Tool.train(try Field.mat, "--iterations", "10", "--checkpoint", "c.h5", in: folder)
    #expect(again.code == 73)
    let message =
      /c\.h5: this is the checkpoint of a training that has not come to its end, after \d+ iterations: --resume c\.h5 .*\n/
    #expect(again.errors.wholeMatch(of: message) != nil, "\(again.errors)")
  }

  /// The lock of a process that was killed keeps nobody away, and what it left is removed once it is old.
  @Test func whatAKilledProcessLeftIsRemoved() throws {
    let folder = try TemporaryFolder([
      ".c.h5.lock": "", ".c.h5.999999999-1.tmp": "old", ".c.h5.999999998-1.tmp": "young", ".c.h5.x-1.tmp": "no number",
      ".d.h5.999999999-1.tmp": "of another",
    ])
    let aging = ".c.h5.999999999-1.tmp .c.h5.x-1.tmp .d.h5.999999999-1.tmp"
    try #require(try Tool.bash("-c", "touch -t 200001010000 \(aging)", in: folder).code == 0)
    #expect(try Tool.train(try Field.mat, "--iterations", "3", "--checkpoint", "c.h5", in: folder).code == 0)
    #expect(
      try folder.names == [".c.h5.999999998-1.tmp", ".c.h5.x-1.tmp", ".d.h5.999999999-1.tmp", "c.h5"])
  }

  /// A folder that is away for a while fails as a full disk does.
  @Test func aCheckpointThatCannotBeWrittenEndsNoTraining() throws {
    let folder = try TemporaryFolder()
    try #require(try Tool.bash("-c", "mkdir k", in: folder).code == 0)
    let options = ["--checkpoint", "k/c.h5", "--checkpoint-every", "100", "-o", "m.h5"]
    let running = try start(["--iterations", "4000000000"] + options, in: folder)
    try #require(running.wait { System.exists(folder.file("k/c.h5")) })
    try #require(try Tool.bash("-c", "mv k away", in: folder).code == 0)
    try #require(running.wait { running.errors.contains("is still there\n") })
    try #require(try Tool.bash("-c", "mkdir k", in: folder).code == 0)
    try #require(running.wait { System.exists(folder.file("k/c.h5")) })
    running.send(2)
    let outcome = running.finish()
    #expect(outcome.code == 130)
    let warning =
      /warning: k\/c\.h5: .*; the training goes on, and the checkpoint after \d+ iterations is still there/
    // The folder may go away before the temporary file is made, or before it is renamed.
    #expect(outcome.errors.firstMatch(of: warning) != nil, "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("; --resume k/c.h5 goes on\n"))
    #expect(System.exists(folder.file("m.h5")))
  }

  @Test func aTrainingWithoutItsLastCheckpointEndsInAnError() throws {
    let folder = try TemporaryFolder()
    // As in a full disk, a file of more than so many blocks cannot be written; the model has no state of Adam.
    let script =
      "ulimit -f 128 && exec '\(Tool.train.path)' '\(try Field.mat)' --optimizer adam --hidden 2000 --iterations 20 "
      + "--checkpoint c.h5 -o m.h5"
    let outcome = try Tool.bash("-c", script, in: folder)
    #expect(outcome.code == 74, "\(outcome.errors)")
    #expect(outcome.errors.contains("the training goes on, and there is no checkpoint so far\n"))
    #expect(outcome.errors.hasSuffix("; there is no checkpoint so far\n"))
    #expect(try folder.names == ["m.h5"])
  }
}

import Tensors
import Testing

/// A small file system of its own, where the tests may mount one: as root, in a mount namespace.
private let canMount = {
  let outcome = try? Tool.bash("-c", "unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs /mnt'")
  return outcome?.code == 0
}()

extension Trait where Self == ConditionTrait {
  fileprivate static var needsMount: Self {
    .enabled(if: canMount, "skipped: mounting a small file system is not permitted here")
  }
}

@Suite struct OutputTests {
  static let noSpace = "writing failed: no space left on device\n"

  /// Each tool with something to say.
  static let commands: [[String]] = [
    ["reg-train", "rows.csv", "--iterations", "3"],
    ["reg-train", "rows.csv", "--iterations", "3", "--format", "json"],
    ["reg-train", "rows.csv", "--iterations", "3", "--quiet", "-o", "-"],
    ["reg-predict", "-m", "model.h5", "rows.csv", "--features", "1,2"],
    ["reg-predict", "-m", "model.h5", "--grid", "0,1,0,1"],
    ["reg-predict", "-m", "model.h5", "rows.csv", "--features", "1,2", "-o", "-", "--to", "h5"],
    ["reg-inspect", "rows.csv"],
    ["reg-inspect", "model.h5", "--format", "json"],
    ["reg-inspect", "model.h5", "--values", "W1"],
    ["reg-inspect", "--formats"],
    ["reg-plot", "boundary", "-m", "model.h5", "rows.csv"],
    ["reg-plot", "data", "rows.csv", "--to", "gnuplot"],
    ["reg-train", "--help"], ["reg-predict", "--version"], ["reg-inspect", "--generate-completion-script", "bash"],
  ]

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["rows.csv": "1,0,1\n0,1,0\n1,1,1\n"])
    try folder.writeModel()
    return folder
  }

  @Test(.enabled(if: System.exists("/dev/full"), "skipped: there is no /dev/full"), arguments: commands)
  func aFullStandardOutputIsAnError(command: [String]) throws {
    let folder = try folder()
    let outcome = try Tool(name: command[0]).run(Array(command.dropFirst()), in: folder, output: .file("/dev/full"))
    #expect(outcome.code == 74 && outcome.errors.hasSuffix("standard output: " + OutputTests.noSpace))
    #expect(try folder.names == ["model.h5", "rows.csv"])
  }

  @Test(arguments: commands) func aClosedPipeEndsTheToolWithoutAWord(command: [String]) throws {
    let outcome = try Tool(name: command[0]).run(Array(command.dropFirst()), in: folder(), output: .closedPipe)
    #expect(outcome.ending == .signal(13))
    // The report of reg-train stands on standard error when the parameters go to standard output.
    #expect(command.contains("--quiet") || outcome.errors == "")
  }

  @Test func aReaderThatHasSeenEnoughEndsTheTool() throws {
    let folder = try folder()
    let outcome = try Tool.bash(
      "-c",
      "set -o pipefail; \"$1\" -m model.h5 --grid=0,1000,0,1000 --step 0.5 | head -2; echo ${PIPESTATUS[0]}", "bash",
      Tool.predict.path, in: folder)
    #expect(outcome.output == "x1,x2,probability,label\n0,0,0.5,0\n141\n" && outcome.errors == "")
  }

  @Test func aClosedPipeLeavesNoFile() throws {
    let folder = try folder()
    let outcome = try Tool.train("rows.csv", "--iterations", "100000", "-o", "new.h5", in: folder, output: .closedPipe)
    #expect(outcome.ending == .signal(13))
    #expect(try folder.names == ["model.h5", "rows.csv"])
  }

  /// A descriptor that a shell has closed is not given to a file that is opened later.
  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"]) func closedStandardDescriptorsStayClosed(closed: String)
    throws
  {
    let folder = try folder()
    let expected = try Tool.predict("-m", "model.h5", "rows.csv", "--features", "1,2", in: folder).output
    let outcome = try Tool.bash(
      "-c", "\"$1\" -m model.h5 --features 1,2 --labels 3 rows.csv -o out.csv \(closed)", "bash", Tool.predict.path,
      in: folder)
    #expect(outcome.code == 0)
    #expect(try folder.text("out.csv") == expected)
    let report = try Tool.bash(
      "-c", "\"$1\" rows.csv --iterations 5 -o new.h5 >&-", "bash", Tool.train.path, in: folder)
    #expect(report.code == 74 && report.errors == "standard output: writing failed: bad file descriptor\n")
    #expect(try folder.names == ["model.h5", "out.csv", "rows.csv"])
  }

  /// `ulimit -f` is a full disk of its own: the signal that it sends would end the tool without a word.
  @Test(arguments: ["out.csv", "out.h5"]) func aFileLargerThanTheLimitIsAnError(name: String) throws {
    let folder = try folder()
    try folder.write(String(repeating: "0.25,-0.125,1\n", count: 20_000), to: "many.csv")
    let outcome = try Tool.bash(
      "-c", "ulimit -f 8; \"$1\" -m model.h5 many.csv --features 1,2 -o \(name)", "bash", Tool.predict.path, in: folder)
    #expect(outcome.code == 74)
    #expect(outcome.errors.hasPrefix("\(name): ") && outcome.errors.contains("file too large"))
    #expect(try folder.names == ["many.csv", "model.h5", "rows.csv"])
  }

  /// Where no file may be long, many numbers come out of the process that reads HDF5 in another way.
  @Test func longFilesAreReadWhereNoneMayBeWritten() throws {
    let folder = try folder()
    try folder.write(["X": Matrix(rows: 20_000, columns: 3)], to: "many.h5")
    let direct = try Tool.convert("many.h5", "-", "--to", "csv", in: folder)
    let limited = try Tool.bash(
      "-c", "ulimit -f 0; \"$1\" many.h5 - --to csv", "bash", Tool.convert.path, in: folder)
    #expect(limited.code == 0 && limited.errors == "" && direct.code == 0 && limited.output == direct.output)
  }

  @Test func devicesAndPipesAreWrittenAsTheyAre() throws {
    let folder = try folder()
    let direct = try Tool.predict("-m", "model.h5", "rows.csv", "--features", "1,2", in: folder)
    let device = try Tool.predict(
      "-m", "model.h5", "rows.csv", "--features", "1,2", "-o", "/dev/stdout", "--to", "csv", in: folder)
    #expect(device.code == 0 && device.output == direct.output)
    #expect(try Tool.train("rows.csv", "--iterations", "3", "-o", "/dev/null", "--to", "h5", in: folder).code == 0)
    let fifo = try Tool.bash(
      "-c", "mkfifo f && { cat f & } && \"$1\" -m model.h5 rows.csv --features 1,2 -o f --to csv; wait", "bash",
      Tool.predict.path, in: folder)
    #expect(fifo.code == 0 && fifo.output == direct.output)
  }

  @Test func binaryFilesAreNotForTerminals() throws {
    let folder = try folder()
    let model = try Tool.train("rows.csv", "-o", "-", in: folder, output: .terminal)
    #expect(model.code == 64 && model.output == "")
    #expect(model.errors.hasPrefix("Error: the parameters are binary and standard output is a terminal; name a file"))
    let arrays = try Tool.predict("-m", "model.h5", "rows.csv", "--to", "h5", in: folder, output: .terminal)
    #expect(arrays.code == 64 && arrays.output == "")
    #expect(arrays.errors.hasPrefix("Error: the arrays are binary and standard output is a terminal; name a file"))
  }

  @Test func aSymbolicLinkStaysOne() throws {
    let folder = try folder()
    try #require(try Tool.bash("-c", "mkdir d; echo old > d/real.csv; ln -s d/real.csv link.csv", in: folder).code == 0)
    #expect(try Tool.predict("-m", "model.h5", "rows.csv", "--features", "1,2", "-o", "link.csv", in: folder).code == 0)
    #expect(
      try Tool.bash("-c", "readlink link.csv; ls -A d; wc -l < d/real.csv", in: folder).output
        == "d/real.csv\nreal.csv\n3\n")
  }

  @Test func permissionsStayAsTheyAre() throws {
    let folder = try folder()
    try #require(
      try Tool.bash("-c", "echo old > a.csv; chmod 640 a.csv; umask 027; : > /dev/null", in: folder).code == 0)
    #expect(try Tool.predict("-m", "model.h5", "rows.csv", "--features", "1,2", "-o", "a.csv", in: folder).code == 0)
    #expect(System.permissions(of: folder.file("a.csv")) == 0o640)
    let fresh = try Tool.bash(
      "-c", "umask 027; \"$1\" -m model.h5 rows.csv --features 1,2 -o b.csv", "bash", Tool.predict.path, in: folder)
    #expect(fresh.code == 0 && System.permissions(of: folder.file("b.csv")) == 0o640)
  }

  @Test(.disabled(if: System.isRoot, "skipped: permissions do not bind root")) func aReadOnlyFolder() throws {
    let folder = try folder()
    try #require(try Tool.bash("-c", "mkdir d; chmod 555 d", in: folder).code == 0)
    for (tool, arguments) in readOnlyCommands {
      let outcome = try tool.run(arguments, in: folder)
      #expect(outcome.code == 73 && outcome.errors.contains("the folder 'd/' cannot be written to: permission denied"))
    }
    #expect(try System.names(in: folder.file("d")) == [])
  }

  private var readOnlyCommands: [(Tool, [String])] {
    [
      (Tool.train, ["rows.csv", "--iterations", "3", "-o", "d/m.h5"]),
      (Tool.predict, ["-m", "model.h5", "rows.csv", "--features", "1,2", "-o", "d/out.csv"]),
      (Tool.predict, ["-m", "model.h5", "rows.csv", "--features", "1,2", "--reject", "d/bad.csv"]),
    ]
  }

  @Test(.needsMount) func aReadOnlyFileSystem() throws {
    let folder = try folder()
    for (tool, arguments) in readOnlyCommands {
      let outcome = try mounted("ro,size=64k", tool, arguments, in: folder)
      #expect(outcome.code == 73)
      #expect(outcome.errors.contains("the folder 'd/' cannot be written to: read-only file system\n"))
      #expect(outcome.output.hasSuffix("left:\n"))
    }
  }

  @Test(.needsMount) func aFullDisk() throws {
    let folder = try folder()
    try folder.write(String(repeating: "0.25,-0.125,1\n", count: 20_000), to: "many.csv")
    let rows = try mounted(
      "size=64k", Tool.predict, ["-m", "model.h5", "many.csv", "--features", "1,2", "-o", "d/out.csv"], in: folder)
    #expect(rows.code == 74 && rows.errors == "d/out.csv: " + OutputTests.noSpace)
    #expect(rows.output == "left:\n")
    let arrays = try mounted(
      "size=64k", Tool.predict, ["-m", "model.h5", "many.csv", "--features", "1,2", "-o", "d/out.h5"], in: folder)
    #expect(arrays.code == 74 && arrays.errors.hasPrefix("d/out.h5: ") && arrays.output == "left:\n")
    let model = try mounted(
      "size=8k", Tool.train, ["rows.csv", "--iterations", "3", "--hidden", "100,100", "-o", "d/m.h5"], in: folder)
    #expect(model.code == 74 && model.errors == "d/m.h5: " + OutputTests.noSpace && model.output.hasSuffix("left:\n"))
    // What was there before is there still.
    let old = try mounted(
      "size=64k", Tool.predict, ["-m", "model.h5", "many.csv", "--features", "1,2", "-o", "d/out.csv"],
      before: "echo old > d/out.csv", after: "cat d/out.csv", in: folder)
    #expect(old.code == 74 && old.output == "left:\nout.csv\nold\n")
  }

  /// Runs a tool where the folder `d` is a file system of its own, and lists what is left in it.
  private func mounted(
    _ options: String, _ tool: Tool, _ arguments: [String], before: String = ":", after: String = ":",
    in folder: TemporaryFolder
  ) throws -> Outcome {
    let script = """
      mkdir -p d && mount -t tmpfs -o \(options) tmpfs d && \(before) || exit 99
      "$@"; code=$?; echo left:; ls -A d; \(after); exit $code
      """
    return try Tool(name: "/usr/bin/unshare").run(
      ["-m", "bash", "-c", script, "bash", tool.path] + arguments, in: folder)
  }
}

import Testing

extension Trait where Self == ConditionTrait {
  /// The scripts need nothing but Python itself.
  fileprivate static var needsHostilePython: Self {
    .enabled(if: hasPython, "skipped: python3 is not here, or the system is not Linux")
  }
}

#if os(Linux)
  private let hasPython =
    (try? Tool.bash("-c", "python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'").code) == 0
#else
  private let hasPython = false
#endif

/// The scripts of `Tests/hostile`: damaged files and calls of the system that fail. `make soak` runs them for longer.
@Suite(.serialized, .needsHostilePython) struct HostileTests {
  /// Every call that writes fails, or the process ends there; disks are full; memory is short.
  @Test(arguments: ["calls", "limits", "disk", "kills"]) func nothingIsLostByAFault(part: String) throws {
    try run("faults.py", [part])
  }

  /// Golden files with damage: an answer or one sentence, in little time and memory.
  @Test func damagedFilesAreRefused() throws { try run("mutants.py", []) }

  /// Files that somebody made to do harm.
  @Test func attacksAreRefused() throws { try run("attacks.py", []) }

  /// On a system without Landlock or seccomp files are read all the same, and `--verbose` says what is missing.
  @Test func missingWallsAreTold() throws { try run("walls.py", []) }

  /// Runs a script, which says what is wrong, and in lines that begin with `skipped` what it did not try.
  private func run(_ script: String, _ arguments: [String]) throws {
    let command = "PATH=\"$1:$PATH\"; shift; exec python3 \"$@\""
    let outcome = try Tool.bash.run(
      ["-c", command, "bash", Tool.folder, "\(Tool.package)/Tests/hostile/\(script)"] + arguments,
      environment: ["PYTHONDONTWRITEBYTECODE": "1"], seconds: 900)
    for line in outcome.lines where line.hasPrefix("skipped") { print("\(script): \(line)") }
    #expect(outcome.code == 0 && outcome.errors == "", "\(outcome.output.suffix(4000))\(outcome.errors.suffix(2000))")
  }
}

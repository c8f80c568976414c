import Testing

/// Real shells complete command lines with the scripts that the programs write.
@Suite struct CompletionTests {
  enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    var isThere: Bool { (try? Tool.bash("-c", "command -v \(rawValue)").code) == 0 && (self != .fish || hasScript) }

    /// A terminal for fish.
    private var hasScript: Bool { (try? Tool.bash("-c", "command -v script").code) == 0 }

    /// The driver and what stands before its arguments.
    var driver: String {
      let folder = "'" + Tool.package + "/Tests/completion"
      return switch self {
      case .bash: "bash --norc \(folder)/complete.bash'"
      case .zsh: "zsh -f \(folder)/complete.zsh'"
      case .fish: "\(folder)/complete-fish'"
      }
    }
  }

  static let shells: [Shell] = {
    for shell in Shell.allCases where !shell.isThere { print("skipped: \(shell.rawValue) is not installed") }
    return Shell.allCases.filter(\.isThere)
  }()

  static let columns = ["a b", "$(touch pwned)", "`touch pwned`", "e'f", "back\\slash", "g;h", "*", "y"]

  /// A folder with files of every kind, and one that is no data.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder([
      "odd.csv": columns.joined(separator: ",") + "\n1,2,3,4,5,6,7,8\n", "rows.csv": "x1,x2,kick\n1,2,0\n",
      "notes.txt": "none", "my rows.csv": "u,v\n1,2\n",
    ])
    try folder.writeModel()
    return folder
  }

  private func offered(_ shell: Shell, _ line: String, in folder: TemporaryFolder) throws -> [String] {
    let name = String(line.prefix { $0 != " " })
    let scripts = try TemporaryFolder()
    // zsh finds its function by the name of the file.
    try scripts.write(try Tool(name: name)("--generate-completion-script", shell.rawValue).outputBytes, to: "_" + name)
    let command = "exec \(shell.driver) '\(scripts.file("_" + name))' \"$LINE\""
    let path = Tool.folder + ":" + (System.variable("PATH") ?? "/usr/bin:/bin")
    let outcome = try Tool.bash(
      "-c", command, in: folder, environment: ["PATH": path, "LINE": line, "LC_ALL": "C.UTF-8", "HOME": folder.path])
    #expect(outcome.code == 0 && outcome.errors == "", "\(line)")
    return outcome.lines.filter { !$0.isEmpty }.sorted()
  }

  static let lines: [(line: String, offered: [String])] = [
    ("reg-train --ker", ["--kernel"]),
    ("reg-train --kernel ", ["auto", "avx2", "avx512", "baseline"]),
    ("reg-train --schedule ", ["constant", "cosine", "step(10000,0.5)"]),
    ("reg-train --checkpoint ", ["model.h5"]),
    ("reg-train ", ["model.h5", "my rows.csv", "odd.csv", "rows.csv"]),
    ("reg-predict -m ", ["model.h5"]),
    ("reg-predict -m model.h5 rows.csv --features x1,", ["x1,kick", "x1,x2"]),
    ("reg-train 'my rows.csv' --labels ", ["u", "v"]),
    ("reg-train odd.csv --weights ", columns),
    ("reg-inspect model.h5 --values ", ["W1", "b1"]),
    ("reg-inspect -q model.h5 --histogram ", ["W1", "all", "b1"]),
    ("reg-inspect notes.txt --values ", ["none"]),
    ("reg-inspect nosuch --values ", []),
    ("reg-convert model.h5 m.npz --rename ", ["W1=", "b1="]),
    ("reg-convert model.h5 m.npz --arrays W", ["W1"]),
    ("reg-tune rows.csv --rank ", ["accuracy", "cost"]),
    ("reg tu", ["tune"]),
    ("reg inspect model.h5 --values ", ["W1", "b1"]),
    ("reg train rows.csv --features x2,x", ["x2,x1"]),
    ("reg convert --from parameters model.h5 m.onnx --to on", ["onnx"]),
  ]

  @Test(arguments: shells, lines.indices) func aShellCompletes(shell: Shell, index: Int) throws {
    let folder = try CompletionTests.folder()
    let (line, expected) = CompletionTests.lines[index]
    #expect(try offered(shell, line, in: folder) == expected.sorted(), "\(shell.rawValue): \(line)")
    // No name that a file holds is run.
    #expect(!System.exists(folder.file("pwned")))
  }

  /// `--from` offers what there is, and every program its own options.
  @Test(arguments: shells, HelpTests.names) func everyProgramCompletes(shell: Shell, name: String) throws {
    let folder = try CompletionTests.folder()
    #expect(try offered(shell, "\(name) --vers", in: folder) == ["--version"])
    // Those write no arrays; the pictures of reg-plot have formats of their own.
    if !["reg-tune", "reg-inspect", "reg-plot"].contains(name) {
      #expect(try offered(shell, "\(name) --to saf", in: folder).contains("safetensors"))
    }
  }

  /// Whatever a file is, completing says nothing about it.
  @Test func completingIsSilent() throws {
    let folder = try CompletionTests.folder()
    try folder.write(Array("\u{89}HDF\r\n\u{1A}\n broken".utf8), to: "broken.h5")
    for words in [["reg-inspect", "broken.h5", "--values", ""], ["reg-inspect", "--values", ""], []] {
      let outcome = try Tool.inspect.run(["---completion", "--", "--values", "3", "0"] + words, in: folder)
      #expect(outcome.code == 0 && outcome.output.allSatisfy { $0.isNewline } && outcome.errors == "", "\(words)")
    }
  }
}

import Testing

@Suite struct HelpTests {
  static let names = ["reg-train", "reg-predict", "reg-inspect", "reg-convert", "reg-tune", "reg-plot"]

  @Test(arguments: names) func helpIsAResult(name: String) throws {
    for option in ["--help", "-h"] {
      let outcome = try Tool(name: name)(option)
      #expect(outcome.code == 0 && outcome.errors == "")
      #expect(outcome.output.hasPrefix("OVERVIEW: ") && outcome.output.contains("\nUSAGE: \(name) "))
      #expect(outcome.output.contains("\nExamples:\n"))
      #expect(outcome.lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE: ") } == [])
    }
  }

  @Test(arguments: names) func theVersionIsAResult(name: String) throws {
    let outcome = try Tool(name: name)("--version")
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(outcome.output.wholeMatch(of: /reg-[a-z]+ \(reg-tools\) \d+\.\d+\.\d+\n/) != nil)
    #expect(outcome.output.hasPrefix(name))
  }

  @Test(arguments: names, ["bash", "zsh", "fish"]) func completionsAreGenerated(name: String, shell: String) throws {
    let outcome = try Tool(name: name)("--generate-completion-script", shell)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.output.contains(name))
    if shell == "bash" {
      // The formats are offered.
      #expect(outcome.output.contains("mat5"))
      #expect(try Tool.bash("-n", input: .bytes(outcome.outputBytes)).code == 0)
    }
  }

  @Test(arguments: names) func anUnknownShellIsAUsageError(name: String) throws {
    let outcome = try Tool(name: name)("--generate-completion-script", "tcsh")
    #expect(outcome.code == 64 && outcome.output == "" && outcome.errors != "")
  }

  @Test(arguments: names) func wrongUsageIsSaidOnStandardError(name: String) throws {
    for arguments in [["--no-such-option"], ["--format", "xml", "x"], ["--quiet=yes", "x"]] {
      let outcome = try Tool(name: name).run(arguments)
      #expect(outcome.code == 64 && outcome.output == "" && outcome.errors.hasPrefix("Error: "))
    }
  }

  /// The words are the same in every place: no locale changes a message or a number.
  @Test func noLocaleChangesAnything() throws {
    let folder = try TemporaryFolder(["r.csv": "0.5,0.25\n"])
    try folder.writeModel()
    for locale in ["C", "de_DE.UTF-8", "tr_TR.UTF-8"] {
      let environment = ["LC_ALL": locale, "LANG": locale]
      let rows = try Tool.predict("-m", "model.h5", "--digits", "2", "r.csv", in: folder, environment: environment)
      #expect(rows.output == "0.5,0.25,0.73,1\n")
      #expect(
        try Tool.inspect("nosuch", environment: environment).errors == "nosuch: no such file or directory\n")
      #expect(try Tool.inspect("--stats", "r.csv", in: folder, environment: environment).output.contains("0.375"))
    }
  }
}

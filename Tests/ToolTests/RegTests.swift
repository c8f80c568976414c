import Testing

/// `reg`, the program that is all tools.
@Suite struct RegTests {
  static let reg = Tool(name: "reg")
  /// What follows `reg-`.
  static let words = HelpTests.names.map { String($0.dropFirst("reg-".count)) }

  @Test func itListsTheTools() throws {
    let outcome = try RegTests.reg("--help")
    #expect(outcome.code == 0 && outcome.output.contains("\nUSAGE: reg <subcommand>\n"))
    for word in RegTests.words { #expect(outcome.lines.contains { $0.hasPrefix("  \(word) ") }) }
    #expect(try RegTests.reg("--version").output.wholeMatch(of: /reg \(reg-tools\) \d+\.\d+\.\d+\n/) != nil)
  }

  @Test(arguments: words) func aWordIsATool(word: String) throws {
    let help = try RegTests.reg(word, "--help")
    let alone = try Tool(name: "reg-" + word)("--help")
    #expect(help.code == 0)
    let expected = alone.output.replacing("USAGE: reg-", with: "USAGE: reg ")
      .replacing("See 'reg-\(word) help <subcommand>'", with: "See 'reg help \(word) <subcommand>'")
    #expect(help.output == expected)
    let version = try Tool(name: "reg-" + word)("--version")
    #expect(try RegTests.reg(word, "--version").output == version.output)
    #expect(try RegTests.reg(word, "--no-such-option").code == 64)
  }

  @Test(arguments: words) func aLinkIsATool(word: String) throws {
    let folder = try TemporaryFolder()
    let make = "ln -s '\(RegTests.reg.path)' reg-\(word) && ./reg-\(word) --help && ./reg-\(word) nosuch nosuch2 -m n"
    let link = try Tool.bash("-c", make, in: folder)
    let alone = try Tool.bash(
      "-c", "export PATH='\(Tool.folder)'; reg-\(word) --help; reg-\(word) nosuch nosuch2 -m n", in: folder)
    #expect(link.output == alone.output && link.errors == alone.errors && link.code == alone.code)
    #expect(link.output.contains("USAGE: reg-\(word) "))
  }

  @Test func theResultsAreTheSame() throws {
    let folder = try TemporaryFolder(["r.csv": "0.5,0.25\n"])
    try folder.writeModel()
    let one = try Tool.predict("-m", "model.h5", "r.csv", in: folder)
    let other = try RegTests.reg("predict", "-m", "model.h5", "r.csv", in: folder)
    #expect(one.code == 0 && one.outputBytes == other.outputBytes)
    #expect(try RegTests.reg("inspect", "nosuch", in: folder).code == 66)
  }

  @Test(arguments: [
    (["trian", "x"], "there is no tool 'trian' (did you mean 'train'?); there are train, predict, "),
    (["Convert"], "there is no tool 'Convert' (did you mean 'convert'?); "),
    (["reticulate"], "there is no tool 'reticulate'; there are train, "),
    ([], "name a tool: train, predict, "),
    (["plot", "boundry", "-m", "m.h5"], "there is no command 'boundry' (did you mean 'boundary'?); there are data, "),
  ]) func aWordThatIsNoTool(arguments: [String], message: String) throws {
    let outcome = try RegTests.reg.run(arguments)
    #expect(outcome.code == 64 && outcome.output == "" && outcome.errors.hasPrefix("Error: " + message))
  }

  @Test(arguments: [
    (["train", "t.csv", "--lamda", "1"], 64, "Did you mean '--lambda'"),
    (["train", "t.csv", "--features", "height,wieght"], 65, "there is no column 'wieght' (did you mean 'weight'?)"),
    (["train", "t.csv", "--labels", "Kick"], 65, "there is no column 'Kick' (did you mean 'kick'?)"),
    (["inspect", "model.h5", "--values", "w1"], 65, "w1: there is no such array (did you mean 'W1'?); the file has"),
    (["convert", "model.h5", "m.npz", "--arrays", "W1,bl1"], 65, "bl1: there is no such array (did you mean 'b1'?)"),
  ]) func whatIsMisspeltGetsASuggestion(arguments: [String], code: Int32, part: String) throws {
    let folder = try TemporaryFolder(["t.csv": "height,weight,kick\n1,2,0\n2,1,1\n3,3,0\n"])
    try folder.writeModel()
    let outcome = try RegTests.reg.run(arguments, in: folder)
    #expect(outcome.code == code && outcome.errors.contains(part), "\(outcome.errors)")
  }
}

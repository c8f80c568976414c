import Testing

/// What reg-plot draws in the terminal, and what it refuses: nothing here needs gnuplot.
@Suite struct PlotTests {
  /// Four points of two classes.
  static let square = "x1,x2,y\n0,0,0\n1,0,0\n0,1,1\n1,1,1\n"

  private func folder(_ files: KeyValuePairs<String, String> = ["s.csv": square]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    try folder.writeModel(features: ["x1", "x2"])
    return folder
  }

  @Test func pointsInTheTerminal() throws {
    let outcome = try Tool.plot("data", "s.csv", "--size", "30x9", in: folder())
    #expect(
      outcome.lines == [
        "            s.csv",
        "    1.0┤▲                    ▲",
        "       │",
        "    0.4┤",
        "       │",
        "    0.0┤●                    ●",
        "       └─┴───────┴───────┴────",
        "        0.0     0.4     0.8 x1",
        "        ● 0   ▲ 1",
      ])
    #expect(outcome.code == 0 && outcome.errors == "")
  }

  /// Without colours a shade tells where the second class is.
  @Test func regionsInTheTerminal() throws {
    let outcome = try Tool.plot(
      "boundary", "-m", "model.h5", "s.csv", "--xlim=-2,2", "--ylim=-1,1", "--size", "30x9", in: folder())
    #expect(outcome.code == 0 && outcome.errors == "")
    // sigmoid(x1 + 2 x2) is above 0.5 at the upper right.
    #expect(
      outcome.lines == [
        "            model",
        "    1.0┤  ░░░░░░░░░▲░░░░▲░░░░░",
        "       │       ░░░░░░░░░░░░░░░",
        "    0.0┤           ●░░░░●░░░░░",
        "       │               ░░░░░░░",
        "   -1.0┤                    ░░",
        "       └┴────┴─────┴────┴─────",
        "       -2   -1     0    1   x1",
        "        ● 0   ▲ 1",
      ])
  }

  @Test func coloursAreForTerminals() throws {
    let folder = try folder()
    let arguments = ["boundary", "-m", "model.h5", "s.csv", "--xlim=-1,2", "--ylim=-1,2", "--size", "40x12"]
    let colours = try Tool.plot.run(
      arguments, in: folder, output: .terminal, environment: ["TERM": "xterm", "NO_COLOR": ""])
    #expect(colours.output.contains("\u{1B}[0;38;2;") && colours.output.contains("▀") && !colours.output.contains("░"))
    let plain = try Tool.plot.run(
      arguments, in: folder, output: .terminal, environment: ["TERM": "xterm", "NO_COLOR": "1"])
    #expect(!plain.output.contains("\u{1B}") && plain.output.contains("░") && plain.output.contains("▲"))
    #expect(try Tool.plot.run(arguments, in: folder).output == plain.output.replacing("\r\n", with: "\n"))
  }

  @Test func theTerminalTellsTheSize() throws {
    let folder = try folder()
    func size(_ environment: [String: String]) throws -> (Int, Int) {
      let lines = try Tool.plot("data", "s.csv", in: folder, environment: environment).lines
      return (lines.map(\.count).max() ?? 0, lines.count)
    }
    #expect(try size(["COLUMNS": "", "LINES": ""]) == (80, 23))
    #expect(try size(["COLUMNS": "50", "LINES": "15"]) == (50, 14))
    #expect(try size(["COLUMNS": "x", "LINES": "-5"]) == (80, 23))
  }

  @Test func curvesInTheTerminal() throws {
    let folder = try folder()
    for (name, rate) in [("a.h5", "0.1"), ("b.h5", "0.2")] {
      let training = try Tool.train(
        "s.csv", "--iterations", "100", "--record-every", "10", "--learning-rate", rate, "-o", name, in: folder)
      try #require(training.code == 0)
    }
    let one = try Tool.plot("cost", "-m", "a.h5", "--size", "60x12", in: folder)
    #expect(one.code == 0 && one.output.contains("Learning rate = 0.1") && one.output.contains("iterations\n"))
    #expect(one.output.unicodeScalars.contains { (0x2801...0x28ff).contains($0.value) })
    let both = try Tool.plot("cost", "-m", "a.h5", "-m", "b.h5", "--title", "first", "--size", "70x12", in: folder)
    #expect(both.output.contains("● first, learning rate 0.1   ▲ b, learning rate 0.2\n"))
  }

  @Test func weightsInTheTerminal() throws {
    let folder = try folder()
    let outcome = try Tool.plot("weights", "-m", "model.h5", "--size", "40x20", in: folder)
    #expect(outcome.code == 0 && outcome.output.contains("W1: 2 weights") && outcome.output.contains("W1: 1 × 2"))
    #expect(outcome.output.contains("█") && outcome.output.contains("#"))
  }

  /// The script has everything in it, and no gnuplot is needed for it.
  @Test func theScriptNeedsNoGnuplot() throws {
    let folder = try folder()
    let outcome = try Tool.plot("data", "s.csv", "--to", "gnuplot", in: folder, environment: ["PATH": "/nowhere"])
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(
      outcome.output.contains("\nset terminal svg noenhanced ")
        && outcome.output.contains("<< EOD\n0.0 0.0\n1.0 0.0\nEOD\n"))
    #expect(try Tool.plot("data", "s.csv", "-o", "s.gnuplot", in: folder).code == 0)
    #expect(try folder.text("s.gnuplot") == outcome.output)
  }

  @Test func withoutGnuplotItIsSaidWhatToDo() throws {
    let folder = try folder()
    for command in [["data", "s.csv", "-o", "x.svg"], ["report", "-m", "model.h5", "s.csv", "-o", "x.html"]] {
      let outcome = try Tool.plot.run(command, in: folder, environment: ["PATH": folder.path + ":.::"])
      #expect(outcome.code == 69 && outcome.output == "")
      #expect(outcome.errors.contains("apt install gnuplot-nox") && outcome.errors.contains("--to gnuplot"))
    }
    #expect(try folder.names == ["model.h5", "s.csv"])
  }

  @Test(arguments: [
    (["data", "nosuch.csv"], Int32(66), "nosuch.csv: no such file or directory\n"),
    (["data", "empty.csv"], 65, "empty.csv: there are no rows below the header\n"),
    (["data", "nan.csv"], 65, "nan.csv:3:3: the value is missing ('nan')\n"),
    (["data", "one.csv"], 65, "one.csv: the examples have one input, a; a picture of them needs two\n"),
    (["data", "huge.csv"], 65, "huge.csv: an example goes to 1e+200; pictures are drawn of numbers up to 1e+100\n"),
    (
      ["boundary", "-m", "model.h5", "three.csv", "--features", "a,b,c"], 65,
      "three.csv: model.h5 has 2 inputs, the examples have 3; --features chooses as many\n"
    ),
    (
      ["boundary", "-m", "model.h5", "names.csv"], 65,
      "names.csv: k: the class 'u' is none of model.h5, which has 0, 1\n"
    ),
    (
      ["boundary", "-m", "s.csv", "s.csv"], 65,
      "s.csv: no trained parameters: there is no array W1; the file has data\n"
    ),
    (["boundary", "-m", "model.h5", "values.csv"], 65, "values.csv:2:5: the label is 0.5, expected 0 or 1\n"),
    (["boundry", "-m", "model.h5", "s.csv"], 64, "Error: there is no command 'boundry' (did you mean 'boundary'?);"),
    (
      ["cost", "-m", "model.h5"], 65,
      "model.h5: the file has no recorded costs; reg-train records them (--record-every)\n"
    ),
    (["data", "s.csv", "--axes", "x1,x3"], 64, "Error: --axes: there is no input 'x3'; the inputs are x1, x2\n"),
    (["data", "s.csv", "--axes", "1,1"], 64, "Error: --axes names the input '1' twice\n"),
    (["data", "s.csv", "--axes", "1"], 64, "Error: --axes names two inputs, x1,x2, found '1'\n"),
    (
      ["data", "s.csv", "--xlim=0,0"], 64,
      "Error: The value '0,0' is invalid for '--xlim <low,high>': expected two numbers"
    ),
    (
      ["data", "s.csv", "--xlim=1,1.0000000000001"], 65, "s.csv: the window is too narrow to have numbers at its axes\n"
    ),
    (
      ["data", "s.csv", "-o", "x.jpg"], 64,
      "Error: 'x.jpg' does not end in .svg, .png, .pdf or .gnuplot; --to names the kind"
    ),
    (
      ["data", "s.csv", "-o", "s.csv", "--to", "svg"], 64,
      "Error: s.csv is read; the picture would take its place, so name another"
    ),
    (["data", "s.csv", "--size", "10"], 64, "Error: The value '10' is invalid for '--size <size>'"),
    (["data", "s.csv", "--size", "5x5"], 64, "Error: --size must be from 8x8 to 1000x1000, found 5x5\n"),
    (["data", "s.csv", "--terminal", "--to", "svg"], 64, "Error: --terminal draws in the terminal; leave --to out\n"),
    (["boundary", "s.csv"], 64, "Error: -m names a model, found none\n"),
    (
      ["boundary", "-m", "model.h5", "s.csv", "--step", "0"], 64, "Error: --step must be a positive number, found 0.0\n"
    ),
    (["boundary", "-m", "model.h5", "s.csv", "--step", "1e-6"], 65, "s.csv: a step of 1e-06 makes "),
    (["boundary", "-m", "-", "-"], 64, "Error: standard input can be read once, so only one of the files may be -\n"),
    (["weights", "-m", "model.h5", "--layers", "2"], 64, "Error: --layers: there is no layer 2; the network has 1\n"),
    (
      ["cost", "-m", "model.h5", "--title", "a", "--title", "b"], 64,
      "Error: there are 2 titles for 1 models; each --title"
    ),
    (
      ["data", "s.csv", "--to", "gnuplot", "-o", "/nosuch/x.gp"], 73,
      "/nosuch/x.gp: the folder '/nosuch/' does not exist\n"
    ),
  ])
  func errorsAreSentences(arguments: [String], code: Int32, beginning: String) throws {
    let folder = try folder([
      "s.csv": PlotTests.square, "empty.csv": "a,b,y\n", "nan.csv": "a,b,y\n1,2,0\n1,nan,1\n",
      "one.csv": "a,y\n1,0\n2,1\n",
      "huge.csv": "a,b,y\n1e200,1,0\n2,2,1\n", "three.csv": "a,b,c,y\n1,2,3,0\n2,3,4,1\n",
      "names.csv": "x1,x2,k\n1,2,u\n2,3,v\n3,4,w\n", "values.csv": "a,b,y\n1,2,0.5\n2,1,0.7\n3,1,0.1\n",
    ])
    let names = try folder.names
    let outcome = try Tool.plot.run(arguments, in: folder)
    #expect(outcome.code == code && outcome.output == "" && outcome.errors.hasPrefix(beginning))
    #expect(try folder.names == names)
  }

  /// What no scatter of its own can be made of is drawn all the same.
  @Test(arguments: [
    "a,b,y\n1,2,0\n", "a,b,y\n1,2,0\n1,5,1\n1,9,1\n", "a,b,y\n-0,1e-300,0\n0,2e-300,1\n", "a,b,y\n5,5,1\n5,5,1\n",
  ])
  func degenerateDataAreDrawn(text: String) throws {
    let folder = try folder(["d.csv": text])
    for command in [["data", "d.csv"], ["boundary", "-m", "model.h5", "d.csv"]] {
      let outcome = try Tool.plot.run(command + ["--size", "40x12", "--quiet"], in: folder)
      #expect(outcome.code == 0 && outcome.errors == "" && outcome.output.contains("┤"))
      #expect(try Tool.plot.run(command + ["--to", "gnuplot", "--quiet"], in: folder).code == 0)
    }
  }

  @Test func otherInputsAreNamed() throws {
    let folder = try TemporaryFolder(["d.csv": "a,b,c,y\n1,2,3,0\n2,3,7,1\n4,4,5,0\n"])
    try folder.writeModel(inputs: 3, features: ["a", "b", "c"])
    let data = try Tool.plot("data", "d.csv", "--axes", "c,1", "--size", "60x12", in: folder)
    #expect(data.code == 0 && data.output.contains("1 other input is not drawn") && data.output.contains(" c\n"))
    let boundary = try Tool.plot("boundary", "-m", "model.h5", "d.csv", "--axes", "a,b", "--size", "60x12", in: folder)
    #expect(boundary.code == 0 && boundary.output.contains("c at its mean, 5"))
  }

  @Test func labelsMayBeManyClassesOrValues() throws {
    let folder = try folder([
      "names.csv": "a,b,k\n1,2,u\n2,3,v\n3,4,w\n", "values.csv": "a,b,y\n1,2,0.5\n2,3,1.5\n3,4,9.5\n",
    ])
    #expect(try Tool.plot("data", "names.csv", "--size", "60x12", in: folder).output.hasSuffix("● u   ▲ v   ■ w\n"))
    let values = try Tool.plot("data", "values.csv", "--size", "60x12", in: folder)
    #expect(values.code == 0 && values.output.contains("0") && values.output.contains("9"))
  }

  /// Classes are those of their names, in whatever order a file has them.
  @Test func classesAreFoundByTheirNames() throws {
    let folder = try TemporaryFolder(["t.csv": "a,b,k\n1,1,yes\n-1,-1,no\n", "o.csv": "a,b,k\n-1,-1,no\n1,1,yes\n"])
    try folder.writeNetwork(
      "m.h5", [([[-1, -1]], [0], "sigmoid")], classes: ["yes", "no"], features: ["a", "b"])
    let pictures = try ["t.csv", "o.csv"].map { data in
      try Tool.plot("boundary", "-m", "m.h5", data, "--size", "40x12", in: folder).output
    }
    #expect(pictures[0] == pictures[1] && pictures[0].hasSuffix("● yes   ▲ no\n"))
  }

  @Test func largeDataAreDrawnInPart() throws {
    let folder = try TemporaryFolder()
    // The class alternates: a choice of every other example would lose one.
    try folder.write(
      "a,b,y\n" + (0..<40_000).map { "\(Double($0) / 100),\($0 % 7),\($0 % 2)\n" }.joined(), to: "d.csv")
    let whole = try Tool.plot("data", "d.csv", "--to", "gnuplot", in: folder)
    #expect(whole.code == 0 && whole.output.contains("'20000 of 40000 examples are drawn'"))
    let blocks = whole.output.split(separator: "<< EOD\n").dropFirst().map {
      $0.prefix { $0 != "E" }.count { $0 == "\n" }
    }
    #expect(blocks.reduce(0, +) == 20_000 && blocks.count == 2 && blocks.allSatisfy { $0 > 8000 })
    // What is read block by block gives the same picture.
    let streamed = try Tool.plot("data", "d.csv", "--to", "gnuplot", "--memory-limit", "1K", "--quiet", in: folder)
    #expect(streamed.output == whole.output)
  }

  @Test func theInputMayComeThroughAPipe() throws {
    let outcome = try Tool.plot("data", "-", "--size", "30x9", input: .text(PlotTests.square))
    #expect(outcome.code == 0 && outcome.output.contains("standard input") && outcome.output.contains("▲"))
  }

  @Test(arguments: ["data", "cost", "boundary", "weights", "report"]) func subcommandsHaveHelp(name: String) throws {
    let outcome = try Tool.plot(name, "--help")
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.output.contains("\nExamples:\n"))
    #expect(outcome.output.contains("\nUSAGE: reg-plot \(name) "))
    #expect(outcome.lines.filter { $0.count > 80 && !$0.hasPrefix("USAGE: ") } == [])
  }
}

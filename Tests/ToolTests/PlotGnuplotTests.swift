import Testing

extension Trait where Self == ConditionTrait {
  /// gnuplot with its cairo terminals draws the pictures.
  static var needsGnuplot: Self {
    .enabled(if: PlotPrograms.hasGnuplot, "skipped: gnuplot is not installed (apt install gnuplot-nox)")
  }

  /// A browser opens the page.
  static var needsChromium: Self {
    .enabled(if: PlotPrograms.chromium != nil, "skipped: chromium is not installed")
  }
}

/// The programs that draw and show pictures, where they are.
enum PlotPrograms {
  static let hasGnuplot = (try? Tool.bash("-c", "gnuplot --version").code) == 0
  static let chromium: String? = (try? Tool.bash("-c", "command -v chromium || command -v chromium-browser"))
    .flatMap { $0.code == 0 ? $0.lines.first : nil }
  /// Whether a text is well-formed XML, as Python says; nil where there is no Python.
  static func isWellFormed(_ path: String) throws -> Bool? {
    let outcome = try Tool.bash(
      "-c",
      "command -v python3 > /dev/null || exit 69; python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' \"$1\"",
      "bash", path)
    return outcome.code == 69 ? nil : outcome.code == 0
  }
}

extension TemporaryFolder {
  /// Writes a program in place of gnuplot; the folder is the whole PATH.
  func writeGnuplot(_ script: String) throws -> [String: String] {
    try write("#!/bin/sh\n" + script, to: "gnuplot")
    _ = try Tool.bash("-c", "chmod +x \"$1\"", "bash", file("gnuplot"))
    return ["PATH": path]
  }
}

@Suite struct PlotGnuplotTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["s.csv": PlotTests.square])
    try folder.writeModel(features: ["x1", "x2"])
    return folder
  }

  @Test(.needsGnuplot) func anSVGHasAMarkForEachPoint() throws {
    let folder = try folder()
    let outcome = try Tool.plot("data", try Field.train, "-o", "d.svg", "--title", "All <of> & 'them'", in: folder)
    #expect(outcome.code == 0 && outcome.output == "" && outcome.errors == "")
    let text = try folder.text("d.svg")
    #expect(try PlotPrograms.isWellFormed(folder.file("d.svg")) != false)
    // Not every writer of XML escapes the second bracket and the quotes.
    let plain = text.replacing("&gt;", with: ">").replacing("&#39;", with: "'")
    #expect(plain.contains(">All &lt;of> &amp; 'them'<"))
    #expect(text.contains("<title>All &lt;of&gt; &amp; &#39;them&#39;: 211 examples, x2 against x1</title>"))
    #expect(text.contains(">x1<") && text.contains(">x2<") && text.contains("Arial, Liberation Sans"))
    // Filled circles and triangles, one of each in the legend too.
    let marks = text.matches(of: /<use xlink:href='#gpPt(6|8)' transform/).count
    #expect(marks == 211 + 2)
    #expect(try folder.names == ["d.svg", "model.h5", "s.csv"])
  }

  @Test(.needsGnuplot) func equalCommandsMakeEqualPictures() throws {
    let folder = try folder()
    for name in ["1.svg", "1.png", "1.pdf", "2.svg", "2.png", "2.pdf"] {
      #expect(try Tool.plot("boundary", "-m", "model.h5", "s.csv", "-o", name, in: folder).code == 0)
      // A picture that has the time in it has another one in the next second.
      if name == "1.pdf" { try #require(try Tool.bash("-c", "sleep 1.1").code == 0) }
    }
    #expect(try folder.bytes("1.pdf") == folder.bytes("2.pdf"))
    #expect(try folder.bytes("1.svg") == folder.bytes("2.svg") && folder.bytes("1.png") == folder.bytes("2.png"))
  }

  /// sigmoid(x1 + 2 x2) is above 0.5 at the upper right.
  @Test(.needsGnuplot, arguments: [("clear", "c7e0ee", "f6dcc7"), ("notebook", "f6d5d9", "d3e4f0")])
  func aPNGHasTheColoursOfItsRegions(style: String, first: String, second: String) throws {
    let folder = try folder()
    let outcome = try Tool.plot(
      "boundary", "-m", "model.h5", "s.csv", "--xlim=-2,2", "--ylim=-2,2", "--size", "600x660", "--style", style, "-o",
      "b.png", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    let image = try PNG(folder.bytes("b.png"), in: folder)
    #expect(image.width == 600 && image.height == 660)
    func isNear(_ found: String, _ expected: String) -> Bool {
      func parts(_ color: String) -> [Int] { (0..<3).map { Int(color.dropFirst(2 * $0).prefix(2), radix: 16) ?? 999 } }
      return zip(parts(found), parts(expected)).allSatisfy { abs($0 - $1) <= 2 }
    }
    #expect(isNear(image.color(140, 500), first), "\(image.color(140, 500))")
    #expect(isNear(image.color(500, 100), second), "\(image.color(500, 100))")
    #expect(image.color(2, 2) == "ffffff")
    let (one, other) = (image.count(of: image.color(140, 500)), image.count(of: image.color(500, 100)))
    #expect(one > 90_000 && other > 90_000 && abs(one - other) < 3000)
  }

  @Test(.needsGnuplot) func aPDFIsOnePage() throws {
    let folder = try folder()
    #expect(try Tool.plot("weights", "-m", "model.h5", "-o", "w.pdf", in: folder).code == 0)
    let text = String(decoding: try folder.bytes("w.pdf"), as: UTF8.self)
    #expect(text.hasPrefix("%PDF-1.") && text.hasSuffix("%%EOF\n") && text.contains("/Count 1"))
  }

  @Test(.needsGnuplot) func theScriptDrawsThePictureItself() throws {
    let folder = try folder()
    let outcome = try Tool.bash(
      "-c",
      "\"$1\" boundary -m model.h5 s.csv --to gnuplot | gnuplot -d > script.svg && \"$1\" boundary -m model.h5 s.csv -o own.svg",
      "bash", Tool.plot.path, in: folder)
    #expect(outcome.code == 0)
    func body(_ name: String) throws -> String {
      try folder.text(name).replacing(/<title>.*<\/title>/, with: "").replacing(/font-family="[^"]*"/, with: "")
    }
    #expect(try body("script.svg") == body("own.svg"))
  }

  /// In double quotes gnuplot would have run the command.
  @Test(.needsGnuplot) func hostileLabelsAreLabels() throws {
    let folder = try folder()
    let hostile = "it's `touch pwned` \"q\" <b>&amp; \u{1B}[2J\n@x $y {/Bold t}_1^2 %s \\"
    let outcome = try Tool.plot("boundary", "-m", "model.h5", "--title", hostile, "s.csv", "-o", "h.svg", in: folder)
    #expect(outcome.code == 0 && outcome.errors == "")
    #expect(try PlotPrograms.isWellFormed(folder.file("h.svg")) != false)
    let text = try folder.text("h.svg")
    #expect(text.contains("`touch pwned`") && text.contains("\\x1b[2J\\n@x $y {/Bold t}_1^2 %s \\"))
    #expect(try folder.names == ["h.svg", "model.h5", "s.csv"])
  }

  /// Neither its own files nor variables change what gnuplot draws.
  @Test(.needsGnuplot) func nothingOfTheUsersGnuplotLeaksIn() throws {
    let folder = try folder()
    try folder.write("set title 'leaked'\nset label 'leaked' at screen 0.5,0.5\n", to: ".gnuplot")
    #expect(try Tool.plot("data", "s.csv", "-o", "1.svg", in: folder).code == 0)
    let environment = [
      "HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "GNUTERM": "dumb", "GNUPLOT_LIB": folder.path,
      "GNUPLOT_DEFAULT_GDFONT": "x", "LC_ALL": "de_DE.UTF-8",
    ]
    #expect(try Tool.plot("data", "s.csv", "-o", "2.svg", in: folder, environment: environment).code == 0)
    #expect(try folder.bytes("1.svg") == folder.bytes("2.svg"))
  }

  @Test func theChildHasAnEnvironmentOfItsOwn() throws {
    let folder = try folder()
    var environment = try folder.writeGnuplot("echo \"$0 $*\" > \"${0%/*}/seen\"; export >> \"${0%/*}/seen\"; exit 3\n")
    environment["GNUTERM"] = "x11"
    environment["GNUPLOT_LIB"] = "/tmp"
    environment["SECRET"] = "1"
    let outcome = try Tool.plot("data", "s.csv", "-o", "x.svg", in: folder, environment: environment)
    #expect(outcome.code == 69 && outcome.errors == "\(folder.file("gnuplot")) failed (exit code 3): it said nothing\n")
    let seen = try folder.text("seen")
    #expect(seen.hasPrefix("\(folder.file("gnuplot")) -d\n") && seen.contains("LC_ALL"))
    #expect(!seen.contains("GNUTERM") && !seen.contains("GNUPLOT_LIB") && !seen.contains("SECRET"))
  }

  /// gnuplot leaves half a picture when a script fails; what was there before stays.
  @Test(arguments: [
    "printf '\\211PNG half'; printf 'gnuplot> plot\\n  ^\\n line 0: \\033[31mbad\\n' >&2; exit 1\n",
    "printf '\\211PNG half'; exit 0\n", "exit 0\n", "kill -9 $$\n",
  ])
  func aFailingGnuplotLeavesNothing(script: String) throws {
    let folder = try folder()
    let environment = try folder.writeGnuplot(script)
    try folder.write("old", to: "old.png")
    for name in ["new.png", "old.png"] {
      let outcome = try Tool.plot("data", "s.csv", "-o", name, in: folder, environment: environment)
      #expect(
        outcome.code == 69 && outcome.output == "" && outcome.errors.hasPrefix("\(folder.file("gnuplot")) failed ("))
      #expect(!outcome.errors.contains("\u{1B}") && outcome.errors.count { $0 == "\n" } == 1)
      #expect(!script.contains("033") || outcome.errors.hasSuffix("gnuplot> plot; line 0: \\x1b[31mbad\n"))
    }
    let streamed = try Tool.plot("data", "s.csv", "--to", "png", in: folder, environment: environment)
    #expect(streamed.code == 69 && streamed.output == "")
    #expect(try folder.text("old.png") == "old" && folder.names == ["gnuplot", "model.h5", "old.png", "s.csv"])
  }

  /// A program that writes without end is ended.
  @Test func anEndlessGnuplotIsEnded() throws {
    let folder = try folder()
    var environment = try folder.writeGnuplot("exec cat /dev/zero\n")
    environment["PATH"]? += ":/bin:/usr/bin"
    let outcome = try Tool.plot("data", "s.csv", "-o", "x.svg", in: folder, environment: environment)
    #expect(outcome.code == 69 && outcome.errors.contains("wrote more than"))
  }

  @Test(arguments: [(Int32(2), Int32(130)), (15, 143), (1, 129), (3, 131)])
  func aHangingGnuplotEndsWithUs(signal: Int32, code: Int32) throws {
    let folder = try folder()
    var environment = try folder.writeGnuplot(
      "trap '' INT TERM HUP; echo $$ > \"${0%/*}/pid\"; sleep 1000; sleep 1000\n")
    environment["PATH"]? += ":/bin:/usr/bin"
    let running = try Tool.plot.start("data", "s.csv", "-o", "x.svg", in: folder, environment: environment)
    try #require(try running.wait { try folder.names.contains("pid") && folder.text("pid").hasSuffix("\n") })
    running.send(signal)
    let outcome = running.finish()
    #expect(outcome.code == code && outcome.errors == "" && outcome.output == "")
    #expect(try folder.names == ["gnuplot", "model.h5", "pid", "s.csv"])
    let child = try folder.text("pid").dropLast()
    let isGone = try Tool.bash(
      "-c",
      "for i in $(seq 100); do s=$(ps -o stat= -p $1 2>/dev/null); case \"$s\" in ''|Z*) exit 0;; esac; sleep 0.05; done; exit 1",
      "bash", String(child))
    #expect(isGone.code == 0)
  }

  @Test(.needsGnuplot, .enabled(if: System.exists("/dev/full"), "skipped: there is no /dev/full"))
  func aFullDiskIsAnError() throws {
    let folder = try folder()
    for format in ["svg", "png", "pdf"] {
      let outcome = try Tool.plot("data", "s.csv", "--to", format, in: folder, output: .file("/dev/full"))
      #expect(outcome.code == 74 && outcome.errors == "standard output: writing failed: no space left on device\n")
    }
    #expect(try Tool.plot("data", "s.csv", "-o", "-", in: folder, output: .closedPipe).ending == .signal(13))
  }

  @Test(.needsGnuplot) func binaryPicturesDoNotGoToATerminal() throws {
    let outcome = try Tool.plot("data", "s.csv", "--to", "png", in: folder(), output: .terminal)
    #expect(outcome.code == 64 && outcome.output == "" && outcome.errors.contains("standard output is a terminal"))
  }
}

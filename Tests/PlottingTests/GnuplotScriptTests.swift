import Testing

import Plotting

/// A small picture with everything that has a text.
func smallPicture(title: String = "title", name: String = "zero", style: Style = .clear) throws -> Picture {
  let scatter = try DatasetScatter(
    [Point(0, 0), Point(1, 0), Point(0, 1), Point(1, 1)], .classes([0, 0, 1, 1], names: [name, "one"]))
  var panel = Panel(
    title: title, xLabel: "x1", yLabel: "x2", window: Window(x: -0.5...1.5, y: -0.5...1.5),
    layers: scatter.layers(style))
  panel.subtitle = "below"
  return Picture("a small picture", panels: [panel], columns: 1)
}

@Suite struct GnuplotScriptTests {
  /// In single quotes gnuplot finds nothing but the quote itself.
  @Test(arguments: [
    ("plain", "'plain'"), ("it's", "'it''s'"), ("`rm x` @m $x \"q\" \\", "'`rm x` @m $x \"q\" \\'"),
    ("a\nb\rc\u{1B}[2Jd\u{0}e", "'a\u{FFFD}b\u{FFFD}c\u{FFFD}[2Jd\u{FFFD}e'"), ("'", "''''"),
    // With an accent on it a quote is another character, and the same byte.
    ("it'\u{301}s", "'it''\u{301}s'"), ("'\u{20E3}", "'''\u{20E3}'"),
    ("\u{202E}back\u{2028}line\u{FFFE}", "'\u{FFFD}back\u{FFFD}line\u{FFFD}'"), ("größe 尺", "'größe 尺'"),
  ])
  func labelsAreQuoted(text: String, quoted: String) { #expect(GnuplotScript.quoted(text) == quoted) }

  @Test func hostileLabelsStayInTheirLines() throws {
    let hostile = "'\nexit\n! touch /tmp/x\n`id` \u{1B}]0;x\u{7}"
    let picture = try smallPicture(title: hostile, name: hostile)
    let lines = GnuplotScript(picture, as: .svg).text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(!lines.contains { $0.hasPrefix("exit") || $0.hasPrefix("!") || $0.hasPrefix("`") })
    #expect(lines.allSatisfy { line in line.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
    // Every quote is closed on its line.
    for line in lines where !line.hasPrefix("#") { #expect(line.count { $0 == "'" }.isMultiple(of: 2), "\(line)") }
  }

  @Test func theDescriptionIsAComment() throws {
    var picture = try smallPicture()
    picture.description = "a\nset output 'x'"
    #expect(GnuplotScript(picture, as: .svg).text.hasPrefix("# a\u{FFFD}set output 'x', drawn by reg-plot\n# gnuplot"))
  }

  @Test func theSizeIsTheOneThatIsAskedFor() throws {
    let picture = try smallPicture()
    for (output, text) in [
      (GnuplotScript.Output.svg, "svg noenhanced size 800,600 "), (.png, "pngcairo noenhanced size 800,600 "),
      (.pdf, "pdfcairo noenhanced size 11.11111in,8.33333in "),
    ] {
      #expect(GnuplotScript(picture, as: output, size: (800, 600)).text.contains("\nset terminal \(text)"))
    }
  }

  @Test func pointsOutsideTheWindowAreLeftOut() throws {
    var picture = try smallPicture()
    picture.panels[0].window = Window(x: -0.5...0.5, y: -0.5...1.5)
    let text = GnuplotScript(picture, as: .svg).text
    #expect(text.contains("$d1_1 << EOD\n0.0 0.0\nEOD\n") && text.contains("$d1_2 << EOD\n0.0 1.0\nEOD\n"))
  }

  @Test func longTextsAreCut() throws {
    let long = String(repeating: "m", count: 5000)
    let text = GnuplotScript(try smallPicture(title: long, name: long), as: .svg).text
    #expect(text.split(separator: "\n").allSatisfy { $0.count < 400 } && text.contains("m…'"))
  }

  @Test func aPictureWithoutLayersIsDrawn() {
    let panel = Panel(title: "", xLabel: "", yLabel: "", window: Window(x: 0...1, y: 0...1))
    #expect(GnuplotScript(Picture("", panels: [panel], columns: 1), as: .svg).text.contains("\nplot NaN notitle\n"))
  }
}

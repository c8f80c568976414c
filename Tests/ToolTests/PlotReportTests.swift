import Testing

/// The page of `reg-plot report`.
@Suite struct PlotReportTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, lambda) in [("plain.h5", "0"), ("l2.h5", "0.7")] {
      let training = try Tool.train(
        try Field.mat, "--iterations", "200", "--lambda", lambda, "--record-every", "20", "-o", name, in: folder)
      try #require(training.code == 0)
    }
    return folder
  }

  private func report(_ folder: TemporaryFolder, _ options: String...) throws -> String {
    let outcome = try Tool.plot.run(
      ["report", "-m", "plain.h5", "-m", "l2.h5", try Field.mat, "-o", "r.html"] + options, in: folder)
    #expect(outcome.code == 0 && outcome.errors == "" && outcome.output == "")
    return try folder.text("r.html")
  }

  @Test(.needsGnuplot) func thePageStandsAlone() throws {
    let folder = try folder()
    let html = try report(folder)
    #expect(html.utf8.count < 500_000)
    #expect(!html.contains("<script") && !html.contains("http:") && !html.contains("https:") && !html.contains("<link"))
    for match in html.matches(of: /(src|href)="([^"]{0,40})/) {
      #expect(match.2.hasPrefix("data:image/svg+xml;base64,"))
    }
    #expect(html.contains("content=\"img-src data:; script-src 'none'; connect-src 'none'; "))
    let images = html.matches(of: /<img width="\d+" height="\d+" alt="([^"]+)"/)
    #expect(images.count == 3 && images[0].1 == "Decision boundaries of plain: x2 against x1")
    #expect(html.contains("<th scope=\"col\">Accuracy, test</th>") && html.contains("<th scope=\"row\">plain</th>"))
    #expect(html.contains("<dt>SHA-256</dt><dd>"))
    // The accuracies are those that reg-train reports.
    let inspected = try JSON(try Tool.inspect("--format", "json", "plain.h5", in: folder).output)
    let accuracy = try #require(inspected["model"]?["test"]?["accuracy"]?.number)
    #expect(html.contains("<td>\((accuracy * 1000).rounded() / 10) %</td>"))
    let sha = try #require(inspected["model"]?["data_sha256"]?.text)
    #expect(html.contains(sha) && html.contains("<td>those above</td>"))
    #expect(try folder.names == ["l2.h5", "plain.h5", "r.html"])
  }

  @Test(.needsGnuplot) func textsAreEscaped() throws {
    let folder = try folder()
    let hostile = "</title><script>alert(1)</script>\" onload='x' &amp;"
    let html = try report(folder, "--title", hostile, "--heading", hostile)
    #expect(!html.contains("<script") && !html.contains("onload='x'"))
    #expect(html.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;amp;"))
  }

  @Test(.needsGnuplot, .needsChromium) func aBrowserShowsThePage() throws {
    let folder = try folder()
    _ = try report(folder, "--title", "Größe")
    let chromium = Tool(name: try #require(PlotPrograms.chromium))
    let common = ["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.file("profile"))"]
    let page = "file://" + folder.file("r.html")
    let dom = try chromium.run(common + ["--dump-dom", page], in: folder, seconds: 120)
    #expect(dom.output.contains("<h1>Größe, l2 on field.mat</h1>"))
    #expect(dom.output.contains(">How well the models do<") && dom.output.contains(">Settings<"))
    // A copy without the policy tells how large the images are that the browser decoded.
    let sizes = try folder.text("r.html").replacing(/<meta http-equiv[^>]*>/, with: "").replacing(
      "</body>",
      with: """
        <script>addEventListener("load", () => { document.body.innerHTML = "sizes:" + [...document.images].map(
        i => i.complete + " " + (i.naturalWidth == i.width) + " " + i.naturalHeight).join(",") + ";" })</script></body>
        """)
    try folder.write(sizes, to: "sizes.html")
    let found = try chromium.run(
      common + [
        "--window-size=1600,1200", "--virtual-time-budget=5000", "--dump-dom", "file://" + folder.file("sizes.html"),
      ],
      in: folder, seconds: 120)
    let match = try #require(found.output.firstMatch(of: /sizes:([^;]*);/))
    let images = match.1.split(separator: ",")
    #expect(images.count == 3 && images.allSatisfy { $0.hasPrefix("true true ") && (Int($0.dropFirst(10)) ?? 0) > 300 })
    // Both regions are seen, and the page itself, on the screen.
    _ = try chromium.run(
      common + ["--screenshot=\(folder.file("r.png"))", "--window-size=1200,1400", page], in: folder, seconds: 120)
    let image = try PNG(folder.bytes("r.png"), in: folder)
    #expect(image.width == 1200 && image.color(3, 3) == "ffffff")
    #expect(image.count(of: "c7e0ee") > 10_000 && image.count(of: "f6dcc7") > 10_000)
  }

  @Test(.needsGnuplot) func otherNetworksHavePagesToo() throws {
    let folder = try TemporaryFolder([
      "values.csv": "a,b,c,y\n" + (0..<30).map { "\($0),\($0 % 5),\($0 % 3),\(Double($0) / 7)\n" }.joined(),
      "classes.csv": "a,b,k\n"
        + (0..<30).map { "\(Double($0) / 30),\(Double($0 % 5) / 5),\(["u", "v", "w"][$0 % 3])\n" }.joined(),
    ])
    for (data, loss) in [("values.csv", "squared"), ("classes.csv", "softmax")] {
      let training = try Tool.train(
        data, "--loss", loss, "--iterations", "50", "--standardize", "--learning-rate", "0.01", "--test-fraction",
        "0.2", "-o", "m.h5", in: folder)
      try #require(training.code == 0)
      let outcome = try Tool.plot("report", "-m", "m.h5", data, "-o", "r.html", in: folder)
      #expect(outcome.code == 0 && outcome.errors.contains("--test-fraction 0.2"))
      let html = try folder.text("r.html")
      #expect(html.contains("24 training examples, 6 test examples"))
      #expect(html.contains(loss == "squared" ? "R², test" : "Accuracy, test"))
      #expect(html.contains(">Decision boundaries<") == (loss == "softmax"))
    }
  }
}

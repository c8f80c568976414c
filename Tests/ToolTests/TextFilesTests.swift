import Testing

/// Tables with names of classes, ARFF, SVMlight and gzip, from one tool to the next.
@Suite struct TextFilesTests {
  private static let rows = [
    (1.0, 2.0, "yes"), (-1, -2, "no"), (2, 1, "yes"), (-2, -1.5, "no"), (1.5, 0.5, "yes"), (-0.5, -1, "no"),
  ]
  private static let csv = "x1,x2,kick\n" + rows.map { "\($0),\($1),\($2)\n" }.joined()
  private static let numbers = csv.replacing("yes", with: "0").replacing("no", with: "1")
  private static let arff =
    "@relation r\n@attribute x1 real\n@attribute x2 real\n@attribute kick {yes,no}\n@data\n"
    + rows.map { "\($0),\($1),\($2)\n" }.joined()
  private static let svm = rows.map { "\($2 == "yes" ? 0 : 1) 1:\($0) 2:\($1)\n" }.joined()

  private func folder() throws -> TemporaryFolder {
    try TemporaryFolder([
      "t.csv": Self.csv, "n.csv": Self.numbers, "t.arff": Self.arff, "t.svm": Self.svm,
      "turned.csv": "x1,x2,kick\n-1,-2,no\n1,2,yes\n", "other.csv": "x1,x2,kick\n-1,-2,never\n",
    ])
  }

  @Test(arguments: ["t.csv", "t.arff", "t.svm"]) func trainsTheSameNetwork(_ data: String) throws {
    let folder = try folder()
    let names = data == "t.svm" ? [] : ["--labels", "kick"]
    let expected = try Tool.train("n.csv", "--iterations", "50", in: folder)
    let outcome = try Tool.train.run([data, "--iterations", "50"] + names, in: folder)
    #expect(outcome.code == 0 && outcome.output == expected.output && expected.errors == "")
    #expect(outcome.errors == (data == "t.svm" ? "" : "classes of kick: 0 yes, 1 no\n"))
    let quiet = try Tool.train.run([data, "--iterations", "50", "--quiet"] + names, in: folder)
    #expect(quiet.errors == "" && quiet.output == expected.output)
  }

  @Test func theTestSetHasTheClassesOfTheTrainingSet() throws {
    let folder = try folder()
    for train in ["t.csv", "t.arff"] {
      let outcome = try Tool.train(train, "--test", "turned.csv", "--iterations", "300", in: folder)
      #expect(outcome.code == 0 && outcome.lines.suffix(2) == ["On the test set:", "Accuracy: 1.0"])
    }
    let other = try Tool.train("t.csv", "--test", "other.csv", in: folder)
    #expect(other.code == 65)
    #expect(other.errors == "other.csv:2:7: 'never' is not among the classes of kick: 0 yes, 1 no\n")
    let names = try Tool.train("n.csv", "--test", "turned.csv", in: folder)
    #expect(names.errors == "turned.csv:2:7: 'no' is not a number; labels are 0 or 1\n")
  }

  @Test func theReportNamesTheClasses() throws {
    let folder = try folder()
    let outcome = try Tool.train("t.csv", "--iterations", "1", "--format", "json", in: folder)
    #expect(try JSON(outcome.output)["data"]?["classes"]?[0] == .text("yes"))
  }

  @Test func predictsARFFAndCompressedRows() throws {
    let folder = try folder()
    try #require(try Tool.train("t.csv", "--iterations", "50", "-o", "m.h5", in: folder).code == 0)
    let expected = try Tool.predict("-m", "m.h5", "--labels", "kick", "--only-predictions", "n.csv", in: folder)
    #expect(expected.code == 0)
    let arff = try Tool.predict("-m", "m.h5", "--labels", "kick", "t.arff", in: folder)
    #expect(arff.code == 0 && arff.output == expected.output && arff.errors == expected.errors)
    let svm = try Tool.predict("-m", "m.h5", "--labels", "y", "t.svm", in: folder)
    #expect(svm.code == 0 && svm.output == expected.output && svm.errors == expected.errors)
    // Written compressed, read compressed: from a file and through a pipe.
    let plain = try Tool.predict("-m", "m.h5", "n.csv", "--labels", "kick", in: folder)
    #expect(try Tool.predict("-m", "m.h5", "n.csv", "--labels", "kick", "-o", "p.csv.gz", in: folder).code == 0)
    #expect(try Tool.bash("-c", "gzip -dc p.csv.gz", in: folder).output == plain.output)
    let again = try Tool.predict("-m", "m.h5", "--features", "x1,x2", "--only-predictions", "p.csv.gz", in: folder)
    #expect(again.code == 0 && again.output == expected.output)
    let piped = try Tool.predict(
      "-m", "m.h5", "--features", "x1,x2", "--only-predictions", input: .bytes(try folder.bytes("p.csv.gz")), in: folder
    )
    #expect(piped.code == 0 && piped.output == expected.output)
  }

  @Test func gzipIsLeftOutWhereItCannotBe() throws {
    let folder = try folder()
    let parameters = try Tool.train("t.csv", "-o", "m.h5.gz", in: folder)
    #expect(parameters.code == 64 && parameters.errors.contains("leave .gz out of the name"))
    try #require(try Tool.train("t.csv", "--iterations", "1", "-o", "m.h5", in: folder).code == 0)
    for options in [["-o", "p.mat.gz"], ["-o", "p.csv.gz", "--to", "h5"]] {
      let outcome = try Tool.predict.run(["-m", "m.h5", "n.csv", "--labels", "kick"] + options, in: folder)
      #expect(outcome.code == 64 && outcome.errors.contains("leave .gz out of the name"))
    }
  }

  @Test func inspectSaysHowManyBytesThereAre() throws {
    let folder = try folder()
    try #require(try Tool.bash("-c", "gzip -n t.csv", in: folder).code == 0)
    let size = try folder.bytes("t.csv.gz").count
    let outcome = try Tool.inspect("t.csv.gz", in: folder)
    #expect(outcome.lines[0].hasSuffix(", \(size) bytes of gzip that hold \(Self.csv.utf8.count)"))
    let report = try JSON(try Tool.inspect("--format", "json", "t.csv.gz", in: folder).output)
    #expect(report["bytes"] == .number(Double(Self.csv.utf8.count)))
    #expect(report["compressed_bytes"] == .number(Double(size)))
    #expect(report["columns"]?[2] == .text("kick"))
  }
}

import Testing

extension Trait where Self == ConditionTrait {
  fileprivate static var needsParallel: Self {
    .enabled(
      if: (try? Tool.bash("-c", "parallel --version | grep -q 'GNU parallel'").code) == 0,
      "skipped: GNU parallel is not installed")
  }
}

/// The commands of `Samples/parallel` that need no cluster, taken from its page.
@Suite(.needsParallel) struct ParallelTests {
  private static let rowCount = 20_000

  private func folder(badRow: Int? = nil) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    var text = "x1,x2,id\n"
    for row in 0..<ParallelTests.rowCount {
      text += row == badRow ? "oops,0,\(row)\n" : "0.\(row % 97),-0.\(row),\(row)\n"
    }
    try folder.write(text, to: "positions.csv")
    return folder
  }

  /// A command of the page, found by its beginning, with the size of its blocks for few rows.
  private func command(_ beginning: String) throws -> String {
    let page = try Tool.bash("-c", "cat \"$1\"", "bash", "\(Tool.package)/Samples/parallel/README.md").output
    let start = try #require(page.firstRange(of: beginning)?.lowerBound)
    let block = page[start...]
    let end = try #require(block.firstRange(of: "\n```")?.lowerBound)
    return String(block[..<end]).replacing("--block 64M", with: "--block 64k")
  }

  private func run(_ command: String, in folder: TemporaryFolder) throws -> Outcome {
    let script = "PATH=\"$1:$PATH\"; mkdir -p ~/.parallel && touch ~/.parallel/will-cite; \(command)"
    return try Tool.bash.run(
      ["-c", script, "bash", Tool.folder], in: folder, environment: ["HOME": folder.path], seconds: 300)
  }

  @Test func theBlocksOfAFileStayInOrder() throws {
    let folder = try folder()
    let outcome = try run(command("tail -n +2 positions.csv"), in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let direct = try Tool.predict("-m", "model.h5", "--features", "1,2", "positions.csv", in: folder)
    #expect(try folder.text("predicted.csv") == String(direct.output.drop { $0 != "\n" }.dropFirst()))
  }

  @Test func aBadRowEndsTheWholeWithTheToolsCode() throws {
    let folder = try folder(badRow: 15_000)
    let outcome = try run(command("tail -n +2 positions.csv"), in: folder)
    #expect(outcome.code == 65)
    #expect(try folder.text("messages").contains("'oops' is not a number; the row is 'oops,0,15000'"))
  }

  @Test func whatIsMissingIsDoneAgain() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let files = (0..<6).map { "\($0).csv" }
    _ = try run("mkdir positions predicted", in: folder)
    for file in files { try folder.write("x1,x2\n1,0\n", to: "positions/\(file)") }
    try folder.write("x1,x2\n1,oops\n", to: "positions/3.csv")
    let again = try command("parallel --halt now,fail=1 'test -f")
    #expect(try run(again, in: folder).code == 65)
    #expect(!System.exists(folder.file("predicted/3.csv")))
    try folder.write("x1,x2\n1,0\n", to: "positions/3.csv")
    #expect(try run(again, in: folder).code == 0)
    for file in files { #expect(try folder.text("predicted/\(file)").split(separator: "\n").count == 2) }
  }
}

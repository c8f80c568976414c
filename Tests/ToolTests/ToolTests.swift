import Testing

@Suite struct HarnessTests {
  @Test func runsAndMeasures() throws {
    let folder = try TemporaryFolder(["a.txt": "hello\n"])
    let outcome = try Tool.bash("-c", "cat a.txt; cat; echo oops >&2; exit 7", input: .text("more\n"), in: folder)
    #expect(outcome.output == "hello\nmore\n" && outcome.errors == "oops\n" && outcome.code == 7)
    #expect(try Tool.bash("-c", "kill -TERM $$").ending == .signal(15))
    #expect(try Tool.bash("-c", "sleep 60", seconds: 0.2).ending == .overdue)
    #expect(try Tool.bash("-c", "test -t 2 && echo yes", errors: .terminal).output == "yes\n")
  }
}

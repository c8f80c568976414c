import Testing

@Suite("Allocations, counted by valgrind") struct AllocationTests {
  static let hasValgrind = System.exists("/usr/bin/valgrind")

  /// A thousand more iterations allocate no more: what is left is a text of another length.
  @Test(
    .enabled(if: hasValgrind, "skipped: valgrind is not installed"),
    arguments: [["--lambda", "0.1"], ["--keep-prob", "0.8"]])
  func theTrainingLoopAllocatesNothing(_ options: [String]) throws {
    func allocations(_ iterations: Int) throws -> Int {
      let program = Tool.folder + "/reg-train"
      let arguments =
        ["--leak-check=no", program, try Field.mat, "--iterations", "\(iterations)", "--report-every", "0"]
        + ["--record-every", "0"] + options
      let outcome = try Tool(name: "/usr/bin/valgrind").run(arguments)
      #expect(outcome.code == 0)
      let words = outcome.errors.split(separator: " ").map(String.init)
      let place = try #require(words.firstIndex(of: "allocs,"), "\(outcome.errors)")
      return try #require(Int(words[place - 1].replacing(",", with: "")))
    }
    #expect(try abs(allocations(1010) - allocations(10)) <= 20)
  }
}

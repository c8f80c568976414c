import Testing

@Suite(.serialized) struct PredictStreamingTests {
  /// Rows of two numbers that differ from row to row.
  private func rows(_ count: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(count * 24)
    for row in 0..<count {
      text += "\(row * 7919 % 100_003),-0.\(row * 104_729 % 1_000_003),r\(row % 10)\n".utf8
    }
    return text
  }

  @Test func memoryDoesNotGrowWithTheRows() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    var peaks: [Int] = []
    for count in [100_000, 1_000_000] {
      let outcome = try Tool.predict(
        "-m", "model.h5", "--features", "1,2", "--threads", "2", input: .bytes(rows(count)), in: folder,
        output: .file(folder.file("out.csv")))
      #expect(outcome.code == 0 && outcome.errors == "")
      peaks.append(outcome.peakMemory)
    }
    let lines = try folder.bytes("out.csv").count { $0 == UInt8(ascii: "\n") }
    #expect(lines == 1_000_000)
    // Where the system tells it, well below the 64 MB that are promised.
    #expect(peaks[1] < 40 << 20)
    // The text of the rows between alone would be 20 MB.
    #expect(peaks[1] < peaks[0] + (16 << 20), "\(peaks)")
  }

  @Test func everyNumberOfThreadsGivesTheSameBytes() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let rows = rows(200_000)
    var outputs: [[UInt8]] = []
    for threads in ["1", "2", "5"] {
      let outcome = try Tool.predict(
        "-m", "model.h5", "--features", "1,2", "--labels", "2", "--threads", threads, input: .bytes(rows), in: folder)
      #expect(outcome.code == 65, "the labels are none, which is said alike")
      let whole = try Tool.predict(
        "-m", "model.h5", "--features", "1,2", "--threads", threads, input: .bytes(rows), in: folder)
      #expect(whole.code == 0)
      outputs.append(outcome.errorBytes + outcome.outputBytes + whole.outputBytes)
    }
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
    #expect(outputs[0].count { $0 == UInt8(ascii: "\n") } > 200_000)
  }

  /// Lines are counted once, not for each bad row from the beginning again.
  @Test func badRowsTakeLittleLongerThanGoodOnes() throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let count = 1_000_000
    try folder.write(String(repeating: "x,0\r\n", count: count), to: "bad.csv")
    let outcome = try Tool.predict(
      "-m", "model.h5", "--header", "no", "--threads", "1", "--reject", "rejected.csv", "bad.csv", in: folder,
      seconds: 15)
    #expect(outcome.code == 0 && outcome.output == "")
    let rejected = try folder.text("rejected.csv")
    #expect(rejected.hasSuffix("\nbad.csv,\(count),'x' is not a number,\"x,0\"\n"))
  }

  /// What comes through a pipe in small pieces is what comes in a file.
  @Test func aPipeIsReadAsItComes() throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2\r\n1,0\r\n0,0\r\n"])
    try folder.writeModel()
    let running = try Tool.predict.start("-m", "model.h5", input: .open("x1,"), in: folder)
    for piece in ["x2\r", "\n1", ",0\r\n", "0,0\r", "\n"] {
      _ = running.wait(seconds: 0.02) { false }
      running.write(piece)
    }
    running.closeInput()
    let outcome = running.finish()
    #expect(outcome.code == 0)
    #expect(try outcome.output == Tool.predict("-m", "model.h5", "rows.csv", in: folder).output)
  }

  /// Each row is answered before the next one comes, by any number of threads; what stands in quotes may have several
  /// lines, and comes in pieces.
  @Test(arguments: ["1", "3"]) func rowsAreAnsweredOneByOne(threads: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeModel()
    let running = try Tool.predict.start(
      "-m", "model.h5", "--features", "x1,x2", "--digits", "1", "--line-buffered", "--threads", threads,
      input: .open("# rows\n\nx1,x2,name\n1,0,a\n"), in: folder)
    var expected = "x1,x2,name,probability,label\n1,0,a,0.7,1\n"
    for (piece, answer) in [
      ("", ""), ("0,0,b\n1,0,c\n", "0,0,b,0.5,0\n1,0,c,0.7,1\n"), ("1,", ""), ("0,\"d\n", ""),
      ("e\"\n", "1,0,\"d\ne\",0.7,1\n"), ("0,0,f", ""),
    ] {
      running.write(piece)
      expected += answer
      let isThere = running.wait(seconds: answer.isEmpty && !piece.isEmpty ? 0.1 : 20) { running.output == expected }
      #expect(isThere, "\(running.output)")
    }
    running.closeInput()
    let outcome = running.finish()
    #expect(outcome.code == 0 && outcome.output == expected + "0,0,f,0.5,0\n")
  }

  @Test func whatIsNoPipeIsReadAsEver() throws {
    let folder = try TemporaryFolder(["rows.csv": "x1,x2\n1,0\n0,0\n"])
    try folder.writeModel()
    let file = try Tool.predict("-m", "model.h5", "--line-buffered", "rows.csv", in: folder)
    #expect(try file.code == 0 && file.output == Tool.predict("-m", "model.h5", "rows.csv", in: folder).output)
    let empty = try Tool.predict("-m", "model.h5", "--line-buffered", input: .text("\n"), in: folder)
    #expect(empty.code == 65 && empty.errors.contains("the table is empty"))
    let grid = try Tool.predict("-m", "model.h5", "--line-buffered", "--grid", "0,1,0,1", in: folder)
    #expect(grid.code == 64 && grid.errors.contains("--line-buffered is for rows that are read"))
  }
}

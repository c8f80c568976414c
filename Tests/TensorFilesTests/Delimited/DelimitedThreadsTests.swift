import TensorFiles
import Tensors
import Testing

/// Rows that several threads count and parse against those of one thread: the same in every call, errors too.
@Suite struct DelimitedThreadsTests {
  /// What each call gives: the bits of its rows, or its error.
  private func calls(
    _ text: [UInt8], threads: Int, room: Int, missing: MissingValues = .nan
  ) throws -> [[UInt64]] {
    let file: OpenFile
    do throws(FormatError) {
      file = try FileFormats.open(
        InputFile(bytes: text, name: "table.csv"), limits: Limits(threads: threads),
        tables: TableOptions(header: .no))
    } catch {
      return [Array("\(error)".utf8).map(UInt64.init)]
    }
    let table = try #require(file.reader as? any TableReader)
    let rows = try table.rows(ofColumns: Array(table.columnNames.indices), missing: missing)
    var values = [Double](repeating: 0, count: room)
    var calls: [[UInt64]] = [[UInt64(rows.rowCount ?? 0)]]
    // Ends at the end of the text, or where errors do not.
    while calls.count < 60 {
      do {
        var span = values.mutableSpan
        let count = try rows.nextRows(into: &span)
        if count == 0 { break }
        calls.append(values[..<(count * rows.columnCount)].map(\.bitPattern))
      } catch {
        calls.append(Array("\(error)".utf8).map(UInt64.init))
      }
    }
    return calls
  }

  private func lines(_ count: Int, seed: UInt64) -> [String] {
    var random = DelimitedTesting.Random(state: seed)
    return (0..<count).map { _ in
      let bits = random.next()
      return "\(Double(Int64(bitPattern: bits) >> 40) / 1000),\(bits & 0xFFFF),1234567890.5,-0.25"
    }
  }

  private func expectSame(
    _ lines: [String], _ rooms: [Int] = [1 << 14, 100_001, 1 << 20], missing: MissingValues = .nan,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let text = Array((lines.joined(separator: "\n") + "\n").utf8)
    for room in rooms {
      let one = try calls(text, threads: 1, room: room, missing: missing)
      for threads in [2, 5] {
        let several = try calls(text, threads: threads, room: room, missing: missing)
        let areSame = several == one
        #expect(areSame, "room for \(room), \(threads) threads", sourceLocation: location)
      }
    }
  }

  @Test func rowsAreThoseOfOneThread() throws {
    let lines = lines(150_000, seed: 1)
    try expectSame(lines, [1 << 14, 100_001])
    let text = Array(lines.joined(separator: "\n").utf8)
    #expect(text.count > 9 << 19)
    #expect(try calls(text, threads: 3, room: 1 << 20).joined().count == 600_001)
  }

  @Test func theFirstBadRowEndsThem() throws {
    let good = lines(150_000, seed: 2)
    for bad in ["x,1,2,3", "1,2,3", "1", "1,\"2\"x,3,4", "1,,3,4", "1,2 3,4,5", "\u{0},1,1,1"] {
      for places in [[10_000], [149_999], [40_000, 40_001, 90_000, 120_000]] {
        var lines = good
        for place in places { lines[place] = bad }
        try expectSame(lines, [1 << 20], missing: .error)
      }
    }
  }

  @Test func whatIsNotPlainIsTheSame() throws {
    var lines = lines(150_000, seed: 3)
    for place in stride(from: 50_000, to: 90_000, by: 1000) { lines[place] = "\"1\",\"\(place)\",3,4" }
    lines[100_000] = ""
    lines[110_000] = "# a comment"
    let comment = "# a comment as long as a row of numbers is"
    lines.replaceSubrange(111_000..<126_000, with: repeatElement(comment, count: 15_000))
    lines[140_000] = " 1 ,\t2,3, 4"
    try expectSame(lines, [1 << 14, 1 << 20])
    lines[130_000] = "1,2,3," + String(repeating: "0", count: 600_000) + "1"
    try expectSame(lines, [1 << 20])
    lines[75_000] = "\"1\",\"2\nx\",3,4"
    try expectSame(lines, [1 << 20])
    lines[120_000] = "1,2,3,\"4"
    try expectSame(lines, [1 << 20])
  }

  @Test func goingToARowForgetsWhatWasRead() throws {
    let text = Array(lines(150_000, seed: 4).joined(separator: "\n").utf8)
    var found: [[UInt64]] = []
    for threads in [1, 4] {
      let file = try FileFormats.open(
        InputFile(bytes: text, name: "table.csv"), limits: Limits(threads: threads), tables: TableOptions(header: .no))
      let rows = try #require(file.reader as? any TableReader).rows(ofColumns: [1])
      var values = [Double](repeating: 0, count: 1 << 14)
      var all: [UInt64] = []
      for row in [0, 99_999, 7, 140_000, 30_000] {
        try rows.seek(toRow: row)
        for _ in 0..<2 {
          var span = values.mutableSpan
          let count = try rows.nextRows(into: &span)
          all += values[..<count].map(\.bitPattern)
        }
      }
      found.append(all)
    }
    #expect(found[0] == found[1])
  }

  /// Who reads only the beginning leaves the rest unread, and nothing waits for it.
  @Test func rowsMayBeLeft() throws {
    let text = Array(lines(150_000, seed: 5).joined(separator: "\n").utf8)
    for _ in 0..<20 {
      let file = try FileFormats.open(
        InputFile(bytes: text, name: "table.csv"), limits: Limits(threads: 3), tables: TableOptions(header: .no))
      let rows = try #require(file.reader as? any TableReader).rows(ofColumns: [3])
      var values = [Double](repeating: 0, count: 1 << 14)
      var span = values.mutableSpan
      #expect(try rows.nextRows(into: &span) == 1 << 14)
      #expect(values == [Double](repeating: -0.25, count: 1 << 14))
    }
  }
}

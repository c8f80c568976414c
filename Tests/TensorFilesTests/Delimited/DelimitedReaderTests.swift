import Testing
import Tensors
import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct DelimitedReaderTests {
  private func table(_ text: String, _ options: TableOptions = TableOptions()) throws -> any TableReader {
    let file = try FileFormats.open(DelimitedTesting.input(text), tables: options)
    return try #require(file.reader as? any TableReader)
  }

  private func all(_ source: any RowSource) throws -> [[Double]] {
    var values = [Double](repeating: 0, count: source.columnCount * 2)
    var rows: [[Double]] = []
    while true {
      var span = values.mutableSpan
      let count = try source.nextRows(into: &span)
      if count == 0 { return rows }
      for row in 0..<count { rows.append(Array(values[row * source.columnCount..<(row + 1) * source.columnCount])) }
    }
  }

  @Test func columnsAreReadByThemselves() throws {
    let table = try table("name,x1,x2,y\nAnn,1,2,0\n\"Bob, Jr\",3,4,1\nCy,5,6,1\n")
    #expect(table.entries.map(\.name) == ["data"])
    #expect(table.entries[0].shape == [3, 4])
    #expect(table.columnNames == ["name", "x1", "x2", "y"])
    let columns = [try table.position(ofColumn: "x2"), try table.position(ofColumn: "2")]
    let rows = try table.rows(ofColumns: columns)
    #expect(rows.rowCount == 3)
    #expect(try all(rows) == [[2, 1], [4, 3], [6, 5]])
    #expect(try table.texts(ofColumn: 0) == ["Ann", "Bob, Jr", "Cy"])
    #expect(try table.attributes(of: "data").first?.value.texts == ["name", "x1", "x2", "y"])
    #expect(DelimitedTesting.message("name,x\nAnn,1\n", TableOptions()) == "table.csv:2:1: 'Ann' is not a number")
  }

  @Test func columnsThatAreNotThereAreNamed() throws {
    let table = try table("x,x,y\n1,2,3\n")
    #expect(throws: FormatError.self) { try table.position(ofColumn: "z") }
    do {
      _ = try table.position(ofColumn: "x")
    } catch {
      #expect("\(error)" == "several columns are named 'x'; name one by its position: 1, 2")
    }
    do {
      _ = try table.position(ofColumn: "z")
    } catch {
      #expect("\(error)" == "there is no column 'z'; the table has x, x, y")
    }
    #expect(throws: FormatError.self) { try table.rows(ofColumns: [3]) }
    #expect(throws: FormatError.self) { try table.rows(ofColumns: [0, 0]) }
  }

  @Test func missingValuesAreNaNOrRefused() throws {
    let text = "x,y\n1,2\n3,\n4,NA\n"
    let rows = try all(table(text).rows(ofColumns: [0, 1]))
    #expect("\(rows)" == "[[1.0, 2.0], [3.0, nan], [4.0, nan]]")
    let strict = try table(text).rows(ofColumns: [0, 1], missing: .error)
    var message = ""
    do { _ = try all(strict) } catch { message = "\(error)" }
    #expect(message == "table.csv:3:3: the value is missing")
    #expect(
      DelimitedTesting.message("x,y\n1,2\n3,N/A\n", missing: .error)
        == "table.csv:3:3: the value is missing ('N/A')")
    #expect(
      DelimitedTesting.message("x,y\n1,2\n3,nan\n", missing: .error)
        == "table.csv:3:3: the value is missing ('nan')")
    #expect(try all(table(text).rows(ofColumns: [0], missing: .error)) == [[1], [3], [4]])
  }

  @Test func anyRowCanBeGoneTo() throws {
    for quoted in [false, true] {
      let text = (0..<100_000).map { quoted && $0 % 7 == 0 ? "\"\($0)\",-\($0)" : "\($0),-\($0)" }
        .joined(separator: "\n")
      let rows = try table(text, TableOptions(header: .no)).rows(ofColumns: [0])
      var value = [0.0]
      for row in [99_999, 0, 50_000, 1, 27_341, 99_998, 12_345] {
        try rows.seek(toRow: row)
        var span = value.mutableSpan
        #expect(try rows.nextRows(into: &span) == 1)
        #expect(value == [Double(row)])
      }
      try rows.seek(toRow: 100_000)
      var span = value.mutableSpan
      #expect(try rows.nextRows(into: &span) == 0)
    }
  }

  @Test func aHeaderAloneIsATableWithoutRows() throws {
    let table = try table("x1,x2\n")
    #expect(table.entries[0].shape == [0, 2])
    #expect(try table.tensor("data").elementCount == 0)
    #expect(try all(table.rows(ofColumns: [1])) == [])
    #expect(throws: FormatError.self) { try table.tensor("x1") }
  }

  /// A pipe is streamed as it comes, and kept where rows must be gone to.
  @Test(arguments: [false, true])
  func aPipeIsRead(isOpened: Bool) throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    // Less than a pipe holds, so that nobody need read meanwhile.
    let text = "\u{FEFF}x,y\n" + (0..<5000).map { "\($0),\($0 * 2)\n" }.joined()
    let bytes = Array(text.utf8)
    try #require(unsafe write(ends[1], bytes, bytes.count) == bytes.count)
    close(ends[1])
    let input = try InputFile(path: "/dev/fd/\(ends[0])")
    close(ends[0])
    #expect(input.knownSize == nil)
    if isOpened {
      let reader = try DelimitedReader(input, limits: Limits())
      #expect(reader.rowCount == 5000)
      #expect(try reader.tensor("data").doublesInStorageOrder() == (0..<5000).flatMap { [Double($0), Double($0 * 2)] })
    } else {
      let rows = try DelimitedTesting.rows(input, blockLength: 1000)
      #expect(rows.count == 5000)
      #expect(rows.last == [4999, 9998])
      #expect(input.knownSize == nil)
    }
  }

  @Test func whatIsNoTextIsNotTaken() {
    #expect(!DelimitedFormat.csv.recognizes(prefix: Array("1,2\n".utf8) + [0], size: nil))
    #expect(!DelimitedFormat.csv.recognizes(prefix: [0x01, 0x5B], size: nil))
    #expect(DelimitedFormat.csv.recognizes(prefix: Array("größe\t1\r\n".utf8), size: nil))
  }

  @Test func anArrayOverTheLimitIsRefused() throws {
    let file = try FileFormats.open(DelimitedTesting.input("1,2\n3,4\n"), limits: Limits(memory: 31))
    var message = ""
    do { _ = try file.reader.tensor("data") } catch { message = "\(error)" }
    #expect(message.contains("32 bytes are needed in memory, the limit is 31"))
  }
}

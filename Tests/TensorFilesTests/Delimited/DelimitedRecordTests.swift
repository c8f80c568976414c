import Testing
import TensorFiles

@Suite struct DelimitedRecordTests {
  private static let tricky =
    "\u{FEFF}a,b\r\n1,2\r\n\r\n# a \"comment\"\r\n  \n\"3\n\",\"4 \"\"x\"\", 5\"\r\r5,é\"6\n7,\n,8\r\n\"\",\"9,\r\n10\""
  private static let expected: [([String], Int)] = [
    (["1", "2"], 2), (["3\n", "4 \"x\", 5"], 6), (["5", "é\"6"], 9), (["7", ""], 10), (["", "8"], 11),
    (["", "9,\r\n10"], 12),
  ]

  /// The same records, wherever the blocks end.
  @Test(arguments: 1...100)
  func findsTheRecordsAtEveryBlockLength(length: Int) throws {
    let input = DelimitedTesting.input(DelimitedRecordTests.tricky)
    let layout = try TableLayout(input)
    #expect(layout.columnNames == ["a", "b"])
    #expect(String(decoding: layout.header, as: UTF8.self) == "a,b")
    let records = DelimitedRecords(input, layout: layout, blockLength: length)
    var found: [([String], Int)] = []
    var fields: [Range<Int>] = []
    while let block = try records.nextBlock() {
      block.forEachRecord { record in
        block.split(record.range, into: &fields)
        found.append((fields.map(block.text(of:)), record.line))
      }
    }
    #expect(found.map(\.0) == DelimitedRecordTests.expected.map(\.0))
    #expect(found.map(\.1) == DelimitedRecordTests.expected.map(\.1))
  }

  @Test(arguments: 1...40)
  func plainTextIsTheSameAtEveryBlockLength(length: Int) throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["1,2", "", "-3.25,4e2", "# 5", "nan,", "\"7\",8"].joined(separator: end)
      let rows = try DelimitedTesting.rows(
        DelimitedTesting.input(text), TableOptions(header: .no), blockLength: length)
      #expect("\(rows)" == "[[1.0, 2.0], [-3.25, 400.0], [nan, nan], [7.0, 8.0]]")
    }
  }

  @Test func givesTheOriginalBytesOfEachRow() throws {
    let input = DelimitedTesting.input("x,y\r\n 1 , 2.50\r\n\"3\",4\r5,6")
    let layout = try TableLayout(input)
    let records = DelimitedRecords(input, layout: layout)
    let block = try #require(try records.nextBlock())
    var parser = RowParser(block, try ColumnSelection([1], of: layout))
    var values = [Double](repeating: 0, count: 10)
    var ranges = [Range<Int>](repeating: 0..<0, count: 10)
    var span = values.mutableSpan
    var places = ranges.mutableSpan
    let count = try parser.nextRows(into: &span, records: &places)
    #expect(count == 3)
    #expect(ranges.prefix(3).map { String(decoding: block[$0], as: UTF8.self) } == [" 1 , 2.50", "\"3\",4", "5,6"])
    #expect(values.prefix(3) == [2.5, 4, 6])
    var writer = RowWriter()
    writer.append(ranges[1], of: block)
    writer.append(0.5)
    writer.endRow()
    #expect(String(decoding: writer.text, as: UTF8.self) == "\"3\",4,0.5\n")
  }

  @Test func goesOnBehindABadRecord() throws {
    let input = DelimitedTesting.input("1,2\nx,4\n5\n7,8\n")
    let layout = try TableLayout(input, options: TableOptions(header: .no))
    let block = try #require(try DelimitedRecords(input, layout: layout).nextBlock())
    var parser = RowParser(block, try ColumnSelection([0, 1], of: layout))
    var values = [Double](repeating: 0, count: 20)
    var told: [String] = []
    while true {
      var span = values.mutableSpan
      do throws(FormatError) {
        let count = try parser.nextRows(into: &span)
        if count == 0 { break }
        told.append("\(count)")
      } catch {
        let rejected = try #require(parser.rejected)
        told.append("\(error) <\(String(decoding: block[rejected], as: UTF8.self))>")
      }
    }
    #expect(
      told == [
        "1", "table.csv:2:1: 'x' is not a number <x,4>", "table.csv:3: 1 column was found, 2 are expected <5>", "1",
      ])
  }

  @Test func anEndlessFieldEndsWithAnError() throws {
    let long = String(repeating: "a", count: 1 << 21)
    #expect(
      DelimitedTesting.message("x,y\n1,2\n3,\"\(long)\"\n")
        == "table.csv:3:3: the field is longer than 1048576 bytes; is the quote that opens here never closed?")
    #expect(
      DelimitedTesting.message("x,y\n1,2\n3,\(long)\n").hasPrefix("table.csv:3:3: the field is longer"))
    let lines = String(repeating: "5,6\n", count: 1 << 20)
    #expect(
      DelimitedTesting.message("x,y\n1,2\n3,\"4\n\(lines)").hasPrefix("table.csv:3:3: the field is longer"))
  }

  @Test func anEndlessRecordEndsWithAnError() throws {
    let many = String(repeating: "1,", count: 1_000_001)
    #expect(DelimitedTesting.message("1,2\n\(many)\n") == "table.csv:2:1: there are more than 1000000 columns")
    let field = String(repeating: "a", count: 1 << 19) + ","
    #expect(
      DelimitedTesting.message("1,2\n" + String(repeating: field, count: 129))
        == "table.csv:2:1: the record is longer than 67108864 bytes; is a quote open?")
  }

  @Test func longRecordsMakeLongerBlocks() throws {
    let row = Array(repeating: "0.5", count: 200_000).joined(separator: ",")
    let rows = try DelimitedTesting.rows(DelimitedTesting.input("\(row)\n\(row)\n"))
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { $0.count == 200_000 && $0.allSatisfy { $0 == 0.5 } })
  }

  /// Any text gives the same numbers, and the same records without them, as splitting and parsing field by field.
  @Test(arguments: [Dialect.Delimiter.comma, .tab, .semicolon, .blanks])
  func theFastLoopAgreesWithTheCarefulCode(delimiter: Dialect.Delimiter) throws {
    var random = DelimitedTesting.Random(state: 7)
    let pieces = [
      "1", "23", ".5", "-4.25", "+6e-3", "7E2", "00.125", "12345678.12345678", "1234567890123456789012", "nan", "-inf",
      "NA", "?", "", "", " ", "\t", "\"8\"", "\"-1.5e1\"", "\"7\"\"", "\" 6\"", "\"9", "\"", "x", "#", "e", "\n",
      "\r\n", "\r", ",", ",", ";", "1\t2",
      "3;4", "é",
    ]
    for _ in 0..<3000 {
      let separator = [Dialect.Delimiter.comma: ",", .tab: "\t", .semicolon: ";", .blanks: " "][delimiter] ?? ","
      var text = "0\(separator)0\n"
      for _ in 0..<random.next() % 60 {
        text += pieces[Int(random.next() % UInt64(pieces.count))]
        if random.next() % 2 == 0 { text += random.next() % 3 == 0 ? "\n" : separator }
      }
      let options = TableOptions(delimiter: delimiter, decimalComma: delimiter == .semicolon, header: .no)
      let input = DelimitedTesting.input(text)
      let layout = try TableLayout(input, options: options)
      let records = DelimitedRecords(input, layout: layout, blockLength: 1 + Int(random.next() % 100))
      let selection = try ColumnSelection([1, 0], of: layout)
      do throws(FormatError) {
        while let block = try records.nextBlock() {
          let fast = try fastRows(block, selection)
          let careful = carefulRows(block, selection)
          #expect(fast == careful, "\(text.debugDescription)")
        }
      } catch {
        #expect(error.sentence == "the quote that opens here is never closed")
      }
    }
  }

  private func fastRows(_ block: RecordBlock, _ selection: ColumnSelection) throws(FormatError) -> [String] {
    var parser = RowParser(block, selection)
    var values = [0.0, 0.0, 0.0, 0.0]
    var ranges = [0..<0, 0..<0]
    var rows: [String] = []
    while true {
      do throws(FormatError) {
        var span = values.mutableSpan
        var places = ranges.mutableSpan
        let count = try parser.nextRows(into: &span, records: &places)
        if count == 0 { return rows }
        for row in 0..<count { rows.append("\(ranges[row]) \(values[row * 2]) \(values[row * 2 + 1])") }
      } catch {
        guard let rejected = parser.rejected else { throw error }
        rows.append("\(rejected)")
      }
    }
  }

  private func carefulRows(_ block: RecordBlock, _ selection: ColumnSelection) -> [String] {
    var fields: [Range<Int>] = []
    var rows: [String] = []
    block.forEachRecord { record in
      block.split(record.range, into: &fields)
      guard fields.count == selection.fieldCount else { return rows.append("\(record.range)") }
      var row = "\(record.range)"
      for column in selection.columns {
        let text = block.text(of: fields[column])
        if case .number(let value) = DelimitedTesting.parsed(text, decimalComma: block.dialect.hasDecimalComma) {
          row += " \(value)"
        } else if ["", "na", "?"].contains(text.lowercased().filter { $0 != " " && $0 != "\t" }) {
          row += " nan"
        } else {
          return rows.append("\(record.range)")
        }
      }
      rows.append(row)
    }
    return rows
  }

  /// Line ends of every kind, counted in any part of a text.
  @Test func linesAreCounted() throws {
    var random = DelimitedTesting.Random(state: 6)
    for _ in 0..<200 {
      let bytes = (0..<Int(random.next() % 20_000)).map { _ in Array("1\n\r,".utf8)[Int(random.next() % 4)] }
      let text = "0" + String(decoding: bytes, as: UTF8.self) + "\r\n9"
      var lines = 1
      var isAfterReturn = false
      for byte in text.utf8 {
        if byte == 13 || (byte == 10 && !isAfterReturn) { lines += 1 }
        isAfterReturn = byte == 13
      }
      let input = DelimitedTesting.input(text)
      let layout = try TableLayout(input, options: TableOptions(delimiter: .comma, header: .no))
      let records = DelimitedRecords(input, layout: layout, blockLength: 1 + Int(random.next() % 3000))
      var last = 0
      while let block = try records.nextBlock() { block.forEachRecord { last = $0.line } }
      #expect(last == lines)
    }
  }

  @Test func blocksAreNotLongerThanAsked() throws {
    let input = DelimitedTesting.input(String(repeating: "0.25,-1\n", count: 200_000))
    let layout = try TableLayout(input)
    let records = DelimitedRecords(input, layout: layout, blockLength: 1000)
    var rows = 0
    var lines: [Int] = []
    while let block = try records.nextBlock() {
      #expect(block.length <= 1000)
      #expect(block.bytes.count <= 1100)
      rows += block.recordCount
      lines.append(block.firstLine)
    }
    #expect(rows == 200_000)
    #expect(lines.prefix(3) == [1, 126, 251])
  }
}

import Testing

import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loops over many rows against what does the same one by one.
@Suite struct DelimitedRowLoopTests {
  private static let formats: [NumberFormat] =
    [.shortest] + [0, 1, 6, 8, 9, 16, 17, 19, 20, 40].map(NumberFormat.fixed)

  @Test(arguments: formats, [AppendedColumns.ClassPlace.none, .first, .last])
  func manyRowsAreWrittenLikeSingleOnes(format: NumberFormat, place: AppendedColumns.ClassPlace) throws {
    var random = DelimitedTesting.Random(state: 5)
    let fields = ["0", "a longer name than sixteen bytes", "\"q,\"", "ü"].map { Array($0.utf8) }
    for round in 0..<40 {
      let (count, width) = (Int(random.next() % 50), Int(random.next() % 4) + (place == .none ? 1 : 0))
      let text = (0..<max(count, 1)).map { row in
        (0..<Int(random.next() % 5)).map { _ in String(random.next() >> (random.next() % 60)) }.joined(separator: ",")
          + "x\(row)"
      }
      let input = DelimitedTesting.input(text.joined(separator: "\n"))
      let layout = try TableLayout(input, options: TableOptions(header: .no))
      let block = try #require(try DelimitedRecords(input, layout: layout).nextBlock())
      var records: [Range<Int>] = []
      block.forEachRecord { records.append($0.range) }
      let numbers = (0..<count * width).map { _ in number(&random) }
      let leading = (0..<count * 3).map { _ in number(&random) }
      let classes = (0..<count).map { _ in Int32(random.next() % 4) }
      let columns = AppendedColumns(numberCount: width, classPlace: place, classFields: fields)
      for beginnings in 0..<3 {
        var fast = RowWriter(delimiter: .semicolon, format: format, hasDecimalComma: round % 2 == 1)
        var plain = fast
        let first = count / 3
        for rows in [0..<first, first..<count] {
          switch beginnings {
          case 0: fast.append(rows: rows, .numbers([], perRow: 0), numbers: numbers, classes: classes, columns)
          case 1: fast.append(rows: rows, .numbers(leading, perRow: 3), numbers: numbers, classes: classes, columns)
          default: fast.append(rows: rows, .records(records, block), numbers: numbers, classes: classes, columns)
          }
        }
        for row in 0..<count {
          if beginnings == 1 { for number in leading[row * 3..<row * 3 + 3] { plain.append(number, as: .shortest) } }
          if beginnings == 2 { plain.append(records[row], of: block) }
          if place == .first { plain.append(raw: fields[Int(classes[row])][...]) }
          for number in numbers[row * width..<(row + 1) * width] { plain.append(number) }
          if place == .last { plain.append(raw: fields[Int(classes[row])][...]) }
          plain.endRow()
        }
        #expect(String(decoding: fast.text, as: UTF8.self) == String(decoding: plain.text, as: UTF8.self))
      }
    }
  }

  private func number(_ random: inout DelimitedTesting.Random) -> Double {
    switch random.next() % 8 {
    case 0: random.finite()
    case 1: [.nan, .infinity, -.infinity, -0.0, 1e300, -1e25][Int(random.next() % 6)]
    case 2: Double(random.next() % 10)
    case 3: (Double(random.next() % 2_000_000) - 1_000_000) / 1e6
    case 4: (Double(random.next() % 1000) + 0.5) / 1024
    default: Double(random.next() >> 11) * 0x1p-53
    }
  }

  /// A row that was begun is gone on with.
  @Test func columnsFollowAnOpenRow() {
    var writer = RowWriter(format: .fixed(2))
    writer.append(Int64(7))
    let columns = AppendedColumns(numberCount: 2)
    writer.append(rows: 0..<2, .numbers([], perRow: 0), numbers: [1, 1e300, 3, 4], classes: [], columns)
    let large = NumberFormat.fixed(2).string(1e300)
    #expect(String(decoding: writer.text, as: UTF8.self) == "7,1.00,\(large)\n3.00,4.00\n")
  }

  /// Counting records, blocks in used memory and any length of blocks, on texts of what is special in them.
  @Test func recordsAreTheSameHoweverTheyAreFound() throws {
    var random = DelimitedTesting.Random(state: 6)
    let pieces = ["1,2", "\n", "\n", "\r\n", "\r", "#", " ", "\t", "\"3\",4", "5,x", "\"\n\"", "-7.25,8e3\n9,1\n2,3\n"]
    for _ in 0..<600 {
      let text = "a,b\n1,2\n" + (0..<Int(random.next() % 60)).map { _ in pieces[Int(random.next() % 12)] }.joined()
      var expected: [String]?
      for length in [1, 7, 16, 33, 100, 1 << 18] {
        for isReused in [false, true] {
          let found = records(text, length, isReused)
          #expect(found == expected ?? found, "\(text.debugDescription), \(length)")
          expected = found
        }
      }
    }
  }

  private func records(_ text: String, _ length: Int, _ isReused: Bool) -> [String] {
    var found: [String] = []
    do {
      let input = DelimitedTesting.input(text)
      let records = DelimitedRecords(
        input, layout: try TableLayout(input, options: TableOptions(delimiter: .comma)), blockLength: length)
      var memory = [UInt8](repeating: UInt8(ascii: "7"), count: isReused ? 90 : 0)
      while let block = try isReused ? records.nextBlock(reusing: &memory) : records.nextBlock() {
        var count = 0
        block.forEachRecord { record in
          count += 1
          found.append("\(record.line): \(String(decoding: block[record.range], as: UTF8.self))")
        }
        if block.recordCount != count { found.append("\(block.recordCount) records are counted of \(count)") }
        memory = block.bytes
      }
    } catch {
      found.append("\(error)")
    }
    return found
  }

  /// The fast way to write and to read a number, and the slow ways, on what they may disagree about.
  @Test func aNumberIsReadAsItIsWritten() {
    var random = DelimitedTesting.Random(state: 7)
    var mismatches: [String] = []
    for round in 0..<400_000 {
      let value =
        switch round % 4 {
        case 0: random.finite()
        case 1: Double(random.next() % 100_000_000) / 1e8
        case 2: Double(random.next() % 1_000_000_000_000_000) / 1e8
        default: (Double(random.next() % 100_000) / 1e4).nextUp
        }
      let text = Array(NumberFormat.shortest.string(value).utf8)
      guard let (read, length) = NumberReading.plainNumber(text) else {
        mismatches.append(String(decoding: text, as: UTF8.self))
        continue
      }
      if read != value || length != text.count { mismatches.append(String(decoding: text, as: UTF8.self)) }
    }
    #expect(mismatches.prefix(10) == [])
    #expect(NumberReading.plainNumber(Array("1,5".utf8), decimalComma: true)?.value == 1.5)
    for text in ["", "-", ".", "nan", "12345678901234567890", "1e", "1e+"] {
      #expect(NumberReading.plainNumber(Array(text.utf8)) == nil)
    }
  }

  /// Numbers of any number of decimals in the fast way, with much of what rounding up and the ends of the range do.
  @Test func longNumbersAreRoundedAsByTheCLibrary() {
    var random = DelimitedTesting.Random(state: 8)
    var mismatches: [String] = []
    var plain = 0
    for round in 0..<300_000 {
      let (whole, decimals) = (Int(random.next() % 5), Int(random.next() % 27))
      let nines = round % 7 == 0 ? 9 : round % 7 == 1 ? 0 : nil as UInt64?
      func digits(_ count: Int) -> String { (0..<count).map { _ in "\(nines ?? random.next() % 10)" }.joined() }
      var text = ["", "-", "+"][Int(random.next() % 3)] + digits(whole) + "." + digits(decimals)
      if round % 5 == 0 { text += "\(random.next() % 10)" }
      if round % 3 == 0 { text += "e\(Int(random.next() % 660) - 340)" }
      guard let (read, length) = NumberReading.plainNumber(Array(text.utf8)) else { continue }
      plain += 1
      let expected = unsafe text.withCString { unsafe strtod($0, nil) }
      if read.bitPattern != expected.bitPattern || length != text.utf8.count { mismatches.append(text) }
    }
    #expect(mismatches.prefix(10) == [])
    #expect(plain > 150_000)
    for (text, value) in [
      ("0.99999999999999999", 1), ("1.99999999999999999", 2), ("-0.0000000000000000", -0.0),
      ("1.79769313486231570e308", Double.greatestFiniteMagnitude), ("1.79769313486231581e308", .infinity),
      ("2.22507385850720138e-308", Double.leastNormalMagnitude), ("4.940656458412465e-324", 0x1p-1074),
    ] {
      #expect(NumberReading.plainNumber(Array(text.utf8))?.value.bitPattern == value.bitPattern, "\(text)")
    }
  }

  /// Doubles at which the nearest decimals change: powers of two and their neighbours, and numbers of few bits.
  @Test func shortestDigitsAreThoseOfTheLanguage() {
    var mismatches: [Double] = []
    for power in -1074...1023 {
      let value = Double(sign: .plus, exponent: power, significand: 1)
      for value in [value, value.nextUp, value.nextDown, value * 3, value * 5] where value.isFinite && value > 0 {
        let text = NumberFormat.shortest.string(value)
        let (ours, theirs) = (significant(text), significant(value.description))
        if ours != theirs || Double(text) != value { mismatches.append(value) }
      }
    }
    #expect(mismatches.prefix(10) == [])
  }

  /// The digits without point, exponent and the zeros around them.
  private func significant(_ text: String) -> String {
    let digits = text.prefix { $0 != "e" }.filter { $0 != "." }.drop { $0 == "0" }
    return String(digits.reversed().drop { $0 == "0" }.reversed())
  }
}

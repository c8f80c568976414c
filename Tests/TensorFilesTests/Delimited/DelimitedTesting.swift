import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the tests of delimited text share.
enum DelimitedTesting {
  /// Reproducible random bits: SplitMix64 (Steele, Lea, Flood 2014).
  struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    /// Any finite double, all exponents equally likely.
    mutating func finite() -> Double {
      while true {
        let value = Double(bitPattern: next())
        if value.isFinite { return value }
      }
    }
  }

  /// What C's printf writes.
  static func printed(_ format: String, _ digits: Int, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 2000)
    _ = unsafe withVaList([Int32(digits), value]) { unsafe vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func parsed(_ text: String, decimalComma: Bool = false) -> NumberParsing.Outcome {
    NumberParsing.parse(Array(text.utf8).span, decimalComma: decimalComma)
  }

  /// A text as an input.
  static func input(_ text: String, name: String = "table.csv") -> InputFile {
    InputFile(bytes: Array(text.utf8), name: name)
  }

  /// All columns of all rows, read block by block.
  static func rows(
    _ input: InputFile, _ options: TableOptions = TableOptions(), missing: MissingValues = .nan,
    blockLength: Int = DelimitedRecords.defaultBlockLength
  ) throws -> [[Double]] {
    let layout = try TableLayout(input, options: options)
    let selection = try ColumnSelection(Array(0..<layout.columnCount), of: layout, missing: missing)
    let records = DelimitedRecords(input, layout: layout, blockLength: blockLength)
    var rows: [[Double]] = []
    var values = [Double](repeating: 0, count: layout.columnCount * 3)
    while let block = try records.nextBlock() {
      var parser = RowParser(block, selection)
      while true {
        var span = values.mutableSpan
        let count = try parser.nextRows(into: &span)
        if count == 0 { break }
        for row in 0..<count {
          rows.append(Array(values[row * layout.columnCount..<(row + 1) * layout.columnCount]))
        }
      }
    }
    return rows
  }

  /// The message of the error that reading a table ends with, or what it holds.
  static func message(
    _ text: String, _ options: TableOptions = TableOptions(), missing: MissingValues = .nan
  ) -> String {
    do { return try "\(rows(input(text), options, missing: missing))" } catch { return "\(error)" }
  }
}

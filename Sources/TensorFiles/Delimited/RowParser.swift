/// Turns the records of one block into rows of numbers, as many at a time as the caller has room for.
///
/// A parser is a value with its own place in the block: several threads parse several blocks.
public struct RowParser: Sendable {
  /// The block.
  public let block: RecordBlock
  /// The columns that are read.
  public let selection: ColumnSelection
  /// The record that could not be read, after ``nextRows(into:)`` has thrown.
  public private(set) var rejected: Range<Int>?
  /// The column whose field could not be read, counted from 0; nil where the record as a whole could not.
  public private(set) var rejectedColumn: Int?

  private var position = 0
  private var cursor: RecordCursor
  private var fields: [Range<Int>] = []
  private var locator: RecordLocator

  /// A parser before the first record of a block.
  public init(_ block: RecordBlock, _ selection: ColumnSelection) {
    self.block = block
    self.selection = selection
    cursor = RecordCursor(block)
    locator = RecordLocator(block)
  }

  /// Reads the next rows, as many as fit, and gives their number: 0 at the end of the block.
  ///
  /// - Throws: ``FormatError`` for the first record when it cannot be read (``rejected`` tells which it is); rows
  ///   before a bad record are given first. The next call goes on behind it.
  public mutating func nextRows(into values: inout MutableSpan<Double>) throws(FormatError) -> Int {
    let width = selection.columns.count
    let capacity = width == 0 ? 0 : values.count / width
    return try unsafe values.withUnsafeMutableBufferPointer { values throws(FormatError) in
      guard let base = values.baseAddress else { return 0 }
      return try unsafe nextRows(capacity, base, nil)
    }
  }

  /// Reads the next rows, and where each record stands in the block: its original text.
  public mutating func nextRows(
    into values: inout MutableSpan<Double>, records: inout MutableSpan<Range<Int>>
  ) throws(FormatError) -> Int {
    let width = selection.columns.count
    let capacity = width == 0 ? records.count : min(values.count / width, records.count)
    return try unsafe values.withUnsafeMutableBufferPointer { values throws(FormatError) in
      try unsafe records.withUnsafeMutableBufferPointer { records throws(FormatError) in
        guard let base = values.baseAddress, let ranges = records.baseAddress else { return 0 }
        return try unsafe nextRows(capacity, base, ranges)
      }
    }
  }

  @unsafe private mutating func nextRows(
    _ capacity: Int, _ values: UnsafeMutablePointer<Double>, _ ranges: UnsafeMutablePointer<Range<Int>>?
  ) throws(FormatError) -> Int {
    let width = selection.columns.count
    var count = 0
    while count < capacity, position < block.length {
      // Those loops know numbers only.
      if selection.classes.isEmpty {
        count += unsafe DelimitedHotLoops.parse(
          block, selection, position: &position, capacity: capacity - count, values: values + count * width,
          ranges: ranges.map { unsafe $0 + count })
      }
      guard count < capacity, position < block.length else { break }
      cursor.move(to: position)
      guard let record = cursor.nextRange() else {
        position = block.length
        break
      }
      do throws(FormatError) {
        var row = unsafe MutableSpan(_unsafeStart: values + count * width, count: width)
        try parse(record, into: &row)
      } catch {
        // The rows before it come first; the next call finds the same record again.
        if count > 0 { return count }
        position = cursor.position
        rejected = record
        throw located(error, record)
      }
      if let ranges = unsafe ranges { unsafe ranges[count] = record }
      position = cursor.position
      count += 1
    }
    return count
  }

  /// Passes over records without reading them.
  mutating func skip(_ count: Int) {
    cursor.move(to: position)
    for _ in 0..<count { _ = cursor.nextRange() }
    position = cursor.position
  }

  /// The error at its line and column, or for the record as a whole at its line.
  private mutating func located(_ error: FormatError, _ record: Range<Int>) -> FormatError {
    let location: FormatError.Location =
      if case .byte(let index) = error.location {
        locator.location(of: index)
      } else {
        .line(locator.line(of: record.lowerBound), column: nil)
      }
    return error.at(location, file: block.file)
  }

  /// Reads one record, whatever is in it; an error is at a byte of the block or at none, and whoever gives it to the
  /// caller counts the lines.
  private mutating func parse(_ record: Range<Int>, into row: inout MutableSpan<Double>) throws(FormatError) {
    block.split(record, into: &fields)
    rejectedColumn = nil
    try selection.check(fields.count, at: .file, file: block.file)
    for (place, column) in selection.columns.enumerated() {
      do throws(FormatError) {
        if !selection.classes.isEmpty, let classes = selection.classes[place] {
          row[place] = try number(fields[column], among: classes)
        } else {
          row[place] = try number(fields[column])
        }
      } catch {
        rejectedColumn = column
        throw error
      }
    }
  }

  /// The number of the class that a field names.
  private func number(_ field: Range<Int>, among classes: ClassLabels) throws(FormatError) -> Double {
    let name = block.text(of: field)
    if let number = classes.number(of: name) { return Double(number) }
    let bytes = Array(name.utf8)
    guard FieldText.isMissing(bytes.span) else {
      throw FormatError(
        .damaged, at: .byte(field.lowerBound),
        "'\(FieldText.shown(block.bytes.span, field))' is not among the \(classes.summary)", file: block.file)
    }
    return try missingValue(field)
  }

  private func number(_ field: Range<Int>) throws(FormatError) -> Double {
    let bytes = block.bytes.span
    guard FieldText.isQuoted(bytes, field) else {
      return try number(bytes.extracting(field), field)
    }
    // A number holds no quotes: this needs no copy.
    let last = field.upperBound - 1
    if last > field.lowerBound, bytes[last] == UInt8(ascii: "\""),
      !(field.lowerBound + 1..<last).contains(where: { bytes[$0] == UInt8(ascii: "\"") })
    {
      return try number(bytes.extracting(field.lowerBound + 1..<last), field)
    }
    guard let content = FieldText.unquoted(bytes, field) else {
      throw FormatError(
        .damaged, at: .byte(field.lowerBound), "text follows the closing quote", file: block.file)
    }
    return try number(content.span, field)
  }

  private func number(_ text: Span<UInt8>, _ field: Range<Int>) throws(FormatError) -> Double {
    if case .number(let value) = NumberParsing.parse(text, decimalComma: block.dialect.hasDecimalComma),
      !value.isNaN || selection.missing == .nan
    {
      return value
    }
    let location = FormatError.Location.byte(field.lowerBound)
    guard FieldText.isMissing(text) else {
      throw FormatError(
        .damaged, at: location, "'\(FieldText.shown(block.bytes.span, field))' is not a number", file: block.file)
    }
    return try missingValue(field)
  }

  private func missingValue(_ field: Range<Int>) throws(FormatError) -> Double {
    if selection.missing == .nan { return .nan }
    let location = FormatError.Location.byte(field.lowerBound)
    let shown = FieldText.shown(block.bytes.span, field)
    throw FormatError(
      .damaged, at: location, shown.isEmpty ? "the value is missing" : "the value is missing ('\(shown)')",
      file: block.file)
  }
}

/// The columns that are appended to rows: numbers, and perhaps the field of a class before or behind them.
package struct AppendedColumns: Sendable {
  /// Where the field of the class stands.
  package enum ClassPlace: Sendable {
    /// There is none.
    case none
    /// Before the numbers.
    case first
    /// Behind the numbers.
    case last
  }

  /// The numbers of a row.
  let numberCount: Int
  let classPlace: ClassPlace
  /// The fields of the classes, one after the other, and ``RecordBlock/padding``.
  let fields: [UInt8]
  /// Where each of them begins, and the last one ends.
  let starts: [Int]
  /// The length of the longest.
  let longest: Int

  /// Columns of so many numbers.
  ///
  /// - Parameter classFields: the fields as they are written, with quotes where they need them.
  package init(numberCount: Int, classPlace: ClassPlace = .none, classFields: [[UInt8]] = []) {
    precondition(numberCount >= 0)
    self.numberCount = numberCount
    self.classPlace = classPlace
    var fields: [UInt8] = []
    var starts = [0]
    for field in classFields {
      fields += field
      starts.append(fields.count)
    }
    self.starts = starts
    self.fields = fields + [UInt8](repeating: 0, count: RecordBlock.padding)
    longest = classFields.map(\.count).max() ?? 0
  }
}

/// What stands in rows before the columns that are appended.
package enum RowBeginnings {
  /// The records of a block, byte for byte, by row.
  case records([Range<Int>], RecordBlock)
  /// So many numbers in each row, in shortest form.
  case numbers([Double], perRow: Int)
}

extension RowWriter {
  /// Appends whole rows.
  ///
  /// - Parameters:
  ///   - rows: which ones.
  ///   - beginnings: what stands first in each row.
  ///   - numbers: the numbers of all rows, row by row.
  ///   - classes: the number of each row's class; empty where the columns have none.
  package mutating func append(
    rows: Range<Int>, _ beginnings: RowBeginnings, numbers: [Double], classes: [Int32], _ columns: AppendedColumns
  ) {
    let none = RecordBlock.empty
    switch beginnings {
    case .records(let records, let block): append(rows, records, block, [], 0, numbers, classes, columns)
    case .numbers(let leading, let count): append(rows, [], none, leading, count, numbers, classes, columns)
    }
  }

  private mutating func append(
    _ rows: Range<Int>, _ records: [Range<Int>], _ block: RecordBlock, _ leading: [Double], _ leadingCount: Int,
    _ numbers: [Double], _ classes: [Int32], _ columns: AppendedColumns
  ) {
    let width = columns.numberCount
    precondition(rows.lowerBound >= 0 && rows.upperBound * width <= numbers.count)
    precondition(records.isEmpty || rows.upperBound <= records.count)
    precondition(rows.upperBound * leadingCount <= leading.count)
    let hasClasses = columns.classPlace != .none
    precondition(!hasClasses || rows.upperBound <= classes.count)
    guard !rows.isEmpty else { return }
    // Most that a row takes besides its record; a number may write behind its end.
    let longest = if case .fixed(let digits) = format { 24 + max(0, digits) } else { 0 }
    let room = (width + leadingCount) * (max(longest, 26) + 1) + columns.longest + 3
    var text = rows.count * room + NumberWriting.room
    for row in rows where !records.isEmpty {
      let record = records[row]
      precondition(record.lowerBound >= 0 && record.upperBound <= block.length)
      text += record.count
    }
    precondition(block.length + RecordBlock.padding <= block.bytes.count)
    if hasClasses {
      for row in rows { precondition(classes[row] >= 0 && Int(classes[row]) < columns.starts.count - 1) }
    }
    reserve(text)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let parts = unsafe RowParts(
        format: format, delimiter: delimiter, point: point, width: width, leadingCount: leadingCount,
        place: columns.classPlace)
      row = unsafe write(parts, row..<rows.upperBound, records, block, leading, numbers, classes, columns)
      guard row < rows.upperBound else { break }
      // A number that only the slow way can write.
      if !records.isEmpty { append(records[row], of: block) }
      for index in 0..<leadingCount { append(leading[row * leadingCount + index], as: .shortest) }
      if columns.classPlace == .first { append(class: classes[row], of: columns) }
      for index in 0..<width { append(numbers[row * width + index]) }
      if columns.classPlace == .last { append(class: classes[row], of: columns) }
      endRow()
      row += 1
      reserve(text)
    }
  }

  private mutating func append(class number: Int32, of columns: AppendedColumns) {
    append(raw: columns.fields[columns.starts[Int(number)]..<columns.starts[Int(number) + 1]])
  }

  /// Writes rows until one has a number that only the slow way can write, and gives that row's place.
  @unsafe private mutating func write(
    _ parts: RowParts, _ rows: Range<Int>, _ records: [Range<Int>], _ block: RecordBlock, _ leading: [Double],
    _ numbers: [Double], _ classes: [Int32], _ columns: AppendedColumns
  ) -> Int {
    var (isOpen, misses, count) = (isRowOpen, misses, count)
    let end = unsafe bytes.withUnsafeMutableBufferPointer { text in
      unsafe block.bytes.withUnsafeBufferPointer { source in
        unsafe records.withUnsafeBufferPointer { records in
          unsafe leading.withUnsafeBufferPointer { leading in
            unsafe numbers.withUnsafeBufferPointer { numbers in
              unsafe classes.withUnsafeBufferPointer { classes in
                unsafe columns.fields.withUnsafeBufferPointer { fields in
                  unsafe columns.starts.withUnsafeBufferPointer { starts in
                    guard let start = text.baseAddress, let source = source.baseAddress,
                      let fields = fields.baseAddress, let starts = starts.baseAddress
                    else { return rows.lowerBound }
                    var out = unsafe start + count
                    let end = unsafe parts.write(
                      rows, records: records.isEmpty ? nil : records.baseAddress, of: source,
                      leading: leading.baseAddress, numbers: numbers.baseAddress, classes: classes.baseAddress,
                      fields: fields, starts: starts, isOpen: &isOpen, misses: &misses, to: &out)
                    count = unsafe out - start
                    return end
                  }
                }
              }
            }
          }
        }
      }
    }
    (isRowOpen, self.misses, self.count) = (isOpen, misses, count)
    return end
  }
}

extension RowWriter {
  /// Appends a number's text; false, and nothing is appended, where only the slow way can write it.
  mutating func appendText(of value: Double, as format: NumberFormat) -> Bool {
    reserve(NumberWriting.room)
    var (misses, count) = (misses, count)
    let point = point
    let isWritten = unsafe bytes.withUnsafeMutableBufferPointer { text in
      guard let start = text.baseAddress else { return false }
      let place = unsafe start + count
      switch format {
      case .shortest:
        count = unsafe NumberWriting.shortest(value, point: point, misses: &misses, to: place) - start
      case .fixed(let digits):
        guard let end = unsafe NumberWriting.fixed(value, digits: digits, point: point, to: place) else {
          return false
        }
        count = unsafe end - start
      }
      return true
    }
    (self.misses, self.count) = (misses, count)
    return isWritten
  }

  /// Appends the digits of a whole number.
  mutating func appendDigits(of value: UInt64) {
    reserve(NumberWriting.room)
    let first = count
    count = unsafe bytes.withUnsafeMutableBufferPointer { text in
      guard let start = text.baseAddress else { return first }
      return unsafe NumberWriting.integer(value, to: start + first) - start
    }
  }
}

extension RecordBlock {
  /// A block without text.
  fileprivate static let empty = RecordBlock(
    bytes: [UInt8](repeating: 10, count: RecordBlock.padding), length: 0, firstLine: 1, dialect: Dialect(), file: "",
    hasQuotes: false)
}

import Tensors

/// Some rows of one array, whose numbers are written as text: 64-bit integers in full, all others as doubles.
struct RowsOfNumbers {
  let rowCount: Int
  let columnCount: Int
  private let values: Values
  /// Elements from one row to the next, and from one column to the next.
  private let strides: (row: Int, column: Int)

  private enum Values {
    case doubles([Double])
    case integers([Int64])
    case naturals([UInt64])
  }

  init(_ tensor: Tensor, columnCount: Int) throws(TensorError) {
    rowCount = tensor.shape.first ?? 1
    self.columnCount = columnCount
    strides = tensor.order == .rowMajor ? (columnCount, 1) : (1, rowCount)
    switch tensor.elementType {
    // Whole numbers beyond 2^53 have no exact double but are written exactly.
    case .int64: values = .integers(RowsOfNumbers.elements(tensor))
    case .uint64: values = .naturals(RowsOfNumbers.elements(tensor))
    default: values = .doubles(try tensor.doublesInStorageOrder())
    }
  }

  private static func elements<Element: BitwiseCopyable>(_ tensor: Tensor) -> [Element] {
    tensor.storage.withElements(as: Element.self) { span in
      var result: [Element] = []
      result.reserveCapacity(span.count)
      for index in span.indices { result.append(span[index]) }
      return result
    }
  }

  /// Whether all numbers are written as doubles.
  var areDoubles: Bool { if case .doubles = values { true } else { false } }

  /// The numbers row by row, where they are doubles that stand so.
  var doublesByRow: [Double]? {
    guard case .doubles(let values) = values, strides.column == 1, strides.row == columnCount else { return nil }
    return values
  }

  /// Copies doubles into rows of `width` numbers, from the column `first` on.
  func copyDoubles(to rows: inout [Double], width: Int, from first: Int) {
    guard case .doubles(let values) = values else { return }
    for column in 0..<columnCount {
      for row in 0..<rowCount { rows[row * width + first + column] = values[place(row, column)] }
    }
  }

  private func place(_ row: Int, _ column: Int) -> Int { row * strides.row + column * strides.column }

  /// Whether a number is 0, and not -0.
  func isZero(_ row: Int, _ column: Int) -> Bool {
    switch values {
    case .doubles(let values): values[place(row, column)].bitPattern == 0
    case .integers(let values): values[place(row, column)] == 0
    case .naturals(let values): values[place(row, column)] == 0
    }
  }

  /// Whether a number is whole and an int64 holds it.
  func isWhole(_ row: Int, _ column: Int) -> Bool {
    switch values {
    case .doubles(let values): Int64(exactly: values[place(row, column)]) != nil
    case .integers: true
    case .naturals(let values): Int64(exactly: values[place(row, column)]) != nil
    }
  }

  /// Appends a number as the next field of a row.
  func append(_ row: Int, _ column: Int, to writer: inout RowWriter) {
    switch values {
    case .doubles(let values): writer.append(values[place(row, column)])
    case .integers(let values): writer.append(values[place(row, column)])
    case .naturals(let values): writer.append(values[place(row, column)])
    }
  }

  /// Appends a number to text.
  func append(_ row: Int, _ column: Int, to text: inout [UInt8]) {
    switch values {
    case .doubles(let values): NumberFormat.shortest.append(values[place(row, column)], to: &text)
    case .integers(let values):
      let value = values[place(row, column)]
      if value < 0 { text.append(UInt8(ascii: "-")) }
      NumberFormat.appendInteger(value.magnitude, to: &text)
    case .naturals(let values): NumberFormat.appendInteger(values[place(row, column)], to: &text)
    }
  }
}

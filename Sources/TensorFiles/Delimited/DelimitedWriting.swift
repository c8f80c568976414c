public import Tensors

extension DelimitedFormat {
  /// Writes arrays with equal numbers of rows side by side, `X1,X2,y`, or one array `data` under its own column names.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable`, before anything is written, for complex numbers, more than two
  ///   dimensions or different numbers of rows; what writing throws.
  public func write(_ archive: TensorArchive, to output: inout OutputFile) throws(FormatError) {
    let table = try TableToWrite(archive, file: output.name)
    var writer = RowWriter(delimiter: delimiter)
    if let names = table.columnNames { writer.append(header: names) }
    for row in 0..<table.rowCount {
      for part in table.parts { part.append(row: row, to: &writer) }
      writer.endRow()
      if writer.count >= RowWriter.blockLength { try writer.flush(to: &output) }
    }
    try writer.flush(to: &output)
  }
}

/// An archive as a table.
private struct TableToWrite {
  let rowCount: Int
  let parts: [TablePart]
  /// The names for the header, or nil where the table has none.
  let columnNames: [String]?

  init(_ archive: TensorArchive, file: String) throws(FormatError) {
    var parts: [TablePart] = []
    for member in archive.members {
      let names = archive.attribute("columns", of: member.name)?.texts
      do throws(FormatError) {
        parts.append(try TablePart(member, names: names))
      } catch {
        throw error.naming(file)
      }
    }
    guard let first = parts.first else {
      throw FormatError(.unsuitable, "there is no array to write", file: file)
    }
    if let other = parts.first(where: { $0.rowCount != first.rowCount }) {
      throw FormatError(
        .unsuitable, at: .object(other.name),
        "the array has \(other.rowCount) rows and '\(first.name)' has \(first.rowCount); a table holds arrays with equal "
          + "numbers of rows side by side, so write them to files of their own", file: file)
    }
    rowCount = first.rowCount
    self.parts = parts
    let isUnnamed = parts.count == 1 && first.name == "data" && !first.hasOwnNames
    columnNames = isUnnamed ? nil : parts.flatMap(\.columnNames)
  }
}

/// One array of a table.
private struct TablePart {
  let name: String
  let rowCount: Int
  let columnNames: [String]
  /// Whether the names came with the array.
  let hasOwnNames: Bool
  private let values: Values
  /// Elements from one row to the next, and from one column to the next.
  private let strides: (row: Int, column: Int)

  private enum Values {
    case doubles([Double])
    case integers([Int64])
    case naturals([UInt64])
  }

  init(_ member: TensorArchive.Member, names: [String]?) throws(FormatError) {
    let tensor = member.tensor
    let shape = tensor.shape
    name = member.name
    guard shape.count == 1 || shape.count == 2 else {
      throw FormatError(
        .unsuitable, at: .object(name),
        "the array is \(Tensor.describe(shape)); a table holds arrays of one or two dimensions, so write "
          + "this one to a file of its own")
    }
    guard !tensor.elementType.isComplex else {
      throw FormatError(.unsuitable, at: .object(name), "the numbers are complex; a table holds real ones")
    }
    rowCount = shape[0]
    let columns = shape.count == 2 ? shape[1] : 1
    strides = tensor.order == .rowMajor ? (columns, 1) : (1, rowCount)
    hasOwnNames = names?.count == columns
    if let names, names.count == columns {
      columnNames = names
    } else {
      columnNames = columns == 1 ? [member.name] : (0..<columns).map { "\(member.name)\($0 + 1)" }
    }
    switch tensor.elementType {
    // Whole numbers beyond 2^53 have no exact double but are written exactly.
    case .int64: values = .integers(TablePart.elements(tensor))
    case .uint64: values = .naturals(TablePart.elements(tensor))
    default:
      do {
        values = .doubles(try tensor.doublesInStorageOrder())
      } catch {
        throw FormatError(error, at: .object(member.name))
      }
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

  func append(row: Int, to writer: inout RowWriter) {
    for column in columnNames.indices {
      let index = row * strides.row + column * strides.column
      switch values {
      case .doubles(let values): writer.append(values[index])
      case .integers(let values): writer.append(values[index])
      case .naturals(let values): writer.append(values[index])
      }
    }
  }
}

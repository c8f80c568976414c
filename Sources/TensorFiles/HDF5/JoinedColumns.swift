import HDF5
import Tensors

/// Columns of one table that lie in several arrays, put side by side.
struct JoinedColumns {
  /// Some columns in one array of shape (rows, columns), or (rows,) for one.
  struct Part {
    /// Where each column stands in the table.
    let positions: [Int]
    let elementType: ElementType
    let open: () throws -> any RowReader
  }

  let name: String
  let rowCount: Int
  /// The names of the columns.
  let columns: [String]
  let parts: [Part]

  /// The type of all columns: their own if it is one, otherwise float64.
  var elementType: ElementType {
    guard let first = parts.first?.elementType else { return .float64 }
    return parts.allSatisfy { $0.elementType == first } ? first : .float64
  }

  /// How the table is listed, and read.
  func item(in store: HDF5Store) throws -> HDF5Item {
    let shape = [rowCount, columns.count]
    let types = Set(parts.map(\.elementType.rawValue)).sorted()
    let remark = types.count > 1 ? "columns of \(types.joined(separator: ", ")) together" : nil
    let (type, limits) = (elementType, store.limits)
    let entry = TensorEntry(name: name, shape: shape, content: .numbers(type, storedAs: nil), remark: remark)
    let source = RowRangeSource(name, shape: shape, elementType: type, limits: limits) {
      JoinedRows(table: self, readers: try parts.map { try $0.open() }, limits: limits)
    }
    return HDF5Item(entry, source: source, attributes: [Attribute(name: "columns", value: .texts(columns))])
  }
}

/// Reads rows of columns that lie in several arrays.
private final class JoinedRows: RowReader {
  private let table: JoinedColumns
  private let readers: [any RowReader]
  private let limits: Limits

  init(table: JoinedColumns, readers: [any RowReader], limits: Limits) {
    self.table = table
    self.readers = readers
    self.limits = limits
  }

  func rows(_ range: Range<Int>) throws -> Tensor {
    let type = table.elementType
    let shape = [range.count, table.columns.count]
    let count = try Tensor.byteCount(shape: shape, elementType: type)
    try limits.charge(bytes: count, at: .object(table.name))
    var buffer = try TensorBuffer(byteCount: count)
    for (part, reader) in zip(table.parts, readers) where count > 0 {
      let tensor = try reader.rows(range).stored(in: .rowMajor)
      guard tensor.elementCount == range.count * part.positions.count else {
        throw FormatError(
          .damaged, at: .object(table.name),
          "\(part.positions.count) columns are announced where the shape is \(Tensor.describe(tensor.shape))")
      }
      let widened = part.elementType == type ? tensor : try self.widened(tensor, part)
      switch type.byteCount {
      case 1: place(widened, part.positions, in: &buffer, of: UInt8.self)
      case 2: place(widened, part.positions, in: &buffer, of: UInt16.self)
      case 4: place(widened, part.positions, in: &buffer, of: UInt32.self)
      case 8: place(widened, part.positions, in: &buffer, of: UInt64.self)
      default: place(widened, part.positions, in: &buffer, of: UInt128.self)
      }
    }
    return try Tensor(shape: shape, elementType: type, order: .rowMajor, storage: buffer.finish())
  }

  /// Numbers as doubles.
  ///
  /// - Throws: ``FormatError`` that names the column of a number that no double holds.
  private func widened(_ tensor: Tensor, _ part: JoinedColumns.Part) throws -> Tensor {
    do { return try Tensor(tensor.doublesInStorageOrder(), shape: tensor.shape) } catch {
      guard error.code == .inexact else { throw error }
      let place =
        tensor.elementType == .uint64
        ? firstInexact(tensor, as: UInt64.self) : firstInexact(tensor, as: Int64.self)
      throw FormatError(
        .unsuitable, at: .object(table.name),
        "column \(table.columns[part.positions[(place ?? 0) % part.positions.count]]): \(error.description), which the "
          + "columns have together")
    }
  }

  private func firstInexact<Element: BitwiseCopyable & FixedWidthInteger>(
    _ tensor: Tensor, as type: Element.Type
  ) -> Int? {
    tensor.storage.withElements(as: type) { span in span.indices.first { Double(exactly: span[$0]) == nil } }
  }

  private func place<Element: BitwiseCopyable>(
    _ tensor: Tensor, _ positions: [Int], in buffer: inout TensorBuffer, of type: Element.Type
  ) {
    let width = table.columns.count
    let rows = tensor.elementCount / positions.count
    tensor.storage.withElements(as: type) { source in
      buffer.withMutableElements(as: type) { target in
        for row in 0..<rows {
          for (index, position) in positions.enumerated() {
            target[row * width + position] = source[row * positions.count + index]
          }
        }
      }
    }
  }
}

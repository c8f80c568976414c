import HDF5
import Tensors

/// A matrix of which only some elements are stored, column by column: as MATLAB and Octave keep it.
struct SparseMatrix {
  let name: String
  /// The program whose words a remedy has: `MATLAB`, `Octave`.
  let program: String
  let rows: Int
  let columns: Int
  let elementType: ElementType
  /// The datasets: the stored elements, the row of each (from 0), and where each column begins among them, one more
  /// than there are columns. The first two may be missing where nothing is stored.
  let values: String
  let rowIndices: String
  let columnStarts: String

  /// How it is listed, and read as a matrix of all elements.
  func item(in store: HDF5Store) throws -> HDF5Item {
    let stored = try store.root.contains(values) ? store.root.dataset(at: values).dataspace.elementCount : 0
    let entry = MATLABSparse.entry(
      name: name, rows: rows, columns: columns, type: elementType, stored: "\(stored) stored", limits: store.limits,
      in: program)
    guard entry.isNumeric else { return HDF5Item(entry, source: nil, attributes: []) }
    let source = RowRangeSource(name, shape: entry.shape, elementType: elementType, limits: store.limits) {
      TensorRows(try dense(in: store))
    }
    return HDF5Item(entry, source: source, attributes: [])
  }

  /// All elements, by columns.
  private func dense(in store: HDF5Store) throws -> Tensor {
    let count = try Tensor.byteCount(shape: [rows, columns], elementType: elementType)
    try store.limits.charge(bytes: count, at: .object(name))
    let starts = try indices(columnStarts, in: store)
    guard starts.count == columns + 1, starts.first == 0, let stored = starts.last,
      zip(starts, starts.dropFirst()).allSatisfy(<=)
    else { throw damaged("the beginnings of its \(columns) columns do not ascend from 0") }
    var buffer = try TensorBuffer(byteCount: count)
    if stored > 0 {
      let places = try indices(rowIndices, in: store)
      var place = try DatasetPlace(path: values, in: store)
      place.elementType = elementType
      let numbers = try DatasetRows(place, in: store).rows(0..<place.rowCount)
      guard places.count >= stored, numbers.elementCount >= stored else {
        throw damaged("\(stored) elements are announced, \(min(places.count, numbers.elementCount)) are there")
      }
      guard places.prefix(stored).allSatisfy({ $0 < rows }) else {
        throw damaged("an element stands in a row that the matrix does not have")
      }
      switch elementType.byteCount {
      case 1: scatter(numbers, places, starts, into: &buffer, of: UInt8.self)
      case 2: scatter(numbers, places, starts, into: &buffer, of: UInt16.self)
      case 4: scatter(numbers, places, starts, into: &buffer, of: UInt32.self)
      case 8: scatter(numbers, places, starts, into: &buffer, of: UInt64.self)
      default: scatter(numbers, places, starts, into: &buffer, of: UInt128.self)
      }
    }
    return try Tensor(
      shape: [rows, columns], elementType: elementType, order: .columnMajor, storage: buffer.finish())
  }

  private func scatter<Element: BitwiseCopyable>(
    _ numbers: Tensor, _ places: [Int], _ starts: [Int], into buffer: inout TensorBuffer, of type: Element.Type
  ) {
    numbers.storage.withElements(as: type) { source in
      buffer.withMutableElements(as: type) { target in
        for column in 0..<columns {
          for index in starts[column]..<starts[column + 1] { target[column * rows + places[index]] = source[index] }
        }
      }
    }
  }

  /// Whole numbers that are not negative.
  private func indices(_ path: String, in store: HDF5Store) throws -> [Int] {
    let place = try DatasetPlace(path: path, in: store)
    guard [.int64, .uint64, .int32, .uint32].contains(place.storedType) else {
      throw damaged("its indices are \(place.storedType.rawValue)")
    }
    let tensor = try DatasetRows(place, in: store).rows(0..<place.rowCount)
    return try tensor.doublesInStorageOrder().map { number in
      guard let index = Int(exactly: number), index >= 0 else { throw damaged("\(number) is none of its indices") }
      return index
    }
  }

  private func damaged(_ sentence: String) -> FormatError {
    FormatError(.damaged, at: .object(name), "a sparse matrix: \(sentence)")
  }
}

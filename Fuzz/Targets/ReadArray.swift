import TensorFiles
import Tensors

/// One array of a file, read whole, in blocks and as rows: the numbers are the same.
enum ReadArray {
  /// Rows that are read, at most: an array without columns may have any number of them.
  private static let mostRows = 1 << 16

  /// Reads an array.
  ///
  /// - Throws: ``FormatError`` where it cannot be read whole.
  static func check(_ entry: TensorEntry, in file: OpenFile) throws(FormatError) {
    let tensor = try file.reader.tensor(entry.name)
    guard entry.isNumeric else { broken("\(entry.name) is no array of numbers and is read as one") }
    guard tensor.shape == entry.shape, tensor.elementType == entry.elementType else {
      broken("\(entry.name) is listed as \(entry.shape) and read as \(tensor.shape)")
    }
    // The list tells what a file says, also a length below 0; the numbers are not read then.
    guard entry.shape.allSatisfy({ $0 >= 0 }) else { broken("\(entry.name) has the shape \(entry.shape)") }
    let count = entry.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard tensor.elementCount == count else { broken("\(entry.name) has \(tensor.elementCount) of \(count) elements") }
    let whole = bytes(tensor)
    checkBlocks(entry, in: file, whole)
    guard entry.shape.count <= 2, count > 0, !(file.reader is any TableReader) else { return }
    checkRows(entry, in: file, tensor)
  }

  /// The bytes of the numbers, row by row.
  static func bytes(_ tensor: Tensor) -> [UInt8] {
    guard let ordered = try? tensor.stored(in: .rowMajor) else { broken("no memory for \(tensor.shape)") }
    return ordered.storage.withBytes { bytes in unsafe bytes.withUnsafeBytes { unsafe Array($0) } }
  }

  /// Whatever can be read whole is read block by block too.
  private static func checkBlocks(_ entry: TensorEntry, in file: OpenFile, _ whole: [UInt8]) {
    do {
      let source = try file.source(of: entry.name)
      guard source.shape == entry.shape, source.elementType == entry.elementType else {
        broken("the source of \(entry.name) is \(source.shape)")
      }
      guard source.rowCount <= mostRows else { return }
      let blocks = try source.blocks(ofRows: 1 + source.rowCount / 3)
      var found: [UInt8] = []
      while let block = try blocks.next() { found += bytes(block) }
      guard found == whole else { broken("\(entry.name) has other numbers in blocks than as a whole") }
    } catch {
      broken("\(entry.name) is read whole and not in blocks: \(error)")
    }
  }

  /// Rows of doubles are the numbers too.
  private static func checkRows(_ entry: TensorEntry, in file: OpenFile, _ tensor: Tensor) {
    guard let doubles = try? tensor.stored(in: .rowMajor).doublesInStorageOrder() else { return }
    do throws(FormatError) {
      let rows = try file.reader.rows(of: entry.name)
      let columns = rows.columnCount
      guard columns > 0, (rows.rowCount ?? 0) * columns == doubles.count else {
        broken("\(entry.name) \(entry.shape) has \(rows.rowCount ?? -1) rows of \(columns)")
      }
      var block = [Double](repeating: 0, count: columns * min(7, doubles.count / columns + 1))
      var next = 0
      while true {
        var span = block.mutableSpan
        let count: Int
        do { count = try rows.nextRows(into: &span) } catch { broken("\(entry.name): \(error)") }
        if count == 0 { break }
        let part = doubles[next..<min(next + count * columns, doubles.count)]
        guard block.prefix(count * columns).elementsEqual(part, by: { $0 == $1 || $0.isNaN && $1.isNaN }) else {
          broken("the rows of \(entry.name) from \(next / columns) on are other numbers")
        }
        next += count * columns
      }
      guard next == doubles.count else { broken("\(entry.name) has \(next) of \(doubles.count) numbers in its rows") }
    } catch {
      OpenedFile.check(error)
    }
  }
}

import HDF5
import Tensors

/// What reads rows of one array in any order, as long as it lives.
protocol RowReader: AnyObject {
  /// The rows of a range, a tensor of shape (rows,) + the other dimensions in any order. The row of a scalar is the
  /// scalar.
  func rows(_ range: Range<Int>) throws -> Tensor
  /// Whether some rows cost less than all of them.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` where each part costs as much as all, and all are too many.
  func isPartial() throws -> Bool
}

extension RowReader {
  func isPartial() -> Bool { true }
}

extension FormatError {
  /// An error at an array under the name that it is listed under, which need not be that of the object in the file.
  fileprivate init(_ error: any Error, ofArray name: String) {
    let error = FormatError.converted(error, at: name)
    self.init(error.code, at: .object(name), error.sentence, file: error.file)
  }
}

/// An array of a file of which any rows can be read.
final class RowRangeSource: TensorSource {
  let shape: [Int]
  let elementType: ElementType
  private let name: String
  private let limits: Limits
  private let open: () throws -> any RowReader
  /// The same array with its dimensions reversed, where it can be read so.
  private let transposed: (() -> RowRangeSource)?

  /// An array.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - transposed: gives the same array with its dimensions reversed.
  ///   - open: gives a reader, once in each pass; it holds what is open in the file.
  init(
    _ name: String, shape: [Int], elementType: ElementType, limits: Limits,
    transposed: (() -> RowRangeSource)? = nil, open: @escaping () throws -> any RowReader
  ) {
    self.transposed = transposed
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.limits = limits
    self.open = open
  }

  func whole() throws -> Tensor {
    do {
      try limits.charge(bytes: try byteCount, at: .object(name))
      return try open().rows(0..<rowCount)
    } catch { throw FormatError(error, ofArray: name) }
  }

  func blocks(ofRows count: Int) throws -> any TensorBlocks { Blocks(try pass(), each: max(1, count)) }

  /// The rows as doubles.
  ///
  /// - Throws: ``FormatError`` with code `unsuitable` when there are not one or two dimensions.
  func doubles() throws(FormatError) -> any RowSource {
    guard (1...2).contains(shape.count) else {
      throw FormatError(
        .unsuitable, at: .object(name), "the shape is \(Tensor.describe(shape)), rows need one or two dimensions")
    }
    do { return DoubleRows(try pass(), columns: shape.count == 2 ? shape[1] : 1) } catch {
      throw FormatError(error, ofArray: name)
    }
  }

  /// The examples as doubles; nil where they are read whole.
  func examples(along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    if dimension == .last { return try transposed?().examples(along: .first) }
    guard !shape.isEmpty else { return nil }
    do {
      let pass = try pass()
      guard try pass.reader.isPartial() else { return nil }
      return DoubleRows(pass, columns: try Tensor.elementCount(shape: Array(shape.dropFirst())))
    } catch { throw FormatError(error, ofArray: name) }
  }

  private func pass() throws -> Pass {
    do { return Pass(reader: try open(), rowCount: rowCount, name: name, limits: limits) } catch {
      throw FormatError(error, ofArray: name)
    }
  }
}

/// One opening of an array.
private struct Pass {
  let reader: any RowReader
  let rowCount: Int
  let name: String
  let limits: Limits

  func rows(_ range: Range<Int>) throws(FormatError) -> Tensor {
    do { return try reader.rows(range) } catch { throw FormatError(error, ofArray: name) }
  }
}

/// The rows in the type of the file, block by block.
private final class Blocks: TensorBlocks {
  private let pass: Pass
  private let each: Int
  private var first = 0

  init(_ pass: Pass, each: Int) {
    self.pass = pass
    self.each = each
  }

  func next() throws -> Tensor? {
    guard first < pass.rowCount else { return nil }
    let range = first..<first + min(each, pass.rowCount - first)
    first = range.upperBound
    return try pass.rows(range)
  }
}

/// The rows as doubles, block by block.
private final class DoubleRows: RowSource {
  private let pass: Pass
  let columnCount: Int
  private var next = 0

  init(_ pass: Pass, columns: Int) {
    self.pass = pass
    columnCount = columns
  }

  var rowCount: Int? { pass.rowCount }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    let count = min(columnCount == 0 ? 0 : block.count / columnCount, pass.rowCount - next)
    guard count > 0 else { return 0 }
    let tensor = try pass.rows(next..<next + count)
    let elements: [Double]
    do { elements = try tensor.stored(in: .rowMajor).doublesInStorageOrder() } catch {
      throw FormatError(error, ofArray: pass.name)
    }
    for index in elements.indices { block[index] = elements[index] }
    next += count
    return count
  }

  func seek(toRow row: Int) { next = min(max(row, 0), pass.rowCount) }
}

/// The rows of an array that was made in memory.
final class TensorRows: RowReader {
  private let tensor: Tensor
  init(_ tensor: Tensor) { self.tensor = tensor }
  func rows(_ range: Range<Int>) throws -> Tensor { try tensor.rows(range) }
  func isPartial() -> Bool { false }
}

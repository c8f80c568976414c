/// Rows of numbers that are taken block by block, so that the whole need not be in memory.
public protocol RowSource: AnyObject {
  /// The number of doubles in a row.
  var columnCount: Int { get }
  /// The number of rows, where it is known without reading them.
  var rowCount: Int? { get }

  /// Reads the next rows into `block`, row by row, as many as fit, and gives their number: 0 at the end.
  func nextRows(into block: inout MutableSpan<Double>) throws -> Int

  /// Goes to a row, counted from 0: the next block starts there.
  func seek(toRow row: Int) throws
}

/// The rows of a matrix that is in memory.
public final class MatrixRows: RowSource {
  private let matrix: Matrix
  private var next = 0

  /// The rows of a matrix.
  public init(_ matrix: Matrix) { self.matrix = matrix }

  public var columnCount: Int { matrix.columns }
  public var rowCount: Int? { matrix.rows }

  public func nextRows(into block: inout MutableSpan<Double>) -> Int {
    let columns = matrix.columns
    let count = min(columns == 0 ? matrix.rows : block.count / columns, matrix.rows - next)
    let first = next * columns
    for index in 0..<count * columns { block[index] = matrix.elements[first + index] }
    next += count
    return count
  }

  public func seek(toRow row: Int) { next = min(max(row, 0), matrix.rows) }
}

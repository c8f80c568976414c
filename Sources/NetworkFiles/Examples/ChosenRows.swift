import TensorFiles
import Tensors
import Training

/// Some rows of a source, in their order.
final class ChosenRows: RowSource {
  private let source: any RowSource
  private let subset: ExampleSubset
  /// The number, among the chosen ones, of the next row.
  private var next = 0
  /// Rows of the source that were read: which ones, and their numbers.
  private var window = 0..<0
  private var numbers: [Double] = []

  /// Numbers that are read at once, about 256 KiB.
  private static let windowNumbers = 1 << 15

  init(_ source: any RowSource, _ subset: ExampleSubset) {
    self.source = source
    self.subset = subset
  }

  var columnCount: Int { source.columnCount }
  var rowCount: Int? { subset.count }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    let width = columnCount
    let count = min(block.count / width, subset.count - next)
    guard count > 0 else { return 0 }
    var row = subset[next]
    for done in 0..<count {
      try read(row)
      let from = (row - window.lowerBound) * width
      for index in 0..<width { block[done * width + index] = numbers[from + index] }
      next += 1
      guard done + 1 < count, let following = subset.first(from: row + 1) else { return done + 1 }
      row = following
    }
    return count
  }

  func seek(toRow row: Int) {
    next = min(max(row, 0), subset.count)
  }

  /// Reads on in the source until a row is there; rows that are far ahead, or behind, are sought.
  private func read(_ row: Int) throws {
    guard !window.contains(row) else { return }
    let rows = max(1, ChosenRows.windowNumbers / columnCount)
    if row < window.upperBound || row - window.upperBound > 4 * rows || window.isEmpty {
      try source.seek(toRow: row)
      window = row..<row
    }
    if numbers.isEmpty { numbers = [Double](repeating: 0, count: rows * columnCount) }
    while !window.contains(row) {
      let first = window.upperBound
      // Nothing of it is to be taken for read where reading fails.
      window = 0..<0
      var block: [Double] = []
      swap(&block, &numbers)
      defer { swap(&block, &numbers) }
      var span = block.mutableSpan
      let got = try source.nextRows(into: &span)
      guard got > 0 else { throw FormatError(.truncated, "the file became shorter while it was read") }
      window = first..<first + got
    }
  }
}

import Tensors

/// Some rows of a source, in a row, that are in memory.
final class HeldRows: RowSource {
  let columnCount: Int
  let rowCount: Int?
  private let range: Range<Int>
  private let elements: [Double]
  private var next: Int

  /// Reads the examples of a range.
  ///
  /// - Parameter place: the number of the example that is read.
  init(_ examples: StreamedExamples, _ range: Range<Int>, readingAt place: inout Int) throws {
    let width = examples.columnCount
    let source = try examples.open()
    var elements = [Double](repeating: 0, count: range.count * width)
    var span = elements.mutableSpan
    place = range.lowerBound
    if !range.isEmpty { try source.seek(toRow: place) }
    while place < range.upperBound {
      let done = (place - range.lowerBound) * width
      // No more than is checked at once, so that the place of a failure is told.
      let end = min(span.count, done + max(1, (1 << 15) / width) * width)
      var rest = span._mutatingExtracting(done..<end)
      let count = try source.nextRows(into: &rest)
      guard count > 0 else {
        throw DatasetError(.dataset, "the rows end after \(place) of \(examples.exampleCount) examples")
      }
      place += count
    }
    (columnCount, rowCount, self.range) = (width, examples.exampleCount, range)
    self.elements = elements
    next = range.lowerBound
  }

  func nextRows(into block: inout MutableSpan<Double>) -> Int {
    let count = min(block.count / columnCount, range.upperBound - next)
    let first = (next - range.lowerBound) * columnCount
    for index in 0..<count * columnCount { block[index] = elements[first + index] }
    next += count
    return count
  }

  func seek(toRow row: Int) { next = min(max(row, range.lowerBound), range.upperBound) }
}

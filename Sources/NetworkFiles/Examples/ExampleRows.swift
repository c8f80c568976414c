import TensorFiles
import Tensors
import Training

/// The examples of a file, checked: inputs, label, and weight where there are weights.
///
/// Everything that is read or opened is read under the file's lock, so that rows of several openings may be used by
/// several threads.
final class ExampleRows: RowSource {
  let columnCount: Int
  let rowCount: Int?

  private let file: SharedFile<any ExamplePlace>
  private let coding: LabelCoding
  /// By which the weight of an example is multiplied, class by class.
  private let factors: [Double]?
  private let source: any RowSource
  private let inputCount: Int
  private let hasFileWeights: Bool
  private let exampleCount: Int
  private var next = 0
  private var buffer: [Double] = []
  /// Why reading ended; a source would go on behind what it could not read.
  private var failure: (any Error)?

  /// Numbers that are read at once, about 256 KiB.
  private static let blockNumbers = 1 << 15

  /// Opens the rows of a place.
  ///
  /// - Parameter areLabelsOnly: whether the inputs are left out.
  init(
    _ file: SharedFile<any ExamplePlace>, _ coding: LabelCoding, factors: [Double]? = nil, areLabelsOnly: Bool = false
  ) throws(FormatError) {
    self.file = file
    self.coding = coding
    self.factors = factors
    (source, inputCount, hasFileWeights, exampleCount) = try file.reading { place throws(FormatError) in
      do throws(FormatError) {
        let rows = areLabelsOnly ? try place.labelRows(coding) : try place.rows(coding)
        return (rows, areLabelsOnly ? 0 : place.inputCount, place.weightName != nil, place.exampleCount)
      } catch { throw error.naming(place.file) }
    }
    rowCount = exampleCount
    columnCount = inputCount + coding.kind.rowCount + (hasFileWeights || factors != nil ? 1 : 0)
  }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    if let failure { throw failure }
    do { return try checkedRows(into: &block) } catch {
      failure = error
      throw error
    }
  }

  private func checkedRows(into block: inout MutableSpan<Double>) throws -> Int {
    let width = source.columnCount
    let capacity = min(block.count / columnCount, exampleCount - next)
    var done = 0
    while done < capacity {
      let wanted = min(capacity - done, max(1, ExampleRows.blockNumbers / width))
      if buffer.count < wanted * width { buffer = [Double](repeating: 0, count: wanted * width) }
      var numbers: [Double] = []
      swap(&numbers, &buffer)
      defer { swap(&numbers, &buffer) }
      var span = numbers.mutableSpan
      var part = span._mutatingExtracting(0..<wanted * width)
      let count = try read(&part)
      guard count > 0 else {
        throw file.reading { FormatError(.truncated, "the file became shorter while it was read", file: $0.file) }
      }
      for row in 0..<count {
        try take(numbers.span, at: row * width, into: &block, at: (done + row) * columnCount, example: next + row)
      }
      next += count
      done += count
    }
    return done
  }

  func seek(toRow row: Int) throws {
    next = min(max(row, 0), exampleCount)
    failure = nil
    let row = next
    try file.reading { [source] place in
      do { try source.seek(toRow: row) } catch { throw FormatError.converted(error, at: "").naming(place.file) }
    }
  }

  /// Reads numbers of the file, which are those of the file that was opened: a pass over a file that somebody writes to
  /// would take some examples from one state of it and some from another, or none of those that the record names.
  private func read(_ span: inout MutableSpan<Double>) throws(FormatError) -> Int {
    try file.reading { [source, coding] place throws(FormatError) in
      let count: Int
      do { count = try source.nextRows(into: &span) } catch {
        try place.input.checkUnchanged()
        throw place.explained(FormatError.converted(error, at: ""), coding).naming(place.file)
      }
      try place.input.checkUnchanged()
      return count
    }
  }

  /// Checks an example and puts it into a block.
  private func take(
    _ numbers: Span<Double>, at place: Int, into block: inout MutableSpan<Double>, at target: Int, example: Int
  ) throws(FormatError) {
    for input in 0..<inputCount {
      let value = numbers[place + input]
      guard value.isFinite else {
        throw error(.input(input), example, value, "a finite number")
      }
      block[target + input] = value
    }
    let labels = place + inputCount
    if let bad = coding.encode(numbers, at: labels, into: &block, at: target + inputCount) {
      throw error(.label(bad), example, numbers[labels + bad], coding.expectation)
    }
    let end = target + inputCount + coding.kind.rowCount
    var weight = 1.0
    if hasFileWeights {
      weight = numbers[labels + coding.width]
      guard weight >= 0, weight.isFinite else {
        throw error(.weight, example, weight, "a number that is not negative")
      }
    }
    if let factors { weight *= factors[Int(block[target + inputCount])] }
    if end < target + columnCount { block[end] = weight }
  }

  private func error(_ number: BadNumber, _ example: Int, _ value: Double, _ expected: String) -> FormatError {
    file.reading { $0.failure(number, example: example, value: value, expected: expected).naming($0.file) }
  }
}

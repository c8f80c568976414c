import TensorFiles
import Tensors

/// Where the examples of one set stand in a file: shapes and names, nothing is read.
protocol ExamplePlace: AnyObject {
  /// The file.
  var input: InputFile { get }
  /// The number of inputs of an example.
  var inputCount: Int { get }
  /// The number of examples.
  var exampleCount: Int { get }
  /// How many numbers of the file make a label.
  var labelWidth: Int { get }
  /// What the labels are called.
  var labelName: String { get }
  /// What the weights are called, where there are any.
  var weightName: String? { get }
  /// How much memory parts of the file may take that can only be read whole; nil where all of it may be read whole.
  var memoryLimit: Int? { get set }
  /// Whether labels and weights too are read in parts where the file can be: others have the rest.
  var isSharedOut: Bool { get set }

  /// What the labels are, as they are wanted, or those of the training set.
  func coding(_ wanted: WantedLabels, _ training: LabelCoding?) throws(FormatError) -> LabelCoding

  /// Opens the rows of inputs, numbers of the label, and weight.
  func rows(_ coding: LabelCoding) throws(FormatError) -> any RowSource
  /// Opens the rows of numbers of the label, and weight.
  func labelRows(_ coding: LabelCoding) throws(FormatError) -> any RowSource
  /// The same error with what else is known of it.
  func explained(_ error: FormatError, _ coding: LabelCoding) -> FormatError
  /// The error for a number of an example that is not what is expected.
  func failure(
    _ number: BadNumber, example: Int, value: Double, expected: String
  ) -> FormatError
}

/// Which number of an example is wrong, counted from 0.
enum BadNumber {
  case input(Int)
  case label(Int)
  case weight
}

extension ExamplePlace {
  /// The name of the file.
  var file: String { input.name }

  /// Bytes of all numbers in memory.
  var memory: Int {
    let width = inputCount + labelWidth + (weightName == nil ? 0 : 1)
    let (numbers, overflow) = width.multipliedReportingOverflow(by: exampleCount)
    return overflow || numbers > .max / 8 ? .max : numbers * 8
  }

  /// The distinct whole numbers that are labels, ascending.
  ///
  /// - Throws: ``FormatError`` at a label that is no whole number, for more than ``ClassLabels/most`` of them, and for
  ///   one alone.
  func integerClasses() throws(FormatError) -> [Double] {
    var found: Set<Double> = []
    let numbers = LabelCoding.values(1)
    let rows = try labelRows(numbers)
    let width = rows.columnCount
    var done = 0
    try forEachBlock(of: rows, numbers) { block, count throws(FormatError) in
      for row in 0..<count {
        let label = block[row * width]
        guard Int(exactly: label) != nil, label.magnitude <= 9_007_199_254_740_992 else {
          throw failure(
            .label(0), example: done + row, value: label,
            expected: "a whole number, which names a class; --loss squared or huber takes values")
        }
        guard found.insert(label).inserted, found.count > ClassLabels.most else { continue }
        throw FormatError(
          .unsuitable, at: .object(labelName),
          "there are more than \(ClassLabels.most) different labels: these are no classes; --loss squared or huber takes "
            + "values")
      }
      done += count
    }
    let sorted = found.sorted()
    if sorted.count == 1 {
      throw FormatError(
        .unsuitable, at: .object(labelName),
        "all labels are \(sorted[0].shortestText): there is one class, and two at least are needed to tell them apart")
    }
    return sorted
  }

  /// Hands out rows, some at a time.
  func forEachBlock(
    of rows: any RowSource, _ coding: LabelCoding, _ body: ([Double], Int) throws(FormatError) -> Void
  ) throws(FormatError) {
    var block = [Double](repeating: 0, count: max(1, rows.columnCount) * 4096)
    while true {
      let count: Int
      do {
        var span = block.mutableSpan
        count = try rows.nextRows(into: &span)
      } catch {
        throw explained(FormatError.converted(error, at: ""), coding)
      }
      if count == 0 { return }
      try body(block, count)
    }
  }
}

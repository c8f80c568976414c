public import Tensors

/// An open file of SVMlight's: the features `X` of (rows, width), the labels `y` of (rows,) and, where there are, the
/// queries `qid` of (rows,).
public final class SVMLightReader: PartialReader {
  public let entries: [TensorEntry]
  public let notes: [String]

  private let input: InputFile
  private let limits: Limits
  private let rowCount: Int
  private let width: Int
  /// The index of the first column: 0 where any index is 0, else 1.
  private let firstIndex: Int
  private let checkpoints: [TextCheckpoint]

  /// Opens a file and reads it once, for its size.
  ///
  /// - Throws: ``FormatError``: what ``SVMLightLines`` throws; `damaged` for a row without a label, or with a qid where
  ///   others have none.
  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    self.input = input
    self.limits = limits
    let survey = try SVMLightSurvey(input, limits: limits)
    checkpoints = survey.checkpoints.list
    firstIndex = survey.hasIndex0 ? 0 : 1
    rowCount = survey.rows
    width = survey.largestIndex + 1 - firstIndex
    let labels: TensorEntry.Content =
      survey.hasSeveralLabels
      ? .other(className: "several labels in a row", remedy: nil) : .numbers(.float64, storedAs: nil)
    var entries = [
      TensorEntry(
        name: "X", shape: [rowCount, width], content: .numbers(.float64, storedAs: nil),
        remark: "sparse, \(survey.features) of \(rowCount)x\(width) stored"),
      TensorEntry(name: "y", shape: [rowCount], content: labels),
    ]
    if survey.hasQueries {
      entries.append(TensorEntry(name: "qid", shape: [rowCount], content: .numbers(.int64, storedAs: nil)))
    }
    self.entries = entries
    notes = [
      survey.hasIndex0
        ? "indices count from 0, as there is an index 0" : "indices count from 1, as there is no index 0",
      "X has as many columns as the largest index tells; another file of the same data may have more or less",
    ]
  }

  public func tensor(_ name: String) throws(FormatError) -> Tensor {
    do { return try source(of: name).whole() } catch {
      throw FormatError.converted(error, at: name).naming(input.name)
    }
  }

  public func source(of name: String) throws(FormatError) -> any TensorSource {
    let entry = try entry(name)
    guard let type = entry.elementType else { throw notNumeric(entry) }
    return SVMLightSource(shape: entry.shape, elementType: type, limits: limits) { [self] count in
      SVMLightBlocks(
        try SVMLightLines(input, limits: limits), part: name, width: width, firstIndex: firstIndex, blockRows: count,
        rowCount: rowCount)
    }
  }

  public func rows(of name: String) throws(FormatError) -> any RowSource {
    let entry = try entry(name)
    guard entry.isNumeric else { throw notNumeric(entry) }
    return SVMLightRows(
      width: name == "X" ? width : 1, rowCount: rowCount, checkpoints: checkpoints
    ) { [self] checkpoint throws(FormatError) in
      let lines = try SVMLightLines(input, from: checkpoint.byte, number: checkpoint.line, limits: limits)
      return SVMLightCursor(lines, part: name, firstIndex: firstIndex)
    }
  }

  public func examples(of name: String, along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    dimension == .first ? try rows(of: name) : nil
  }
}

/// What one pass over a file tells.
private struct SVMLightSurvey {
  private(set) var rows = 0
  private(set) var features = 0
  private(set) var largestIndex = 0
  private(set) var hasIndex0 = false
  private(set) var hasQueries = false
  private(set) var hasSeveralLabels = false
  private(set) var checkpoints = TextCheckpoints()

  init(_ input: InputFile, limits: Limits) throws(FormatError) {
    var lines = try SVMLightLines(input, limits: limits)
    var unlabelled: Int?
    while try lines.next() {
      let row = lines.row
      checkpoints.pass(row: rows, byte: lines.offset, line: lines.number)
      if row.hasSeveralLabels {
        hasSeveralLabels = true
      } else if row.label == nil {
        unlabelled = unlabelled ?? lines.number
      }
      if rows > 0, (row.query != nil) != hasQueries {
        throw FormatError(
          .damaged, at: .line(lines.number, column: nil),
          hasQueries ? "the row has no qid, those before it have one" : "the row has a qid, those before it have none",
          file: input.name)
      }
      hasQueries = row.query != nil
      if row.features.first?.index == 0 { hasIndex0 = true }
      largestIndex = max(largestIndex, row.features.last?.index ?? 0)
      features += row.features.count
      rows += 1
    }
    // In a file of several labels a row may have none of them.
    if let unlabelled, !hasSeveralLabels {
      throw FormatError(
        .damaged, at: .line(unlabelled, column: nil), "the row has no label before its first pair", file: input.name)
    }
    guard rows > 0 else {
      throw FormatError(.truncated, "there is no row: no line but blank ones and comments", file: input.name)
    }
  }
}

/// The numbers of one array, row by row.
private struct SVMLightCursor {
  private var lines: SVMLightLines
  private let part: String
  private let firstIndex: Int

  init(_ lines: SVMLightLines, part: String, firstIndex: Int) {
    self.lines = lines
    self.part = part
    self.firstIndex = firstIndex
  }

  /// Goes to the next row; false at the end.
  mutating func advance() throws(FormatError) -> Bool { try lines.next() }

  /// The query of the row.
  var query: Int64 { lines.row.query ?? 0 }

  /// Puts the row into a span of zeros at a place.
  func copy(into span: inout MutableSpan<Double>, at place: Int, width: Int) {
    if part == "X" {
      for feature in lines.row.features where feature.index - firstIndex < width {
        span[place + feature.index - firstIndex] = feature.value
      }
    } else {
      span[place] = part == "y" ? lines.row.label ?? .nan : Double(query)
    }
  }
}

/// One array, read when it is written.
private final class SVMLightSource: TensorSource {
  let shape: [Int]
  let elementType: ElementType
  private let limits: Limits
  private let begin: (Int) throws -> SVMLightBlocks

  init(shape: [Int], elementType: ElementType, limits: Limits, begin: @escaping (Int) throws -> SVMLightBlocks) {
    self.shape = shape
    self.elementType = elementType
    self.limits = limits
    self.begin = begin
  }

  func whole() throws -> Tensor {
    try limits.charge(bytes: byteCount, at: .object(shape.count == 2 ? "X" : "y"))
    guard let tensor = try begin(max(1, shape[0])).next() else {
      throw FormatError(.truncated, "the file became shorter while it was read")
    }
    return tensor
  }

  func blocks(ofRows count: Int) throws -> any TensorBlocks { try begin(max(1, count)) }
}

/// One pass over the rows of an array.
private final class SVMLightBlocks: TensorBlocks {
  private var cursor: SVMLightCursor
  private let part: String
  private let width: Int
  private let blockRows: Int
  private var left: Int

  init(_ lines: SVMLightLines, part: String, width: Int, firstIndex: Int, blockRows: Int, rowCount: Int) {
    cursor = SVMLightCursor(lines, part: part, firstIndex: firstIndex)
    self.part = part
    self.width = part == "X" ? width : 1
    self.blockRows = blockRows
    left = rowCount
  }

  func next() throws -> Tensor? {
    let rows = min(blockRows, left)
    guard rows > 0 else { return nil }
    let shape = part == "X" ? [rows, width] : [rows]
    let type: ElementType = part == "qid" ? .int64 : .float64
    var buffer = try TensorBuffer(byteCount: Tensor.byteCount(shape: shape, elementType: type))
    if part == "qid" {
      try buffer.withMutableElements(as: Int64.self) { span in
        for row in 0..<rows {
          try advance()
          span[row] = cursor.query
        }
      }
    } else {
      try buffer.withMutableElements(as: Double.self) { span in
        for row in 0..<rows {
          try advance()
          cursor.copy(into: &span, at: row * width, width: width)
        }
      }
    }
    left -= rows
    return try Tensor(shape: shape, elementType: type, order: .rowMajor, storage: buffer.finish())
  }

  private func advance() throws(FormatError) {
    guard try cursor.advance() else { throw FormatError(.truncated, "the file became shorter while it was read") }
  }
}

/// The rows of an array as doubles.
private final class SVMLightRows: RowSource {
  let columnCount: Int
  let rowCount: Int?
  private let checkpoints: [TextCheckpoint]
  private let begin: (TextCheckpoint) throws(FormatError) -> SVMLightCursor
  private var cursor: SVMLightCursor?

  init(
    width: Int, rowCount: Int, checkpoints: [TextCheckpoint],
    begin: @escaping (TextCheckpoint) throws(FormatError) -> SVMLightCursor
  ) {
    columnCount = width
    self.rowCount = rowCount
    self.checkpoints = checkpoints
    self.begin = begin
  }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    guard columnCount > 0 else { return 0 }
    var cursor = try cursor ?? begin(checkpoints[beforeRow: 0])
    defer { self.cursor = cursor }
    var count = 0
    while (count + 1) * columnCount <= block.count, try cursor.advance() {
      for index in count * columnCount..<(count + 1) * columnCount { block[index] = 0 }
      cursor.copy(into: &block, at: count * columnCount, width: columnCount)
      count += 1
    }
    return count
  }

  func seek(toRow row: Int) throws {
    let row = min(max(0, row), rowCount ?? 0)
    let checkpoint = checkpoints[beforeRow: row]
    var cursor = try begin(checkpoint)
    for _ in checkpoint.row..<row where try !cursor.advance() { break }
    self.cursor = cursor
  }
}

import Tensors

/// An array of a file that another process reads.
final class IsolatedArray: TensorSource {
  let shape: [Int]
  let elementType: ElementType
  private let name: String
  private let connection: ReaderConnection
  private let limits: Limits

  init(_ entry: TensorEntry, _ type: ElementType, _ connection: ReaderConnection, _ limits: Limits) {
    name = entry.name
    shape = entry.shape
    elementType = type
    self.connection = connection
    self.limits = limits
  }

  private var place: FormatError.Location { .object(name) }

  /// Bytes that the other process may have to go through for any part of it.
  private var work: Int { min((try? byteCount) ?? .max, limits.memory) }

  func whole() throws -> Tensor { try tensor() }

  func tensor() throws(FormatError) -> Tensor {
    try tensor(request(.tensor), shape: shape)
  }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    var request = request(.blocks)
    request.integer(max(1, count))
    let number = try connection.ask(request, at: place, bytes: work) { (cursor) throws(FormatError) in
      try cursor.integer()
    }
    return Blocks(self, IsolatedPass(number, connection), each: max(1, count))
  }

  func rows() throws(FormatError) -> any RowSource {
    guard let rows = try rows(request(.rows)) else { throw .impossibleAnswer }
    return rows
  }

  func examples(along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    var request = request(.examples)
    request.flag(dimension == .first)
    return try rows(request)
  }

  private func rows(_ request: FrameWriter) throws(FormatError) -> (any RowSource)? {
    let found = try connection.ask(request, at: place, bytes: work) { (cursor) throws(FormatError) in
      try cursor.optional { (cursor) throws(FormatError) in
        (number: try cursor.integer(), rows: try cursor.integer(), columns: try cursor.integer())
      }
    }
    guard let found else { return nil }
    // As many numbers as the array has, in rows.
    guard found.rows >= 0, found.columns >= 0, let count = try? Tensor.elementCount(shape: shape),
      found.rows.multipliedFullWidth(by: found.columns) == (0, UInt(count))
    else { throw .impossibleAnswer }
    return Rows(
      self, IsolatedPass(found.number, connection), rowCount: found.rows, columnCount: found.columns)
  }

  private func request(_ request: ReaderRequest) -> FrameWriter {
    var writer = FrameWriter(request)
    writer.text(name)
    return writer
  }

  /// Asks for numbers of the array's type, as many as fill a shape.
  private func tensor(_ request: FrameWriter, shape: [Int]) throws(FormatError) -> Tensor {
    do {
      let count = try Tensor.byteCount(shape: shape, elementType: elementType)
      try limits.charge(bytes: count, at: place)
      var buffer = try TensorBuffer(byteCount: count)
      let isByRows = try buffer.withMutableBytes { (span) throws(FormatError) in
        try unsafe span.withUnsafeMutableBytes { (bytes) throws(FormatError) in
          try unsafe connection.askForNumbers(request, at: place, bytes: work, into: bytes)
        }
      }
      return try Tensor(
        shape: shape, elementType: elementType, order: isByRows ? .rowMajor : .columnMajor, storage: buffer.finish())
    } catch { throw FormatError.converted(error, at: name) }
  }

  /// The rows in the type of the file, block by block.
  private final class Blocks: TensorBlocks {
    private let array: IsolatedArray
    private let pass: IsolatedPass
    private let each: Int
    private var first = 0

    init(_ array: IsolatedArray, _ pass: IsolatedPass, each: Int) {
      self.array = array
      self.pass = pass
      self.each = each
    }

    func next() throws -> Tensor? {
      guard first < array.rowCount else { return nil }
      let count = min(each, array.rowCount - first)
      let shape = array.shape.isEmpty ? [] : [count] + array.shape.dropFirst()
      first += count
      return try array.tensor(pass.request(.nextBlock), shape: shape)
    }
  }

  /// The rows as doubles, block by block.
  private final class Rows: RowSource {
    let rowCount: Int?
    let columnCount: Int
    private let array: IsolatedArray
    private let pass: IsolatedPass
    private let all: Int
    private var next = 0

    init(_ array: IsolatedArray, _ pass: IsolatedPass, rowCount: Int, columnCount: Int) {
      self.array = array
      self.pass = pass
      self.rowCount = rowCount
      self.columnCount = columnCount
      all = rowCount
    }

    func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
      let count = min(columnCount == 0 ? 0 : block.count / columnCount, all - next)
      guard count > 0 else { return 0 }
      var request = pass.request(.someRows)
      request.integer(next)
      request.integer(count)
      var part = block._mutatingExtracting(0..<count * columnCount)
      try unsafe part.withUnsafeMutableBytes { (bytes) throws(FormatError) in
        _ = try unsafe array.connection.askForNumbers(
          request, at: array.place, bytes: array.work, into: bytes)
      }
      next += count
      return count
    }

    func seek(toRow row: Int) { next = min(max(row, 0), all) }
  }
}

/// Blocks or rows that another process has open, under a number.
private final class IsolatedPass {
  private let number: Int
  private let connection: ReaderConnection

  init(_ number: Int, _ connection: ReaderConnection) {
    self.number = number
    self.connection = connection
  }

  deinit { connection.release(number) }

  func request(_ request: ReaderRequest) -> FrameWriter {
    var writer = FrameWriter(request)
    writer.integer(number)
    return writer
  }
}

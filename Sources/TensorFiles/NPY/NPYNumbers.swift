import Tensors

/// Where the numbers of an array lie: in a file, or in a member of an archive.
protocol NPYContent: AnyObject {
  /// Whether ``read(at:into:)`` is possible.
  var canSeek: Bool { get }
  /// Begins at the first number.
  func pass() throws(FormatError) -> any NPYPass
  /// Checks all bytes, where there is a checksum: once, before ``read(at:into:)``.
  func check() throws(FormatError)
  /// Fills a span with bytes from an offset on, counted from the first number.
  func read(at offset: Int, into span: inout MutableRawSpan) throws(FormatError)
  /// All bytes at once, checked, where that is faster than a pass; nil where it is not, or where something is wrong.
  func whole(byteCount: Int, memory: Int) -> TensorStorage?
}

extension NPYContent {
  func whole(byteCount: Int, memory: Int) -> TensorStorage? { nil }
}

/// One reading of an array's bytes from the first to the last.
protocol NPYPass: AnyObject {
  /// Fills a span with the next bytes.
  func read(into span: inout MutableRawSpan) throws(FormatError)
  /// Says that all were read: the checksum must be right, where there is one.
  func finish() throws(FormatError)
}

/// The numbers of an array, read whole or block by block.
final class NPYSource: TensorSource {
  let name: String
  let shape: [Int]
  let elementType: ElementType
  let order: Order
  private let isSwapped: Bool
  private let content: any NPYContent
  private let limits: Limits

  /// Columns are read piece by piece where a piece has so many bytes at least; smaller ones cost too many calls.
  private static let leastPiece = 512

  /// - Parameter isBigEndian: whether the upper byte of a number stands first.
  convenience init(
    _ name: String, _ header: NPYHeader, _ type: ElementType, isBigEndian: Bool, in content: any NPYContent,
    limits: Limits
  ) {
    self.init(
      name, shape: header.shape, type, isFortran: header.isFortran, isBigEndian: isBigEndian, in: content,
      limits: limits)
  }

  /// - Parameters:
  ///   - isFortran: whether the first index runs fastest.
  ///   - isBigEndian: whether the upper byte of a number stands first.
  init(
    _ name: String, shape: [Int], _ type: ElementType, isFortran: Bool = false, isBigEndian: Bool = false,
    in content: any NPYContent, limits: Limits
  ) {
    self.name = name
    self.shape = shape
    elementType = type
    // With one dimension there is one order only, and without elements none.
    let hasOrder = shape.count > 1 && !shape.contains(0)
    order = isFortran && hasOrder ? .columnMajor : .rowMajor
    isSwapped = isBigEndian != isHostBigEndian && type.byteCount > 1
    self.content = content
    self.limits = limits
  }

  func whole() throws -> Tensor { try tensor() }

  /// The whole array.
  ///
  /// - Throws: ``FormatError`` at the array.
  func tensor() throws(FormatError) -> Tensor {
    try located { () throws(FormatError) in
      if let tensor = try tensorAtOnce() { return tensor }
      let pass = try content.pass()
      let tensor = try self.tensor(ofRows: shape.first) { (_, span) throws(FormatError) in try pass.read(into: &span) }
      try pass.finish()
      return tensor
    }
  }

  /// The whole array where its bytes can be had at once; nil where they must be read in a pass.
  private func tensorAtOnce() throws(FormatError) -> Tensor? {
    do {
      let bytes = try byteCount
      guard !isSwapped, bytes <= limits.memory, let storage = content.whole(byteCount: bytes, memory: limits.memory)
      else { return nil }
      if elementType == .bool { try NPYSource.checkBooleans(storage) }
      return try Tensor(shape: shape, elementType: elementType, order: order, storage: storage)
    } catch { throw FormatError.converted(error, at: name) }
  }

  func blocks(ofRows count: Int) throws -> any TensorBlocks {
    if order == .rowMajor {
      return NPYBlocks(self, rows: count, try located { () throws(FormatError) in try content.pass() })
    }
    guard try canSeek(inBlocksOf: count) else { return TensorSlices(try tensor(), rows: count) }
    return NPYBlocks(self, rows: count, nil)
  }

  /// The rows as doubles.
  ///
  /// - Throws: ``FormatError`` at the array with code `unsuitable` for more than two dimensions or none.
  func rows() throws(FormatError) -> any RowSource {
    guard (1...2).contains(shape.count) else {
      throw FormatError(
        .unsuitable, at: .object(name), "the shape is \(Tensor.describe(shape)), rows need one or two dimensions")
    }
    // Blocks of rows are about as large as this where the numbers are used.
    guard try canSeek(inBlocksOf: 1 << 13) else {
      let tensor = try tensor()
      do { return MatrixRows(try tensor.matrix()) } catch { throw FormatError(error, at: .object(name)) }
    }
    return try NPYRows(self)
  }

  /// The examples as doubles; nil where the content can only be read in sequence.
  func examples(along dimension: ExampleDimension) throws(FormatError) -> (any RowSource)? {
    guard content.canSeek, !shape.isEmpty else { return nil }
    if dimension == .last {
      guard shape.count == 2 else { return nil }
      return try NPYSource(
        name, shape: shape.reversed(), elementType, isFortran: order == .rowMajor,
        isBigEndian: isSwapped != isHostBigEndian, in: content, limits: limits
      ).examples(along: .first)
    }
    try located { () throws(FormatError) in try content.check() }
    return try NPYRows(self)
  }

  /// Whether rows can be read from anywhere, in blocks of so many; the bytes are checked for it.
  private func canSeek(inBlocksOf rows: Int) throws(FormatError) -> Bool {
    let bytes: Int
    do { bytes = try byteCount } catch { throw FormatError(error, at: .object(name)) }
    let piece = min(rows, rowCount).multipliedReportingOverflow(by: elementType.byteCount)
    guard content.canSeek,
      order == .rowMajor || piece.overflow || piece.partialValue >= NPYSource.leastPiece || bytes > limits.memory
    else { return false }
    try located { () throws(FormatError) in try content.check() }
    return true
  }

  /// Some rows, from wherever they lie.
  func rows(_ range: Range<Int>) throws(FormatError) -> Tensor {
    try located { () throws(FormatError) in
      let width = elementType.byteCount
      let rowBytes: Int
      do throws(TensorError) {
        rowBytes = try Tensor.byteCount(shape: Array(shape.dropFirst()), elementType: elementType)
      } catch { throw FormatError(error) }
      return try tensor(ofRows: shape.isEmpty ? nil : range.count) { (done, span) throws(FormatError) in
        if order == .rowMajor {
          try content.read(at: range.lowerBound * rowBytes + done, into: &span)
          return
        }
        // By columns, the rows are one piece of every column.
        let length = range.count * width
        guard length > 0 else { return }
        for column in 0..<span.byteCount / length {
          var piece = span._mutatingExtracting(column * length..<(column + 1) * length)
          try content.read(at: (column * rowCount + range.lowerBound) * width, into: &piece)
        }
      }
    }
  }

  /// The next rows of a pass.
  fileprivate func rows(_ count: Int, of pass: any NPYPass, isLast: Bool) throws(FormatError) -> Tensor {
    try located { () throws(FormatError) in
      let tensor = try self.tensor(ofRows: shape.isEmpty ? nil : count) { (_, span) throws(FormatError) in
        try pass.read(into: &span)
      }
      if isLast { try pass.finish() }
      return tensor
    }
  }

  /// Says that a pass over no rows is at its end.
  fileprivate func finish(_ pass: any NPYPass) throws(FormatError) {
    try located { () throws(FormatError) in try pass.finish() }
  }

  /// A tensor of so many rows, nil for a scalar, whose bytes a function gives.
  private func tensor(
    ofRows count: Int?, _ read: (Int, inout MutableRawSpan) throws(FormatError) -> Void
  ) throws(FormatError) -> Tensor {
    let shape = (count.map { [$0] } ?? []) + shape.dropFirst()
    var buffer: TensorBuffer
    do {
      let bytes = try Tensor.byteCount(shape: shape, elementType: elementType)
      try limits.charge(bytes: bytes, at: .object(name))
      buffer = try TensorBuffer(byteCount: bytes)
    } catch {
      throw FormatError.converted(error, at: name)
    }
    if buffer.byteCount > 0 {
      try buffer.withMutableBytes { span throws(FormatError) in try read(0, &span) }
    }
    if isSwapped {
      let width = elementType.byteCount / (elementType.isComplex ? 2 : 1)
      buffer.swapBytes(width: width, count: buffer.byteCount / width)
    }
    let storage = buffer.finish()
    if elementType == .bool { try NPYSource.checkBooleans(storage) }
    do { return try Tensor(shape: shape, elementType: elementType, order: order, storage: storage) } catch {
      throw FormatError(error)
    }
  }

  private static func checkBooleans(_ storage: TensorStorage) throws(FormatError) {
    let odd: UInt8? = storage.withElements(as: UInt8.self) { bytes in
      for index in bytes.indices where bytes[index] > 1 { return bytes[index] }
      return nil
    }
    if let odd { throw FormatError(.damaged, "a truth value is \(odd), 0 or 1 was expected") }
  }

  /// The same, with errors at the array.
  private func located<Result>(_ body: () throws(FormatError) -> Result) throws(FormatError) -> Result {
    do { return try body() } catch {
      // What the input says of itself names the file already.
      throw error.file == nil ? FormatError(error.code, at: .object(name), error.sentence) : error
    }
  }
}

/// The rows of an array, block by block: in sequence, or from wherever they lie.
private final class NPYBlocks: TensorBlocks {
  private let source: NPYSource
  private let blockRows: Int
  private let pass: (any NPYPass)?
  private var first = 0
  private var isFinished = false

  init(_ source: NPYSource, rows count: Int, _ pass: (any NPYPass)?) {
    self.source = source
    // Rows without elements are as many as a header likes to say: all of them make one block.
    blockRows = max(1, source.shape.dropFirst().contains(0) ? source.rowCount : count)
    self.pass = pass
  }

  func next() throws -> Tensor? {
    let count = min(blockRows, source.rowCount - first)
    guard count > 0 else {
      if let pass, !isFinished { try source.finish(pass) }
      isFinished = true
      return nil
    }
    defer { first += count }
    guard let pass else { return try source.rows(first..<first + count) }
    isFinished = first + count == source.rowCount
    return try source.rows(count, of: pass, isLast: isFinished)
  }
}

/// The rows of an array as doubles, read from wherever they lie.
private final class NPYRows: RowSource {
  private let source: NPYSource
  private var next = 0

  let columnCount: Int

  init(_ source: NPYSource) throws(FormatError) {
    self.source = source
    do { columnCount = try Tensor.elementCount(shape: Array(source.shape.dropFirst())) } catch {
      throw FormatError(error, at: .object(source.name))
    }
  }

  var rowCount: Int? { source.rowCount }

  func nextRows(into block: inout MutableSpan<Double>) throws -> Int {
    let count = min(columnCount == 0 ? source.rowCount : block.count / columnCount, source.rowCount - next)
    guard count > 0 else { return 0 }
    let elements: [Double]
    do {
      elements = try source.rows(next..<next + count).stored(in: .rowMajor).doublesInStorageOrder()
    } catch {
      throw FormatError.converted(error, at: source.name)
    }
    for index in elements.indices { block[index] = elements[index] }
    next += count
    return count
  }

  func seek(toRow row: Int) { next = min(max(row, 0), source.rowCount) }
}

/// An array that is read when it is needed, whole or block by block, so that it need not be in memory.
///
/// A row is everything under one first index: of shape (m, h, w) there are m rows of h·w elements. A scalar is one row.
public protocol TensorSource: AnyObject {
  /// The length of each dimension; empty for a scalar.
  var shape: [Int] { get }
  /// The type of every element.
  var elementType: ElementType { get }

  /// Whether a pass over blocks costs no more than reading the whole array, whose rows lie one after the other.
  var comesByRows: Bool { get }

  /// The whole array, in the order in which the file has it.
  func whole() throws -> Tensor

  /// The rows from the first to the last, `count` of them in each block and fewer in the last one.
  ///
  /// - Parameter count: the rows of a block, at least 1.
  func blocks(ofRows count: Int) throws -> any TensorBlocks
}

/// One pass over the rows of an array.
public protocol TensorBlocks: AnyObject {
  /// The next rows, a tensor of shape (rows,) + the other dimensions, in any order; nil at the end.
  func next() throws -> Tensor?
}

extension TensorSource {
  /// Not unless a source says so.
  public var comesByRows: Bool { false }

  /// The number of rows: the first length, 1 for a scalar.
  public var rowCount: Int { shape.first ?? 1 }

  /// Bytes that the whole array takes.
  ///
  /// - Throws: ``TensorError`` with code `shape` when they cannot be counted.
  public var byteCount: Int {
    get throws(TensorError) { try Tensor.byteCount(shape: shape, elementType: elementType) }
  }

  /// How many rows make a block of about `bytes`, at least 1.
  public func rowCount(ofBytes bytes: Int) -> Int {
    var row = elementType.byteCount
    for length in shape.dropFirst() {
      // A shape without elements may have lengths whose product is no number.
      row = row.multipliedReportingOverflow(by: max(length, 1)).overflow ? .max : row * max(length, 1)
    }
    return max(1, bytes / row)
  }
}

/// An array that is in memory.
public final class StoredTensor: TensorSource {
  private let tensor: Tensor

  /// A source of a tensor's elements.
  public init(_ tensor: Tensor) { self.tensor = tensor }

  public var shape: [Int] { tensor.shape }
  public var elementType: ElementType { tensor.elementType }
  public func whole() -> Tensor { tensor }
  public func blocks(ofRows count: Int) -> any TensorBlocks { TensorSlices(tensor, rows: count) }
}

/// An array that its file holds in one piece: read whole when the first block is asked for.
public final class LoadedTensor: TensorSource {
  public let shape: [Int]
  public let elementType: ElementType
  private let load: () throws -> Tensor

  /// A source that reads with a function, once in each pass.
  ///
  /// - Parameters:
  ///   - shape: the length of each dimension.
  ///   - elementType: the type of the elements.
  ///   - load: gives a tensor of that shape and type.
  public init(shape: [Int], elementType: ElementType, load: @escaping () throws -> Tensor) {
    self.shape = shape
    self.elementType = elementType
    self.load = load
  }

  public func whole() throws -> Tensor { try load() }
  public func blocks(ofRows count: Int) throws -> any TensorBlocks { TensorSlices(try load(), rows: count) }
}

/// The rows of a tensor in memory, block by block.
public final class TensorSlices: TensorBlocks {
  private let tensor: Tensor
  private let blockRows: Int
  private var first = 0

  /// One pass over a tensor, `rows` of its rows in a block.
  public init(_ tensor: Tensor, rows: Int) {
    self.tensor = tensor
    blockRows = max(1, rows)
  }

  public func next() throws -> Tensor? {
    let count = tensor.shape.first ?? 1
    guard first < count else { return nil }
    let rows = first..<min(count, first + blockRows)
    first = rows.upperBound
    return try tensor.rows(rows)
  }
}

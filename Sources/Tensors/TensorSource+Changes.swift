/// An array with another element type, converted as it is read.
public final class ConvertedTensor: TensorSource {
  private let source: any TensorSource
  private let inexactness: Inexactness
  public let elementType: ElementType

  /// An array as another type; see ``Tensor/converted(to:inexactness:)``.
  public init(_ source: any TensorSource, to type: ElementType, inexactness: Inexactness = .isError) {
    self.source = source
    self.inexactness = inexactness
    elementType = type
  }

  public var shape: [Int] { source.shape }
  public var comesByRows: Bool { source.comesByRows }

  public func whole() throws -> Tensor { try convert(try source.whole()) }

  public func blocks(ofRows count: Int) throws -> any TensorBlocks {
    ChangedBlocks(try source.blocks(ofRows: count)) { [self] block in try convert(block) }
  }

  private func convert(_ tensor: Tensor) throws -> Tensor {
    try tensor.converted(to: elementType, inexactness: inexactness)
  }
}

/// An array with its dimensions reversed: read whole, since a row of it is a part of every row that is stored.
public final class TransposedTensor: TensorSource {
  private let source: any TensorSource

  /// An array with its dimensions reversed.
  public init(_ source: any TensorSource) { self.source = source }

  public var shape: [Int] { source.shape.reversed() }
  public var elementType: ElementType { source.elementType }
  public func whole() throws -> Tensor { try source.whole().transposed }
  public func blocks(ofRows count: Int) throws -> any TensorBlocks { TensorSlices(try whole(), rows: count) }
}

/// The rows of an array that somebody counts.
public final class ObservedTensor: TensorSource {
  private let source: any TensorSource
  private let observe: (Int) -> Void
  private let readingWhole: (() throws -> Tensor) throws -> Tensor

  /// An array that tells how many bytes of it were read, block by block.
  ///
  /// - Parameters:
  ///   - source: the array.
  ///   - readingWhole: calls what reads all of it at once, of which there is nothing to tell before its end.
  ///   - observe: is told how many bytes more were read.
  public init(
    _ source: any TensorSource, readingWhole: @escaping (_ read: () throws -> Tensor) throws -> Tensor = { try $0() },
    _ observe: @escaping (_ bytes: Int) -> Void
  ) {
    self.source = source
    self.readingWhole = readingWhole
    self.observe = observe
  }

  public var shape: [Int] { source.shape }
  public var elementType: ElementType { source.elementType }
  public var comesByRows: Bool { source.comesByRows }

  public func whole() throws -> Tensor { observed(try readingWhole(source.whole)) }

  public func blocks(ofRows count: Int) throws -> any TensorBlocks {
    ChangedBlocks(try source.blocks(ofRows: count)) { [self] block in observed(block) }
  }

  private func observed(_ tensor: Tensor) -> Tensor {
    observe(tensor.storage.byteCount)
    return tensor
  }
}

/// Rows to each block of which something is done.
private final class ChangedBlocks: TensorBlocks {
  private let blocks: any TensorBlocks
  private let change: (Tensor) throws -> Tensor

  init(_ blocks: any TensorBlocks, _ change: @escaping (Tensor) throws -> Tensor) {
    self.blocks = blocks
    self.change = change
  }

  func next() throws -> Tensor? { try blocks.next().map(change) }
}

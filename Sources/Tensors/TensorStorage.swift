/// Bytes that are being filled: owned by one place, aligned for any vector, zero at first.
///
/// Allocation can fail with an error, where an `Array` would end the process.
@safe public struct TensorBuffer: ~Copyable {
  /// The number of bytes.
  public let byteCount: Int
  private let base: UnsafeMutableRawPointer
  private let memory: TensorMemory

  /// Zeroed memory of `byteCount` bytes.
  ///
  /// - Throws: ``TensorError`` with code `outOfMemory` or, for a negative count, `shape`.
  public init(byteCount: Int) throws(TensorError) {
    guard byteCount >= 0 else { throw TensorError(.shape, "a tensor of \(byteCount) bytes cannot be") }
    guard let memory = TensorMemory(byteCount: byteCount) else {
      throw TensorError(.outOfMemory, "no memory for \(byteCount) bytes")
    }
    self.memory = memory
    unsafe base = memory.base
    self.byteCount = byteCount
  }

  /// Zeroed memory of `byteCount` bytes for what follows `lead` others and comes with them in one piece: those that
  /// follow are aligned, and can be had alone by ``TensorStorage/slice(_:)``.
  ///
  /// - Throws: ``TensorError`` with code `outOfMemory`, or `shape` for negative counts.
  package init(byteCount: Int, behind lead: Int) throws(TensorError) {
    let aligned = (lead / TensorMemory.alignment + 1).multipliedReportingOverflow(by: TensorMemory.alignment)
    let (all, overflow) = aligned.partialValue.addingReportingOverflow(byteCount)
    guard lead >= 0, byteCount >= 0, !aligned.overflow, !overflow else {
      throw TensorError(.shape, "a tensor of \(byteCount) bytes behind \(lead) others cannot be")
    }
    guard let memory = TensorMemory(byteCount: all) else {
      throw TensorError(.outOfMemory, "no memory for \(byteCount) bytes")
    }
    self.memory = memory
    unsafe base = memory.base + (aligned.partialValue - lead)
    self.byteCount = lead + byteCount
  }

  deinit { memory.deallocate() }

  /// Gives the bytes to be written.
  public mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (inout MutableRawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: byteCount)
    return try body(&span)
  }

  /// Gives the bytes to be written as numbers of one type, as many as fit.
  public mutating func withMutableElements<Element: BitwiseCopyable, Result: ~Copyable, Failure: Error>(
    as type: Element.Type, _ body: (inout MutableSpan<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let count = byteCount / MemoryLayout<Element>.stride
    var span = unsafe MutableSpan(_unsafeStart: base.assumingMemoryBound(to: Element.self), count: count)
    return try body(&span)
  }

  /// Copies a range of bytes that are already there to a place in these.
  mutating func copyBytes(from storage: TensorStorage, _ range: Range<Int>, to offset: Int) {
    precondition(range.lowerBound >= 0 && range.upperBound <= storage.byteCount)
    precondition(offset >= 0 && range.count <= byteCount - offset)
    unsafe (base + offset).copyMemory(from: storage.base + range.lowerBound, byteCount: range.count)
  }

  /// Ends the writing: from here on the bytes are shared and never change.
  public consuming func finish() -> TensorStorage {
    let storage = unsafe TensorStorage(adopting: memory, base, byteCount: byteCount)
    discard self
    return storage
  }
}

/// The bytes of a tensor: aligned, immutable, shared by all copies of the tensor.
// Sendable because nothing writes the memory after `TensorBuffer.finish()`.
@safe public final class TensorStorage: @unchecked Sendable {
  /// The number of bytes.
  public let byteCount: Int
  fileprivate let base: UnsafeMutableRawPointer
  private let memory: TensorMemory
  /// The storage whose memory this is, where it is a part of another one.
  private let owner: TensorStorage?

  fileprivate init(adopting memory: TensorMemory, _ base: UnsafeMutableRawPointer, byteCount: Int) {
    self.memory = memory
    unsafe self.base = base
    self.byteCount = byteCount
    owner = nil
  }

  private init(_ base: UnsafeMutableRawPointer, byteCount: Int, in owner: TensorStorage) {
    memory = owner.memory
    unsafe self.base = base
    self.byteCount = byteCount
    self.owner = owner
  }

  deinit { if owner == nil { memory.deallocate() } }

  /// Some of the bytes, in the same memory, which lives as long as any part of it.
  package func slice(_ range: Range<Int>) -> TensorStorage {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    return unsafe TensorStorage(base + range.lowerBound, byteCount: range.count, in: owner ?? self)
  }

  /// Gives the bytes to be read.
  public func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(unsafe RawSpan(_unsafeStart: base, byteCount: byteCount))
  }

  /// Gives the bytes to be read as numbers of one type, as many as there are whole ones.
  public func withElements<Element: BitwiseCopyable, Result: ~Copyable, Failure: Error>(
    as type: Element.Type, _ body: (Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let count = byteCount / MemoryLayout<Element>.stride
    return try body(unsafe Span(_unsafeStart: base.assumingMemoryBound(to: Element.self), count: count))
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that are being filled: owned by one place, aligned for any vector, zero at first.
///
/// Allocation can fail with an error, where an `Array` would end the process.
@safe public struct TensorBuffer: ~Copyable {
  /// The number of bytes.
  public let byteCount: Int
  private let base: UnsafeMutableRawPointer

  /// Zeroed memory of `byteCount` bytes.
  ///
  /// - Throws: ``TensorError`` with code `outOfMemory` or, for a negative count, `shape`.
  public init(byteCount: Int) throws(TensorError) {
    guard byteCount >= 0 else { throw TensorError(.shape, "a tensor of \(byteCount) bytes cannot be") }
    var memory: UnsafeMutableRawPointer?
    // At least one byte, so that there is an address even for an empty tensor.
    guard unsafe posix_memalign(&memory, TensorStorage.alignment, max(byteCount, 1)) == 0, let base = unsafe memory
    else {
      throw TensorError(.outOfMemory, "no memory for \(byteCount) bytes")
    }
    unsafe memset(base, 0, byteCount)
    unsafe self.base = base
    self.byteCount = byteCount
  }

  deinit { unsafe free(base) }

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
    let storage = unsafe TensorStorage(adopting: base, byteCount: byteCount)
    discard self
    return storage
  }
}

/// The bytes of a tensor: aligned, immutable, shared by all copies of the tensor.
// Sendable because nothing writes the memory after `TensorBuffer.finish()`.
@safe public final class TensorStorage: @unchecked Sendable {
  /// Bytes to which the memory is aligned.
  static let alignment = 64

  /// The number of bytes.
  public let byteCount: Int
  fileprivate let base: UnsafeMutableRawPointer

  fileprivate init(adopting base: UnsafeMutableRawPointer, byteCount: Int) {
    unsafe self.base = base
    self.byteCount = byteCount
  }

  deinit { unsafe free(base) }

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

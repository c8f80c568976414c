#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Zeroed memory that one owner gives back: the allocator's or, where it is large, the system's own.
///
/// Large memory is asked for in huge pages. A page is zeroed when it is first touched; with small ones that costs more
/// than most files take to be read.
@safe package struct TensorMemory {
  /// The first byte, aligned to ``alignment``.
  package let base: UnsafeMutableRawPointer
  /// The bytes that the system gave; 0 for those of the allocator.
  private let mappedLength: Int

  /// Bytes to which the memory is aligned: enough for any vector.
  static let alignment = 64
  /// From here on the memory is the system's own: two huge pages.
  private static let leastMapped = 4 << 20
  /// Bytes of a huge page, to which the memory must be aligned to have one.
  private static let hugePage = 2 << 20

  /// Memory of a number of bytes, one at least; nil where there is not so much.
  package init?(byteCount: Int) {
    guard byteCount >= TensorMemory.leastMapped else {
      var memory: UnsafeMutableRawPointer?
      // At least one byte, so that there is an address even for an empty tensor.
      guard unsafe posix_memalign(&memory, TensorMemory.alignment, max(byteCount, 1)) == 0, let base = unsafe memory
      else { return nil }
      unsafe memset(base, 0, byteCount)
      unsafe self.base = base
      mappedLength = 0
      return
    }
    let (sum, overflow) = byteCount.addingReportingOverflow(2 * TensorMemory.hugePage)
    guard !overflow else { return nil }
    // Whole huge pages, and room to begin at the border of one.
    let length = sum & ~(TensorMemory.hugePage - 1)
    let flags = MAP_PRIVATE | MAP_ANON
    guard let start = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0),
      UInt(bitPattern: start) != UInt.max
    else { return nil }
    let before = -Int(bitPattern: start) & (TensorMemory.hugePage - 1)
    unsafe base = start + before
    mappedLength = length - TensorMemory.hugePage
    if before > 0 { unsafe munmap(start, before) }
    unsafe munmap(base + mappedLength, TensorMemory.hugePage - before)
    #if os(Linux)
      // Where the system has none, small pages are as good as they were.
      unsafe madvise(base, mappedLength, MADV_HUGEPAGE)
    #endif
  }

  /// Gives the memory back; nothing may use it any more.
  package func deallocate() {
    if mappedLength > 0 { unsafe munmap(base, mappedLength) } else { unsafe free(base) }
  }
}

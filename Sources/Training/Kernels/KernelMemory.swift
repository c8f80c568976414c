/// Numbers in memory aligned to a cache line, zero at first.
@unsafe
final class Memory<Element: BitwiseCopyable> {
  let start: UnsafeMutablePointer<Element>

  init(count: Int, zero: Element) {
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    unsafe start = raw.bindMemory(to: Element.self, capacity: max(1, count))
    unsafe start.initialize(repeating: zero, count: max(1, count))
  }

  convenience init(_ elements: [Element], zero: Element) {
    unsafe self.init(count: elements.count, zero: zero)
    for (index, element) in elements.enumerated() { unsafe start[index] = element }
  }

  deinit { unsafe start.deallocate() }

  /// Hands out the numbers of a range.
  func withSpan<Result>(_ range: Range<Int>, _ body: (inout MutableSpan<Element>) -> Result) -> Result {
    let buffer = unsafe UnsafeMutableBufferPointer(start: start + range.lowerBound, count: range.count)
    var span = unsafe buffer.mutableSpan
    return body(&span)
  }
}

import Tensors

/// Numbers in memory aligned to a cache line, zero at first.
@unsafe
final class Memory<Element: BitwiseCopyable> {
  let start: UnsafeMutablePointer<Element>
  private let memory: TensorMemory

  init(count: Int) {
    guard let memory = TensorMemory(byteCount: max(1, count) * MemoryLayout<Element>.stride) else {
      fatalError("there is no memory for \(count) numbers")
    }
    unsafe self.memory = memory
    // Of every kind of number that is kept here, bits of zero are 0.
    unsafe start = memory.base.bindMemory(to: Element.self, capacity: max(1, count))
  }

  convenience init(_ elements: [Element]) {
    unsafe self.init(count: elements.count)
    for (index, element) in elements.enumerated() { unsafe start[index] = element }
  }

  deinit { unsafe memory.deallocate() }

  /// Hands out the numbers of a range.
  func withSpan<Result>(_ range: Range<Int>, _ body: (inout MutableSpan<Element>) -> Result) -> Result {
    let buffer = unsafe UnsafeMutableBufferPointer(start: start + range.lowerBound, count: range.count)
    var span = unsafe buffer.mutableSpan
    return body(&span)
  }
}

import CZlib
import Tensors

/// One stream of deflated bytes that is made piece by piece and kept in memory until it is taken: in some files its
/// length stands before it.
@safe package final class DeflateStream {
  /// How the compressed bytes are framed.
  package enum Framing: Sendable {
    /// By the header and the checksum of zlib (RFC 1950).
    case zlib
    /// By those of a gzip file (RFC 1952).
    case gzip
    /// Not at all (RFC 1951): whoever holds them knows their size and checksum.
    case raw
  }

  /// The compressed bytes that were not taken yet, in blocks that are written one after another; complete after
  /// ``finish()``.
  package private(set) var blocks: [[UInt8]] = []
  /// The number of compressed bytes so far, with those that were taken; complete after ``finish()``.
  package private(set) var byteCount = 0
  /// The block that is being filled: its first ``filled`` bytes.
  private var block = [UInt8](repeating: 0, count: DeflateStream.blockLength)
  private var filled = 0
  /// The content so far, where all of it is deflated at the end, and how many bytes it has.
  private var content: TensorBuffer?
  private var contentLength = 0
  private let level: Int
  private let framing: Framing
  // On the heap, because zlib keeps the address of the structure.
  private let stream: UnsafeMutablePointer<z_stream>

  /// The level where nobody chooses one.
  package static let ownLevel = 6
  private static let blockLength = 1 << 16
  /// The most that zlib is given at once: its counts are 32 bits wide.
  private static let mostAtOnce = 1 << 30

  /// The content that is kept to be deflated at once. Less is no gain, and has the bytes that every zlib gives it; more
  /// would be in memory, with as many bytes for what becomes of it.
  private static let wholeContent = 1 << 16...1 << 27

  /// An empty stream.
  ///
  /// - Parameters:
  ///   - level: from 1, the fastest, to 9, the smallest; 0 compresses nothing.
  ///   - byteCount: the bytes of the whole content, where they are known: they are kept then and deflated at once, which
  ///     is faster where libdeflate is installed.
  /// - Throws: ``FormatError`` with code `limit` when there is no memory.
  package init(
    level: Int = DeflateStream.ownLevel, framing: Framing = .zlib, of byteCount: Int? = nil
  ) throws(FormatError) {
    self.level = level
    self.framing = framing
    if let byteCount, DeflateStream.wholeContent.contains(byteCount), framing != .gzip, BufferDeflater.isThere {
      // Without memory for it the content is a stream like others.
      do throws(TensorError) { content = try TensorBuffer(byteCount: byteCount) } catch { content = nil }
    }
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let level = Int32(clamping: level)
    let result =
      switch framing {
      case .zlib: unsafe zlib_deflate_init(stream, level)
      case .gzip: unsafe zlib_gzip_init(stream, level)
      case .raw: unsafe zlib_raw_deflate_init(stream, level)
      }
    guard result == Z_OK else {
      // The deinit runs too: deflateEnd refuses a stream that was not begun, without harm.
      throw FormatError(.limit, "no memory to deflate")
    }
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Takes the next bytes of the content.
  package func write(_ bytes: RawSpan) throws(FormatError) {
    if try gather(bytes) { return }
    var done = 0
    while done < bytes.byteCount {
      let count = min(bytes.byteCount - done, DeflateStream.mostAtOnce)
      let result = step(bytes.extracting(done..<done + count), Z_NO_FLUSH)
      // A call that had nothing left to do is no failure: it says Z_BUF_ERROR.
      guard result == Z_OK || result == Z_BUF_ERROR else { throw failure(result) }
      done += count
    }
  }

  /// Takes the next bytes of the content.
  package func write(_ bytes: [UInt8]) throws(FormatError) {
    try write(unsafe bytes.span.bytes)
  }

  /// Ends the stream, with its checksum where it has one.
  package func finish() throws(FormatError) {
    if finishAtOnce() { return }
    try release()
    let none: [UInt8] = []
    let result = step(unsafe none.span.bytes, Z_FINISH)
    guard result == Z_STREAM_END else { throw failure(result) }
    keepBlock()
  }

  /// Hands over the blocks that are full, and after ``finish()`` all; they are forgotten here.
  package func takeBlocks() -> [[UInt8]] {
    defer { blocks.removeAll(keepingCapacity: true) }
    return blocks
  }

  /// Keeps bytes where all are deflated at once; false where that is not so, or no longer, because there are more.
  private func gather(_ bytes: RawSpan) throws(FormatError) -> Bool {
    guard content != nil else { return false }
    let (first, count) = (contentLength, bytes.byteCount)
    let fits =
      content?.withMutableBytes { span in
        guard count <= span.byteCount - first else { return false }
        var part = span._mutatingExtracting(first..<first + count)
        unsafe part.withUnsafeMutableBytes { target in
          unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
        return true
      } ?? false
    guard fits else {
      try release()
      return false
    }
    contentLength += count
    return true
  }

  /// Hands what was kept to zlib.
  private func release() throws(FormatError) {
    guard let kept = content.take()?.finish() else { return }
    let length = contentLength
    try kept.withBytes { bytes throws(FormatError) in try write(bytes.extracting(0..<length)) }
  }

  /// Deflates what was kept; false where that must be left to zlib.
  private func finishAtOnce() -> Bool {
    guard let deflater = BufferDeflater(level: level), let kept = content.take()?.finish() else { return false }
    let length = contentLength
    let stream = kept.withBytes { bytes in deflater.stream(of: bytes.extracting(0..<length), framing: framing) }
    byteCount += stream.count
    blocks.append(stream)
    return true
  }

  /// Deflates all bytes of a span, however many blocks they fill.
  private func step(_ bytes: RawSpan, _ flush: Int32) -> Int32 {
    unsafe bytes.withUnsafeBytes { bytes in
      // zlib only reads from here, though its type does not say so.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = UInt32(bytes.count)
      var result = Z_OK
      while true {
        let room = block.count - filled
        unsafe block.withUnsafeMutableBufferPointer { block in
          unsafe stream.pointee.next_out = block.baseAddress.map { unsafe $0 + filled }
          unsafe stream.pointee.avail_out = UInt32(room)
          result = unsafe deflate(stream, flush)
        }
        filled += room - Int(unsafe stream.pointee.avail_out)
        // Room that is left says that zlib has nothing more to give.
        guard filled == block.count else { return result }
        keepBlock()
      }
    }
  }

  private func keepBlock() {
    blocks.append(Array(block[..<filled]))
    byteCount += filled
    filled = 0
  }

  private func failure(_ result: Int32) -> FormatError {
    FormatError(.inputOutput, "deflating failed: zlib's error \(result)")
  }
}
